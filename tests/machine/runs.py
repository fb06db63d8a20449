"""Small training programs, and their runs by the plainest loop there is: what a timeline is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bpdebug.language.expression import Name, apply
from bpdebug.machine.checkpoints import size
from bpdebug.machine.state import Layout
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program
from tests.check.lowering import Line, program, run

W1, W2, b1, X, Y, m, rate = (Name(each) for each in ("W1", "W2", "b1", "X", "Y", "m", "rate"))
FORWARD: list[Line] = [
    ("Z1", W1 @ X + b1, Phase.FORWARD),
    ("A1", apply("tanh", Name("Z1")), Phase.FORWARD),
    ("Z2", W2 @ Name("A1"), Phase.FORWARD),
    ("J", apply("sum", (Name("Z2") - Y) ** 2.0) / m, Phase.COST),
]
BACKWARD: list[Line] = [
    ("dZ2", 2 * (Name("Z2") - Y) / m, Phase.BACKWARD),
    ("dW2", Name("dZ2") @ Name("A1").T, Phase.BACKWARD),
    ("dA1", W2.T @ Name("dZ2"), Phase.BACKWARD),
    ("dZ1", Name("dA1") * apply("dtanh", Name("Z1")), Phase.BACKWARD),
    ("dW1", Name("dZ1") @ X.T, Phase.BACKWARD),
    ("db1", apply("sum", Name("dZ1"), axis=1, keepdims=True), Phase.BACKWARD),
]
UPDATE: list[Line] = [
    ("W1", W1 - rate * Name("dW1"), Phase.UPDATE),
    ("b1", b1 - rate * Name("db1"), Phase.UPDATE),
    ("W2", (W2.T - rate * Name("dW2").T).T, Phase.UPDATE),
]
"""The second weights are left as a view in column order, which must not cross an iteration."""
PARAMETERS = ("W1", "b1", "W2")


def network(seed: int = 0) -> tuple[Program, Mapping[str, Array]]:
    """A two-layer network, and what it starts from."""
    random = np.random.default_rng(seed)
    leaves = {
        "m": np.asarray(7.0),
        "rate": np.asarray(0.05),
        "X": random.normal(size=(3, 7)),
        "Y": random.normal(size=(2, 7)),
        "W1": random.normal(size=(4, 3)),
        "b1": random.normal(size=(4, 1)),
        "W2": random.normal(size=(2, 4)),
    }
    return program([*FORWARD, *BACKWARD, *UPDATE], leaves, PARAMETERS), leaves


PROGRAM, LEAVES = network()


@dataclass(frozen=True, eq=False)
class Straight:
    """A run from the start to the end, kept iteration by iteration."""

    program: Program
    starts: list[dict[str, Array]]

    @classmethod
    def of(cls, made: Program, leaves: Mapping[str, Array], iterations: int) -> Straight:
        starts = [{name: np.array(value, dtype=float) for name, value in leaves.items()}]
        for _ in range(iterations):
            values = run(made, starts[-1])
            starts.append({name: np.array(values[name], order="C") for name in leaves})
        return cls(made, starts)

    def at(self, position: int) -> dict[str, Array]:
        """The values at a position: at the end of an iteration its own, not yet those of the next."""
        steps = len(self.program.steps)
        iteration, step = divmod(position, steps)
        if position and not step:
            iteration, step = iteration - 1, steps
        values = run(self.program, self.starts[iteration]) if step else {}
        after = {each.out for each in self.program.steps[:step]}
        return {**self.starts[iteration], **{name: values[name] for name in after}}


def state_size(parameters: Mapping[str, Array]) -> int:
    """Bytes that a checkpoint of these parameters takes."""
    return size(Layout({name: value.shape for name, value in parameters.items()}).pack(parameters))


def same_bits(values: Mapping[str, Array], expected: Mapping[str, Array]) -> bool:
    """Whether the same names stand for the same numbers, to the last bit."""
    return values.keys() == expected.keys() and all(
        values[name].shape == expected[name].shape and values[name].tobytes() == expected[name].tobytes()
        for name in expected
    )


def random_walk(random: np.random.Generator, last: int, moves: int) -> Iterator[int]:
    """Positions as people visit them: a step on, a step back, some steps, the ends of iterations, anywhere."""
    position = 0
    for _ in range(moves):
        far = int(random.integers(last + 1))
        near = position + int(random.choice([1, -1, 2, -2, 30, -30, 200, -200]))
        position = near if random.random() < 0.7 and 0 <= near <= last else far
        yield position

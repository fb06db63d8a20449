"""The law of seek over runs that draw: batches, the last of an epoch smaller, dropout, every optimizer and layer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bpdebug.machine import sprint as sprinting
from bpdebug.machine.drawn import found
from bpdebug.machine.kernels import PRECISIONS, compute
from bpdebug.machine.past import begins
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase
from bpdebug.program.settled import settled
from bpdebug.program.update import OPTIMIZERS
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from tests.machine.runs import random_walk, same_bits, state_size
from tests.scenario.layers.architectures import CASES as ARCHITECTURES

IRIS = """
[data]
dataset = {{ name = "iris", scale = "standardize" }}
[network]
orientation = "{orientation}"
layers = [ {{ units = 5, activation = "relu" }}, {{ units = 3, activation = "softmax" }} ]
cost = "categorical-cross-entropy"
[training]
batch_size = {size}
epochs = 6
optimizer = "{optimizer}"
dtype = "{dtype}"
"""
DROPOUT = """
[constants]
keep_prob = 0.8
[data]
dataset = { name = "two-moons", samples = 20 }
[parameters]
W1 = { shape = [6, 2], init = "he" }
W2 = { shape = [1, 6], init = "xavier" }
[network]
forward = '''
A1 = tanh(W1 @ (X + np.random.normal(0, 0.1, size=X.shape)))
D1 = np.random.rand(A1.shape[0], A1.shape[1]) < keep_prob
Z2 = W2 @ (A1 * D1 / keep_prob)
J = mean((sigmoid(Z2) - Y) ** 2)
'''
[training]
iterations = 24
""".replace("size=X.shape", "size=(X.shape[0], X.shape[1])")
CASES = {
    **{
        f"{optimizer} {size} {orientation}": IRIS.format(
            optimizer=optimizer, size=size, orientation=orientation, dtype="float64"
        )
        for optimizer, size, orientation in [
            ("sgd", 32, "rows"),
            ("sgd", 50, "columns"),
            ("sgd", 148, "columns"),
            ("momentum", 70, "columns"),
            *((each, 40, "rows") for each in OPTIMIZERS),
        ]
    },
    "float32": IRIS.format(optimizer="adam", size=40, orientation="rows", dtype="float32"),
    "dropout": DROPOUT,
    "dropout in batches": DROPOUT.replace("iterations = 24", "epochs = 8\nbatch_size = 8"),
    "in order": DROPOUT.replace("iterations = 24", "epochs = 8\nbatch_size = 8\nshuffle = false"),
}
CASES |= {
    f"layers: {name}": f"{case.file()}[training]\nlearning_rate = 0.01\nbatch_size = {case.x[0] // 2 + 1}\nepochs = 4\n"
    for name, case in ARCHITECTURES.items()
}
EVERY = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batches")


@cache
def scenario(name: str, folder: Path) -> Scenario:
    file = folder / f"{name}.toml"
    file.write_text(CASES[name], encoding="utf-8")
    return load(str(file))


@cache
def straight(name: str, folder: Path) -> list[Mapping[str, Array]]:
    """The values at every position, by the plainest loop there is."""
    made = scenario(name, folder)
    dtype = PRECISIONS[made.dtype]
    state, found = begins(made.program, made.values, dtype), list[Mapping[str, Array]]()
    for iteration in range(made.iterations):
        program = made.program.of(iteration)
        given = {each: np.asarray(value, dtype=dtype) for each, value in program.constants.items()}
        values = {**given, **{each: np.asarray(made.values[each], dtype=dtype) for each in program.data}, **state}
        found += [dict(values)] if not iteration else []
        with np.errstate(all="ignore"):
            for step in program.steps:
                values[step.out] = compute(step, values, dtype)
                found.append(dict(values))
        state = {each: np.array(values[each], order="C") for each in program.crossing}
    return found


@EVERY
@pytest.mark.parametrize("soon", [2, 10**9], ids=["planned", "stepped"])
def test_any_walk_shows_what_a_fresh_run_does(
    name: str, soon: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sprinting, "SPRINT", soon)
    made, expected = scenario(name, folder), straight(name, folder)
    state = state_size({each: made.values[each] for each in made.program.parameters})
    for states in (0, 5):
        walker = Timeline(
            made.program,
            made.values,
            iterations=made.iterations,
            budget=states * state,
            dtype=PRECISIONS[made.dtype],
        )
        for position in random_walk(np.random.default_rng(states), walker.last, 25):
            walker.seek(position)
            assert same_bits(walker.values, expected[position])
        costs = [float(expected[(at + 1) * walker.steps][made.program.cost].item()) for at in range(len(walker.costs))]
        assert walker.costs.tolist() == costs


@EVERY
def test_most_of_a_run_is_planned(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sprinting, "SPRINT", 2)
    made = scenario(name, folder)
    walker = Timeline(made.program, made.values, iterations=made.iterations, dtype=PRECISIONS[made.dtype])
    executed: list[int] = []
    advance = walker._advance
    monkeypatch.setattr(walker, "_advance", lambda: (executed.append(walker.position), advance()))
    walker.seek(walker.last)
    assert len(executed) <= (made.program.batches + 1) * walker.steps


@EVERY
def test_the_last_batch_of_an_epoch_has_what_is_left(name: str, folder: Path) -> None:
    made = scenario(name, folder)
    counts = [int(made.program.of(at).constants["m"]) for at in range(made.program.batches)]
    assert sum(counts) == made.program.constants.get("m_all", made.program.constants["m"])
    assert [each.out for each in made.program.of(made.program.batches - 1).steps] == [
        each.out for each in made.program.steps
    ]


@EVERY
def test_what_is_checked_has_the_same_batch_wherever_the_run_stands(name: str, folder: Path) -> None:
    """Before the batch is drawn, and after: the settled program is given the same."""
    made = scenario(name, folder)
    walker = Timeline(made.program, made.values, iterations=made.iterations, dtype=PRECISIONS[made.dtype])
    batch = sum(made.program.equations[each.equation].phase is Phase.BATCH for each in made.program.steps)
    for iteration in (0, made.program.batches - 1, made.iterations - 1):
        given = []
        for step in (0, 1, batch, walker.steps):
            walker.seek(iteration * walker.steps + step)
            if walker.iteration == iteration:
                values = found(walker)
                given.append({each: values[each].tobytes() for each in settled(walker.program).data})
        assert len(given) > 1
        assert all(each == given[0] for each in given)

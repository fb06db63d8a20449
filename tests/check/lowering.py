"""Programs lowered by hand from equations, and their values: what the check is tested on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array
from bpdebug.program.equations import Denotes, Equation, Phase, Program, Step

Line = tuple[str, Expr, Phase]


def program(lines: Iterable[Line], leaves: Mapping[str, Array], parameters: Iterable[str], cost: str = "J") -> Program:
    """The program of these equations; a backward line named dX is the gradient of X."""
    equations, steps, shapes = [], [], {name: np.shape(value) for name, value in leaves.items()}
    gradients = {}
    for number, (name, expr, phase) in enumerate(lines):
        denotes = Denotes(name[1:]) if phase is Phase.BACKWARD else None
        equations.append(Equation(name, expr, phase, denotes))
        if denotes:
            gradients[name[1:]] = name
        assert isinstance(expr, Apply)
        _lower(name, expr, number, steps, shapes)
    sizes = {name: float(value) for name, value in leaves.items() if np.ndim(value) == 0}
    return Program(
        equations=tuple(equations),
        steps=tuple(steps),
        shapes=shapes,
        data=tuple(name for name in leaves if name not in parameters and name not in sizes),
        parameters=tuple(parameters),
        constants=sizes,
        cost=cost,
        examples="m",
        orientation="rows",
        bookkeeping="total",
        gradients=gradients,
    )


def _lower(out: str, expr: Apply, equation: int, steps: list[Step], shapes: dict[str, tuple[int, ...]]) -> None:
    inputs: list[Name | Number] = []
    for place, each in enumerate(expr.inputs):
        if isinstance(each, Apply):
            temporary = f"{out}:{place}"
            _lower(temporary, each, equation, steps, shapes)
            inputs.append(Name(temporary))
        else:
            assert isinstance(each, (Name, Number))
            inputs.append(each)
    op = OPS[expr.op]
    given = [shapes[each.id] if isinstance(each, Name) else () for each in inputs]
    options = op.resolve(*given, **dict(expr.options))
    shapes[out] = op.shape(*given, **options)
    steps.append(Step(out, op, tuple(inputs), options, shapes[out], equation, expr, expr))


def run(made: Program, leaves: Mapping[str, Array]) -> dict[str, Array]:
    """The values of one iteration, by the plainest loop there is."""
    values = {name: np.asarray(value, dtype=float) for name, value in leaves.items()}
    with np.errstate(all="ignore"):
        for step in made.steps:
            arrays = [np.asarray(e.value) if isinstance(e, Number) else values[e.id] for e in step.inputs]
            values[step.out] = np.asarray(step.op.forward(*arrays, **step.options))
    return values

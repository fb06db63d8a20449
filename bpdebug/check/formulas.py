"""Formulas evaluated on the values of a run: those of a claim, of what it denotes, of a repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from bpdebug.check.forward import Values
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr, names
from bpdebug.language.lexicon import nearest
from bpdebug.machine.kernels import compute
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation, Phase, Step
from bpdebug.program.lowering import lower
from bpdebug.program.shapes import Known

RESULT = "the result"
LARGEST, WHOLE, KEPT = 2_000_000, 8_000_000, 200_000
"""Entries that a part of a formula may have, all its parts together, and what comes out; more where the network's own
arrays are large."""
TIMES = 4
"""How many times the largest array that a formula reads a part of it may be."""


class NotEvaluable(BpdebugError):
    """A formula whose shapes do not fit, or that reads what is not there: the reason, in a sentence."""


class Formulas(Struct, frozen=True, eq=False):
    """Evaluates expressions over named values; sizes in options are those of `constants`."""

    constants: Mapping[str, float]

    def value(self, expr: Expr, values: Values) -> Array:
        """The value of an expression; NotEvaluable where it has none."""
        unknown = next((name for name in names(expr) if name not in values and name not in self.constants), "")
        if unknown:
            raise NotEvaluable(f"{unknown} is not defined{nearest(unknown, (*values, *self.constants))}")
        shapes: dict[str, Shape] = {name: np.shape(value) for name, value in values.items()}
        try:
            Known(shapes, self.constants).shape(expr)
            steps = lower([Equation(RESULT, expr, Phase.BACKWARD)], shapes, self.constants)
        except BpdebugError as error:
            raise NotEvaluable(str(error)) from None
        affordable(steps, values)
        known = dict(values)
        with np.errstate(all="ignore"):
            for step in steps:
                known[step.out] = compute(step, known)
        return known[RESULT]


def affordable(steps: Sequence[Step], values: Values) -> None:
    """NotEvaluable for a formula that would take more memory than the values of a network can have need of."""
    parts = [entries(step.shape) for step in steps]
    room = TIMES * max((np.size(each) for each in values.values()), default=0)
    for found, most, what in (
        (parts[-1] if parts else 0.0, max(KEPT, room), "it would have"),
        (max(parts, default=0.0), max(LARGEST, room), "a part of it would have"),
        (sum(parts), max(WHOLE, len(parts) * room), "all its parts together would have"),
    ):
        if found > most:
            raise NotEvaluable(f"{what} {found:,.0f} entries; {most:,.0f} are enough for this network")


def entries(shape: Shape) -> float:
    """How many entries an array has."""
    return float(np.prod([float(length) for length in shape]))

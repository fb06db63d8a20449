"""Formulas evaluated on the values of a run: those of a claim, of what it denotes, of a repair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bpdebug.check.forward import Values
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr
from bpdebug.machine.kernels import compute
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation, Phase
from bpdebug.program.lowering import lower
from bpdebug.program.shapes import Known

RESULT = "the result"
LARGEST = 10_000_000
"""Entries that one formula may have anywhere in it."""


class NotEvaluable(BpdebugError):
    """A formula whose shapes do not fit, or that reads what is not there: the reason, in a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Formulas:
    """Evaluates expressions over named values; sizes in options are those of `constants`."""

    constants: Mapping[str, float]

    def value(self, expr: Expr, values: Values) -> Array:
        """The value of an expression; NotEvaluable where it has none."""
        shapes: dict[str, Shape] = {name: np.shape(value) for name, value in values.items()}
        try:
            Known(shapes, self.constants).shape(expr)
            steps = lower([Equation(RESULT, expr, Phase.BACKWARD)], shapes, self.constants)
        except BpdebugError as error:
            raise NotEvaluable(str(error)) from None
        if any(np.prod([float(length) for length in step.shape]) > LARGEST for step in steps):
            raise NotEvaluable("a part of it would have more than ten million entries")
        known = dict(values)
        with np.errstate(all="ignore"):
            for step in steps:
                known[step.out] = compute(step, known)
        return known[RESULT]

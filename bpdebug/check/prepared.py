"""A formula made ready once and evaluated on many sets of values of the same shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from bpdebug.check.formulas import RESULT, NotEvaluable, affordable
from bpdebug.check.forward import Values
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr, Name
from bpdebug.machine.kernels import compute
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation, Phase, Step
from bpdebug.program.lowering import lower


class Prepared(Struct, frozen=True, eq=False):
    """The steps of a formula and of the helpers it needs before it."""

    steps: tuple[Step, ...]
    reads: tuple[str, ...]
    """The names that are to be given."""

    @classmethod
    def of(
        cls, expr: Expr, helpers: Sequence[tuple[str, Expr]], values: Values, constants: Mapping[str, float]
    ) -> Prepared:
        """Ready for values of these shapes; NotEvaluable where the shapes do not fit."""
        shapes: dict[str, Shape] = {name: np.shape(value) for name, value in values.items()}
        equations = [Equation(name, each, Phase.BACKWARD) for name, each in (*helpers, (RESULT, expr))]
        try:
            steps = lower(equations, shapes, constants)
        except BpdebugError as error:
            raise NotEvaluable(str(error)) from None
        affordable(steps, values)
        read = dict.fromkeys(each.id for step in steps for each in step.inputs if isinstance(each, Name))
        return cls(steps, tuple(name for name in read if name in values))

    def value(self, values: Values) -> Array:
        """The value of the formula."""
        known = {name: values[name] for name in self.reads}
        with np.errstate(all="ignore"):
            for step in self.steps:
                known[step.out] = compute(step, known)
        return known[RESULT]

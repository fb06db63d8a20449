"""Lines for what the program has itself: whether they give the same, or something of the person's own."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.formulas import Formulas, NotEvaluable
from bpdebug.check.forward import Values
from bpdebug.language.expression import Expr, names
from bpdebug.machine.kernels import compute
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

LARGEST = 300_000
"""Entries that all values of a network may have together to be worked out for this."""


class Restated(Struct, frozen=True, dict=True):
    """Holds formulas for m, Z1, A1 … against those of the program, on numbers drawn for it."""

    program: Program

    def other(self, name: str, expr: Expr) -> Array | None:
        """What a formula made of the program's names gives, where the program has something else under a name.

        What is given, data and parameters, may be prepared in any way; and a number may be another one.
        """
        program, read = self.program, names(expr)
        if name in {*program.data, *program.parameters} or not read:
            return None
        if name not in self._values or not all(each in self._values for each in read):
            return None
        try:
            value = Formulas(program.constants).value(expr, self._values)
        except NotEvaluable:
            return None
        expected = self._values[name]
        same = value.shape == np.shape(expected) or value.size == np.size(expected) == 1
        if same and np.allclose(value, np.reshape(expected, value.shape), 1e-9, 1e-12, equal_nan=True):
            return None
        return value

    def refused(self, name: str, value: Array) -> tuple[str, str]:
        """What is said of a number of the program's that a line gives another value, and the way out."""
        given = f"{value:g}" if value.ndim == 0 else "an array"
        message, hint = (
            f"{name} is {self.program.constants[name]:g} here, and this gives {given}",
            "Leave the line out.",
        )
        if name == self.program.examples and self.program.data:
            axis, first = int(self.program.orientation == "columns"), self.program.data[0]
            hint = f"Each {('row', 'column')[axis]} of {first} is an example: {name} = {first}.shape[{axis}]."
        return message, hint

    @cached_property
    def _values(self) -> Values:
        program = self.program
        if sum(np.prod(shape, dtype=float) for shape in program.shapes.values()) > LARGEST:
            return {}
        random = np.random.default_rng(7)
        values: dict[str, Array] = {
            name: random.normal(size=program.shapes[name]) for name in (*program.data, *program.parameters)
        }
        values |= {name: np.asarray(each) for name, each in program.constants.items()}
        forward = {at for at, each in enumerate(program.equations) if each.phase in (Phase.FORWARD, Phase.COST)}
        with np.errstate(all="ignore"):
            for step in program.steps:
                if step.equation in forward:
                    values[step.out] = compute(step, values)
        return values

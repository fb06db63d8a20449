"""Equations to steps: one operation each, temporaries in between, the last one binding the equation's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Equation, Step
from bpdebug.program.shapes import Known


def lower(
    equations: Iterable[Equation], shapes: MutableMapping[str, Shape], constants: Mapping[str, float]
) -> tuple[Step, ...]:
    """The steps of the equations in their order; the shapes of temporaries are added to `shapes`."""
    known = Known(shapes, constants)
    steps: list[Step] = []
    for number, equation in enumerate(equations):
        Lowering(equation.name, number, known, shapes, steps).run(equation.expr)
    return tuple(steps)


class Lowering:
    """One equation on its way to steps."""

    def __init__(
        self, name: str, number: int, known: Known, shapes: MutableMapping[str, Shape], steps: list[Step]
    ) -> None:
        self._name, self._number, self._known, self._shapes, self._steps = name, number, known, shapes, steps
        self._temporaries = 0

    def run(self, expr: Expr) -> None:
        """Append the steps; an equation that only passes a value on is a step too."""
        whole = expr if isinstance(expr, Apply) else Apply("identity", (expr,), span=expr.span)
        self._step(whole, self._name)

    def _step(self, expr: Apply, name: str | None = None) -> str:
        inputs = tuple(self._input(each) for each in expr.inputs)
        shape, options = self._known.applied(expr, tuple(self._known.shape(each) for each in inputs))
        if name is None:
            self._temporaries += 1
            name = f"{self._name}:{self._temporaries}"
        self._shapes[name] = shape
        one = Apply(expr.op, inputs, expr.options)
        self._steps.append(Step(name, OPS[expr.op], inputs, options, shape, self._number, one, expr))
        return name

    def _input(self, expr: Expr) -> Name | Number:
        if isinstance(expr, (Name, Number)):
            return expr
        assert isinstance(expr, Apply)
        return Name(self._step(expr))

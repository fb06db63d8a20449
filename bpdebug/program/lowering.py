"""Equations to steps: one operation each, temporaries in between, the last one binding the equation's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping

from bpdebug.language.chance import COUNT
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.drawing import stream
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Equation, Step
from bpdebug.program.shapes import Known, ShapeError


def lower(
    equations: Iterable[Equation], shapes: MutableMapping[str, Shape], constants: Mapping[str, float], seed: int = 0
) -> tuple[Step, ...]:
    """The steps of the equations in their order; the shapes of temporaries are added to `shapes`.

    What draws by chance is given the number of the iteration, and under `seed` a stream of its own.
    """
    known = Known(shapes, constants)
    return tuple(
        step
        for number, equation in enumerate(equations)
        for step in Lowering(equation.name, number, known, shapes).run(equation.expr, seed)
    )


class Lowering:
    """One equation on its way to steps."""

    def __init__(self, name: str, number: int, known: Known, shapes: MutableMapping[str, Shape]) -> None:
        self._name, self._number, self._known, self._shapes = name, number, known, shapes
        self._steps: list[Step] = []
        self._temporaries = self._draws = self._seed = 0

    def run(self, expr: Expr, seed: int) -> list[Step]:
        """The steps; an equation that only passes a value on is a step too."""
        self._seed = seed
        whole = expr if isinstance(expr, Apply) else Apply("identity", (expr,), span=expr.span)
        self._step(whole, self._name)
        return self._steps

    def _step(self, expr: Apply, name: str | None = None) -> str:
        inputs, op = tuple(self._input(each) for each in expr.inputs), OPS[expr.op]
        shape, options = self._known.applied(expr, tuple(self._known.shape(each) for each in inputs))
        if op.chance:
            inputs, options = (Name(COUNT),), {**options, "stream": self._stream(expr)}
        if name is None:
            self._temporaries += 1
            name = f"{self._name}:{self._temporaries}"
        self._shapes[name] = shape
        one = Apply(expr.op, () if op.chance else inputs, expr.options)
        self._steps.append(Step(name, op, inputs, options, shape, self._number, one, expr))
        return name

    def _stream(self, expr: Apply) -> int:
        if COUNT not in self._shapes:
            message = f"{expr.op} draws anew in each iteration: it has its place in the equations of a scenario"
            raise ShapeError(message, expr.span)
        self._draws += 1
        return stream(self._seed, f"{self._name}:{self._draws}")

    def _input(self, expr: Expr) -> Name | Number:
        if isinstance(expr, (Name, Number)):
            return expr
        assert isinstance(expr, Apply)
        return Name(self._step(expr))

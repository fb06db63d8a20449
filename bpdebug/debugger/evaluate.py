"""Expressions of the user's own over the values at hand: shapes are settled before a number is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from bpdebug.debugger.words import closest, counted, quoted, shaped
from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, Number, walk
from bpdebug.machine.kernels import operand, precision, run_step
from bpdebug.ops import expand, parse
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation, Program, Step
from bpdebug.program.lowering import lower
from bpdebug.program.shapes import Known, ShapeError

MOST = 2_000_000
"""Entries that a value computed only to be looked at may have; more where the program's own have more."""
TOGETHER = 8
"""How many values of the largest size an expression may pass through."""
WORK = 2_000_000_000
"""Multiplications that all its products together may take."""
ANSWER = "the value asked for"
"""A name no quantity can have."""


class Evaluator(Struct, frozen=True, dict=True):
    """Reads, checks and computes expressions over the quantities of a program."""

    program: Program
    further: Mapping[str, Shape] = field(default_factory=dict)
    """Names beyond those of the program, with their shapes."""
    others: tuple[Program, ...] = ()
    """The programs of other iterations of the run, where not all see as many examples."""

    @cached_property
    def _shapes(self) -> Mapping[str, Shape]:
        return {**self.program.shapes, **self.further}

    @cached_property
    def _known(self) -> Known:
        program = self.program
        return Known(self._shapes, program.constants, program.data, program.orientation)

    @cached_property
    def _most(self) -> int:
        return max(MOST, *(product(shape) for shape in self.program.shapes.values()))

    def read(self, text: str) -> Expr:
        """The expression a text stands for, every name in it known."""
        try:
            expr = expand(parse(text, self._shapes), self.program.examples)
        except ExpressionError as error:
            raise ExpressionError(error.message, error.text or text, error.span, error.hint) from None
        self.known(expr, text)
        return expr

    def known(self, expr: Expr, text: str) -> None:
        """Refuse a name that no quantity has."""
        quantities = [name for name in self.program.shapes if name.isidentifier()]
        for node in walk(expr):
            if isinstance(node, Name) and node.id not in quantities and node.id not in self.further:
                hint = closest(node.id, quantities)
                raise ExpressionError(f"there is no {quoted(node.id)} here", text, node.span, hint)

    def shape(self, text: str) -> tuple[Expr, Shape]:
        """An expression, and the shape it has, whether it is computed already or not."""
        expr = self.read(text)
        return expr, self.shape_of(expr, text)

    def value(self, text: str, values: Mapping[str, Array]) -> tuple[Expr, Array]:
        """An expression, and its value over these values."""
        expr, _ = self.shape(text)
        for node in walk(expr):
            if isinstance(node, Name) and node.id not in values:
                raise ExpressionError(self.missing(node.id), text, node.span)
        dtype = precision(values)
        if isinstance(expr, Name | Number):
            return expr, operand(expr, values, dtype)
        known = dict(values)
        for step in self.lowered(expr, text):
            known[step.out] = run_step(step, known, dtype)
        return expr, known[ANSWER]

    def lowered(self, expr: Expr, text: str) -> tuple[Step, ...]:
        """The steps that compute an expression, the last of which gives ANSWER; none that take too much."""
        self.shape_of(expr, text)
        shapes = dict(self._shapes)
        steps = lower([Equation(ANSWER, expr)], shapes, self.program.constants)
        self._bounded(steps, shapes, text)
        return steps

    def options(self, expr: Apply) -> dict[str, Any]:
        """The options of an operation with their numbers, sizes put in for their names."""
        return {key: self._known.option(value) for key, value in expr.options}

    def missing(self, name: str, iteration: str = "this iteration") -> str:
        """Why a name has no value yet, and when it will have one."""
        steps = enumerate(self.program.steps, start=1)
        at = next((at for at, step in steps if step.out == name), len(self.program.steps))
        return f"{name} has no value yet: step {at} of {iteration} computes it"

    def shape_of(self, expr: Expr, text: str) -> Shape:
        """The shape of an expression that was read from this text."""
        try:
            return self._known.shape(expr)
        except ShapeError as error:
            raise ExpressionError(error.message, text, error.span, error.hint) from None

    def _bounded(self, steps: Iterable[Step], shapes: Mapping[str, Shape], text: str) -> None:
        """Refuse what would take too much memory or time, before any of it is computed."""
        total = work = 0
        for step in steps:
            entries = product(step.shape)
            total += entries
            work += entries * _terms(step, shapes)
            span = step.whole.span
            if entries > self._most:
                size = f"{shaped(step.shape)} has {counted(entries, 'entry', 'entries')}"
                raise ExpressionError(f"too large to compute here: {size}, more than {self._most:,}", text, span)
            if total > TOGETHER * self._most or work > WORK:
                raise ExpressionError("too much to compute here", text, span, "Take a slice of it.")


def _terms(step: Step, shapes: Mapping[str, Shape]) -> int:
    """How many products make one entry of what a step computes."""
    given = (shapes[each.id] if isinstance(each, Name) else () for each in step.inputs)
    return step.op.terms(*given, **step.options) if step.op.terms else 1

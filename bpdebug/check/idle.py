"""Why entries of a gradient are 0 whatever its formula says: the factors that are 0 there, followed back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

if TYPE_CHECKING:
    from bpdebug.check.verdict import GradientCheck

SHOWN = 3
"""Factors that are named."""
Masks: TypeAlias = Mapping[Expr, Array]
"""Where each factor alone makes the result 0."""


def idle(program: Program, values: Mapping[str, Array], name: str, entries: Array) -> tuple[Expr, ...]:
    """The factors that make these entries of a gradient 0, the one that explains most first; none where none does."""
    masks = dict(_Factors(program, values).of(Name(name)))
    left, found = entries.copy(), list[Expr]()
    while masks and left.any():
        factor = max(masks, key=lambda each: int(np.sum(masks[each] & left)))
        if not np.any(masks[factor] & left):
            break
        found.append(factor)
        left &= ~masks.pop(factor)
    return tuple(found)


def nothing(found: Sequence[GradientCheck], notation: str) -> str:
    """Why entries were not tested: what in the formulas of their gradients is 0 there."""
    factors = [write(each, notation) for each in dict.fromkeys(each for check in found for each in check.idle)]
    if not factors:
        return "no gradient comes through"
    shown = factors if len(factors) <= SHOWN else [*factors[: SHOWN - 1], f"one of {len(factors) - SHOWN + 1} others"]
    return f"{' or '.join(shown)} is 0 there"


class _Factors(Struct, frozen=True, eq=False, dict=True):
    program: Program
    values: Mapping[str, Array]

    @cached_property
    def _equations(self) -> Mapping[str, Expr]:
        """Of the gradients."""
        gradients = {*self.program.gradients.values()}
        return {each.name: each.expr for each in self.program.equations if each.name in gradients}

    @cached_property
    def _known(self) -> Mapping[Expr, Array]:
        """The values of the parts of equations."""
        steps = (step for step in self.program.steps if step.out in self.values)
        return {step.whole: np.asarray(self.values[step.out]) for step in steps}

    def of(self, expr: Expr) -> Masks:
        """Where each factor of an expression makes it 0; a sum is a factor of its own."""
        if isinstance(expr, Name) and expr.id in self._equations:
            inner = self.of(self._equations[expr.id])
            return inner or self._itself(expr)
        if isinstance(expr, Apply) and (found := dict(self._through(expr))):
            return found
        return self._itself(expr)

    def _itself(self, expr: Expr) -> Masks:
        value = self._value(expr)
        return {} if value is None or not np.any(value == 0) else {expr: value == 0}

    def _value(self, expr: Expr) -> Array | None:
        if isinstance(expr, Name):
            return None if expr.id not in self.values else np.asarray(self.values[expr.id])
        return None if isinstance(expr, Number) else self._known.get(expr)

    def _through(self, expr: Apply) -> Iterator[tuple[Expr, Array]]:
        """The factors of what a product, a sum over an axis or a transpose is made of, as they stand in the result."""
        result = self._value(expr)
        if result is None:
            return
        for place, each in enumerate(expr.inputs[:1] if expr.op == "divide" else expr.inputs):
            for factor, mask in self.of(each).items():
                moved = _moved(expr, place, mask)
                if moved is not None and np.any(there := np.broadcast_to(moved, result.shape)):
                    yield factor, there


def _moved(expr: Apply, place: int, zero: Array) -> Array | None:
    """Where a result is 0 because an input is 0 somewhere; nothing is told of an operation that may be 0 otherwise."""
    if expr.op in ("multiply", "divide", "negate"):
        return zero
    if expr.op == "matmul" and zero.ndim == 2:
        return np.asarray(zero.all(axis=1 - place, keepdims=True))
    if expr.op == "transpose":
        return zero.T
    if expr.op == "sum":
        options: dict[str, Any] = dict(expr.options)
        return np.asarray(zero.all(axis=options.get("axis"), keepdims=options.get("keepdims", False)))
    return None

"""What the records of elementwise operations share: spread, rounding, contributions, complex comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypedDict

import numpy as np

from bpdebug.ops.shapes import broadcast
from bpdebug.ops.table import UNIT, Array, Shape, Term

Rule: TypeAlias = Callable[..., Array]
Index: TypeAlias = tuple[int, ...]

NOTHING = np.zeros(())
TINY = 2.0**-1074
"""The smallest subnormal: what an operation can lose where relative error means nothing."""
LIBRARY = 8
"""Units of round-off granted to exp, log and their like: four units in the last place."""


class Entrywise(TypedDict):
    """The facts that follow from working entry by entry."""

    elementwise: bool
    shape: Callable[..., Shape]
    contributions: Callable[..., tuple[Term, ...]]
    spread: Rule
    rounding: Rule


def entrywise(name: str, *slopes: Rule | None, units: float | Rule = 1, terms: Any = None) -> Entrywise:
    """The facts of an elementwise op from its slopes, slope(out, *arrays, **options) for each input.

    `units` is its own rounding error in units of round-off of the result, or a rule of its own.
    """
    return Entrywise(
        elementwise=True,
        shape=lambda *shapes, **options: broadcast(name, *shapes),
        contributions=terms or one_term,
        spread=spread_by(*slopes),
        rounding=units if callable(units) else relative(units),
    )


def spread_by(*slopes: Rule | None) -> Rule:
    """The first-order spread of an elementwise op; None for an input that moves nothing."""

    def spread(deltas: tuple[Array, ...], out: Array, *arrays: Array, **options: Any) -> Array:
        terms = [
            delta if slope is slope_one else weighted(slope(out, *arrays, **options), delta)
            for slope, delta in zip(slopes, deltas, strict=True)
            if slope is not None
        ]
        total = sum(terms[1:], terms[0]) if terms else NOTHING
        return total if total.shape == np.shape(out) else np.broadcast_to(total, np.shape(out))

    return spread


def slope_one(out: Array, *arrays: Array, **options: Any) -> Array:
    """The slope of what passes its input on, with either sign."""
    return np.ones(())


def weighted(slope: Array, delta: Array) -> Array:
    """|slope| · delta, nothing where delta is nothing even if the slope is infinite."""
    out = np.asarray(np.abs(slope) * delta)
    return out if np.isfinite(out).all() else np.where(np.equal(delta, 0), 0.0, out)


def relative(units: float) -> Rule:
    """A rounding error of so many units of the result; 0 means that the operation is exact."""

    def rounding(out: Array, *arrays: Array, **options: Any) -> Array:
        return ulps(out, units)

    return rounding


def ulps(out: Array, units: float | Array) -> Array:
    """`units` of round-off of `out`, and what underflow can take."""
    if isinstance(units, int | float):
        return np.abs(out) * (units * UNIT) + TINY if units > 0 else np.zeros(np.shape(out))
    return np.asarray(units * UNIT * np.abs(out) + np.where(np.asarray(units) > 0, TINY, 0.0))


def gamma(count: int) -> float:
    """The bound on the relative error of a sum of products with `count` roundings."""
    return count * UNIT / (1 - count * UNIT)


def exact(out: Array, *arrays: Array, **options: Any) -> Array:
    """No rounding: the result is one of the inputs, or a whole number."""
    return np.zeros(np.shape(out))


def entry(index: Index, shape: Shape) -> Index:
    """Which entry of an input of this shape, after broadcasting, stands at `index` of the output."""
    tail = index[len(index) - len(shape) :] if shape else ()
    return tuple(0 if length == 1 else place for place, length in zip(tail, shape, strict=True))


def at(index: Index, *arrays: Array) -> tuple[tuple[int, Index], ...]:
    """The entries of all inputs that meet in one entry of an elementwise output."""
    return tuple((number, entry(index, np.shape(array))) for number, array in enumerate(arrays))


def value(array: Array, index: Index) -> float:
    """One entry of an input, found as broadcasting finds it."""
    return float(np.asarray(array)[entry(index, np.shape(array))])


def one_term(index: Index, out: Array, *arrays: Array, **options: Any) -> tuple[Term, ...]:
    """All inputs meet in one term: the entry itself."""
    return (Term(float(np.asarray(out)[index]), at(index, *arrays)),)


def above(a: Array, b: Array) -> Array:
    """a > b, complex numbers by the real part and then by the imaginary part."""
    if not (np.iscomplexobj(a) or np.iscomplexobj(b)):
        return np.asarray(a > b)
    return np.asarray((np.real(a) > np.real(b)) | ((np.real(a) == np.real(b)) & (np.imag(a) > np.imag(b))))


def alike(a: Array, b: Array) -> Array:
    """a == b, in both parts."""
    if not (np.iscomplexobj(a) or np.iscomplexobj(b)):
        return np.asarray(a == b)
    return np.asarray((np.real(a) == np.real(b)) & (np.imag(a) == np.imag(b)))


def positive(x: Array) -> Array:
    """Which side of zero, NaN counting as positive so that it is passed on and not hidden."""
    if not np.iscomplexobj(x):
        return np.asarray(~(np.asarray(x) <= 0))
    return np.asarray(above(x, NOTHING) | np.isnan(np.real(x)))


def at_zero(x: Array, **options: Any) -> Array:
    """Where an input is exactly zero."""
    return np.asarray(np.real(x) == 0)


def as_number(truth: Array) -> Array:
    """1.0 for true, 0.0 for false."""
    return np.asarray(truth, dtype=float)


def nothing(g: Any, out: Any, *inputs: Any, **options: Any) -> tuple[None, ...]:
    """No input has a gradient: the output is constant between its jumps."""
    return (None,) * len(inputs)


def split(real: Array, imaginary: Array) -> Array:
    """A complex array from its parts, for the entries where the complex function would leave the real one."""
    result = np.empty(np.broadcast_shapes(np.shape(real), np.shape(imaginary)), dtype=np.complex128)
    result.real, result.imag = real, imaginary
    return result

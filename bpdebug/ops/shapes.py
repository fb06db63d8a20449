"""Shapes and axes: broadcasting that keeps the names of sizes, axes counted from the end."""

from __future__ import annotations

from itertools import product as combinations
from math import isfinite
from typing import Any

from bpdebug.language.expression import Expr, apply
from bpdebug.ops.table import Outside, Shape, ShapeMismatch, Size, size_expression


def broadcast(name: str, *shapes: Shape) -> Shape:
    """The common shape of inputs under NumPy's broadcasting; a size that has a name keeps it."""
    rank = max((len(shape) for shape in shapes), default=0)
    return tuple(_common(name, axis - rank, shapes) for axis in range(rank))


def _common(name: str, axis: int, shapes: tuple[Shape, ...]) -> int:
    lengths = [shape[axis] for shape in shapes if -axis <= len(shape)]
    wide = [length for length in lengths if length != 1] or lengths
    for length in wide[1:]:
        if length != wide[0]:
            place = axis + max(len(shape) for shape in shapes)
            raise ShapeMismatch(
                f"{name}: expected equal lengths (or 1) along each axis, got {listing(shapes)}: "
                f"along axis {place}, {wide[0]:d} ≠ {length:d}"
            )
    return named(*wide)


def named(*lengths: int) -> int:
    """Of equal lengths, one that knows its name."""
    return next((length for length in lengths if isinstance(length, Size)), lengths[0])


def show(shape: Shape) -> str:
    """A shape as NumPy prints it."""
    return str(tuple(int(length) for length in shape))


def listing(shapes: tuple[Shape, ...]) -> str:
    """Several shapes in a sentence."""
    texts = [show(shape) for shape in shapes]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def integer(name: str, option: str, value: Any) -> int:
    """An option that has to be a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise Outside(f"{name}: expected a whole number for {option}, got {value!r}")


def real(name: str, option: str, value: Any) -> float:
    """An option that has to be a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise Outside(f"{name}: expected a number for {option}, got {value!r}")
    return float(value)


def truth(name: str, option: str, value: Any) -> bool:
    """An option that has to be True or False."""
    if value not in (True, False):
        raise Outside(f"{name}: expected True or False for {option}, got {value!r}")
    return bool(value)


def negative_axis(name: str, axis: Any, rank: int) -> int:
    """The axis counted from the end, whichever way it was written."""
    place = integer(name, "axis", axis)
    if not -rank <= place < rank:
        has = {0: "is a scalar", 1: "has one axis, axis 0"}.get(rank, f"has {rank} axes, 0 to {rank - 1}")
        raise Outside(f"{name}: there is no axis {place}: the input {has}")
    return place - rank if place >= 0 else place


def negative_axes(name: str, axis: Any, rank: int) -> tuple[int, ...]:
    """The axes an operation runs over, counted from the end: all of them for None, sorted, each once."""
    if axis is None:
        return tuple(range(-rank, 0))
    listed = axis if isinstance(axis, tuple) else (axis,)
    axes = sorted(negative_axis(name, each, rank) for each in listed)
    if len(set(axes)) < len(axes):
        raise Outside(f"{name}: an axis is named twice in {axis}")
    return tuple(axes)


def without(shape: Shape, axes: tuple[int, ...], keepdims: bool) -> Shape:
    """The shape after the (negative) axes have been run over."""
    rank = len(shape)
    if keepdims:
        return tuple(1 if place - rank in axes else length for place, length in enumerate(shape))
    return tuple(length for place, length in enumerate(shape) if place - rank not in axes)


def sources(index: tuple[int, ...], shape: Shape, axes: tuple[int, ...], keepdims: bool) -> list[tuple[int, ...]]:
    """The entries of an input that one entry of its reduction over the (negative) axes was made from."""
    rank = len(shape)
    fixed = iter(index)
    choices: list[range] = []
    for place, length in enumerate(shape):
        run_over = place - rank in axes
        here = next(fixed) if keepdims or not run_over else 0
        choices.append(range(length) if run_over else range(here, here + 1))
    return list(combinations(*choices))


def restored(g: Expr, axes: tuple[int, ...], rank: int, keepdims: bool) -> Expr:
    """The gradient of a reduction with the axes it ran over put back, so that it broadcasts over the input."""
    if keepdims or len(axes) == rank:
        return g
    for axis in sorted(axis + rank for axis in axes):
        g = apply("expand_dims", g, axis=axis)
    return g


def product(lengths: Shape) -> int:
    """How many entries; the name survives where only one factor has weight."""
    weighty = [length for length in lengths if length != 1 or isinstance(length, Size)]
    if len(weighty) == 1:
        return weighty[0]
    total = 1
    for length in lengths:
        total *= int(length)
    return total


def count_expression(lengths: Shape) -> Expr:
    """The number of entries as a person would write it: m, or n1 * m."""
    named_or_long = [length for length in lengths if length != 1 or isinstance(length, Size)] or [1]
    result = size_expression(named_or_long[0])
    for length in named_or_long[1:]:
        result = result * size_expression(length)
    return result


def shape_option(shape: Shape) -> tuple[Any, ...]:
    """A shape as an option of an expression: names where sizes have them."""
    return tuple(size_expression(length) if isinstance(length, Size) else int(length) for length in shape)

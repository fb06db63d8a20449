"""The largest of very many terms, found without looking at each by itself: those of a product of matrices, or a sum."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.ops import OPS
from bpdebug.ops.linear import met
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Array, Term

Index = tuple[int, ...]

MANY = 200
"""From so many terms on"""
KEPT = 50
"""only so many are told one by one."""
EVERY = 16
"""Of very many sizes, each so manieth tells what is great among them."""
SMALL = 2**16
"""Entries of a matrix whose columns are at hand."""
LINE, SLABS = 8, 4
"""Entries beside one another that come from memory together, and how many times so many columns are kept."""


class Rest(Struct, frozen=True):
    """The terms that are not told one by one: how many are not 0, what they add up to, and how many are 0."""

    count: int = 0
    value: float = 0.0
    zeros: int = 0

    def __add__(self, other: Rest) -> Rest:
        return Rest(self.count + other.count, self.value + other.value, self.zeros + other.zeros)

    def __rmul__(self, scale: float) -> Rest:
        return Rest(self.count, scale * self.value, self.zeros) if self.count else self


NOTHING = Rest()


def largest(
    op: str, index: Index, arrays: tuple[Array, ...], options: Mapping[str, Any], *, kept: int = KEPT
) -> tuple[list[Term], Rest] | None:
    """The largest terms of one entry, at most `kept`, and what is left of the others; None where they are few, or of
    another op.
    """
    if op == "matmul" and arrays[0].shape[-1] > MANY:
        return _products(index, *arrays, most=min(kept, KEPT))
    if op in ("sum", "mean") and product(tuple(arrays[0].shape[axis] for axis in options["axis"])) > MANY:
        share = 1.0 / product(options["dims"]) if op == "mean" else 1.0
        return _summands(index, share, arrays[0], options, most=min(kept, KEPT))
    if (rule := OPS[op].products) is not None:
        values, entries = rule(index, *arrays, **options)
        if values.size > MANY:
            found, rest = _parted(values, min(kept, KEPT))
            return [Term(value, entries(number)) for number, value in found], rest
    return None


def some(op: str, index: Index, arrays: tuple[Array, ...], options: Mapping[str, Any]) -> list[Term] | None:
    """Two of very many terms, whichever: enough to tell which entries they are of. None where they are few."""
    if op == "matmul" and arrays[0].shape[-1] > MANY:
        few = arrays[1][..., :2, :] if arrays[1].ndim > 1 else arrays[1][:2]
        return _products(index, arrays[0][..., :2], few, most=2)[0]
    if (rule := OPS[op].products) is not None:
        values, entries = rule(index, *arrays, **options)
        ends = (0, values.size - 1)
        return [Term(float(values[at]), entries(at)) for at in ends] if values.size > MANY else None
    found = largest(op, index, arrays, options, kept=2)
    return found[0] if found else None


def _products(index: Index, a: Array, b: Array, *, most: int) -> tuple[list[Term], Rest]:
    row, (stack, column) = met(index, a.shape, b.shape)
    values = a[row] * (_column(b[stack] if stack else b, column[0]) if column else b)
    kept, rest = _parted(values, most)
    return [Term(value, ((0, (*row, k)), (1, (*stack, k, *column)))) for k, value in kept], rest


def _summands(
    index: Index, share: float, x: Array, options: Mapping[str, Any], *, most: int
) -> tuple[list[Term], Rest]:
    fixed, picked = iter(index), list[int | slice]()
    for place in range(x.ndim):
        run_over = place - x.ndim in options["axis"]
        here = next(fixed) if options["keepdims"] or not run_over else 0
        picked.append(slice(None) if run_over else slice(here, here + 1))
    part = x[tuple(picked)]
    kept, rest = _parted(share * part.ravel(), most)
    begin = [each.start or 0 for each in picked if isinstance(each, slice)]
    places = [tuple(int(at) for at in np.unravel_index(k, part.shape)) for k, _ in kept]
    entries = [tuple(first + at for first, at in zip(begin, place, strict=True)) for place in places]
    return [Term(share * float(x[entry]), ((0, entry),)) for entry in entries], rest


def _parted(values: Array, most: int) -> tuple[list[tuple[int, float]], Rest]:
    """The largest of values, NaN and infinity before all, each with its place, and what is left of the others.

    The values are used up.
    """
    kept = _greatest(np.abs(values), most)
    told = list(zip(kept.tolist(), values[kept].tolist(), strict=True))
    values[kept] = 0
    count = int(np.count_nonzero(values))
    return told, Rest(count, float(values.sum()) if count else 0.0, values.size - most - count)


def _greatest(sizes: Array, most: int) -> Array:
    """Where the greatest stand, NaN as greater than all.

    Where they are very many, only those are sorted that come up to what is great among every so manieth of them.
    """
    if sizes.size > EVERY * KEPT:
        sample = sizes[::EVERY]
        great = min(sample.size, max(2, 3 * most // EVERY))
        near = np.flatnonzero(~(sizes < np.partition(sample, -great)[-great]))
        if near.size >= most:
            return np.asarray(near[np.argpartition(sizes[near], -most)[-most:]])
    return np.argpartition(sizes, -most)[-most:]


_latest: deque[tuple[weakref.ref[Array], int, Array]] = deque(maxlen=SLABS)
"""Of matrices that columns were read of last: the first column kept, and that many columns as they stand there."""


def _column(matrix: Array, at: int) -> Array:
    """One column. Its neighbours come from memory with it, and are kept: the next one asked for is likely of them."""
    if matrix.size <= SMALL or matrix.strides[-1] > matrix.strides[0]:
        return matrix[:, at]
    first = at - at % LINE
    kept = next((columns for of, begin, columns in _latest if begin == first and of() is matrix), None)
    if kept is None:
        kept = np.array(matrix[:, first : first + LINE].T)
        _latest.append((weakref.ref(matrix), first, kept))
    column: Array = kept[at - first]
    return column

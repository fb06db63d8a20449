"""How operations write what they give into an array that is there already, to the bit as their `forward` does.

Each function is an `into` of the table: it answers calls without arguments, made once and called in every iteration.
What they need besides is made here once too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from bpdebug.ops.table import Array, Call

FEW = 512
"""Entries of an array on which a call takes longer than the work."""
Into = Callable[..., Sequence[Call]]


def by(ufunc: np.ufunc) -> Into:
    """Of an operation that on real arrays is one ufunc."""
    return lambda out, *arrays, **options: (partial(ufunc, *arrays, out),)


def copied(out: Array, x: Array) -> Sequence[Call]:
    """The same numbers."""
    return (partial(np.copyto, out, x),)


def _number(value: float, like: Array) -> Array:
    """A number as an array without axes, which NumPy need not make in every call."""
    return np.asarray(value, dtype=like.dtype)


def relu(out: Array, x: Array) -> Sequence[Call]:
    """The greater of x and 0; what is added to it turns -0 into 0."""
    zero = _number(0.0, out)
    return partial(np.maximum, x, zero, out=out), partial(np.add, out, zero, out)


def drelu(out: Array, x: Array) -> Sequence[Call]:
    """1 right of 0, else 0, and NaN of NaN: by one call where calls cost, by several fast ones where entries do."""
    zero = _number(0.0, out)
    if out.size <= FEW:
        return (partial(np.heaviside, x, zero, out),)
    told = np.empty(out.shape, dtype=bool)
    return (
        partial(np.greater, x, zero, told),
        partial(np.copyto, out, told),
        partial(np.isnan, x, told),
        partial(np.copyto, out, _number(np.nan, out), where=told),
    )


def sigmoid(out: Array, x: Array) -> Sequence[Call]:
    """1 / (1 + e) right of 0 and e / (1 + e) left of it, e = exp(-|x|)."""
    one, below, right = _number(1.0, out), np.empty_like(out), np.empty(out.shape, dtype=bool)
    return (
        *_decay(out, x),
        partial(np.add, out, one, below),
        partial(np.greater_equal, x, _number(0.0, out), right),
        partial(np.copyto, out, one, where=right),
        partial(np.divide, out, below, out),
    )


def dsigmoid(out: Array, x: Array) -> Sequence[Call]:
    """1 / (1 + e) · e / (1 + e), which is the same on both sides of 0."""
    one, below, left = _number(1.0, out), np.empty_like(out), np.empty_like(out)
    return (
        *_decay(out, x),
        partial(np.add, out, one, below),
        partial(np.divide, out, below, out),
        partial(np.divide, one, below, left),
        partial(np.multiply, left, out, out),
    )


def dtanh(out: Array, x: Array) -> Sequence[Call]:
    """4·σ(2x)·σ(-2x)."""
    twice = np.empty_like(out)
    return (
        partial(np.multiply, _number(2.0, out), x, twice),
        *dsigmoid(out, twice),
        partial(np.multiply, _number(4.0, out), out, out),
    )


def _decay(out: Array, x: Array) -> Sequence[Call]:
    """exp(-|x|)."""
    return partial(np.absolute, x, out), partial(np.negative, out, out), partial(np.exp, out, out)


def added(out: Array, x: Array, *, axis: tuple[int, ...], keepdims: bool, **options: Any) -> Sequence[Call]:
    """The sum over axes."""
    return (partial(np.add.reduce, x, axis, None, out, keepdims),)


def averaged(
    out: Array, x: Array, *, axis: tuple[int, ...], keepdims: bool, dims: tuple[int, ...], **options: Any
) -> Sequence[Call]:
    """The same, divided by how many entries were added up."""
    count = _number(float(np.prod(dims)), out)
    return *added(out, x, axis=axis, keepdims=keepdims), partial(np.divide, out, count, out)


def softmax(out: Array, x: Array, *, axis: int, **options: Any) -> Sequence[Call]:
    """exp(x - max) over its sum, along an axis."""
    total = np.empty_like(np.max(x, axis=axis, keepdims=True))
    return (
        partial(np.maximum.reduce, x, axis, None, total, True),
        partial(np.subtract, x, total, out),
        partial(np.exp, out, out),
        partial(np.add.reduce, out, axis, None, total, True),
        partial(np.divide, out, total, out),
    )


def product(out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> Sequence[Call]:
    """The matrix product; a vector is a matrix of one row, or of one column."""
    left = a[None, :] if ranks[0] == 1 else a
    right = b[:, None] if ranks[1] == 1 else b
    into = out[..., None] if ranks[1] == 1 else out
    into = into[..., None, :] if ranks[0] == 1 else into
    return (partial(np.matmul, left, right, into),)

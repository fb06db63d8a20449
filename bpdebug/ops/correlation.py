"""A filter slid along a signal: NumPy's correlate, in its three modes, the filter never reversed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bpdebug.language.expression import Expr, Slice, apply
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, gamma, ulps
from bpdebug.ops.samples import normal
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Array, Gradient, Op, Outside, Shape, ShapeMismatch, Term, register

MODES = ("valid", "same", "full")
"""Where the filter may stand: inside the signal, once for each of its entries, wherever the two touch."""


class Places(NamedTuple):
    """Where the filter stands: at `start` of the signal first (before it where negative), and `many` times in all."""

    start: int
    many: int


def places(signal: int, filter_: int, mode: str) -> Places:
    """NumPy's own choice; a filter longer than the signal is slid from the other end."""
    if filter_ > signal:
        first, count = places(filter_, signal, mode)
        return Places(1 - first - count, count)
    if mode == "valid":
        return Places(0, signal - filter_ + 1)
    if mode == "same":
        return Places(-(filter_ // 2), signal)
    return Places(1 - filter_, signal + filter_ - 1)


def _resolve(signal: Shape, filter_: Shape, *, mode: Any = "valid") -> dict[str, Any]:
    if mode not in MODES:
        raise Outside(f'correlate: expected mode "valid", "same" or "full", got {mode!r}')
    lengths = tuple(int(shape[-1]) if shape else 0 for shape in (signal, filter_))
    return {"mode": mode, "lengths": lengths}


def _shape(signal: Shape, filter_: Shape, *, mode: str, lengths: tuple[int, int]) -> Shape:
    if len(signal) != 1 or len(filter_) != 1:
        raise ShapeMismatch(f"correlate: expected two vectors, got {show(signal)} and {show(filter_)}")
    if not all(lengths):
        raise ShapeMismatch(f"correlate: expected vectors with entries, got {show(signal)} and {show(filter_)}")
    count = places(*lengths, mode).many
    return (next((length for length in (*signal, *filter_) if length == count), count),)


def _correlate(a: Array, v: Array, *, mode: str, lengths: tuple[int, int]) -> Array:
    signal, filter_ = lengths
    start, count = places(signal, filter_, mode)
    before, after = max(0, -start), max(0, start + count + filter_ - 1 - signal)
    a = np.asarray(a)
    beyond = [np.zeros((*a.shape[:-1], length), dtype=a.dtype) for length in (before, after)]
    wide = np.concatenate([beyond[0], a, beyond[1]], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(wide, filter_, axis=-1)[..., :count, :]
    return np.asarray(np.matmul(windows, np.asarray(v)[..., :, None])[..., 0])


def _vjp(g: Expr, out: Expr, a: Expr, v: Expr, *, mode: str, lengths: tuple[int, int]) -> tuple[Gradient, ...]:
    signal, filter_ = lengths
    start, count = places(signal, filter_, mode)
    turned = apply("index", v, index=(Slice(None, None, -1),))
    to_signal = apply("correlate", g, turned, mode="full")
    to_filter: Expr = apply("correlate", a, g)
    if (signal - count + 1, start) != (filter_, 0):
        to_filter = _part(apply("correlate", a, g, mode="full"), start + count - 1, filter_, signal + count - 1)
    return _part(to_signal, -start, signal, count + filter_ - 1), to_filter


def _part(whole: Expr, start: int, count: int, length: int) -> Expr:
    """`count` entries from `start` on of a vector that has `length`."""
    if (start, count) == (0, length):
        return whole
    return apply("index", whole, index=(Slice(start, start + count),))


def _terms(index: Index, out: Array, a: Array, v: Array, *, mode: str, lengths: tuple[int, int]) -> tuple[Term, ...]:
    at = places(*lengths, mode).start + index[0]
    return tuple(
        Term(float(a[at + k] * v[k]), ((0, (at + k,)), (1, (k,)))) for k in range(len(v)) if 0 <= at + k < len(a)
    )


register(
    Op(
        name="correlate",
        inputs=("x", "k"),
        options={"mode": "valid"},
        family="correlation",
        degree=2,
        **call("correlate"),
        does="The filter slides along the signal; at each place the entries that meet are multiplied and added up.",
        why="Entry k[n] meets x[i + n] to make output i, so its gradient is Σⱼ g[j]·x[j + n]: x correlated with g, in "
        "this order. Entry x[j] meets k[j - i], the filter read backwards: that is why the filter is reversed there.",
        resolve=_resolve,
        shape=_shape,
        forward=_correlate,
        vjp=_vjp,
        terms=lambda signal, filter_, **options: int(filter_[0]),
        contributions=_terms,
        spread=lambda deltas, out, a, v, **options: (
            _correlate(deltas[0], np.abs(v), **options) + _correlate(np.abs(a), deltas[1], **options)
        ),
        rounding=lambda out, a, v, **options: (
            gamma(len(v) + 1) * _correlate(np.abs(a), np.abs(v), **options) + ulps(out, 1)
        ),
        examples=lambda random: [
            ((normal(random, (signal,)), normal(random, (filter_,))), {} if mode == "valid" else {"mode": mode})
            for signal, filter_ in [(7, 3), (6, 4), (3, 5), (4, 4), (1, 3)]
            for mode in MODES
        ],
    )
)

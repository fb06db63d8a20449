"""Reductions over axes: sum and mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.language.expression import Expr
from bpdebug.ops import inplace
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, gamma, ulps
from bpdebug.ops.samples import Cases, normal
from bpdebug.ops.shapes import count_expression, negative_axes, product, restored, sources, truth, without
from bpdebug.ops.table import Array, Gradient, Op, Shape, ShapeMismatch, Term, register

Axes = tuple[int, ...]
AXES = {"axis": None, "keepdims": False}
_ADDED: Callable[..., Array] = np.add.reduce
"""What np.sum calls, without what it does before that, which takes longer than the sum of a small matrix."""


def over_axes(name: str, shape: Shape, axis: Any, keepdims: Any) -> dict[str, Any]:
    """The options of a reduction made definite; `dims` are the lengths it runs over, `rank` the input's."""
    axes = negative_axes(name, axis, len(shape))
    dims = tuple(shape[each] for each in axes)
    return {"axis": axes, "keepdims": truth(name, "keepdims", keepdims), "dims": dims, "rank": len(shape)}


def reduced(shape: Shape, *, axis: Axes, keepdims: bool, **options: Any) -> Shape:
    """The shape of what is left."""
    return without(shape, axis, keepdims)


def _sum(x: Array, *, axis: Axes, keepdims: bool, **options: Any) -> Array:
    return np.asarray(_ADDED(x, axis=axis, keepdims=keepdims))


def _mean(x: Array, *, axis: Axes, keepdims: bool, dims: Shape, **options: Any) -> Array:
    return np.asarray(_sum(x, axis=axis, keepdims=keepdims) / product(dims))


def _mean_shape(shape: Shape, *, axis: Axes, keepdims: bool, dims: Shape, **options: Any) -> Shape:
    if product(dims) == 0:
        raise ShapeMismatch(f"mean: expected at least one entry to take the mean of, got shape {shape}")
    return without(shape, axis, keepdims)


def _sum_vjp(g: Expr, out: Expr, x: Expr, *, axis: Axes, keepdims: bool, rank: int, **options: Any) -> tuple[Gradient]:
    return (restored(g, axis, rank, keepdims),)


def _mean_vjp(g: Expr, out: Expr, x: Expr, *, axis: Axes, keepdims: bool, rank: int, dims: Shape) -> tuple[Gradient]:
    return (restored(g, axis, rank, keepdims) / count_expression(dims),)


def _sum_terms(index: Index, out: Array, x: Array, *, axis: Axes, keepdims: bool, **options: Any) -> tuple[Term, ...]:
    return tuple(Term(float(x[place]), ((0, place),)) for place in sources(index, np.shape(x), axis, keepdims))


def _mean_terms(index: Index, out: Array, x: Array, *, dims: Shape, **options: Any) -> tuple[Term, ...]:
    terms = _sum_terms(index, out, x, **options)
    return tuple(Term(term.value / product(dims), term.entries) for term in terms)


def _sum_rounding(out: Array, x: Array, *, dims: Shape, **options: Any) -> Array:
    return gamma(max(product(dims) - 1, 0)) * _sum(np.abs(x), **options)


def _mean_rounding(out: Array, x: Array, *, dims: Shape, **options: Any) -> Array:
    return gamma(product(dims)) * _mean(np.abs(x), dims=dims, **options) + ulps(out, 1)


def _examples(random: np.random.Generator) -> Cases:
    matrix: list[dict[str, Any]] = [
        {},
        {"axis": 0},
        {"axis": 1},
        {"axis": 1, "keepdims": True},
        {"axis": -2, "keepdims": True},
        {"axis": (0, 1)},
        {"keepdims": True},
    ]
    cases = [((normal(random, (3, 4)),), options) for options in matrix]
    return [
        *cases,
        ((normal(random, (5,)),), {}),
        ((normal(random, ()),), {}),
        ((normal(random, (2, 900)),), {"axis": 1}),
    ]


register(
    Op(
        name="sum",
        inputs=("x",),
        options=AXES,
        family="reduction",
        shows=1,
        degree=1,
        **call("sum", unicode="Σ", latex=r"\sum"),
        does="The entries are added up, along the axis given or all of them.",
        why="Every entry enters the sum with weight 1, so each of them receives the sum's whole gradient.",
        resolve=lambda shape, *, axis=None, keepdims=False: over_axes("sum", shape, axis, keepdims),
        shape=reduced,
        forward=_sum,
        into=inplace.added,
        vjp=_sum_vjp,
        contributions=_sum_terms,
        spread=lambda deltas, out, x, **options: _sum(deltas[0], **options),
        rounding=_sum_rounding,
        examples=_examples,
    )
)

register(
    Op(
        name="mean",
        inputs=("x",),
        aliases=("average",),
        options=AXES,
        family="reduction",
        shows=1,
        degree=1,
        **call("mean"),
        does="The entries are added up and divided by how many they are.",
        why="Every entry enters the mean with weight 1/n, so each receives an n-th of its gradient: "
        "this is where the 1/m of the course is born.",
        resolve=lambda shape, *, axis=None, keepdims=False: over_axes("mean", shape, axis, keepdims),
        shape=_mean_shape,
        forward=_mean,
        into=inplace.averaged,
        vjp=_mean_vjp,
        contributions=_mean_terms,
        spread=lambda deltas, out, x, **options: _mean(deltas[0], **options),
        rounding=_mean_rounding,
        examples=_examples,
    )
)

"""Scores into probabilities: softmax and log_softmax, along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Expr, apply
from bpdebug.language.vocabulary import REQUIRED
from bpdebug.ops import inplace
from bpdebug.ops.forms import call
from bpdebug.ops.rules import LIBRARY, TINY, Index
from bpdebug.ops.samples import Cases, normal, whole, wide
from bpdebug.ops.shapes import negative_axis, sources
from bpdebug.ops.table import UNIT, Array, Gradient, Op, Shape, Term, register
from bpdebug.ops.winners import winner


def _along(name: str, shape: Shape, axis: Any) -> dict[str, Any]:
    return {"axis": negative_axis(name, axis, len(shape)), "rank": len(shape)}


def _total(x: Array, axis: int) -> Array:
    return np.asarray(np.sum(x, axis=axis, keepdims=True))


def _shifted(x: Array, axis: int) -> Array:
    """x minus its largest real part, which changes no probability and keeps exp from overflowing."""
    return np.asarray(x - np.max(np.real(x), axis=axis, keepdims=True))


def _softmax(x: Array, *, axis: int, **options: Any) -> Array:
    grown = np.exp(_shifted(x, axis))
    return np.asarray(grown / _total(grown, axis))


def _below_top(x: Array, axis: int) -> tuple[Array, Array]:
    """x minus its largest entry, and what the other entries' exponentials add to that one's 1.

    Which entry is largest makes no difference to the result, so that a complex step may ride on it.
    """
    top = winner(np.real(x), (axis,), 1)
    below = x - _total(np.where(top, x, 0.0), axis)
    return np.asarray(below), _total(np.where(top, 0.0, np.exp(below)), axis)


def _log_softmax(x: Array, *, axis: int, **options: Any) -> Array:
    below, rest = _below_top(x, axis)
    return np.asarray(below - np.log1p(rest))


def _softmax_vjp(g: Expr, out: Expr, x: Expr, *, axis: int, rank: int) -> tuple[Gradient]:
    return (out * (g - apply("sum", g * out, axis=axis + rank, keepdims=True)),)


def _log_softmax_vjp(g: Expr, out: Expr, x: Expr, *, axis: int, rank: int) -> tuple[Gradient]:
    return (g - apply("softmax", x, axis=axis + rank) * apply("sum", g, axis=axis + rank, keepdims=True),)


def _others(values: Array, axis: int) -> Array:
    """At each place the sum of all the other places along the axis, without subtracting."""
    moved = np.moveaxis(values, axis, -1)
    return np.moveaxis(moved @ (1 - np.eye(moved.shape[-1])), -1, axis)


def _softmax_spread(deltas: tuple[Array, ...], out: Array, x: Array, *, axis: int, **options: Any) -> Array:
    delta = np.broadcast_to(deltas[0], np.shape(x))
    return np.asarray(out * (_others(out, axis) * delta + _others(out * delta, axis)))


def _log_softmax_spread(deltas: tuple[Array, ...], out: Array, x: Array, *, axis: int, **options: Any) -> Array:
    chance, delta = np.exp(out), np.broadcast_to(deltas[0], np.shape(x))
    return np.asarray(_others(chance, axis) * delta + _others(chance * delta, axis))


def _weighted(chance: Array, below: Array, axis: int) -> Array:
    """What rounding does to the sum of the exponentials, relative to the sum: each by its own shift."""
    each = np.where(chance == 0, 0.0, (np.abs(below) + below.shape[axis] + LIBRARY) * UNIT)
    return _total(chance * each, axis)


def _softmax_rounding(out: Array, x: Array, *, axis: int, **options: Any) -> Array:
    below = _shifted(x, axis)
    relative = np.abs(below) * UNIT + _weighted(out, below, axis) + (LIBRARY + 1) * UNIT
    return np.asarray(np.where(out == 0, 0.0, out * relative) + TINY)


def _log_softmax_rounding(out: Array, x: Array, *, axis: int, **options: Any) -> Array:
    below, rest = _below_top(x, axis)
    chance = np.where(winner(x, (axis,), 1), 0.0, np.exp(out))
    log_rounding = LIBRARY * UNIT * np.log1p(rest) + TINY
    return np.asarray(np.abs(below) * UNIT + _weighted(chance, below, axis) + log_rounding + UNIT * np.abs(out))


def _softmax_terms(index: Index, out: Array, x: Array, *, axis: int, **options: Any) -> tuple[Term, ...]:
    return (Term(float(out[index]), _line(index, x, axis)),)


def _log_softmax_terms(index: Index, out: Array, x: Array, *, axis: int, **options: Any) -> tuple[Term, ...]:
    own = float(x[index])
    return Term(own, ((0, index),)), Term(float(out[index]) - own, _line(index, x, axis))


def _line(index: Index, x: Array, axis: int) -> tuple[tuple[int, Index], ...]:
    kept = tuple(place for each, place in enumerate(index) if each - np.ndim(x) != axis)
    return tuple((0, place) for place in sources(kept, np.shape(x), (axis,), False))


def _examples(random: np.random.Generator) -> Cases:
    matrices = [((draw(random, (3, 5)),), {"axis": axis}) for draw in (normal, whole, wide) for axis in (0, 1, -1)]
    return [*matrices, ((normal(random, (6,)),), {"axis": 0}), ((normal(random, (1, 4)),), {"axis": 0})]


register(
    Op(
        name="softmax",
        inputs=("x",),
        options={"axis": REQUIRED},
        family="activations",
        **call("softmax"),
        does="Scores become probabilities: e is raised to each, and the results are divided by their total.",
        why="The probabilities add up to 1, so what one gains the others lose: each score's gradient is its "
        "probability times how far its g lies above the average g, weighted by the probabilities.",
        resolve=lambda shape, *, axis: _along("softmax", shape, axis),
        shape=lambda shape, **options: shape,
        forward=_softmax,
        into=inplace.softmax,
        vjp=_softmax_vjp,
        contributions=_softmax_terms,
        spread=_softmax_spread,
        rounding=_softmax_rounding,
        examples=_examples,
    )
)

register(
    Op(
        name="log_softmax",
        inputs=("x",),
        options={"axis": REQUIRED},
        family="activations",
        **call("log_softmax"),
        does="The logarithms of the softmax probabilities, computed without rounding any of them to 0.",
        why="A score raises its own logarithm by 1 and, through the shared total, lowers every one by its probability: "
        "hence g minus softmax times the sum of g.",
        resolve=lambda shape, *, axis: _along("log_softmax", shape, axis),
        shape=lambda shape, **options: shape,
        forward=_log_softmax,
        vjp=_log_softmax_vjp,
        contributions=_log_softmax_terms,
        spread=_log_softmax_spread,
        rounding=_log_softmax_rounding,
        examples=_examples,
    )
)

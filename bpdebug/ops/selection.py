"""Choices entry by entry: maximum, minimum, clip, where."""

from __future__ import annotations

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, above, alike, as_number, at, entry, entrywise
from bpdebug.ops.samples import Cases, normal, two, whole
from bpdebug.ops.table import Array, Op, Term, register


def _left_is_larger(a: Array, b: Array) -> Array:
    return np.asarray(above(a, b) | alike(a, b) | np.isnan(np.real(a)))


def _left_is_smaller(a: Array, b: Array) -> Array:
    return np.asarray(above(b, a) | alike(a, b) | np.isnan(np.real(a)))


def _level(a: Array, b: Array) -> Array:
    return np.asarray(np.real(a) == np.real(b))


def _chosen(take_left: Array, index: Index, out: Array, a: Array, b: Array) -> tuple[Term, ...]:
    entries = at(index, a, b)
    return (Term(float(np.asarray(out)[index]), (entries[0 if take_left[index] else 1],)),)


def _maximum(a: Array, b: Array, *, branch: Array | None = None) -> Array:
    return np.asarray(np.where(_left_is_larger(a, b) if branch is None else branch, a, b))


def _minimum(a: Array, b: Array, *, branch: Array | None = None) -> Array:
    return np.asarray(np.where(_left_is_smaller(a, b) if branch is None else branch, a, b))


TIE = "of two equal entries the first one wins and takes the whole gradient"

register(
    Op(
        name="maximum",
        inputs=("u", "v"),
        family="selection",
        **call("maximum", latex=r"\max"),
        does="Of the two entries in the same place the larger one is taken.",
        alone="The larger of the two numbers is taken.",
        why="The larger of the two is passed on as it is, so it receives the whole gradient and the smaller one none: "
        "a gate, open on one side.",
        forward=_maximum,
        vjp=lambda g, out, a, b: (g * (a >= b), g * (b > a)),
        branch=_left_is_larger,
        kink=_level,
        tie=TIE,
        **entrywise(
            "maximum",
            lambda out, a, b: as_number(_left_is_larger(a, b)),
            lambda out, a, b: as_number(~_left_is_larger(a, b)),
            units=0,
            terms=lambda index, out, a, b: _chosen(_left_is_larger(a, b), index, out, a, b),
        ),
        examples=two((normal, normal), (whole, whole)),
    )
)

register(
    Op(
        name="minimum",
        inputs=("u", "v"),
        family="selection",
        **call("minimum", latex=r"\min"),
        does="Of the two entries in the same place the smaller one is taken.",
        alone="The smaller of the two numbers is taken.",
        why="The smaller of the two is passed on as it is, so it receives the whole gradient and the larger one none: "
        "a gate, open on one side.",
        forward=_minimum,
        vjp=lambda g, out, a, b: (g * (a <= b), g * (b < a)),
        branch=_left_is_smaller,
        kink=_level,
        tie=TIE,
        **entrywise(
            "minimum",
            lambda out, a, b: as_number(_left_is_smaller(a, b)),
            lambda out, a, b: as_number(~_left_is_smaller(a, b)),
            units=0,
            terms=lambda index, out, a, b: _chosen(_left_is_smaller(a, b), index, out, a, b),
        ),
        examples=two((normal, normal), (whole, whole)),
    )
)


def _side(x: Array, low: Array, high: Array) -> Array:
    """-1 where the entry is below, 0 where it is inside, 1 where it is above; the bounds are inside."""
    below, beyond = above(low, x), above(x, high)
    return np.asarray(np.where(beyond, 1, np.where(below, -1, 0)), dtype=np.int8)


def _clip(x: Array, low: Array, high: Array, *, branch: Array | None = None) -> Array:
    side = _side(x, low, high) if branch is None else branch
    return np.asarray(np.where(side > 0, high, np.where(side < 0, low, x)))


def _clip_terms(index: Index, out: Array, x: Array, low: Array, high: Array) -> tuple[Term, ...]:
    source = {0: 0, -1: 1, 1: 2}[int(_side(x, low, high)[index])]
    place = entry(index, np.shape((x, low, high)[source]))
    return (Term(float(np.asarray(out)[index]), ((source, place),)),)


def _clip_examples(random: np.random.Generator) -> Cases:
    bounds = np.asarray(-1.0), np.asarray(1.0)
    return [
        *[((draw(random, shape), *bounds), {}) for draw in (normal, whole) for shape in [(3, 4), (5,), ()]],
        ((normal(random, (3, 4)), -np.abs(normal(random, (3, 1))), np.abs(normal(random, (4,)))), {}),
    ]


register(
    Op(
        name="clip",
        inputs=("x", "low", "high"),
        family="selection",
        **call("clip"),
        does="What is below the lower bound is lifted to it, what is above the upper one is lowered to it.",
        why="Between its bounds clip passes the entry on unchanged, slope 1; outside, the bound stands in its place "
        "and the entry has no say: slope 0.",
        forward=_clip,
        vjp=lambda g, out, x, low, high: (g * (x >= low) * (x <= high), g * (x < low), g * (x > high)),
        branch=_side,
        kink=lambda x, low, high: np.asarray((np.real(x) == np.real(low)) | (np.real(x) == np.real(high))),
        tie="at a bound the slope is 1, as inside",
        domain=lambda x, low, high: np.broadcast_to(
            np.real(low) > np.real(high), np.broadcast_shapes(np.shape(x), np.shape(low), np.shape(high))
        ),
        **entrywise(
            "clip",
            lambda out, x, low, high: as_number(_side(x, low, high) == 0),
            lambda out, x, low, high: as_number(_side(x, low, high) < 0),
            lambda out, x, low, high: as_number(_side(x, low, high) > 0),
            units=0,
            terms=_clip_terms,
        ),
        examples=_clip_examples,
    )
)


def _holds(condition: Array, a: Array, b: Array) -> Array:
    shape = np.broadcast_shapes(np.shape(condition), np.shape(a), np.shape(b))
    return np.broadcast_to(np.not_equal(condition, 0), shape)


def _where(condition: Array, a: Array, b: Array, *, branch: Array | None = None) -> Array:
    return np.asarray(np.where(_holds(condition, a, b) if branch is None else branch, a, b))


def _where_terms(index: Index, out: Array, condition: Array, a: Array, b: Array) -> tuple[Term, ...]:
    entries = at(index, condition, a, b)
    chosen = entries[1 if _holds(condition, a, b)[index] else 2]
    return (Term(float(np.asarray(out)[index]), (entries[0], chosen)),)


register(
    Op(
        name="where",
        inputs=("condition", "u", "v"),
        family="selection",
        **call("where"),
        does="Where the condition holds the first choice is taken, elsewhere the second.",
        why="Where the condition holds the first choice is passed on, elsewhere the second, so the gradient goes to "
        "the one that was taken; the condition itself only switches and has no slope.",
        forward=_where,
        vjp=lambda g, out, condition, a, b: (
            None,
            apply("where", condition, g, 0.0),
            apply("where", condition, 0.0, g),
        ),
        branch=_holds,
        **entrywise(
            "where",
            None,
            lambda out, condition, a, b: as_number(_holds(condition, a, b)),
            lambda out, condition, a, b: as_number(~_holds(condition, a, b)),
            units=0,
            terms=_where_terms,
        ),
        examples=lambda random: [
            ((whole(random, shape), normal(random, left), normal(random, right)), {})
            for shape, left, right in [((3, 4), (3, 4), (3, 4)), ((3, 4), (), (3, 1)), ((), (), ()), ((4,), (3, 4), ())]
        ],
    )
)

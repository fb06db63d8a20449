"""Entries taken to other places: reshape, expand_dims, concatenate, and the size of an array."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from bpdebug.language.expression import Expr, Slice, apply
from bpdebug.language.vocabulary import REQUIRED
from bpdebug.ops.forms import call
from bpdebug.ops.linear import shapes_too
from bpdebug.ops.rules import Index, exact, nothing
from bpdebug.ops.samples import normal
from bpdebug.ops.shapes import integer, listing, named, negative_axis, product, shape_option, show
from bpdebug.ops.table import Array, Gradient, Op, Outside, Shape, ShapeMismatch, Term, register

MOVES = "only moves entries to other places; the gradient moves back the same way."


def lead(x: Array, shape: Shape) -> Shape:
    """The extra leading axes of an array whose own shape is known."""
    return np.shape(x)[: np.ndim(x) - len(shape)]


def _reshape_resolve(before: Shape, *, shape: Any) -> dict[str, Any]:
    wanted = [integer("reshape", "shape", each) for each in (shape if isinstance(shape, tuple) else (shape,))]
    if [each for each in wanted if each < -1] or wanted.count(-1) > 1:
        raise Outside(f"reshape: expected lengths of at least 0, and -1 at most once, got {show(tuple(wanted))}")
    if -1 in wanted:
        known = product(tuple(each for each in wanted if each != -1))
        if known == 0 or product(before) % known:
            raise ShapeMismatch(f"reshape: {show(before)} cannot be cut into {show(tuple(wanted))}")
        wanted[wanted.index(-1)] = product(before) // known
    return {"shape": tuple(wanted), "given": before}


def _reshape_shape(before: Shape, *, shape: Shape, **options: Any) -> Shape:
    if product(before) != product(shape):
        raise ShapeMismatch(
            f"reshape: expected as many entries as before, got {show(before)} into {show(shape)}: "
            f"{product(before):d} ≠ {product(shape):d}"
        )
    return shape


def _reshape_terms(index: Index, out: Array, x: Array, *, shape: Shape, given: Shape) -> tuple[Term, ...]:
    position = int(np.ravel_multi_index(index, shape)) if index else 0
    place = tuple(int(each) for each in np.unravel_index(position, given)) if given else ()
    return (Term(float(x[place]), ((0, place),)),)


register(
    Op(
        name="reshape",
        inputs=("x",),
        options={"shape": REQUIRED},
        family="structure",
        degree=1,
        **call("reshape"),
        does="The same entries in the same order, laid out in other rows and columns.",
        why=f"Reshaping {MOVES}",
        resolve=_reshape_resolve,
        shape=_reshape_shape,
        forward=lambda x, *, shape, given: np.reshape(x, (*lead(x, given), *shape)),
        vjp=lambda g, out, x, *, shape, given: (apply("reshape", g, shape=shape_option(given)),),
        lanes=lambda axes, *, shape, given: (
            -len(shape) if axes == (-len(given),) and shape and shape[0] == given[0] else None
        ),
        contributions=_reshape_terms,
        spread=lambda deltas, out, x, *, shape, given: np.reshape(deltas[0], shape),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, given),), {"shape": shape})
            for given, shape in [
                ((3, 4), (4, 3)),
                ((3, 4), (12,)),
                ((6,), (2, -1)),
                ((), (1, 1)),
                ((1,), ()),
                ((4,), 4),
            ]
        ],
    )
)


def _widened(shape: Shape, *, axis: int, **options: Any) -> Shape:
    place = axis + len(shape) + 1
    return (*shape[:place], 1, *shape[place:])


def _narrowed(index: Index, *, axis: int) -> Index:
    place = axis + len(index)
    return (*index[:place], *index[place + 1 :])


register(
    Op(
        name="expand_dims",
        inputs=("x",),
        options={"axis": REQUIRED},
        family="structure",
        degree=1,
        **call("expand_dims"),
        does="An axis of length 1 is added; the entries stay as they are.",
        why=f"Adding an axis of length 1 {MOVES}",
        resolve=lambda shape, *, axis: {"axis": negative_axis("expand_dims", axis, len(shape) + 1), "given": shape},
        shape=_widened,
        forward=lambda x, *, axis, given: np.expand_dims(x, axis),
        vjp=lambda g, out, x, *, axis, given: (apply("reshape", g, shape=shape_option(given)),),
        contributions=lambda index, out, x, *, axis, given: (
            Term(float(out[index]), ((0, _narrowed(index, axis=axis)),)),
        ),
        spread=lambda deltas, out, x, *, axis, given: np.expand_dims(deltas[0], axis),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, shape),), {"axis": axis})
            for shape, axis in [((3, 4), 0), ((3, 4), 1), ((3, 4), -1), ((5,), 1), ((), 0)]
        ],
    )
)


def _concatenate_resolve(*shapes: Shape, axis: Any = 0) -> dict[str, Any]:
    if not shapes:
        raise ShapeMismatch("concatenate: expected at least one array, got none")
    return shapes_too(*shapes, axis=negative_axis("concatenate", axis, len(shapes[0])))


def _concatenate_shape(*shapes: Shape, axis: int, **options: Any) -> Shape:
    first = shapes[0]
    for shape in shapes[1:]:
        if len(shape) != len(first):
            raise ShapeMismatch(f"concatenate: expected arrays with equally many axes, got {listing(shapes)}")
        for place, (one, other) in enumerate(zip(first, shape, strict=True)):
            if place - len(first) != axis and one != other:
                raise ShapeMismatch(
                    f"concatenate: expected equal lengths along every axis but axis {axis + len(first)}, "
                    f"got {listing(shapes)}: along axis {place}, {one:d} ≠ {other:d}"
                )
    lengths = tuple(shape[axis] for shape in shapes)
    kept = [named(*(shape[place] for shape in shapes)) for place in range(len(first))]
    kept[axis] = lengths[0] if len(lengths) == 1 else sum(int(length) for length in lengths)
    return tuple(kept)


def _concatenate(*arrays: Array, axis: int, shapes: tuple[Shape, ...]) -> Array:
    common = np.broadcast_shapes(*(lead(x, shape) for x, shape in zip(arrays, shapes, strict=True)))
    spread_out = [np.broadcast_to(x, (*common, *shape)) for x, shape in zip(arrays, shapes, strict=True)]
    return np.concatenate(spread_out, axis=axis)


def _starts(axis: int, shapes: tuple[Shape, ...]) -> list[int]:
    lengths = [int(shape[axis]) for shape in shapes]
    return [sum(lengths[:count]) for count in range(len(lengths) + 1)]


def _concatenate_vjp(g: Expr, out: Expr, *inputs: Expr, axis: int, shapes: tuple[Shape, ...]) -> tuple[Gradient, ...]:
    starts, before = _starts(axis, shapes), len(shapes[0]) + axis
    pieces = [Slice(start, stop) for start, stop in pairwise(starts)]
    return tuple(apply("index", g, index=(*(Slice(),) * before, piece)) for piece in pieces)


def _concatenate_terms(
    index: Index, out: Array, *arrays: Array, axis: int, shapes: tuple[Shape, ...]
) -> tuple[Term, ...]:
    starts, place = _starts(axis, shapes), index[axis]
    number = next(count for count in range(len(arrays)) if place < starts[count + 1])
    inner = list(index)
    inner[axis] = place - starts[number]
    return (Term(float(out[index]), ((number, tuple(inner)),)),)


PARTS: list[tuple[list[Shape], int]] = [
    ([(3, 4), (2, 4)], 0),
    ([(3, 4), (3, 1), (3, 2)], 1),
    ([(2,), (3,)], 0),
    ([(2, 3)], -1),
]

register(
    Op(
        name="concatenate",
        inputs=("arrays",),
        options={"axis": 0},
        variadic=True,
        family="structure",
        degree=1,
        **call("concatenate"),
        does="The arrays are joined, one after the other, along an axis.",
        why="Each array fills its own stretch of the result, so it receives that stretch of the gradient.",
        resolve=_concatenate_resolve,
        shape=_concatenate_shape,
        forward=_concatenate,
        vjp=_concatenate_vjp,
        contributions=_concatenate_terms,
        spread=lambda deltas, out, *arrays, axis, shapes: np.concatenate(
            [np.broadcast_to(delta, np.shape(x)) for delta, x in zip(deltas, arrays, strict=True)], axis=axis
        ),
        rounding=exact,
        examples=lambda random: [
            (tuple(normal(random, shape) for shape in shapes), {"axis": axis}) for shapes, axis in PARTS
        ],
    )
)


def _size_resolve(shape: Shape, *, axis: Any = None) -> dict[str, Any]:
    return {"value": product(shape) if axis is None else shape[negative_axis("size", axis, len(shape))]}


register(
    Op(
        name="size",
        inputs=("x",),
        options={"axis": None},
        family="structure",
        **call("size"),
        does="The number of entries, or the length along an axis.",
        why="How many entries there are does not depend on what they are, so no gradient passes.",
        resolve=_size_resolve,
        shape=lambda shape, **options: (),
        forward=lambda x, *, value: np.asarray(float(value)),
        vjp=nothing,
        contributions=lambda index, out, x, **options: (Term(float(out), ()),),
        spread=lambda deltas, out, x, **options: np.zeros(()),
        rounding=exact,
        examples=lambda random: [((normal(random, (3, 4)),), options) for options in ({}, {"axis": 0}, {"axis": -1})],
    )
)

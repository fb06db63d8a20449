"""Single entries, rows, columns and slices; and their gradient, which puts them back among zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Slice, apply
from bpdebug.language.vocabulary import POSTFIX, REQUIRED, Form
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, exact
from bpdebug.ops.samples import Cases, normal
from bpdebug.ops.shapes import integer, shape_option, show
from bpdebug.ops.table import Array, Op, Outside, Shape, ShapeMismatch, Term, register

Picks = tuple[int | Slice, ...]


def definite(name: str, index: Any, shape: Shape) -> Picks:
    """An index made complete: one entry or slice for every axis, each checked against the shape."""
    written = index if isinstance(index, tuple) else (index,)
    if len(written) > len(shape):
        most = "1 index" if len(shape) == 1 else f"{len(shape)} indices"
        raise Outside(f"{name}: expected at most {most} for shape {show(shape)}, got {len(written)}")
    full = (*written, *(Slice(),) * (len(shape) - len(written)))
    return tuple(_checked(name, each, axis, shape) for axis, each in enumerate(full))


def _checked(name: str, pick: Any, axis: int, shape: Shape) -> int | Slice:
    length = int(shape[axis])
    if isinstance(pick, Slice):
        if pick.step == 0:
            raise Outside(f"{name}: expected a step other than 0 along axis {axis}")
        return pick
    pick = integer(name, "index", pick)
    if not -length <= pick < length:
        raise Outside(f"{name}: there is no entry {pick} along axis {axis} of shape {show(shape)}")
    return int(pick)


def native(index: Picks) -> tuple[Any, ...]:
    """The index as NumPy takes it, after any leading axes."""
    inner = (slice(each.start, each.stop, each.step) if isinstance(each, Slice) else each for each in index)
    return (..., *inner)


def short(index: Picks) -> Picks:
    """The index as a person writes it: without the whole axes at its end."""
    while len(index) > 1 and index[-1] == Slice():
        index = index[:-1]
    return index


def picked(shape: Shape, index: Picks) -> Shape:
    """The shape of what an index picks; an axis taken whole keeps its name."""
    kept = []
    for length, each in zip(shape, index, strict=True):
        if isinstance(each, Slice):
            count = len(range(*slice(each.start, each.stop, each.step).indices(int(length))))
            kept.append(length if count == length else count)
    return tuple(kept)


def source(place: Index, shape: Shape, index: Picks) -> Index:
    """Which entry of the array stands at `place` of what the index picks."""
    inner = iter(place)
    result = []
    for length, each in zip(shape, index, strict=True):
        if isinstance(each, Slice):
            result.append(range(*slice(each.start, each.stop, each.step).indices(int(length)))[next(inner)])
        else:
            result.append(each % int(length))
    return tuple(result)


def _take(x: Array, *, index: Picks, **options: Any) -> Array:
    return np.array(np.asarray(x)[native(index)])


PICKS: list[Picks] = [
    (0,),
    (1, 2),
    (-1, Slice(1, 3)),
    (Slice(), 0),
    (Slice(None, None, 2), Slice(None, None, -1)),
    (Slice(3, 1), Slice(None, 2)),
]


def _examples(random: np.random.Generator) -> Cases:
    matrices: Cases = [((normal(random, (4, 5)),), {"index": index}) for index in PICKS]
    return [*matrices, ((normal(random, (6,)),), {"index": (Slice(-3),)})]


register(
    Op(
        name="index",
        inputs=("x",),
        options={"index": REQUIRED},
        family="structure",
        degree=1,
        ascii=Form("{0}[{index}]", POSTFIX, (POSTFIX,)),
        unicode=Form("{0}[{index}]", POSTFIX, (POSTFIX,)),
        latex=Form("{{{0}}}_{{[{index}]}}", POSTFIX, (POSTFIX,)),
        does="Single entries, rows, columns or slices are picked out.",
        why="Only the entries that were picked count from here on: they receive their gradient, all others receive 0.",
        resolve=lambda shape, *, index: {"index": definite("index", index, shape), "given": shape},
        shape=lambda shape, *, index, **options: picked(shape, index),
        forward=_take,
        vjp=lambda g, out, x, *, index, given: (apply("pad_index", g, index=short(index), shape=shape_option(given)),),
        contributions=lambda place, out, x, *, index, given: (
            Term(float(out[place]), ((0, source(place, np.shape(x), index)),)),
        ),
        spread=lambda deltas, out, x, *, index, **options: _take(deltas[0], index=index),
        rounding=exact,
        examples=_examples,
    )
)


def _pad_resolve(given: Shape, *, index: Any, shape: Any) -> dict[str, Any]:
    whole = tuple(integer("pad_index", "shape", each) for each in (shape if isinstance(shape, tuple) else (shape,)))
    return {"index": definite("pad_index", index, whole), "shape": whole, "given": given}


def _pad_shape(part: Shape, *, index: Picks, shape: Shape, **options: Any) -> Shape:
    wanted = picked(shape, index)
    if part != wanted:
        raise ShapeMismatch(f"pad_index: expected {show(wanted)} to be put in its place, got {show(part)}")
    return shape


def _pad(x: Array, *, index: Picks, shape: Shape, given: Shape) -> Array:
    x = np.asarray(x)
    out = np.zeros((*x.shape[: x.ndim - len(given)], *shape), dtype=x.dtype)
    out[native(index)] = x
    return out


def _pad_terms(place: Index, out: Array, x: Array, *, index: Picks, shape: Shape, given: Shape) -> tuple[Term, ...]:
    found = [inner for inner in np.ndindex(*given) if source(inner, shape, index) == place]
    return tuple(Term(float(x[inner]), ((0, inner),)) for inner in found)


register(
    Op(
        name="pad_index",
        inputs=("x",),
        options={"index": REQUIRED, "shape": REQUIRED},
        family="structure",
        degree=1,
        **call("pad_index"),
        does="The entries are put in their places among zeros.",
        why="Putting entries back among zeros is undone by picking them again: the gradient is read at the same "
        "places.",
        resolve=_pad_resolve,
        shape=_pad_shape,
        forward=_pad,
        vjp=lambda g, out, x, *, index, **options: (apply("index", g, index=short(index)),),
        contributions=_pad_terms,
        spread=lambda deltas, out, x, **options: _pad(deltas[0], **options),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, given),), {"index": index, "shape": (4, 5)})
            for given, index in [
                ((5,), (0,)),
                ((), (1, -1)),
                ((2, 5), (Slice(None, None, 2),)),
                ((4, 5), (Slice(), Slice(None, None, -1))),
            ]
        ],
    )
)

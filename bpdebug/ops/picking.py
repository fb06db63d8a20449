"""Rows picked by an array of whole numbers, and their gradient, which adds them up at the places they came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Expr, apply
from bpdebug.language.vocabulary import POSTFIX, REQUIRED, Form
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, exact, gamma
from bpdebug.ops.samples import Cases, normal
from bpdebug.ops.shapes import integer, negative_axis, product, shape_option, show
from bpdebug.ops.table import Array, Gradient, Op, Outside, Shape, ShapeMismatch, Term, register


def _numbers(picked: Array, length: int) -> tuple[Array, Array]:
    """The places that an index names, counted from the start, and where it names none; those are 0."""
    named = np.real(np.asarray(picked))
    wrong = ~((named >= -length) & (named < length) & (named == np.rint(named)))
    whole = np.where(wrong, 0.0, named).astype(np.intp)
    return np.where(whole < 0, whole + length, whole), wrong


def _after(shape: Shape, axis: int, picks: Shape) -> Shape:
    """The shape with what is picked in the place of an axis."""
    place = axis + len(shape)
    return (*shape[:place], *picks, *shape[place + 1 :])


def _flat(picked: Array, wrong: Array, shape: Shape, axis: int, picks: int) -> tuple[Array, Array]:
    """Of every entry that is picked, where it stands in an array of this shape laid out flat; and where none does."""
    place = axis + len(shape)
    before, after = product(shape[:place]), product(shape[place + 1 :])
    lead = picked.shape[: picked.ndim - picks]
    each = picked.reshape(*lead, 1, -1, 1)
    row = np.arange(int(before))[:, None, None] * int(shape[axis])
    flat = (row + each) * int(after) + np.arange(int(after))
    lost = np.broadcast_to(wrong.reshape(each.shape), flat.shape)
    return flat.reshape(*lead, -1), lost.reshape(*lead, -1)


def _take_resolve(shape: Shape, picked: Shape, *, axis: Any) -> dict[str, Any]:
    if not shape:
        raise ShapeMismatch("take: expected an array to pick from, got a single number")
    return {"axis": negative_axis("take", axis, len(shape)), "shape": shape, "picks": len(picked)}


def _take(x: Array, picked: Array, *, axis: int, shape: Shape, picks: int) -> Array:
    x, (places, wrong) = np.asarray(x), _numbers(picked, int(shape[axis]))
    if places.ndim == picks:
        out = np.take(x, places, axis=axis) if shape[axis] else np.zeros(_after(x.shape, axis, places.shape))
        if wrong.any():
            out[np.broadcast_to(wrong.reshape(*wrong.shape, *(1,) * (-axis - 1)), out.shape)] = np.nan
        return np.asarray(out)
    flat, lost = _flat(places, wrong, shape, axis, picks)
    whole = x.reshape(*x.shape[: x.ndim - len(shape)], -1)
    common = np.broadcast_shapes(whole.shape[:-1], flat.shape[:-1])
    whole = np.broadcast_to(whole, (*common, whole.shape[-1]))
    flat = np.broadcast_to(flat, (*common, flat.shape[-1]))
    out = np.where(lost, np.nan, np.take_along_axis(whole, flat, axis=-1))
    return out.reshape(*common, *_after(shape, axis, places.shape[places.ndim - picks :]))


def _outside(picked: Array, shape: Shape, axis: int) -> Array:
    """Where what is picked is no entry of the array."""
    _, wrong = _numbers(picked, int(shape[axis]))
    wide = wrong.reshape(*wrong.shape, *(1,) * (-axis - 1))
    return np.broadcast_to(wide, _after(shape, axis, wrong.shape))


def _apart(place: Index, axis: int, rank: int, picks: int) -> tuple[Index, Index, Index]:
    """An index of what is picked: what stands before the axis, the place in the array of picks, what stands after."""
    before = axis + rank
    return place[:before], place[before : before + picks], place[before + picks :]


def _take_terms(
    place: Index, out: Array, x: Array, picked: Array, *, axis: int, shape: Shape, picks: int
) -> tuple[Term, ...]:
    before, at, after = _apart(place, axis, len(shape), picks)
    row, wrong = _numbers(np.asarray(picked)[at], int(shape[axis]))
    entries: tuple[tuple[int, Index], ...] = () if wrong else ((0, (*before, int(row), *after)),)
    return (Term(float(out[place]), (*entries, (1, at))),)


def _along(name: str) -> tuple[Form, Form, Form]:
    """The forms of what is written like an index."""
    needs = (POSTFIX, 0)
    subscript = "{{{0}}}_{{[{before}{1}{behind}]}}"
    forms = call(name)
    return (
        Form(forms["ascii"].template, POSTFIX, needs, short="{0}[{before}{1}{behind}]"),
        Form(forms["unicode"].template, POSTFIX, needs, short="{0}[{before}{1}{behind}]"),
        Form(forms["latex"].template, POSTFIX, needs, short=subscript),
    )


ASCII, UNICODE, LATEX = _along("take")
PICKS: list[tuple[Shape, int, Any]] = [
    ((4, 3), 0, [2, 0, 2]),
    ((4, 3), 1, [[0, 2], [2, -3]]),
    ((4, 3), 0, 1),
    ((3, 2, 4), 1, [1, 1]),
    ((33,), 0, [32, 0, 32]),
    ((2, 2, 3), 2, [0, 2]),
    ((5,), 0, [[4], [-1], [4]]),
]
"""Arrays, axes and what is picked; among it whole numbers of which three quarters are whole too."""


def _take_examples(random: np.random.Generator) -> Cases:
    return [
        ((normal(random, shape), np.asarray(picked, dtype=np.float64)), {"axis": axis}) for shape, axis, picked in PICKS
    ]


def _take_vjp(
    g: Expr, out: Expr, x: Expr, picked: Expr, *, axis: int, shape: Shape, picks: int
) -> tuple[Gradient, ...]:
    return apply("add_at", g, picked, shape=shape_option(shape), **_written(axis, len(shape))), None


def _written(axis: int, rank: int) -> dict[str, int]:
    """The axis of add_at as a person writes it: not at all where it is the first."""
    return {"axis": axis + rank} if axis + rank else {}


register(
    Op(
        name="take",
        inputs=("x", "picked"),
        options={"axis": REQUIRED},
        family="structure",
        degree=1,
        guides=(1,),
        ascii=ASCII,
        unicode=UNICODE,
        latex=LATEX,
        does="What the index names is picked out along an axis: row 2, row 0, row 2 again.",
        why="Only what was picked counts from here on, and what was picked twice counts twice: each row gathers the "
        "gradients of all the places it was taken to, and a row that was not picked receives 0. The index itself is a "
        "whole number, which cannot move a little, and has no gradient.",
        resolve=_take_resolve,
        shape=lambda x, picked, *, axis, **options: _after(x, axis, picked),
        forward=_take,
        vjp=_take_vjp,
        domain=lambda x, picked, *, axis, shape, **options: _outside(picked, shape, axis),
        contributions=_take_terms,
        spread=lambda deltas, out, x, picked, **options: _take(deltas[0], picked, **options),
        rounding=exact,
        examples=_take_examples,
    )
)


def _add_resolve(given: Shape, picked: Shape, *, shape: Any, axis: Any = 0) -> dict[str, Any]:
    whole = tuple(integer("add_at", "shape", each) for each in (shape if isinstance(shape, tuple) else (shape,)))
    if [each for each in whole if each < 0]:
        raise Outside(f"add_at: expected lengths of at least 0, got {show(whole)}")
    return {"axis": negative_axis("add_at", axis, len(whole)), "shape": whole, "given": given, "picks": len(picked)}


def _add_shape(rows: Shape, picked: Shape, *, axis: int, shape: Shape, **options: Any) -> Shape:
    wanted = _after(shape, axis, picked)
    if rows != wanted:
        raise ShapeMismatch(f"add_at: expected {show(wanted)} to be added at its places, got {show(rows)}")
    return shape


def _add(x: Array, picked: Array, *, axis: int, shape: Shape, given: Shape, picks: int) -> Array:
    x, (places, wrong) = np.asarray(x), _numbers(picked, int(shape[axis]))
    flat, lost = _flat(places, wrong, shape, axis, picks)
    rows = x.reshape(*x.shape[: x.ndim - len(given)], -1)
    common = np.broadcast_shapes(rows.shape[:-1], flat.shape[:-1])
    size = int(product(shape))
    out = np.zeros((product(common), size), dtype=x.dtype)
    spread_out = [np.broadcast_to(each, (*common, each.shape[-1])).reshape(len(out), -1) for each in (rows, flat, lost)]
    every, into, nowhere = spread_out
    if size:
        np.add.at(out.reshape(-1), (into + size * np.arange(len(out))[:, None]).reshape(-1), every.reshape(-1))
    out[np.any(nowhere, axis=1)] = np.nan
    return out.reshape(*common, *(int(length) for length in shape))


def _add_terms(
    place: Index, out: Array, x: Array, picked: Array, *, axis: int, shape: Shape, given: Shape, picks: int
) -> tuple[Term, ...]:
    before, (here,), after = _apart(place, axis, len(shape), 1)
    places, wrong = _numbers(picked, int(shape[axis]))
    nowhere = [Term(float("nan"), ((1, _index(at)),)) for at in np.argwhere(wrong)]
    rows = [((*before, *_index(at), *after), _index(at)) for at in np.argwhere((places == here) & ~wrong)]
    return (*nowhere, *(Term(float(x[row]), ((0, row), (1, at))) for row, at in rows))


def _index(at: Array) -> Index:
    return tuple(int(each) for each in at)


def _add_examples(random: np.random.Generator) -> Cases:
    cases: Cases = []
    for shape, axis, picked in PICKS:
        places = np.asarray(picked, dtype=np.float64)
        rows = normal(random, _after(shape, axis - len(shape), places.shape))
        cases.append(((rows, places), {"shape": shape, **_written(axis - len(shape), len(shape))}))
    return cases


register(
    Op(
        name="add_at",
        inputs=("x", "picked"),
        options={"shape": REQUIRED, "axis": 0},
        family="structure",
        degree=1,
        guides=(1,),
        shows=1,
        **call("add_at"),
        does="Among zeros, each row is added at the place that the index names; rows with the same place add up.",
        why="Adding rows at their places is undone by picking them again: each row receives the gradient of the place "
        "it was added to.",
        resolve=_add_resolve,
        shape=_add_shape,
        forward=_add,
        vjp=lambda g, out, x, picked, *, axis, shape, **options: (
            apply("take", g, picked, axis=axis + len(shape)),
            None,
        ),
        domain=lambda x, picked, *, axis, shape, **options: np.full(
            shape, bool(np.any(_numbers(picked, int(shape[axis]))[1]))
        ),
        contributions=_add_terms,
        spread=lambda deltas, out, x, picked, **options: _add(deltas[0], picked, **options),
        rounding=lambda out, x, picked, **options: (
            gamma(max(np.size(picked) - 1, 0)) * _add(np.abs(x), picked, **options)
        ),
        examples=_add_examples,
    )
)

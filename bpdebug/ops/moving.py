"""Axes in another order, one triangle of a matrix, and sums that go on: what attention and its masks are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.language.vocabulary import POSTFIX, REQUIRED, Form
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, exact, gamma
from bpdebug.ops.samples import normal
from bpdebug.ops.shapes import integer, negative_axis, show, truth
from bpdebug.ops.table import Array, Op, Outside, Shape, ShapeMismatch, Term, register

MOVES = "only moves entries to other places; the gradient moves back the same way."


def _order(axes: tuple[int, ...], lead: int) -> tuple[int, ...]:
    """The order of all axes, the leading ones in their places."""
    return (*range(lead), *(lead + axis for axis in axes))


def _permuted(x: Array, *, axes: tuple[int, ...]) -> Array:
    return np.transpose(x, _order(axes, np.ndim(x) - len(axes)))


def _back(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The order that undoes another."""
    return tuple(int(each) for each in np.argsort(axes))


def _from(index: Index, axes: tuple[int, ...]) -> Index:
    """Where the entry came from that stands at an index now."""
    return tuple(index[place] for place in _back(axes))


def _lane(axes: tuple[int | None, ...], order: tuple[int, ...]) -> int | None:
    return None if axes[0] is None else order.index(axes[0] + len(order)) - len(order)


def _permute_resolve(shape: Shape, *, axes: Any) -> dict[str, Any]:
    given = axes if isinstance(axes, tuple) else (axes,)
    order = tuple(negative_axis("permute", each, len(shape)) + len(shape) for each in given)
    if sorted(order) != [*range(len(shape))]:
        raise Outside(f"permute: expected each of the {len(shape)} axes once, got {show(given)}")
    return {"axes": order}


register(
    Op(
        name="permute",
        inputs=("x",),
        options={"axes": REQUIRED},
        family="structure",
        degree=1,
        **call("permute"),
        does="The axes are put in another order: what stood at [i, j, k] goes where the order says.",
        why=f"Another order of the axes {MOVES}",
        resolve=_permute_resolve,
        shape=lambda shape, *, axes: tuple(shape[axis] for axis in axes),
        forward=_permuted,
        vjp=lambda g, out, x, *, axes: (apply("permute", g, axes=_back(axes)),),
        lanes=lambda axes_, *, axes: _lane(axes_, axes),
        contributions=lambda index, out, x, *, axes: (Term(float(out[index]), ((0, _from(index, axes)),)),),
        spread=lambda deltas, out, x, *, axes: _permuted(deltas[0], axes=axes),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, shape),), {"axes": axes})
            for shape, axes in [((2, 3, 4), (1, 2, 0)), ((2, 1, 3, 2), (0, 3, 1, 2)), ((3, 4), (-1, 0)), ((3,), (0,))]
        ],
    )
)


def _swapped(rank: int, axis1: int, axis2: int) -> tuple[int, ...]:
    """The order of the axes with two of them exchanged."""
    order = [*range(rank)]
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return tuple(order)


def _swap_resolve(shape: Shape, *, axis1: Any, axis2: Any) -> dict[str, Any]:
    pair = (negative_axis("swapaxes", each, len(shape)) for each in (axis1, axis2))
    return {"axes": _swapped(len(shape), *pair), "pair": (axis1, axis2)}


def _postfix(template: str) -> Form:
    form = call("swapaxes")
    return Form((form["latex"] if "top" in template else form["ascii"]).template, POSTFIX, (POSTFIX,), short=template)


register(
    Op(
        name="swapaxes",
        inputs=("x",),
        options={"axis1": REQUIRED, "axis2": REQUIRED},
        family="structure",
        degree=1,
        ascii=_postfix("{0}.mT"),
        unicode=_postfix("{0}.mT"),
        latex=_postfix(r"{{{0}}}^{{\top}}"),
        does="Two axes are exchanged; exchanged the last two, every matrix of a stack is transposed.",
        why=f"Exchanging two axes {MOVES}",
        resolve=_swap_resolve,
        shape=lambda shape, *, axes, pair: tuple(shape[axis] for axis in axes),
        forward=lambda x, *, axes, pair: _permuted(x, axes=axes),
        vjp=lambda g, out, x, *, axes, pair: (apply("swapaxes", g, axis1=pair[0], axis2=pair[1]),),
        lanes=lambda axes_, *, axes, pair: _lane(axes_, axes),
        contributions=lambda index, out, x, *, axes, pair: (Term(float(out[index]), ((0, _from(index, axes)),)),),
        spread=lambda deltas, out, x, *, axes, pair: _permuted(deltas[0], axes=axes),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, shape),), {"axis1": one, "axis2": two})
            for shape, one, two in [((2, 3, 4), -2, -1), ((2, 3, 4), 0, 2), ((2, 1, 3, 2), 1, -1), ((3, 4), 0, 1)]
        ],
    )
)


def _triangle(name: str, which: str, cut: str) -> None:
    """One of the two triangles of a matrix, or of every matrix of a stack."""
    cutting = np.tril if name == "tril" else np.triu

    def kept(index: Index, k: int) -> bool:
        """Whether an entry stands on the diagonal number k or on the side of it that is kept."""
        beyond = index[-1] - index[-2] - k
        return beyond <= 0 if name == "tril" else beyond >= 0

    def shape(given: Shape, **options: Any) -> Shape:
        if len(given) < 2:
            raise ShapeMismatch(f"{name}: expected a matrix, or a stack of them, got {show(given)}")
        return given

    register(
        Op(
            name=name,
            inputs=("x",),
            options={"k": 0},
            family="structure",
            degree=1,
            **call(name),
            does=f"The entries {which} the diagonal and on it are kept, all others become 0; k moves the diagonal to "
            "the right.",
            why=f"The entries {which} the diagonal come through unchanged and receive their gradient; those {cut} it "
            "have no say and receive 0.",
            resolve=lambda shape, *, k=0: {"k": integer(name, "k", k)},
            shape=shape,
            forward=lambda x, *, k: cutting(x, k),
            vjp=lambda g, out, x, *, k: (apply(name, g, **({"k": k} if k else {})),),
            lanes=lambda axes, *, k: axes[0] if axes[0] is not None and axes[0] < -2 else None,
            contributions=lambda index, out, x, *, k: (
                (Term(float(out[index]), ((0, index),)),) if kept(index, k) else ()
            ),
            spread=lambda deltas, out, x, *, k: cutting(deltas[0], k),
            rounding=exact,
            examples=lambda random: [
                ((normal(random, shape),), {} if k == 0 else {"k": k})
                for shape in [(3, 4), (2, 3, 3)]
                for k in (0, 1, -1)
            ],
        )
    )


_triangle("tril", "below", "above")
_triangle("triu", "above", "below")


def _running(x: Array, *, axis: int, reverse: bool, **options: Any) -> Array:
    x = np.asarray(x)
    if not reverse:
        return np.cumsum(x, axis=axis)
    return np.flip(np.cumsum(np.flip(x, axis=axis), axis=axis), axis=axis)


def _running_terms(index: Index, out: Array, x: Array, *, axis: int, reverse: bool, **options: Any) -> tuple[Term, ...]:
    here = index[axis]
    places = range(here, x.shape[axis]) if reverse else range(here + 1)
    entries = [(*index[: axis + x.ndim], place, *index[axis + x.ndim + 1 :]) for place in places]
    return tuple(Term(float(x[entry]), ((0, entry),)) for entry in entries)


register(
    Op(
        name="cumsum",
        inputs=("x",),
        options={"axis": REQUIRED, "reverse": False},
        family="reduction",
        shows=1,
        degree=1,
        **call("cumsum"),
        does="Along the axis each entry becomes the sum of all up to it; with reverse, of all from it on.",
        why="An entry is in its own sum and in all later ones, so it receives the gradients of all of these: the sums "
        "run back from the end.",
        resolve=lambda shape, *, axis, reverse=False: {
            "axis": negative_axis("cumsum", axis, len(shape)),
            "reverse": truth("cumsum", "reverse", reverse),
            "rank": len(shape),
        },
        shape=lambda shape, **options: shape,
        forward=_running,
        vjp=lambda g, out, x, *, axis, reverse, rank: (
            apply("cumsum", g, axis=axis + rank, **({} if reverse else {"reverse": True})),
        ),
        lanes=lambda axes, *, axis, **options: axes[0] if axes[0] != axis else None,
        contributions=_running_terms,
        spread=lambda deltas, out, x, **options: _running(deltas[0], **options),
        rounding=lambda out, x, *, axis, **options: (
            gamma(np.shape(x)[axis]) * _running(np.abs(x), axis=axis, **options)
        ),
        examples=lambda random: [
            ((normal(random, shape),), {"axis": axis, **({"reverse": True} if reverse else {})})
            for shape, axis in [((5,), 0), ((3, 4), 0), ((2, 3, 2), -1)]
            for reverse in (False, True)
        ],
    )
)

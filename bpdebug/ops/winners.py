"""The largest and the smallest entry along an axis, and where it stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Expr, Option, apply
from bpdebug.ops.forms import call
from bpdebug.ops.reduction import AXES, Axes, over_axes, reduced
from bpdebug.ops.rules import Index, as_number, exact, nothing
from bpdebug.ops.samples import Cases, normal, whole
from bpdebug.ops.shapes import negative_axes, restored, sources
from bpdebug.ops.table import Array, Gradient, Op, Shape, ShapeMismatch, Term, register

FIRST = "of equal entries the first one wins and takes the whole gradient"


def _best(x: Array, axes: Axes, sign: int) -> Array:
    """Where the best entries stand: by the real part, then by the imaginary part; NaN beats all."""
    real, imaginary = sign * np.real(x), sign * np.imag(x)
    best = (real == np.max(real, axis=axes, keepdims=True)) | np.isnan(real)
    among = np.where(best, imaginary, -np.inf)
    return np.asarray(best & (among == np.max(among, axis=axes, keepdims=True)))


def _first(flags: Array, axes: Axes) -> Array:
    """Of the flags set along the axes, only the first."""
    lead = tuple(axis - np.ndim(flags) for axis in range(np.ndim(flags)) if axis - np.ndim(flags) not in axes)
    order = [axis + np.ndim(flags) for axis in (*lead, *axes)]
    moved = np.transpose(flags, order)
    flat = moved.reshape(*moved.shape[: len(lead)], -1)
    winner = np.arange(flat.shape[-1]) == np.argmax(flat, axis=-1)[..., None]
    return np.transpose(winner.reshape(moved.shape), np.argsort(order))


def winner(x: Array, axes: Axes, sign: int) -> Array:
    """Where the first of the largest entries along the axes stands (the smallest, for sign -1)."""
    return _first(_best(np.asarray(x), axes, sign), axes)


def _tied(x: Array, axes: Axes, sign: int) -> Array:
    best = _best(np.real(np.asarray(x)), axes, sign)
    return np.asarray(best & (np.sum(best, axis=axes, keepdims=True) > 1))


def _extreme(name: str, sign: int, mask: str, why: str, alias: str) -> None:
    def forward(x: Array, *, axis: Axes, keepdims: bool, branch: Array | None = None, **options: Any) -> Array:
        chosen = winner(x, axis, sign) if branch is None else branch
        return np.asarray(np.sum(np.where(chosen, x, 0.0), axis=axis, keepdims=keepdims))

    def vjp(
        g: Expr, out: Expr, x: Expr, *, axis: Axes, keepdims: bool, rank: int, **options: Any
    ) -> tuple[Gradient, ...]:
        return (restored(g, axis, rank, keepdims) * apply(mask, x, **written(axis, rank)),)

    def contributions(
        index: Index, out: Array, x: Array, *, axis: Axes, keepdims: bool, **options: Any
    ) -> tuple[Term, ...]:
        chosen = winner(x, axis, sign)
        places = sources(index, np.shape(x), axis, keepdims)
        return tuple(Term(float(x[place]), ((0, place),)) for place in places if chosen[place])

    def shape(given: Shape, *, dims: Shape, **options: Any) -> Shape:
        if 0 in dims:
            raise ShapeMismatch(f"{name}: expected at least one entry to choose from, got shape {given}")
        return reduced(given, **options)

    register(
        Op(
            name=name,
            inputs=("x",),
            aliases=(alias,),
            options=AXES,
            family="reduction",
            **call(name, latex=rf"\{name}"),
            does=f"The {'largest' if sign > 0 else 'smallest'} entry, along the axis given or of all.",
            why=why,
            resolve=lambda shape, *, axis=None, keepdims=False: over_axes(name, shape, axis, keepdims),
            shape=shape,
            forward=forward,
            vjp=vjp,
            straight=True,
            branch=lambda x, *, axis, **options: winner(x, axis, sign),
            kink=lambda x, *, axis, **options: _tied(x, axis, sign),
            tie=FIRST,
            contributions=contributions,
            spread=lambda deltas, out, x, *, axis, keepdims, **options: np.asarray(
                np.sum(np.where(winner(x, axis, sign), deltas[0], 0.0), axis=axis, keepdims=keepdims)
            ),
            rounding=exact,
            examples=_examples,
        )
    )


def written(axis: Axes, rank: int) -> dict[str, Option]:
    """The axes as a person writes them: not at all where they are all, counted from the start otherwise."""
    if len(axis) == rank:
        return {}
    return {"axis": axis[0] + rank if len(axis) == 1 else tuple(each + rank for each in axis)}


def _mask(name: str, sign: int, which: str) -> None:
    def forward(x: Array, *, axis: Axes, branch: Array | None = None) -> Array:
        chosen = winner(x, axis, sign) if branch is None else branch
        return as_number(np.broadcast_to(chosen, np.shape(x)))

    def contributions(index: Index, out: Array, x: Array, *, axis: Axes) -> tuple[Term, ...]:
        kept = tuple(place for axis_, place in enumerate(index) if axis_ - np.ndim(x) not in axis)
        compared = tuple((0, place) for place in sources(kept, np.shape(x), axis, False))
        return (Term(float(out[index]), compared),)

    register(
        Op(
            name=name,
            inputs=("x",),
            options={"axis": None},
            family="reduction",
            **call(name),
            does=f"1 at the place of the {which} entry, 0 everywhere else.",
            why=f"It marks with 1 the place of the {which} entry; a small change of the entries does not move "
            "the mark, so no gradient passes.",
            resolve=lambda shape, *, axis=None: {"axis": negative_axes(name, axis, len(shape))},
            shape=lambda shape, **options: shape,
            forward=forward,
            vjp=nothing,
            branch=lambda x, *, axis: winner(x, axis, sign),
            kink=lambda x, *, axis: _tied(x, axis, sign),
            tie="of equal entries the first one is marked",
            contributions=contributions,
            spread=lambda deltas, out, x, **options: np.zeros(np.shape(out)),
            rounding=exact,
            examples=lambda random: [
                (inputs, {key: option for key, option in options.items() if key == "axis"})
                for inputs, options in _examples(random)
            ],
        )
    )


def _examples(random: np.random.Generator) -> Cases:
    options: list[dict[str, Any]] = [{}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": -1}]
    cases = [((draw(random, (3, 5)),), each) for draw in (normal, whole) for each in options]
    return [*cases, ((whole(random, (6,)),), {}), ((normal(random, ()),), {})]


_extreme(
    "max",
    1,
    "argmax_mask",
    "Only the largest entry decides the result, so it alone receives the gradient; "
    "moving any other one changes nothing.",
    "amax",
)
_extreme(
    "min",
    -1,
    "argmin_mask",
    "Only the smallest entry decides the result, so it alone receives the gradient; "
    "moving any other one changes nothing.",
    "amin",
)
_mask("argmax_mask", 1, "largest")
_mask("argmin_mask", -1, "smallest")

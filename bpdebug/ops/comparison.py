"""Comparisons: 1 where they hold, 0 where they do not; also isnan, isinf, any, all. None has a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.ops.forms import Forms, call, comparison
from bpdebug.ops.rules import Index, above, alike, as_number, entrywise, exact, nothing
from bpdebug.ops.samples import Cases, normal, one, two, whole
from bpdebug.ops.shapes import negative_axes, sources, truth, without
from bpdebug.ops.table import Array, Op, Shape, Term, register

WHY = (
    "A comparison jumps between 0 and 1 and is flat everywhere else: a small change of its inputs changes nothing, "
    "so no gradient passes."
)


def _meet(a: Array, b: Array) -> Array:
    return np.asarray(np.real(a) == np.real(b))


def _comparison(name: str, forms: Forms, decide: Callable[[Array, Array], Array], *aliases: str) -> None:
    def forward(a: Array, b: Array, *, branch: Array | None = None) -> Array:
        if branch is None:
            return as_number(decide(a, b))
        shape = np.broadcast_shapes(np.shape(a), np.shape(b), np.shape(branch))
        return as_number(np.broadcast_to(branch, shape))

    register(
        Op(
            name=name,
            inputs=("u", "v"),
            aliases=aliases,
            family="comparison",
            **forms,
            does="1 where the comparison holds, 0 where it does not.",
            why=WHY,
            forward=forward,
            vjp=nothing,
            branch=decide,
            kink=_meet,
            tie="between the two sides of the jump the gradient is taken as 0",
            **entrywise(name, None, None, units=0),
            examples=two((normal, normal), (whole, whole)),
        )
    )


_comparison("greater", comparison(">"), above)
_comparison("greater_equal", comparison(">=", unicode="≥", latex=r"\ge"), lambda a, b: above(a, b) | alike(a, b))
_comparison("less", comparison("<"), lambda a, b: above(b, a))
_comparison("less_equal", comparison("<=", unicode="≤", latex=r"\le"), lambda a, b: above(b, a) | alike(a, b))
_comparison("equal", comparison("==", latex="="), alike)
_comparison("not_equal", comparison("!=", unicode="≠", latex=r"\ne"), lambda a, b: np.logical_not(alike(a, b)))


def _finding(name: str, what: str, test: Callable[[Array], Array]) -> None:
    register(
        Op(
            name=name,
            inputs=("x",),
            family="comparison",
            **call(name),
            does=f"1 where an entry is {what}, 0 elsewhere.",
            why="A test answers 0 or 1 and no small change moves the answer, so no gradient passes.",
            forward=lambda x: as_number(test(x)),
            vjp=nothing,
            **entrywise(name, None, units=0),
            examples=_with_strangers,
        )
    )


def _with_strangers(random: np.random.Generator) -> Cases:
    strange = normal(random, (3, 4))
    strange[0, 1], strange[2, 2], strange[1, 0] = np.nan, np.inf, -np.inf
    return [((strange,), {}), *one(normal)(random)]


_finding("isnan", "NaN", np.isnan)
_finding("isinf", "infinite", np.isinf)


def _gather(name: str, which: str, combine: Callable[..., Array]) -> None:
    def forward(x: Array, *, axis: tuple[int, ...], keepdims: bool) -> Array:
        return as_number(combine(np.real(x), axis=axis, keepdims=keepdims))

    def resolve(shape: Shape, *, axis: Any = None, keepdims: Any = False) -> dict[str, Any]:
        return {"axis": negative_axes(name, axis, len(shape)), "keepdims": truth(name, "keepdims", keepdims)}

    def spread(deltas: tuple[Array, ...], out: Array, x: Array, **options: Any) -> Array:
        return np.zeros(np.shape(out))

    def contributions(index: Index, out: Array, x: Array, *, axis: tuple[int, ...], keepdims: bool) -> tuple[Term, ...]:
        seen = tuple((0, place) for place in sources(index, np.shape(x), axis, keepdims))
        return (Term(float(np.asarray(out)[index]), seen),)

    register(
        Op(
            name=name,
            inputs=("x",),
            options={"axis": None, "keepdims": False},
            family="comparison",
            **call(name),
            does=f"1 if {which} not 0, along the axis given or of all, and 0 otherwise.",
            why="The answer is 0 or 1 and no small change of one entry moves it, so no gradient passes.",
            resolve=resolve,
            shape=lambda shape, *, axis, keepdims: without(shape, axis, keepdims),
            forward=forward,
            vjp=nothing,
            contributions=contributions,
            spread=spread,
            rounding=exact,
            examples=lambda random: [
                ((whole(random, (3, 4)),), {}),
                ((whole(random, (3, 4)),), {"axis": 1, "keepdims": True}),
                ((whole(random, (3, 4)),), {"axis": 0}),
            ],
        )
    )


_gather("any", "some entry is", np.logical_or.reduce)
_gather("all", "every entry is", np.logical_and.reduce)

"""The lower and the upper triangle of a matrix, the rest 0: what a position may see of those before and after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, exact
from bpdebug.ops.samples import Cases, normal
from bpdebug.ops.shapes import integer, show
from bpdebug.ops.table import Array, Op, Shape, ShapeMismatch, Term, register

WHY = "Entries that are kept come through unchanged and receive their gradient; the others are 0 whatever they were."


def _triangle(name: str, take: Callable[..., Array], does: str) -> Op:
    def shape(given: Shape, **options: Any) -> Shape:
        if len(given) < 2:
            raise ShapeMismatch(f"{name}: expected a matrix, got shape {show(given)}")
        return given

    def terms(index: Index, out: Array, x: Array, *, k: int) -> tuple[Term, ...]:
        kept = index[-1] - index[-2] <= k if name == "tril" else index[-1] - index[-2] >= k
        return (Term(float(x[index]), ((0, index),)),) if kept else ()

    return Op(
        name=name,
        inputs=("x",),
        options={"k": 0},
        family="structure",
        degree=1,
        **call(name),
        does=does,
        why=WHY,
        resolve=lambda shape, *, k=0: {"k": integer(name, "k", k)},
        shape=shape,
        forward=lambda x, *, k: np.asarray(take(x, k)),
        vjp=lambda g, out, x, *, k: (apply(name, g, k=k) if k else apply(name, g),),
        contributions=terms,
        spread=lambda deltas, out, x, *, k: np.asarray(take(deltas[0], k)),
        rounding=exact,
        examples=_examples,
    )


def _examples(random: np.random.Generator) -> Cases:
    return [((normal(random, (4, 5)),), options) for options in ({}, {"k": 1}, {"k": -2})]


register(_triangle("tril", np.tril, "Entries above the diagonal, or above the k-th beside it, become 0."))
register(_triangle("triu", np.triu, "Entries below the diagonal, or below the k-th beside it, become 0."))

"""Arrays out of nothing: eye, ones, zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.vocabulary import REQUIRED
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, exact, nothing
from bpdebug.ops.shapes import integer, show
from bpdebug.ops.table import Array, Op, Outside, Shape, Term, register

WHY = "It has no inputs, so there is nothing for a gradient to reach."


def _own(index: Index, out: Array, **options: Any) -> tuple[Term, ...]:
    return (Term(float(np.asarray(out)[index]), ()),)


def _still(deltas: tuple[Array, ...], out: Array, **options: Any) -> Array:
    return np.zeros(np.shape(out))


def _filled(name: str, value: float) -> None:
    def resolve(*, shape: Any) -> dict[str, Any]:
        lengths = tuple(integer(name, "shape", each) for each in (shape if isinstance(shape, tuple) else (shape,)))
        if any(length < 0 for length in lengths):
            raise Outside(f"{name}: expected lengths of at least 0, got {show(lengths)}")
        return {"shape": lengths}

    def forward(*, shape: Shape) -> Array:
        return np.full(shape, value)

    register(
        Op(
            name=name,
            inputs=(),
            options={"shape": REQUIRED},
            family="constants",
            **call(name),
            does=f"An array of this shape, filled with {value:.0f}.",
            why=WHY,
            resolve=resolve,
            shape=lambda *, shape: shape,
            forward=forward,
            vjp=nothing,
            contributions=_own,
            spread=_still,
            rounding=exact,
            examples=lambda random: [((), {"shape": shape}) for shape in [(3, 4), (5,), (), 2]],
        )
    )


_filled("ones", 1.0)
_filled("zeros", 0.0)


def _eye_resolve(*, n: Any) -> dict[str, Any]:
    n = integer("eye", "n", n)
    if n < 0:
        raise Outside(f"eye: expected a length of at least 0, got {n}")
    return {"n": n}


register(
    Op(
        name="eye",
        inputs=(),
        options={"n": REQUIRED},
        family="constants",
        **call("eye"),
        does="The identity matrix: ones on the diagonal, zeros elsewhere.",
        why=WHY,
        resolve=_eye_resolve,
        shape=lambda *, n: (n, n),
        forward=lambda *, n: np.eye(n),
        vjp=nothing,
        contributions=_own,
        spread=_still,
        rounding=exact,
        examples=lambda random: [((), {"n": n}) for n in (1, 4)],
    )
)

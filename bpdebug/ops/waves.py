"""What goes up and down, and what goes in steps: cos, sin and floor."""

from __future__ import annotations

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.ops.forms import call
from bpdebug.ops.rules import LIBRARY, entrywise, ulps
from bpdebug.ops.samples import normal, one, whole
from bpdebug.ops.table import UNIT, Array, Op, register


def _wave_rounding(out: Array, x: Array) -> Array:
    """The library is exact to some units of round-off of 1 where the wave nears 0."""
    return ulps(out, LIBRARY) + LIBRARY * UNIT * np.minimum(1.0, np.abs(x))


register(
    Op(
        name="cos",
        inputs=("x",),
        family="functions",
        **call("cos", latex=r"\cos"),
        does="The cosine of each entry: 1 at 0, -1 at π, and so on in waves.",
        alone="The cosine of the number: 1 at 0, -1 at π, and so on in waves.",
        why="At its crest the cosine is level, and from there it falls as the sine rises: the slope is minus the sine.",
        forward=np.cos,
        vjp=lambda g, out, x: (-g * apply("sin", x),),
        **entrywise("cos", lambda out, x: -np.sin(x), units=_wave_rounding),
        examples=one(normal, whole),
    )
)

register(
    Op(
        name="sin",
        inputs=("x",),
        family="functions",
        **call("sin", latex=r"\sin"),
        does="The sine of each entry: 0 at 0, 1 at π/2, and so on in waves.",
        alone="The sine of the number: 0 at 0, 1 at π/2, and so on in waves.",
        why="The sine climbs fastest where it crosses 0 and is level at its crest: its slope is the cosine.",
        forward=np.sin,
        vjp=lambda g, out, x: (g * apply("cos", x),),
        **entrywise("sin", lambda out, x: np.cos(x), units=_wave_rounding),
        examples=one(normal, whole),
    )
)


def _below(x: Array) -> Array:
    """The whole number that is not above; a complex step down from a whole number is below it."""
    real = np.real(x)
    below = np.floor(real)
    return np.asarray(below - ((below == real) & (np.imag(x) < 0)) if np.iscomplexobj(x) else below)


def _floor(x: Array, *, branch: Array | None = None) -> Array:
    return np.array(np.broadcast_to(_below(x) if branch is None else branch, np.shape(x)))


register(
    Op(
        name="floor",
        inputs=("x",),
        family="functions",
        **call("floor", latex=r"\operatorname{floor}"),
        does="The greatest whole number that is not above the entry.",
        alone="The greatest whole number that is not above the number.",
        why="Between two whole numbers floor is flat, and at one it jumps: no small step changes it, so no gradient "
        "passes.",
        forward=_floor,
        vjp=lambda g, out, x: (None,),
        branch=_below,
        kink=lambda x: np.asarray(np.real(x) == np.floor(np.real(x))),
        tie="at a whole number floor jumps, and the slope there is taken as 0",
        **entrywise("floor", None, units=0),
        examples=one(normal, whole),
    )
)

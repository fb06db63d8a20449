"""Functions of one entry: identity, exp, log, sqrt, abs, sign, square."""

from __future__ import annotations

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.language.vocabulary import Form
from bpdebug.ops import inplace
from bpdebug.ops.forms import around, call
from bpdebug.ops.rules import LIBRARY, at_zero, entrywise, positive, slope_one, split
from bpdebug.ops.samples import above_zero, normal, one, whole, wide
from bpdebug.ops.table import Array, Op, register

register(
    Op(
        name="identity",
        inputs=("x",),
        aliases=("linear",),
        family="functions",
        shows=1,
        degree=1,
        **call("identity", latex=r"\operatorname{id}"),
        does="The value is passed on under a new name.",
        why="The value is passed on as it is, so its gradient is too.",
        forward=np.array,
        into=inplace.copied,
        vjp=lambda g, out, x: (g,),
        **entrywise("identity", slope_one, units=0),
        examples=one(normal),
    )
)

register(
    Op(
        name="exp",
        inputs=("x",),
        family="functions",
        **call("exp", latex=r"\exp"),
        does="e to the power of each entry: always positive, and growing ever faster.",
        alone="e to the power of the number.",
        why="The exponential grows exactly as fast as it is large: it is its own derivative.",
        forward=np.exp,
        vjp=lambda g, out, x: (g * out,),
        **entrywise("exp", lambda out, x: out, units=LIBRARY),
        examples=one(normal, wide),
    )
)


def _log(x: Array) -> Array:
    if not np.iscomplexobj(x):
        return np.log(x)
    real, step = np.real(x), np.imag(x)
    if np.all(real > 0):
        return np.asarray(np.log(x))
    inside = np.log(np.where(real > 0, x, 1.0))
    slope = np.where(step == 0, 0.0, step * np.inf)
    return np.where(real > 0, inside, split(np.log(real), np.where(real == 0, slope, np.nan)))


register(
    Op(
        name="log",
        inputs=("x",),
        aliases=("ln",),
        family="functions",
        shows=1,
        **call("log", latex=r"\log"),
        does="The natural logarithm of each entry: 0 at 1, and without bound downwards as the entry nears 0.",
        alone="The natural logarithm of the number: 0 at 1, and without bound downwards as the number nears 0.",
        why="The logarithm measures relative change: a step of dx counts as dx/x, so the slope is 1/x, "
        "steep for small x and without bound at 0.",
        forward=_log,
        into=inplace.by(np.log),
        vjp=lambda g, out, x: (g / x,),
        domain=lambda x: np.asarray(np.real(x) <= 0),
        **entrywise("log", lambda out, x: 1 / x, units=LIBRARY),
        examples=one(above_zero),
    )
)


def sqrt(x: Array) -> Array:
    """The square root; on complex input NaN left of 0, and an infinite slope at 0."""
    if not np.iscomplexobj(x):
        return np.sqrt(x)
    real, step = np.real(x), np.imag(x)
    inside = np.sqrt(np.where(real > 0, x, 1.0))
    slope = np.where(step == 0, 0.0, step * np.inf)
    return np.where(real > 0, inside, split(np.sqrt(real), np.where(real == 0, slope, np.nan)))


register(
    Op(
        name="sqrt",
        inputs=("x",),
        family="functions",
        ascii=Form("sqrt({args})"),
        unicode=Form("√({args})"),
        latex=around(r"\sqrt{", "}"),
        does="The square root of each entry.",
        alone="The square root of the number.",
        why="With y² = x, a step dx is worth 2·y·dy, so dy = dx / (2·√x): gentle for large x, vertical at 0.",
        forward=sqrt,
        into=inplace.by(np.sqrt),
        vjp=lambda g, out, x: (g / (2 * out),),
        kink=at_zero,
        tie="√ is vertical at 0: its slope there is infinite",
        domain=lambda x: np.asarray(np.real(x) < 0),
        **entrywise("sqrt", lambda out, x: 0.5 / out),
        examples=one(above_zero),
    )
)


def signs(x: Array) -> Array:
    """-1, 0 or 1; NaN counts as 1, so that it is passed on and not hidden."""
    return np.asarray(np.where(positive(x), 1, np.where(positive(-x), -1, 0)), dtype=np.int8)


def _abs(x: Array, *, branch: Array | None = None) -> Array:
    side = signs(x) if branch is None else branch
    return np.asarray(np.where(side > 0, x, np.where(side < 0, -x, 0.0)))


def _sign(x: Array, *, branch: Array | None = None) -> Array:
    side = np.broadcast_to(signs(x) if branch is None else branch, np.shape(x))
    return np.where(np.isnan(np.real(x)), np.nan, side.astype(np.float64))


register(
    Op(
        name="abs",
        inputs=("x",),
        aliases=("absolute", "fabs"),
        family="functions",
        ascii=Form("abs({args})"),
        unicode=Form("abs({args})"),
        latex=around(r"\left|", r"\right|"),
        does="The distance of each entry from 0.",
        alone="The distance of the number from 0.",
        why="To the right of 0 the absolute value rises with x and to the left it falls: the slope is the sign of x.",
        forward=_abs,
        vjp=lambda g, out, x: (g * apply("sign", x),),
        branch=signs,
        kink=at_zero,
        tie="at 0 the slope is taken as sign(0) = 0",
        **entrywise("abs", lambda out, x: np.sign(x), units=0),
        examples=one(normal, whole),
    )
)

register(
    Op(
        name="sign",
        inputs=("x",),
        family="functions",
        **call("sign", latex=r"\operatorname{sign}"),
        does="1 for what is positive, -1 for what is negative, 0 for 0.",
        why="The sign is flat on either side of 0 and jumps there: no small step changes it, so no gradient passes.",
        forward=_sign,
        vjp=lambda g, out, x: (None,),
        branch=signs,
        kink=at_zero,
        tie="sign(0) = 0, and the slope there is taken as 0",
        **entrywise("sign", None, units=0),
        examples=one(normal, whole),
    )
)

register(
    Op(
        name="square",
        inputs=("x",),
        family="functions",
        shows=1,
        **call("square"),
        does="Each entry times itself.",
        alone="The number times itself.",
        why="x² is x times x; moving either factor counts x, and both move at once: 2·x.",
        forward=np.square,
        vjp=lambda g, out, x: (g * (2 * x),),
        **entrywise("square", lambda out, x: 2 * x),
        examples=one(normal),
    )
)

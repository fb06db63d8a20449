"""Activations: relu, leaky_relu, elu, gelu, softplus, sigmoid, tanh, arctanh."""

from __future__ import annotations

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.ops import curves, inplace
from bpdebug.ops.forms import call
from bpdebug.ops.rules import LIBRARY, as_number, at_zero, entrywise, positive, split, ulps
from bpdebug.ops.samples import inside_one, normal, one, whole, wide
from bpdebug.ops.shapes import real
from bpdebug.ops.table import Array, Op, register

register(
    Op(
        name="relu",
        inputs=("x",),
        aliases=("ReLU",),
        family="activations",
        **call("relu"),
        does="A unit passes on what is positive and turns everything else into 0.",
        why="Where the unit is on it passes its input through, slope 1; where it is off nothing comes through, slope "
        "0: the gradient takes the same gates back.",
        forward=lambda x, *, branch=None: np.asarray(np.where(positive(x) if branch is None else branch, x, 0.0)),
        into=inplace.relu,
        vjp=lambda g, out, x: (g * apply("drelu", x),),
        branch=positive,
        kink=at_zero,
        tie="relu'(0) = 0",
        **entrywise("relu", lambda out, x: as_number(positive(x)), units=0),
        examples=one(normal, whole),
    )
)


def _leaky(x: Array, *, slope: float, branch: Array | None = None) -> Array:
    return np.asarray(np.where(positive(x) if branch is None else branch, x, slope * x))


register(
    Op(
        name="leaky_relu",
        inputs=("x",),
        options={"slope": 0.01},
        aliases=("lrelu", "leakyrelu"),
        family="activations",
        **call("leaky_relu"),
        does="A unit passes on what is positive and lets a small share of what is negative through.",
        why="Where the unit is on the slope is 1; where it is off a small slope is left, so that the "
        "unit can still learn.",
        resolve=lambda shape, *, slope=0.01: {"slope": real("leaky_relu", "slope", slope)},
        forward=_leaky,
        vjp=lambda g, out, x, *, slope: (g * apply("dleaky_relu", x, **({} if slope == 0.01 else {"slope": slope})),),
        branch=lambda x, *, slope: positive(x),
        kink=at_zero,
        tie="leaky_relu'(0) = slope",
        **entrywise(
            "leaky_relu",
            lambda out, x, *, slope: np.where(positive(x), 1.0, slope),
            units=lambda out, x, *, slope: np.where(positive(x), 0.0, ulps(out, 1)),
        ),
        examples=lambda random: [*one(normal, whole)(random), *one(normal, slope=0.2)(random)],
    )
)


def _elu(x: Array, *, alpha: float, branch: Array | None = None) -> Array:
    on = positive(x) if branch is None else branch
    return np.asarray(np.where(on, x, alpha * np.expm1(np.where(on, 0.0, x))))


register(
    Op(
        name="elu",
        inputs=("x",),
        options={"alpha": 1.0},
        family="activations",
        **call("elu"),
        does="What is positive is passed on; what is negative levels out smoothly towards -alpha.",
        why="Where the unit is on the slope is 1; where it is off the curve levels out towards -alpha, "
        "and its slope alpha·exp(x) fades with it.",
        resolve=lambda shape, *, alpha=1.0: {"alpha": real("elu", "alpha", alpha)},
        forward=_elu,
        vjp=lambda g, out, x, *, alpha: (g * apply("delu", x, **({} if alpha == 1.0 else {"alpha": alpha})),),
        branch=lambda x, *, alpha: positive(x),
        kink=lambda x, *, alpha: np.asarray((np.real(x) == 0) & (alpha != 1.0)),
        tie="elu'(0) = alpha",
        **entrywise(
            "elu",
            lambda out, x, *, alpha: np.where(positive(x), 1.0, alpha * np.exp(x)),
            units=lambda out, x, *, alpha: np.where(positive(x), 0.0, ulps(out, LIBRARY + 2)),
        ),
        examples=lambda random: [*one(normal, whole)(random), *one(normal, whole, alpha=0.7)(random)],
    )
)


def _gelu_rounding(out: Array, x: Array) -> Array:
    inner = curves.gelu_inner(x)
    return ulps(out, 2 * LIBRARY + 8 * np.abs(inner) * curves.sigmoid(-inner))


register(
    Op(
        name="gelu",
        inputs=("x",),
        family="activations",
        **call("gelu"),
        does="Each entry is multiplied by a soft gate that opens from 0 to 1 as the entry grows.",
        why="gelu, here in its tanh form 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), is x times a soft gate: "
        "the slope is the gate itself plus x times how fast the gate opens.",
        forward=curves.gelu,
        vjp=lambda g, out, x: (g * apply("dgelu", x),),
        **entrywise("gelu", lambda out, x: curves.dgelu(x), units=_gelu_rounding),
        examples=one(normal, wide),
    )
)


def _softplus_rounding(out: Array, x: Array) -> Array:
    return ulps(out, 2 * LIBRARY + 2)


register(
    Op(
        name="softplus",
        inputs=("x",),
        family="activations",
        **call("softplus"),
        does="log(1 + exp(x)): a relu with its corner rounded.",
        why="softplus is a relu with its corner rounded, and its slope, going smoothly from 0 to 1, is the sigmoid.",
        forward=curves.softplus,
        vjp=lambda g, out, x: (g * apply("sigmoid", x),),
        **entrywise("softplus", lambda out, x: curves.sigmoid(x), units=_softplus_rounding),
        examples=one(normal, wide),
    )
)

register(
    Op(
        name="sigmoid",
        inputs=("x",),
        aliases=("logistic", "expit"),
        family="activations",
        **call("sigmoid", unicode="σ", latex=r"\sigma"),
        does="Each number is squeezed between 0 and 1, so that it can be read as a probability.",
        why="The slope is σ·(1 - σ), how sure times how unsure: at most 1/4, and next to nothing "
        "once the unit is sure of either answer.",
        forward=curves.sigmoid,
        into=inplace.sigmoid,
        vjp=lambda g, out, x: (g * apply("dsigmoid", x),),
        **entrywise("sigmoid", lambda out, x: curves.dsigmoid(x), units=2 * LIBRARY + 2),
        examples=one(normal, wide),
    )
)

register(
    Op(
        name="tanh",
        inputs=("x",),
        family="activations",
        **call("tanh", latex=r"\tanh"),
        does="Each number is squeezed between -1 and 1, and 0 stays 0.",
        why="The slope is 1 - tanh², so it can be read off the output: 1 where the output is 0, "
        "next to nothing where it nears ±1.",
        forward=np.tanh,
        vjp=lambda g, out, x: (g * apply("dtanh", x),),
        **entrywise("tanh", lambda out, x: curves.dtanh(x), units=LIBRARY),
        examples=one(normal, wide),
    )
)


def _arctanh(x: Array) -> Array:
    if not np.iscomplexobj(x):
        return np.asarray(np.arctanh(x))
    inside = np.abs(np.real(x)) < 1
    real = np.arctanh(np.real(x))
    return np.where(inside, np.arctanh(np.where(inside, x, 0.0)), split(real, np.asarray(np.nan)))


register(
    Op(
        name="arctanh",
        inputs=("x",),
        aliases=("atanh",),
        family="activations",
        **call("arctanh", latex=r"\operatorname{artanh}"),
        does="tanh undone: numbers between -1 and 1 are spread over the whole line.",
        why="It undoes tanh, so its slope is one over the slope of tanh: 1/(1 - x²), without bound towards ±1.",
        forward=_arctanh,
        vjp=lambda g, out, x: (g * apply("darctanh", x),),
        domain=lambda x: np.asarray(np.abs(np.real(x)) >= 1),
        **entrywise("arctanh", lambda out, x: 1 / ((1 - x) * (1 + x)), units=LIBRARY),
        examples=one(inside_one),
    )
)

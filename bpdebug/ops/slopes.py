"""The derivatives of the activations as functions of their own: drelu, dsigmoid, dtanh and the rest."""

from __future__ import annotations

import numpy as np

from bpdebug.language.expression import Expr, apply, number
from bpdebug.ops import curves, inplace
from bpdebug.ops.forms import Forms, call
from bpdebug.ops.rules import LIBRARY, TINY, as_number, at_zero, entrywise, nothing, positive, ulps
from bpdebug.ops.samples import inside_one, normal, one, whole, wide
from bpdebug.ops.shapes import real
from bpdebug.ops.table import UNIT, Array, Op, register


def derivative_names(activation: str) -> tuple[str, ...]:
    """The spellings people have for a derivative, beside drelu."""
    ends = (f"{activation}_{end}" for end in ("prime", "derivative", "deriv", "grad", "gradient"))
    joined = (f"{activation}{end}" for end in ("Prime", "Derivative", "Grad", "Gradient"))
    return (f"d_{activation}", *ends, *joined, f"derivative_{activation}", f"grad_{activation}")


def _forms(activation: str, *, unicode: str = "", latex: str = "") -> Forms:
    latex = latex or rf"\operatorname{{{activation}}}".replace("_", r"\_")
    return call(f"d{activation}", unicode=f"{unicode or activation}′", latex=f"{latex}'")


def _drelu(x: Array, *, branch: Array | None = None) -> Array:
    on = positive(x) if branch is None else branch
    return np.where(np.isnan(np.real(x)), np.nan, as_number(np.broadcast_to(on, np.shape(x))))


register(
    Op(
        name="drelu",
        inputs=("x",),
        aliases=derivative_names("relu"),
        family="derivatives",
        **_forms("relu"),
        does="The slope of relu: 1 where the unit is on, 0 where it is off.",
        why="The slope of relu is 1 or 0 and stays so between its jumps: a small change of the input changes nothing.",
        forward=_drelu,
        into=inplace.drelu,
        vjp=nothing,
        branch=positive,
        kink=at_zero,
        tie="relu'(0) = 0",
        **entrywise("drelu", None, units=0),
        examples=one(normal, whole),
    )
)


def _dleaky(x: Array, *, slope: float, branch: Array | None = None) -> Array:
    on = np.broadcast_to(positive(x) if branch is None else branch, np.shape(x))
    return np.where(np.isnan(np.real(x)), np.nan, np.where(on, 1.0, slope))


register(
    Op(
        name="dleaky_relu",
        inputs=("x",),
        options={"slope": 0.01},
        aliases=(*derivative_names("leaky_relu"), *derivative_names("lrelu")),
        family="derivatives",
        **_forms("leaky_relu"),
        does="The slope of leaky_relu: 1 where the unit is on, the small slope where it is off.",
        why="The slope of leaky_relu takes two values and is flat between its jump: a small change changes nothing.",
        resolve=lambda shape, *, slope=0.01: {"slope": real("dleaky_relu", "slope", slope)},
        forward=_dleaky,
        vjp=nothing,
        branch=lambda x, *, slope: positive(x),
        kink=at_zero,
        tie="leaky_relu'(0) = slope",
        **entrywise("dleaky_relu", None, units=0),
        examples=lambda random: [*one(normal, whole)(random), *one(normal, slope=0.2)(random)],
    )
)


def _delu(x: Array, *, alpha: float, branch: Array | None = None) -> Array:
    on = positive(x) if branch is None else branch
    slope = np.where(on, 1.0, alpha * np.exp(np.where(on, 0.0, x)))
    return np.where(np.isnan(np.real(x)), np.nan, slope)


register(
    Op(
        name="delu",
        inputs=("x",),
        options={"alpha": 1.0},
        aliases=derivative_names("elu"),
        family="derivatives",
        **_forms("elu"),
        does="The slope of elu: 1 where the unit is on, fading towards 0 where it is off.",
        why="Where the unit is off the slope alpha·exp(x) is an exponential, its own derivative; where it is on the "
        "slope is a constant 1.",
        resolve=lambda shape, *, alpha=1.0: {"alpha": real("delu", "alpha", alpha)},
        forward=_delu,
        vjp=lambda g, out, x, *, alpha: (g * out * (x <= 0),),
        branch=lambda x, *, alpha: positive(x),
        kink=at_zero,
        tie="elu'(0) = alpha, and its own slope there alpha",
        **entrywise(
            "delu",
            lambda out, x, *, alpha: np.where(positive(x), 0.0, out),
            units=lambda out, x, *, alpha: np.where(positive(x), 0.0, ulps(out, LIBRARY + 2)),
        ),
        examples=lambda random: [*one(normal, whole)(random), *one(normal, alpha=0.7)(random)],
    )
)


def _dgelu_vjp(g: Expr, out: Expr, x: Expr) -> tuple[Expr]:
    inner = number(curves.SCALE) * (x + number(curves.CUBIC) * x**3)
    slope = number(curves.SCALE) * (1 + number(3 * curves.CUBIC) * x**2)
    bend = number(6 * curves.SCALE * curves.CUBIC) * x
    curve = (1 - 2 * apply("sigmoid", inner)) * slope**2 + bend
    return (g * apply("dsigmoid", inner) * (2 * slope + x * curve),)


def _dgelu_rounding(out: Array, x: Array) -> Array:
    inner, slope = curves.gelu_inner(x), curves.gelu_inner_slope(x)
    gate, opening = curves.sigmoid(inner), np.abs(curves.bounded(x)) * curves.dsigmoid(inner) * slope
    wobble = 8 * np.abs(inner) * UNIT
    return np.asarray(
        (4 * LIBRARY * UNIT + wobble) * (gate * curves.sigmoid(-inner) + opening) + ulps(gate, 2 * LIBRARY)
    )


register(
    Op(
        name="dgelu",
        inputs=("x",),
        aliases=derivative_names("gelu"),
        family="derivatives",
        **_forms("gelu"),
        does="The slope of gelu: the gate itself plus x times how fast it opens.",
        why="With s = σ(2u) and u as in gelu's tanh form, the slope s + x·s·(1 - s)·(2u)′ bends once more: "
        "the product rule again, on each of its factors.",
        forward=curves.dgelu,
        vjp=_dgelu_vjp,
        **entrywise("dgelu", lambda out, x: curves.ddgelu(x), units=_dgelu_rounding),
        examples=one(normal, whole),
    )
)

register(
    Op(
        name="dsoftplus",
        inputs=("x",),
        aliases=derivative_names("softplus"),
        family="derivatives",
        **_forms("softplus"),
        does="The slope of softplus, which is the sigmoid.",
        why="The slope of softplus is the sigmoid, so its own slope is the sigmoid's.",
        forward=curves.sigmoid,
        into=inplace.sigmoid,
        vjp=lambda g, out, x: (g * apply("dsigmoid", x),),
        **entrywise("dsoftplus", lambda out, x: curves.dsigmoid(x), units=2 * LIBRARY + 2),
        examples=one(normal, wide),
    )
)

register(
    Op(
        name="dsigmoid",
        inputs=("x",),
        aliases=(*derivative_names("sigmoid"), *derivative_names("logistic")),
        family="derivatives",
        **_forms("sigmoid", unicode="σ", latex=r"\sigma"),
        does="The slope of the sigmoid, σ·(1 - σ): at most 1/4, next to nothing far from 0.",
        why="The slope σ·(1 - σ) rises while σ is below 1/2 and falls beyond it: hence σ′·(1 - 2σ).",
        by_hand=lambda x: apply("sigmoid", x) * (1 - apply("sigmoid", x)),
        forward=curves.dsigmoid,
        into=inplace.dsigmoid,
        vjp=lambda g, out, x: (g * out * (1 - 2 * apply("sigmoid", x)),),
        **entrywise(
            "dsigmoid",
            lambda out, x: out * (curves.sigmoid(-x) - curves.sigmoid(x)),
            units=lambda out, x: ulps(out, 4 * LIBRARY + 5) + TINY,
        ),
        examples=one(normal, wide),
    )
)

register(
    Op(
        name="dtanh",
        inputs=("x",),
        aliases=derivative_names("tanh"),
        family="derivatives",
        **_forms("tanh", latex=r"\tanh"),
        does="The slope of tanh, 1 - tanh²: 1 at 0, next to nothing far from it.",
        why="The slope 1 - tanh² falls on either side of 0, by twice tanh times the slope itself.",
        by_hand=lambda x: 1 - apply("tanh", x) ** 2,
        forward=curves.dtanh,
        into=inplace.dtanh,
        vjp=lambda g, out, x: (-g * 2 * apply("tanh", x) * out,),
        **entrywise(
            "dtanh",
            lambda out, x: 2 * np.tanh(x) * out,
            units=lambda out, x: ulps(out, 4 * LIBRARY + 5) + 4 * TINY,
        ),
        examples=one(normal, wide),
    )
)


def _darctanh(x: Array) -> Array:
    slope = 1 / ((1 - x) * (1 + x))
    return np.asarray(np.where(np.abs(np.real(x)) < 1, slope, np.nan))


register(
    Op(
        name="darctanh",
        inputs=("x",),
        aliases=(*derivative_names("arctanh"), *derivative_names("atanh")),
        family="derivatives",
        **_forms("arctanh", latex=r"\operatorname{artanh}"),
        does="The slope of arctanh, 1 / (1 - x²).",
        why="The slope 1/(1 - x²) grows with x² below the line, hence 2·x over the square of the denominator.",
        by_hand=lambda x: 1 / (1 - x**2),
        forward=_darctanh,
        vjp=lambda g, out, x: (g * 2 * x * out**2,),
        domain=lambda x: np.asarray(np.abs(np.real(x)) >= 1),
        **entrywise("darctanh", lambda out, x: 2 * x * out * out, units=5),
        examples=one(inside_one),
    )
)

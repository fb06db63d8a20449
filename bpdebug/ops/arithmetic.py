"""Arithmetic, entry by entry: add, subtract, multiply, divide, power, negate."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from bpdebug.language.expression import Apply, Expr, Number, apply, number
from bpdebug.language.vocabulary import COMPARISON, POSTFIX, POWER, PRODUCT, SUM, UNARY, Form
from bpdebug.ops import inplace
from bpdebug.ops.forms import Forms, infix
from bpdebug.ops.functions import sqrt
from bpdebug.ops.rules import LIBRARY, Index, at, entrywise, slope_one, split, ulps, value
from bpdebug.ops.samples import Cases, above_zero, away_from_zero, normal, one, two, whole
from bpdebug.ops.table import Array, Gradient, Op, Term, register


def _added(index: Index, out: Array, a: Array, b: Array) -> tuple[Term, ...]:
    first, second = at(index, a, b)
    return Term(value(a, index), (first,)), Term(value(b, index), (second,))


def _subtracted(index: Index, out: Array, a: Array, b: Array) -> tuple[Term, ...]:
    first, second = at(index, a, b)
    return Term(value(a, index), (first,)), Term(-value(b, index), (second,))


register(
    Op(
        name="add",
        inputs=("u", "v"),
        family="arithmetic",
        shows=2,
        degree=1,
        **infix("+", SUM, (SUM, PRODUCT)),
        does="Entries in the same place are added; a column or row that is too short is repeated.",
        alone="The two numbers are added.",
        why="Raising either term by a little raises the sum by just as much, so both receive the gradient unchanged.",
        forward=np.add,
        vjp=lambda g, out, a, b: (g, g),
        **entrywise("add", slope_one, slope_one, terms=_added),
        examples=two((normal, normal)),
    )
)

register(
    Op(
        name="subtract",
        inputs=("u", "v"),
        family="arithmetic",
        shows=2,
        degree=1,
        **infix("-", SUM, (SUM, PRODUCT), unicode="−"),
        does="The second is taken away from the first, entry by entry.",
        alone="The second number is taken away from the first.",
        why="What is taken away pulls the result down as much as the first term lifts it: the same gradient, "
        "with its sign turned.",
        forward=np.subtract,
        vjp=lambda g, out, a, b: (g, -g),
        **entrywise("subtract", slope_one, slope_one, terms=_subtracted),
        examples=two((normal, normal)),
    )
)

register(
    Op(
        name="multiply",
        inputs=("u", "v"),
        family="arithmetic",
        shows=2,
        degree=2,
        ascii=Form("{0} * {1}", PRODUCT, (PRODUCT, UNARY)),
        unicode=Form("{0} ⊙ {1}", PRODUCT, (PRODUCT, UNARY), scaling="{0} * {1}"),
        latex=Form(r"{0} \odot {1}", PRODUCT, (PRODUCT, UNARY), scaling=r"{0} \times {1}"),
        does="Entries in the same place are multiplied: no sums, unlike the matrix product.",
        alone="The two numbers are multiplied.",
        why="A factor counts as much as the other factor is large, so each one's gradient is g times the other.",
        forward=np.multiply,
        vjp=lambda g, out, a, b: (g * b, g * a),
        **entrywise("multiply", lambda out, a, b: b, lambda out, a, b: a),
        examples=two((normal, normal), (whole, normal)),
    )
)


register(
    Op(
        name="divide",
        inputs=("u", "v"),
        aliases=("true_divide",),
        family="arithmetic",
        shows=1,
        ascii=Form("{0} / {1}", PRODUCT, (PRODUCT, UNARY)),
        unicode=Form("{0} / {1}", PRODUCT, (PRODUCT, UNARY)),
        latex=Form(r"\frac{{{0}}}{{{1}}}", PRODUCT, (COMPARISON, COMPARISON)),
        does="Each entry of the first is divided by the entry of the second in the same place.",
        alone="The first number is divided by the second.",
        why="The numerator is scaled by 1/v, hence g/v; a larger denominator shrinks the whole quotient u/v by a "
        "further 1/v, hence -g·u/v².",
        forward=np.divide,
        vjp=lambda g, out, a, b: (g / b, -g * a / b**2),
        domain=lambda a, b: np.broadcast_to(np.real(b) == 0, np.broadcast_shapes(np.shape(a), np.shape(b))),
        **entrywise("divide", lambda out, a, b: 1 / b, lambda out, a, b: out / b),
        examples=two((normal, away_from_zero)),
    )
)

register(
    Op(
        name="negate",
        inputs=("u",),
        aliases=("negative",),
        family="arithmetic",
        shows=1,
        degree=1,
        ascii=Form("-{0}", UNARY, (UNARY,)),
        unicode=Form("−{0}", UNARY, (UNARY,)),
        latex=Form("-{0}", UNARY, (UNARY,)),
        does="The sign of every entry is turned.",
        alone="The sign of the number is turned.",
        why="Raising the input lowers the output by as much, so the gradient comes back with its sign turned.",
        forward=operator.neg,
        into=inplace.by(np.negative),
        vjp=lambda g, out, a: (-g,),
        **entrywise("negate", slope_one, units=0),
        examples=one(normal),
    )
)


def constant(expr: Expr) -> float | None:
    """The value of a plain number, of either sign; None for anything else."""
    if isinstance(expr, Number):
        return expr.value
    if isinstance(expr, Apply) and expr.op == "negate" and isinstance(expr.inputs[0], Number):
        return -expr.inputs[0].value
    return None


EASY: dict[float, Callable[[Array], Array]] = {
    -1.0: lambda a: 1 / a,
    0.0: np.ones_like,
    0.5: sqrt,
    1.0: np.array,
    2.0: lambda a: a * a,
}
"""Exponents that NumPy treats apart for a scalar but not for an array: here they are always treated apart."""


def _power(a: Array, b: Array) -> Array:
    a, b = np.asarray(a), np.asarray(b)
    if not b.ndim and b.dtype.kind == "f" and (easy := EASY.get(b.item())) is not None:
        return np.asarray(easy(a))
    result = np.asarray(np.power(a, b))
    for exponent, easy in EASY.items():
        if np.any(b == exponent):
            result = np.where(b == exponent, easy(a), result)
    if np.iscomplexobj(result):
        lost = (np.real(a) < 0) & ((np.imag(b) != 0) | (np.real(b) != np.round(np.real(b))))
        result = np.where(lost, split(np.power(np.real(a), np.real(b)), np.asarray(np.nan)), result)
    return result


def _power_vjp(g: Expr, out: Expr, a: Expr, b: Expr) -> tuple[Gradient, ...]:
    exponent = constant(b)
    if exponent is None:
        return g * b * a ** (b - 1), g * out * apply("log", a)
    if exponent in (0, 1):
        return g * number(exponent) if exponent == 0 else g, None
    return g * (number(exponent) * (a if exponent == 2 else a ** number(exponent - 1))), None


def _power_outside(a: Array, b: Array) -> Array:
    a, b = np.real(a), np.real(b)
    return np.asarray(((a < 0) & (b != np.round(b))) | ((a == 0) & (b < 0)))


def _power_examples(random: np.random.Generator) -> Cases:
    squares: Cases = [((normal(random, (3, 4)), np.asarray(float(power))), {}) for power in (0, 1, 2, 3, -1, -2)]
    roots: Cases = [((above_zero(random, (3, 4)), np.asarray(power)), {}) for power in (0.5, -1.5, 2.7)]
    both: Cases = [
        ((above_zero(random, left), normal(random, right)), {}) for left, right in [((3, 4), (4,)), ((), ())]
    ]
    return [*squares, *roots, *both]


POWER_FORMS = Forms(
    ascii=Form("{0} ** {1}", POWER, (POSTFIX, UNARY)),
    unicode=Form("{0} ** {1}", POWER, (POSTFIX, UNARY)),
    latex=Form("{{{0}}}^{{{1}}}", POWER, (POSTFIX, COMPARISON)),
)

register(
    Op(
        name="power",
        inputs=("u", "v"),
        aliases=("pow",),
        family="arithmetic",
        **POWER_FORMS,
        does="Each entry is raised to the power given.",
        alone="The number is raised to the power given.",
        why="uᵛ is v equal factors, and each of them in turn is moved while the other v - 1 stay: v·uᵛ⁻¹; "
        "moving the exponent multiplies the power by u once more in proportion, hence log u.",
        forward=_power,
        vjp=_power_vjp,
        domain=_power_outside,
        **entrywise(
            "power",
            lambda out, a, b: np.where(b == 0, 0.0, b * np.power(a, b - 1)),
            lambda out, a, b: out * np.log(a),
            units=lambda out, a, b: ulps(out, LIBRARY),
        ),
        examples=_power_examples,
    )
)

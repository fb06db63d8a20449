"""One form for formulas that differ in writing only: order of factors and terms, signs, transposes, slopes by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number

Terms: TypeAlias = Mapping[tuple[Any, ...], float]
"""A sum: each product as its factors with their exponents, and the number before it."""
Recognise: TypeAlias = Callable[[Expr], "Expr | None"]
"""What a sub-expression is written as here: the slope of an activation, for one."""
WIDEST = 64
"""Terms up to which products of sums are multiplied out."""


def canonical(expr: Expr, recognise: Recognise) -> Any:
    """A key that two formulas share when they differ in writing only."""
    return _key(_terms(expr, recognise))


def freed(expr: Expr, numbers: Collection[str]) -> Expr:
    """The formula with the single numbers of a factor before the whole product: (1/m * dZ) @ A.T is 1/m * (dZ @ A.T).

    `numbers` are the names that stand for single numbers.
    """
    if not isinstance(expr, Apply):
        return expr
    inputs = tuple(freed(each, numbers) for each in expr.inputs)
    if expr.op != "matmul":
        return replace(expr, inputs=inputs)
    (first, *over), (second, *under) = (_apart(each, numbers) for each in inputs)
    product: Expr = replace(expr, inputs=(first, second))
    for op, number in (*over, *under):
        product = Apply(op, (product, number))
    return product


def _apart(expr: Expr, numbers: Collection[str]) -> tuple[Any, ...]:
    """An array, and what it is multiplied with or divided by, each with the operation."""
    if isinstance(expr, Apply) and expr.op in ("multiply", "divide"):
        left, right = expr.inputs
        if _is_number(right, numbers):
            array, *others = _apart(left, numbers)
            return (array, *others, (expr.op, right))
        if expr.op == "multiply" and _is_number(left, numbers):
            array, *others = _apart(right, numbers)
            return (array, *others, (expr.op, left))
    return (expr,)


def _is_number(expr: Expr, numbers: Collection[str]) -> bool:
    if isinstance(expr, Name):
        return expr.id in numbers
    if isinstance(expr, Apply):
        return expr.op in ("multiply", "divide", "negate") and all(_is_number(each, numbers) for each in expr.inputs)
    return isinstance(expr, Number)


def _key(terms: Terms) -> Any:
    return tuple(sorted(((product, round(by, 12)) for product, by in terms.items() if by), key=repr))


def _terms(expr: Expr, recognise: Recognise) -> Terms:
    known = recognise(expr)
    if known is not None and known != expr:
        return _terms(known, _nothing)
    if isinstance(expr, Number):
        return {(): expr.value}
    if isinstance(expr, Name):
        return {((expr.id, 1),): 1.0}
    assert isinstance(expr, Apply)
    if expr.op == "transpose":
        return _turned(expr.inputs[0], recognise)
    return _applied(expr, [_terms(each, recognise) for each in expr.inputs])


def _nothing(expr: Expr) -> Expr | None:
    return None


def _applied(expr: Apply, given: list[Terms]) -> Terms:
    if expr.op == "negate":
        return _scaled(given[0], -1.0)
    if expr.op in ("add", "subtract"):
        return _added(given[0], given[1] if expr.op == "add" else _scaled(given[1], -1.0))
    if expr.op in ("multiply", "divide"):
        return _multiplied(given[0], given[1], 1 if expr.op == "multiply" else -1)
    if expr.op == "matmul":
        return _product(*given)
    if expr.op == "power" and isinstance(expr.inputs[1], Number) and expr.inputs[1].value in (1, 2, 3):
        result = given[0]
        for _ in range(int(expr.inputs[1].value) - 1):
            result = _multiplied(result, given[0], 1)
        return result
    return {(((expr.op, expr.options, tuple(map(_key, given))), 1),): 1.0}


def _scaled(terms: Terms, by: float) -> Terms:
    return {product: by * number for product, number in terms.items()}


def _added(one: Terms, other: Terms) -> Terms:
    total = dict(one)
    for product, number in other.items():
        total[product] = total.get(product, 0.0) + number
    return {product: number for product, number in total.items() if abs(number) > 1e-15}


def _multiplied(one: Terms, other: Terms, exponent: int) -> Terms:
    """The product, multiplied out; the quotient, what it is divided by as one factor."""
    if exponent > 0 and len(one) * len(other) <= WIDEST:
        total: Terms = {}
        for first, by in one.items():
            total = _added(total, {_joined(first, second, 1): by * to for second, to in other.items()})
        return total
    second, to = _single(other)
    if not to:
        return {}
    return {_joined(each, second, exponent): number * to**exponent for each, number in one.items()}


def _single(terms: Terms) -> tuple[tuple[Any, ...], float]:
    """A sum as one factor, its sign and size taken out."""
    if len(terms) == 1:
        return next(iter(terms.items()))
    key = _key(terms)
    first = key[0][1] if key else 1.0
    return ((("+", _key(_scaled(terms, 1 / first))), 1),), first


def _joined(one: tuple[Any, ...], other: tuple[Any, ...], exponent: int) -> tuple[Any, ...]:
    powers = Counter[Any]()
    for product, sign in ((one, 1), (other, exponent)):
        for factor, power in product:
            powers[factor] += sign * power
    return tuple(sorted(((factor, power) for factor, power in powers.items() if power), key=repr))


def _product(one: Terms, other: Terms) -> Terms:
    """A matrix product, what is a number in its factors taken out."""
    (first, by), (second, to) = _single(one), _single(other)
    return {((("@", first, second), 1),): by * to}


def _turned(expr: Expr, recognise: Recognise) -> Terms:
    """A transpose, brought down to the names."""
    if isinstance(expr, Apply) and expr.op == "transpose":
        return _terms(expr.inputs[0], recognise)
    if isinstance(expr, Apply) and expr.op == "matmul":
        a, b = expr.inputs
        return _product(_turned(b, recognise), _turned(a, recognise))
    if isinstance(expr, Apply) and expr.op in ("add", "subtract", "multiply", "divide", "negate"):
        return _terms(Apply(expr.op, tuple(each.T for each in expr.inputs)), recognise)
    if isinstance(expr, Number):
        return {(): expr.value}
    return {((("T", _key(_terms(expr, recognise))), 1),): 1.0}

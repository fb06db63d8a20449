"""The value of an expression made of numbers alone."""

from __future__ import annotations

import operator
from collections.abc import Callable

from bpdebug.language.expression import Apply, Expr, Number

_RULES: dict[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": pow,
}


def worked_out(expr: Expr) -> float | None:
    """The number an expression of numbers stands for, infinity where it overflows; None where names are read."""
    if isinstance(expr, Number):
        return expr.value
    if not isinstance(expr, Apply):
        return None
    inputs = [worked_out(each) for each in expr.inputs]
    if expr.op == "negate" and inputs[0] is not None:
        return -inputs[0]
    if expr.op not in _RULES or inputs[0] is None or inputs[1] is None:
        return None
    try:
        value = _RULES[expr.op](inputs[0], inputs[1])
    except (OverflowError, ZeroDivisionError):
        return float("inf")
    return float("nan") if isinstance(value, complex) else value

"""Mended lines as a person would write them: nothing times 0, by itself, or with signs that undo each other."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from bpdebug.check.diagnosis.pieces import joined
from bpdebug.language.expression import Apply, Expr, Number, walk

ZERO, ONE = Number(0.0), Number(1.0)


def simplified(expr: Expr, own: Expr) -> Expr:
    """An expression without what undoes itself; what stood in the person's `own` line stays as it was."""
    return joined(_simplified(expr, {node for node in walk(own) if isinstance(node, Apply)}))


def _simplified(expr: Expr, kept: Collection[Expr]) -> Expr:
    if not isinstance(expr, Apply) or expr in kept:
        return expr
    inner = tuple(_simplified(each, kept) for each in expr.inputs)
    same = all(a is b for a, b in zip(inner, expr.inputs, strict=True))
    return _shorter(expr if same else replace(expr, inputs=inner))


def _shorter(node: Apply) -> Expr:
    """One operation, if it does nothing what there is without it."""
    match node.op, node.inputs:
        case "negate" | "transpose", (inner,):
            return _twice(node, inner)
        case "add" | "subtract", (one, other):
            return _sum(node, one, other, minus=node.op == "subtract")
        case "multiply", (one, other):
            return _product(node, one, other)
        case "divide", (one, other):
            return _quotient(node, one, other)
        case "matmul", (one, other):
            return ZERO if ZERO in node.inputs else one if _unit(other) else other if _unit(one) else node
        case "power", (base, exponent) if exponent == ONE or base == ZERO:
            return base
        case "where", (_, one, other) if one == other:
            return one
    return node


def _twice(node: Apply, inner: Expr) -> Expr:
    """What a second minus or a second transpose undoes, and 0 and ones((1, 1)), which neither changes."""
    if isinstance(inner, Apply) and inner.op == node.op:
        return inner.inputs[0]
    return inner if inner == ZERO or _unit(inner) else node


def _sum(node: Apply, one: Expr, other: Expr, *, minus: bool) -> Expr:
    if other == ZERO:
        return one
    if one == ZERO:
        return -other if minus else other
    if minus and one == other:
        return ZERO
    if isinstance(one, Apply) and one.op == ("add" if minus else "subtract") and one.inputs[1] == other:
        return one.inputs[0]
    if isinstance(other, Apply) and other.op == "negate":
        return one + other.inputs[0] if minus else one - other.inputs[0]
    return node


def _product(node: Apply, one: Expr, other: Expr) -> Expr:
    if ZERO in (one, other):
        return ZERO
    for factor, rest in ((one, other), (other, one)):
        if factor == ONE:
            return rest
        if factor in (Number(-1.0), -ONE):
            return -rest
        if isinstance(rest, Apply) and rest.op == "divide" and rest.inputs[1] == factor:
            return rest.inputs[0]
    return node


def _quotient(node: Apply, one: Expr, other: Expr) -> Expr:
    if other == ONE or one == ZERO:
        return one
    if one == other:
        return ONE
    if isinstance(one, Apply) and one.op == "multiply" and other in one.inputs:
        return one.inputs[1] if one.inputs[0] == other else one.inputs[0]
    return node


def _unit(node: Expr) -> bool:
    """ones((1, 1)), which a number is widened with."""
    shape = node.option("shape") if isinstance(node, Apply) and node.op == "ones" else None
    return shape == (1, 1)

"""Whole numbers and conditions in code: l - 1, len(weights) - 1, l > 1 and l != L; worked out where they are plain."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

Numbers = Mapping[str, float]
"""What names stand for, and what `len(weights)` is."""

LONGEST = 120
"""Characters of a condition that is looked at."""
_SIGNS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}
_PLAIN = re.compile(r"\s*(?P<name>[^\W\d]\w*|\d{1,9})\s*\Z")
_LARGEST = 1e9


def value(text: str, numbers: Numbers) -> int | None:
    """The whole number that l, 3, -l + 1 or len(weights) - 1 is; None where it is none that is known."""
    found = _number(text, numbers)
    return int(found) if found is not None and found == int(found) and abs(found) < _LARGEST else None


def holds(condition: str, numbers: Numbers) -> bool | None:
    """Whether a condition is true; None where that cannot be told from the numbers."""
    tree = expression(condition.replace("~=", "!=").replace("&&", " and ").replace("||", " or "))
    return None if tree is None else _true(tree, numbers)


def _number(text: str, numbers: Numbers) -> float | None:
    if plain := _PLAIN.match(text):
        return int(plain["name"]) if plain["name"].isdigit() else numbers.get(plain["name"])
    tree = expression(text)
    return None if tree is None else _worth(tree, numbers)


@lru_cache(maxsize=4096)
def expression(text: str) -> ast.expr | None:
    """A piece of code as Python's tree; None where it is none, or too long."""
    if len(text) > LONGEST:
        return None
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _worth(node: ast.expr, numbers: Numbers) -> float | None:
    """The number that a formula is worth."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as number):
            return number if abs(number) < _LARGEST else None
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return numbers.get(name)
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            return numbers.get(f"len({name})")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _worth(operand, numbers)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=sign, right=right):
            return _joined(sign, _worth(left, numbers), _worth(right, numbers))
    return None


def _joined(sign: ast.operator, one: float | None, two: float | None) -> float | None:
    if one is None or two is None:
        return None
    if isinstance(sign, ast.FloorDiv | ast.Mod):
        return (one // two if isinstance(sign, ast.FloorDiv) else one % two) if two else None
    found = _SIGNS[type(sign)](one, two) if type(sign) in _SIGNS else None
    return found if found is not None and abs(found) < _LARGEST else None


def _true(node: ast.expr, numbers: Numbers) -> bool | None:
    """Whether a condition is true; what is not known may not matter: False and unknown is False."""
    match node:
        case ast.Constant(value=bool() as said):
            return said
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _true(operand, numbers)
            return None if inner is None else not inner
        case ast.BoolOp(op=sign, values=values):
            every, decisive = [_true(each, numbers) for each in values], isinstance(sign, ast.Or)
            return decisive if decisive in every else None if None in every else not decisive
        case ast.Compare(left=left, ops=signs, comparators=others):
            amounts = [_worth(each, numbers) for each in (left, *others)]
            told = [_compared(sign, a, b) for sign, a, b in zip(signs, amounts[:-1], amounts[1:], strict=True)]
            return False if False in told else None if None in told else True
    number = _worth(node, numbers)
    return None if number is None else bool(number)


def _compared(sign: ast.cmpop, one: float | None, two: float | None) -> bool | None:
    if one is None or two is None or type(sign) not in _COMPARED:
        return None
    return _COMPARED[type(sign)](one, two)

"""How a gradient begins at the cost: the factors that the operations of its formula bring, from the outside in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TypeAlias

from bpdebug.debugger.words import named
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS, write
from bpdebug.ops.arithmetic import constant
from bpdebug.program.equations import Equation, Program

Way: TypeAlias = "tuple[tuple[Apply, int], ...]"
"""The operations from an expression down to a name, and by which operand each is left."""
WAYS, LENGTH = 2, 6
"""A cost that is read in more ways, or through more operations that bring something, is not told in a sentence."""
SLOPE = Name("the slope so far")
BRINGS = {"sum": "handed to every entry of the sum", "mean": "shared out equally among the entries of the mean"}


def beginning(program: Program, equation: Equation, notation: str) -> str:
    """What each part of the cost contributes to a gradient that comes from the cost alone; nothing for any other."""
    assert equation.origin is not None
    if equation.origin.equations != (program.cost,) or equation.denotes is None:
        return ""
    cost = next(each for each in program.equations if each.name == program.cost)
    start = f"backward begins at the cost {named(program.cost, notation)}, whose own slope is 1"
    found = list(ways(cost.expr, equation.denotes.of))
    told = [_told(way, equation.denotes.factor, notation) for way in found]
    if not told or len(told) > WAYS or max(map(len, told)) > LENGTH:
        return f"{start}; then the chain rule through {', '.join(reversed(equation.origin.rules))}"
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(*told, strict=False)))) if len(told) == 2 else 0
    first = ", ".join(told[0][:shared] if shared else told[0])
    if len(told) == 1:
        return f"{start}; on the way from there it is {first}" if first else start
    sides = " and, the other way, ".join(", ".join(way[shared:]) or "unchanged" for way in told)
    return f"{start}; on the way from there it is {f'{first}, then ' if first else ''}{sides}"


def ways(expr: Expr, name: str) -> Iterator[Way]:
    """Every way from an expression down to a name: the operations on it, and by which operand each is left."""
    if expr == Name(name):
        yield ()
    if isinstance(expr, Apply):
        for place, each in enumerate(expr.inputs):
            yield from (((expr, place), *rest) for rest in ways(each, name))


def _told(way: Way, factor: str | None, notation: str) -> list[str]:
    """What the operations on one way do to the slope, in their order."""
    found = (_brought(expr, place, factor, notation) for expr, place in way)
    return [words for words in found if words]


def _brought(expr: Apply, place: int, factor: str | None, notation: str) -> str:
    """What one operation does to the slope; nothing where it only hands it on."""
    op = expr.op
    if op in ("add", "identity") or (op == "subtract" and place == 0):
        return ""
    if op in ("negate", "subtract"):
        return "turned in sign"
    if op in BRINGS:
        return BRINGS[op]
    if op == "divide" and place == 0:
        below = expr.inputs[1]
        kept = factor is not None and below == Name(factor)
        return (
            f"left undivided by {factor} (dW and db divide by it)"
            if kept
            else f"divided by {_operand(below, notation)}"
        )
    if op == "multiply":
        return f"multiplied by {_operand(expr.inputs[1 - place], notation)}"
    return _slope(expr, place, notation)


def _slope(expr: Apply, place: int, notation: str) -> str:
    """By what the rule of an entrywise operation multiplies or divides, as it is written."""
    op = OPS[expr.op]
    if not op.elementwise or expr.options:
        return f"taken through the rule of {op.name}"
    gradient = op.vjp(SLOPE, expr, *expr.inputs)[place]
    if isinstance(gradient, Apply) and gradient.op in ("multiply", "divide") and gradient.inputs[0] == SLOPE:
        verb = "multiplied" if gradient.op == "multiply" else "divided"
        return f"{verb} by {_operand(gradient.inputs[1], notation)} ({op.name})"
    return f"taken through the rule of {op.name}"


def _operand(expr: Expr, notation: str) -> str:
    text = write(expr, notation)
    plain = isinstance(expr, Name | Number) or constant(expr) is not None
    return text if plain or " " not in text else f"({text})"

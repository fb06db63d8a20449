"""Conditions and differences the wrong way round, and what a condition lets through where no relu is."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import WRONG, makes_slope
from bpdebug.check.diagnosis.trees import Part, negated, places, replaced
from bpdebug.language.expression import Apply, Expr, Number, apply, names
from bpdebug.ops import OPS


def comparison(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """> for <, or the other branch of where."""
    other = {"greater": "less", "less": "greater", "greater_equal": "less", "less_equal": "greater"}
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op == "subtract":
            yield from _turned_round(bench, expr, part, node)
        if isinstance(node, Apply) and node.op in other:
            mistakes = ("wrong-cost-derivative", WRONG) if bench.scope.enters_cost else (WRONG,)
            for new, cost in _otherwise(node, other[node.op]):
                yield Repair(replaced(expr, part.path, new), cost, mistakes, node, new, part.path)
        if isinstance(node, Apply) and node.op == "where":
            swapped = apply("where", node.inputs[0], node.inputs[2], node.inputs[1])
            yield Repair(replaced(expr, part.path, swapped), 1.3, (WRONG,), node, swapped, part.path)
            yield from _gated(bench, expr, part, node)


def turned_argument(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A minus that is missing, or too many, before the argument of a function."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and len(node.inputs) == 1 and OPS[node.op].family in ("activations", "functions"):
            new = replaced(node, (0,), negated(node.inputs[0]))
            mistake = "wrong-cost-derivative" if bench.scope.of_cost(node) else WRONG
            yield Repair(replaced(expr, part.path, new), 1.3, (mistake, "sign-flipped"), node, new, part.path)


def _otherwise(node: Apply, op: str) -> Iterator[tuple[Expr, float]]:
    """A comparison the other way round, and with the bound on the other side of 0."""
    first, bound = node.inputs
    yield Apply(op, node.inputs, span=node.span), 1.2
    if bound != Number(0.0):
        yield Apply(node.op, (first, negated(bound)), span=node.span), 1.3
        yield Apply(op, (first, negated(bound)), span=node.span), 1.5


def _gated(bench: Bench, expr: Expr, part: Part, node: Apply) -> Iterator[Repair]:
    """What a condition lets through, the slope of a relu, times the slope that the activation has."""
    condition, *others = node.inputs
    for unit in bench.slopes.entrywise:
        own = {name for each in (unit.into, unit.out) for name in names(each)}
        for inner in others if Number(0.0) in others and own.intersection(names(condition)) else ():
            new = inner * unit.slope
            yield Repair(replaced(expr, part.path, new), 1.3, (WRONG,), node, new, part.path)


def _turned_round(bench: Bench, expr: Expr, part: Part, node: Apply) -> Iterator[Repair]:
    """a(a - 1) for a(1 - a): the sign is that of the slope's formula."""
    new = Apply("subtract", node.inputs[::-1], span=node.span)
    mended = replaced(expr, part.path, new)
    if makes_slope(bench, mended, new):
        yield Repair(mended, 0.98, (WRONG, "sign-flipped"), node, new, part.path)


EDITS = (
    (comparison, 0.98),
    (turned_argument, 1.3),
)

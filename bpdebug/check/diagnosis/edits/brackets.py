"""The same names and signs with other brackets: G * 1 - a for G * (1 - a)."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import BRACKETS, Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import WRONG, makes_slope
from bpdebug.check.diagnosis.trees import at, places, replaced
from bpdebug.language.expression import Apply, Expr, names

COST = 1.2
SUMS, FACTORS = ("add", "subtract"), ("multiply", "matmul")


def regrouped(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Brackets put round what belongs together."""
    chain = ("wrong-cost-derivative" if bench.scope.enters_cost else "missing-chain-factor", "wrong-operand")
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or len(node.inputs) != 2:
            continue
        for new in _joined(node):
            yield Repair(replaced(expr, part.path, new), COST, ("operand-order",), node, new, part.path, BRACKETS)
        for new, bracket in _bracketed(bench, node):
            mended = replaced(expr, part.path, new)
            above = [at(mended, part.path[:length]) for length in range(len(part.path) + 1)]
            found = (bench.slopes.recognised(bench.value(each)) for each in above)
            sloped = makes_slope(bench, mended, bracket) or any(each is not None and each.right for each in found)
            yield Repair(mended, COST, (WRONG,) if sloped else chain, node, new, part.path, BRACKETS)


def _joined(node: Apply) -> Iterator[Expr]:
    """a * b @ c, which begins with a * b, as a * (b @ c)."""
    first, second = node.inputs
    if node.op == "matmul" and isinstance(first, Apply) and first.op == "multiply":
        yield first.inputs[0] * (first.inputs[1] @ second)


def _bracketed(bench: Bench, node: Apply) -> Iterator[tuple[Expr, Expr]]:
    """What the same signs mean with a bracket round a sum, or round what divides; and the bracket."""
    first, second = node.inputs
    if node.op in SUMS and isinstance(first, Apply) and first.op in FACTORS:
        bracket = Apply(node.op, (first.inputs[1], second))
        yield Apply(first.op, (first.inputs[0], bracket)), bracket
    if node.op in SUMS and isinstance(second, Apply) and second.op == "divide":
        bracket = Apply(node.op, (first, second.inputs[0]))
        yield Apply("divide", (bracket, second.inputs[1])), bracket
    counted = set(names(second)) <= set(bench.scope.counts)
    if node.op == "multiply" and isinstance(first, Apply) and first.op == "divide" and not counted:
        bracket = Apply("multiply", (first.inputs[1], second))
        yield Apply("divide", (first.inputs[0], bracket)), bracket


EDITS = ((regrouped, COST),)

"""Conditions and differences the wrong way round, and what a condition lets through where no relu is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.parts import OPERAND
from bpdebug.check.diagnosis.edits.slopes import POINT, WRONG, makes_slope
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.trees import Part, at, negated, places, replaced
from bpdebug.language.expression import Apply, Expr, Number, apply, names, walk
from bpdebug.ops import OPS

OPPOSITE = {"greater": "less", "less": "greater", "greater_equal": "less", "less_equal": "greater"}
STRICT = {"greater_equal": "greater", "less_equal": "less"}
ZERO = Number(0.0)


def comparison(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """> for <, another bound, or a branch of where that lets something else through."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op == "subtract":
            yield from _turned_round(bench, expr, part, node)
        if isinstance(node, Apply) and node.op in (*OPPOSITE, "equal", "not_equal"):
            mistakes = ("wrong-cost-derivative", WRONG) if bench.scope.enters_cost else (WRONG,)
            for new, cost in _otherwise(node, _turned(node, blocks=_blocks(expr, part))):
                yield Repair(replaced(expr, part.path, new), cost, mistakes, node, new, part.path)
        if isinstance(node, Apply) and node.op == "where":
            yield from _branches(bench, expr, part, node)
            yield from _gated(bench, expr, part, node)


def met_for_gradients(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A condition on what arrives from behind, for one on what the activation met going forward."""
    scope = bench.scope
    for part in places(expr):
        condition = part.node
        if not isinstance(condition, Apply) or OPS[condition.op].family != "comparison":
            continue
        arriving = condition.inputs[0]
        if isinstance(arriving, Apply) and any(scope.kind(name) is Kind.GRADIENT for name in names(arriving)):
            for unit in bench.slopes.entrywise:
                path = (*part.path, 0)
                yield Repair(replaced(expr, path, unit.into), 1.4, (POINT, OPERAND), arriving, unit.into, path)


def turned_argument(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A minus that is missing, or too many, before the argument of a function."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and len(node.inputs) == 1 and OPS[node.op].family in ("activations", "functions"):
            new = replaced(node, (0,), negated(node.inputs[0]))
            mended = replaced(expr, part.path, new)
            yield Repair(mended, 1.3, _of_argument(bench, mended, part), node, new, part.path)


def _of_argument(bench: Bench, mended: Expr, part: Part) -> tuple[str, ...]:
    """What a wrong sign before an argument is called: in an activation written out, only that."""
    above = [bench.value(at(mended, part.path[:length])) for length in range(len(part.path))]
    if any(same(bench.value(unit.out), value) for unit in bench.slopes.units for value in above):
        return ("sign-flipped",)
    cost = bench.scope.of_cost(at(mended, part.path))
    return ("wrong-cost-derivative" if cost else WRONG, "sign-flipped")


def _turned(node: Apply, *, blocks: bool) -> tuple[str, ...]:
    """The comparisons that say another thing; in one that `blocks`, 0 standing for what meets it, with the bound."""
    found = (OPPOSITE[node.op],) if node.op in OPPOSITE else ("greater", "less")
    return tuple(f"{op}_equal" for op in found) if blocks else found


def _blocks(expr: Expr, part: Part) -> bool:
    """Whether a condition is one of where, and what meets it becomes 0."""
    above = at(expr, part.path[:-1])
    return part.path[-1:] == (0,) and isinstance(above, Apply) and above.op == "where" and above.inputs[1] == ZERO


def _otherwise(node: Apply, turned: Sequence[str]) -> Iterator[tuple[Expr, float]]:
    """A comparison without the bound itself, the other way round, with the bound on the other side of 0, or at 0."""
    first, bound = node.inputs
    if node.op in STRICT:
        yield Apply(STRICT[node.op], node.inputs, span=node.span), 0.98
    yield from ((Apply(op, node.inputs, span=node.span), 1.2) for op in turned)
    for new in (negated(bound), ZERO) if bound != ZERO else ():
        yield Apply(node.op, (first, new), span=node.span), 1.3
        yield from ((Apply(op, (first, new), span=node.span), 1.5) for op in turned)


def _branches(bench: Bench, expr: Expr, part: Part, node: Apply) -> Iterator[Repair]:
    """What a condition gives: the two exchanged, or another number for one of them, 0 or what an activation has."""
    condition, one, other = node.inputs
    exchanged = apply("where", condition, other, one)
    yield Repair(replaced(expr, part.path, exchanged), 1.3, (WRONG,), node, exchanged, part.path)
    slopes = (each for unit in bench.slopes.entrywise for each in walk(unit.slope))
    numbers = dict.fromkeys((ZERO, Number(1.0), *(each for each in slopes if isinstance(each, Number))))
    for place, own in ((1, one), (2, other)):
        for number in numbers if isinstance(own, Number) else ():
            if number not in (one, other):
                path = (*part.path, place)
                yield Repair(replaced(expr, path, number), 1.25, (WRONG,), own, number, path)


def _gated(bench: Bench, expr: Expr, part: Part, node: Apply) -> Iterator[Repair]:
    """What a condition lets through, the slope of a relu, times the slope that the activation has."""
    condition, *others = node.inputs
    for unit in bench.slopes.entrywise:
        own = {name for each in (unit.into, unit.out) for name in names(each)}
        met = {bench.aliases.get(name, name) for name in names(condition)}
        for inner in others if ZERO in others and own & met else ():
            new = inner * unit.slope
            yield Repair(replaced(expr, part.path, new), 1.35, (WRONG,), node, new, part.path)


def _turned_round(bench: Bench, expr: Expr, part: Part, node: Apply) -> Iterator[Repair]:
    """a(a - 1) for a(1 - a): the sign is that of the slope's formula."""
    new = Apply("subtract", node.inputs[::-1], span=node.span)
    mended = replaced(expr, part.path, new)
    if makes_slope(bench, mended, new):
        yield Repair(mended, 0.98, (WRONG, "sign-flipped"), node, new, part.path)


EDITS = (
    (comparison, 0.98),
    (turned_argument, 1.3),
    (met_for_gradients, 1.4),
)

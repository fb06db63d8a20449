"""Terms: a way to the cost that is left out, the penalty, a mask."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.factors import decimals, is_mask
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.reference import derivative
from bpdebug.check.diagnosis.trees import dropped, places, replaced, terms
from bpdebug.language.expression import Apply, Expr, Name, names

MOST = 6
"""Ways to the cost of which all combinations are tried."""


def added(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """One way to the cost or several that are missing, the penalty among them."""
    scope = bench.scope
    found = scope.reference.summands(scope.claim.name, scope.meaning)
    if len(found) < 2:
        return
    count = len(found) if len(found) <= MOST else 1
    for number in range(1, count):
        for chosen in combinations(found, number):
            mended, new = expr, _total(chosen)
            for each in chosen:
                mended = _plus(mended, each)
            if all(penalty(bench, each) for each in chosen):
                elsewhere = scope.penalties & set(names(new)) & set(names(expr))
                mistake = "wrong-regularisation" if elsewhere else "missing-regularisation"
                yield Repair(mended, 1.3, (mistake,), None, new, ())
            else:
                yield Repair(mended, 1.5 + 0.3 * (number - 1), _of_way(bench), None, new, ())


def _of_way(bench: Bench) -> tuple[str, ...]:
    """What it is called that a way is left out: where all of them meet in one activation, its slope is wrong."""
    scope = bench.scope
    readers = scope.graph.readers[scope.of]
    if scope.enters_cost and len(readers) == 1 and _costs(bench, *readers):
        return ("wrong-cost-derivative", "missing-path")
    return ("wrong-activation-derivative", "missing-path") if scope.graph.joined(scope.of) else ("missing-path",)


def _costs(bench: Bench, name: str) -> bool:
    """Whether an equation is of the cost, whose terms hold labels: the cost itself, or that of each example."""
    graph = bench.scope.graph
    return name in graph.totals or any(graph.kind(each) is Kind.LABEL for each in graph.equations[name])


def penalty(bench: Bench, term: Expr) -> bool:
    """Whether a term comes from the penalty: the quantity itself with its weight, and no gradient."""
    scope, read = bench.scope, names(term)
    if scope.of not in scope.program.parameters or any(name in scope.meanings for name in read):
        return False
    return bool(scope.penalties & set(read)) or set(read) <= {scope.of, *scope.program.constants}


def unwanted(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The derivative of a penalty that the cost does not have, with whatever weight."""
    scope, own = bench.scope, {bench.scope.of, *bench.scope.program.constants}
    if scope.of not in scope.program.parameters:
        return
    for part in terms(expr):
        read = set(names(part.node))
        left = dropped(expr, part.path)
        if left is not None and scope.of in read and not any(map(scope.known, read - own)):
            yield Repair(left, 1.1, ("wrong-regularisation",), part.node, None, part.path)


def _total(parts: tuple[Expr, ...]) -> Expr:
    total = parts[0]
    for each in parts[1:]:
        total = total + each
    return total


def _plus(expr: Expr, term: Expr) -> Expr:
    if isinstance(term, Apply) and term.op == "negate":
        return expr - term.inputs[0]
    return expr + term


def exchanged(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """One term of several with another instead: left undifferentiated, a penalty that is none."""
    scope, parts = bench.scope, terms(expr)
    if len(parts) < 2:
        return
    for part in parts:
        for new in scope.reference.summands(scope.claim.name, scope.meaning):
            right = -new if part.negative else new
            if scope.of in names(part.node) or penalty(bench, new):
                mistakes = ("wrong-regularisation",) if penalty(bench, new) else ("value-vs-derivative",)
                yield Repair(replaced(expr, part.path, right), 1.8, mistakes, part.node, right, part.path)


def drawn_in(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The penalty's derivative in a bracket that something else multiplies."""
    scope = bench.scope
    for part in places(expr):
        node = part.node
        for place, bracket in enumerate(node.inputs) if isinstance(node, Apply) and node.op == "multiply" else ():
            for term in terms(bracket):
                read, left = set(names(term.node)), dropped(bracket, term.path)
                if left is None or not read & scope.penalties or read & set(scope.meanings):
                    continue
                kept = replaced(node, (place,), left)
                new = kept - term.node if term.negative else kept + term.node
                mended = replaced(expr, part.path, new)
                yield Repair(mended, 1.3, ("wrong-regularisation",), node, new, part.path)


def undifferentiated(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A term that still holds the quantity, for its derivative."""
    scope = bench.scope
    for part in terms(expr):
        if scope.of in names(part.node):
            new = derivative(scope.program, part.node, scope.of)
            if new is not None and new != part.node:
                mended = replaced(expr, part.path, new)
                yield Repair(mended, 1.8, ("value-vs-derivative",), part.node, new, part.path)


def masked(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A mask that was applied going forward, with its scale or alone."""
    for constant_or_mask in _masks(bench):
        for part in places(expr):
            new = part.node * constant_or_mask
            yield Repair(replaced(expr, part.path, new), 1.3, ("missing-mask-or-scale",), part.node, new, part.path)


def _masks(bench: Bench) -> Iterator[Expr]:
    """Arrays of zeros and ones among the data, alone and with what they are divided by."""
    scope = bench.scope
    for name in (*scope.program.data, *scope.graph.equations):
        value = bench.draws[0].evaluator.values.get(name)
        readers = scope.graph.readers.get(name, ())
        if value is None or not value.ndim or not is_mask(value) or not readers:
            continue
        if scope.of not in {each for reader in readers for each in scope.graph.equations[reader]}:
            continue
        yield Name(name)
        for constant in scope.program.constants:
            if any(constant in scope.graph.equations[reader] for reader in readers):
                yield Name(name) / (1 - Name(constant))
                yield Name(name) / Name(constant)
        yield from (Name(name) / scale for mask, scale in decimals(bench) if mask == name)


EDITS = (
    (unwanted, 1.1),
    (added, 1.3),
    (masked, 1.3),
    (drawn_in, 1.3),
    (exchanged, 1.8),
    (undifferentiated, 1.8),
)

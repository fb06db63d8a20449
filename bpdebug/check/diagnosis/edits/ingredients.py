"""Ingredients: a factor of the chain left out or too many, one thing in the place of another."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.parts import OPERAND, as_updated, gradients_for_parts, second_term, unnamed
from bpdebug.check.diagnosis.edits.renamed import decided
from bpdebug.check.diagnosis.factors import decimals, of_constant
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.reference import derivative
from bpdebug.check.diagnosis.trees import (
    Part,
    at,
    divides,
    dropped,
    is_name,
    places,
    replaced,
    size,
    terms,
    turned,
)
from bpdebug.language.expression import Apply, Expr, Name, Number, names
from bpdebug.ops import OPS

CHAIN = "missing-chain-factor"


def inserted(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A factor of the chain that is missing."""
    scope = bench.scope
    known: list[tuple[Expr, float]] = [(Name(name), 2.0) for name in scope.names]
    known += [(each, 2.3) for each in unnamed(bench)]
    known += [(each, 1.45) for each in inner_slopes(bench)]
    for part in places(expr):
        if bench.value(part.node) is None or isinstance(part.node, Number):
            continue
        for factor, cost in known:
            if factor == part.node:
                continue
            late = 0.0 if scope.kind(getattr(factor, "id", "")) is not Kind.LABEL else 0.3
            for new, extra in _with(part.node, factor):
                yield Repair(replaced(expr, part.path, new), cost + extra + late, (CHAIN,), part.node, new, part.path)


def inner_slopes(bench: Bench) -> Iterator[Expr]:
    """How quantities on the way change, entry by entry, with the one that the gradient is of."""
    scope = bench.scope
    activations = {unit.out for unit in bench.slopes.units}
    for each in scope.program.equations:
        between = each.name in scope.graph.entrywise and Name(each.name) not in activations
        found = derivative(scope.program, each.expr, scope.of) if between and scope.of in names(each.expr) else None
        if found is not None and found != Number(1.0):
            yield found


def _with(node: Expr, factor: Expr) -> Iterator[tuple[Expr, float]]:
    yield node * factor, 0.0
    yield factor @ node, 0.05
    yield node @ factor, 0.05
    yield turned(factor) @ node, 0.0
    yield node @ turned(factor), 0.0
    yield node / factor, 0.4


def removed(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A factor or a term too many."""
    for part in places(expr):
        left = dropped(expr, part.path)
        if left is None or isinstance(part.node, Number):
            continue
        yield Repair(left, *_superfluous(bench, expr, part), part.node, None, part.path)


def _superfluous(bench: Bench, expr: Expr, part: Part) -> tuple[float, tuple[str, ...]]:
    scope = bench.scope
    if set(names(part.node)) <= set(scope.counts):
        if scope.program.examples not in names(part.node):
            return 1.1, ("wrong-normaliser",)
        multiplies = isinstance(part.node, Name) and not divides(expr, part.path)
        return 1.1, ("missing-1/m" if multiplies else "extra-1/m",)
    if isinstance(part.node, Name) and part.node.id == scope.of:
        return 1.4, ("value-vs-derivative",)
    beside = at(expr, part.path[:-1])
    if isinstance(part.node, Name) and part.node.id == scope.program.cost:
        return 1.2, (OPERAND,)
    if scope.graph.kind(scope.of) is Kind.BIAS and isinstance(beside, Apply) and beside.op == "matmul":
        return 1.5, (OPERAND, "wrong-reduction")  # the gradient of the weights, added up
    if isinstance(beside, Apply) and beside.op == "multiply" and beside.inputs[0] == beside.inputs[1]:
        undifferentiated = ("wrong-cost-derivative", "value-vs-derivative")
        return 1.45, undifferentiated if scope.of_cost(part.node) else undifferentiated[1:]
    activation = isinstance(part.node, Apply) and OPS[part.node.op].family == "activations"
    if (is_name(part.node) or activation) and scope.of_cost(beside):
        return 1.9, ("wrong-cost-derivative", OPERAND)
    if any(each.path == part.path for each in terms(expr)):
        return 2.0 + 0.1 * size(part.node), (OPERAND,)
    return 2.0, (OPERAND,)


def turned_over(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """What is divided and what it is divided by for one another: A / Y for Y / A."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op == "divide" and all(map(names, node.inputs)):
            above, below = node.inputs
            minus = isinstance(above, Apply) and above.op == "negate"
            new = -below / above.inputs[0] if minus and isinstance(above, Apply) else below / above
            yield Repair(replaced(expr, part.path, new), 1.3, (OPERAND,), node, new, part.path)


def divided(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Times for divided by, or the reverse, where that is no count."""
    other = {"multiply": "divide", "divide": "multiply"}
    for part in places(expr):
        node = part.node
        if not (isinstance(node, Apply) and node.op in other):
            continue
        scale = node.inputs[1] in [each for _, each in decimals(bench)]
        if scale or not set(names(node.inputs[1])) <= {*bench.scope.counts}:
            new = Apply(other[node.op], node.inputs, span=node.span)
            constants = [each for each in names(node.inputs[1]) if bench.scope.graph.kind(each) is Kind.CONSTANT]
            scales = scale or any(of_constant(bench, each) == "missing-mask-or-scale" for each in constants)
            mistakes = ("missing-mask-or-scale", OPERAND) if scales else (OPERAND,)
            yield Repair(replaced(expr, part.path, new), 1.7, mistakes, node, new, part.path)


def unknown(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Every factor that nothing gives a value, where there are several: a mask and its scale."""
    scope, left, gone = bench.scope, expr, list[Part]()
    while part := next((p for p in places(left) if isinstance(p.node, Name) and not scope.known(p.node.id)), None):
        found = dropped(left, part.path)
        if found is None:
            return
        left, gone = found, [*gone, part]
    if len(gone) > 1:
        yield Repair(left, 1.5, (OPERAND,))


def itself(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The quantity itself where its derivative, 1, belongs."""
    for part in places(expr):
        if isinstance(part.node, Name) and part.node.id == bench.scope.of:
            for value in (1.0, 0.0):
                new = Number(value)
                if decided(bench, expr, part, new):
                    continue
                yield Repair(replaced(expr, part.path, new), 1.5, ("value-vs-derivative",), part.node, new, part.path)


def complement(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """x for 1 - x."""
    mistakes = (
        ("wrong-cost-derivative", OPERAND) if bench.scope.enters_cost else (OPERAND, "wrong-activation-derivative")
    )
    cost = 1.5 if bench.scope.enters_cost else 1.8
    for part in places(expr):
        node = part.node
        if isinstance(node, Name) and bench.scope.kind(node.id) not in (Kind.GRADIENT, Kind.COUNT):
            new: Expr = 1 - node
            yield Repair(replaced(expr, part.path, new), cost, mistakes, node, new, part.path)
        elif isinstance(node, Apply) and node.op == "subtract" and node.inputs[0] == Number(1.0):
            new = node.inputs[1]
            yield Repair(replaced(expr, part.path, new), cost, mistakes, node, new, part.path)


def filled(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Ones where a gradient belongs."""
    for part in places(expr):
        if isinstance(part.node, Apply) and part.node.op == "ones":
            for name in bench.scope.names:
                new = Name(name)
                yield Repair(replaced(expr, part.path, new), 1.8, (CHAIN,), part.node, new, part.path)


def unwrapped(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A call too many around something: sum(W) for W, sigmoid(a) for a."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and len(node.inputs) == 1 and OPS[node.op].elementwise and node.op != "negate":
            new = node.inputs[0]
            yield Repair(replaced(expr, part.path, new), 1.8, ("value-vs-derivative", OPERAND), node, new, part.path)


def weighted(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A sum where each entry counts with a factor of its own: a product with what it met going forward."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op in ("sum", "mean"):
            for name in bench.scope.names:
                for new in (Name(name).T @ node.inputs[0], node.inputs[0] @ Name(name).T):
                    yield Repair(replaced(expr, part.path, new), 1.9, (CHAIN, "wrong-reduction"), node, new, part.path)


EDITS = (
    (as_updated, 1.2),
    (removed, 1.1),
    (unknown, 1.5),
    (itself, 1.5),
    (complement, 1.5),
    (turned_over, 1.3),
    (divided, 1.7),
    (filled, 1.8),
    (unwrapped, 1.8),
    (weighted, 1.9),
    (second_term, 1.9),
    (inserted, 2.0),
    (gradients_for_parts, 1.5),
)

"""Ingredients: a name for another, a factor of the chain left out or too many."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.parts import OPERAND, as_updated, gradients_for_parts, second_term, unnamed
from bpdebug.check.diagnosis.edits.slopes import in_slope, slope_formula
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.recurrence import other_step, step_by_step
from bpdebug.check.diagnosis.reference import derivative
from bpdebug.check.diagnosis.trees import (
    Part,
    Path,
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
from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.ops import OPS

_MET = (Kind.SCORE, Kind.INPUT, Kind.VALUE)
"""What a slope is taken at."""
CHAIN = "missing-chain-factor"
LOOKALIKES = str.maketrans("lio", "110")
"""Letters and the digits they are taken for."""
MISREAD, NOWHERE = 1.1, 1.25
"""What it costs that a name is misread, and at most that of a gradient stands there that no line gives."""


def renamed(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A name for a name, here or wherever it stands in a sub-expression."""
    for part in places(expr):
        if isinstance(part.node, Name) and part.node.id not in bench.scope.program.constants:
            yield from _renamed(bench, expr, part)
    yield from _everywhere(bench, expr)


def _renamed(bench: Bench, expr: Expr, part: Part) -> Iterator[Repair]:
    assert isinstance(part.node, Name)
    inside = in_slope(expr, part)
    slope = _right_slope(bench, expr, part) if inside else None
    ends = {name for unit in bench.slopes.entrywise for each in (unit.into, unit.out) for name in names(each)}
    counts = () if bench.scope.known(part.node.id) else bench.scope.counts
    for name in (*bench.scope.names, *counts):
        if name == part.node.id:
            continue
        cost, mistakes = relation(bench, part.node.id, name, inside=inside)
        new: Expr = Name(name)
        if inside and _decided(bench, expr, part, new):
            continue
        if slope is not None and not _is_slope(bench, at(replaced(expr, part.path, new), slope)):
            continue
        if not inside and {part.node.id, name} <= ends and _under_slope(bench, replaced(expr, part.path, new), part):
            cost, mistakes = 1.2, ("activation-derivative-at-wrong-point", OPERAND)
        yield Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)
        yield Repair(
            replaced(expr, part.path, new.T), cost + 0.4, (*mistakes, "transposed-operand"), part.node, new.T, part.path
        )


def _right_slope(bench: Bench, expr: Expr, part: Part) -> Path | None:
    """Where the smallest slope stands that holds a place, if it is right: what makes none of it mends nothing."""
    above = (part.path[:length] for length in range(len(part.path) - 1, -1, -1))
    return next((path for path in above if _is_slope(bench, at(expr, path))), None)


def _is_slope(bench: Bench, expr: Expr) -> bool:
    found = bench.slopes.recognised(bench.value(expr))
    return found is not None and found.right


def _under_slope(bench: Bench, mended: Expr, part: Part) -> bool:
    """Whether a place lies in what is a slope, or one over it: 1 / cosh(z)**2."""
    above = [at(mended, part.path[:length]) for length in range(len(part.path))]
    return any(_is_slope(bench, each) or _is_slope(bench, Number(1.0) / each) for each in above)


def _decided(bench: Bench, expr: Expr, part: Part, new: Expr) -> bool:
    """Whether a comparison would come out the same everywhere: it would be no condition any more."""
    above = at(expr, part.path[:-1])
    if not isinstance(above, Apply) or OPS[above.op].family != "comparison":
        return False
    value = bench.value(replaced(above, part.path[-1:], new))
    return value is None or bool((value == value.flat[0]).all())


def _everywhere(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """All occurrences of a name that stands there more than once."""
    for part in places(expr):
        read = [each.id for each in walk(part.node) if isinstance(each, Name)]
        for old in {name for name in read if read.count(name) > 1 and name not in bench.scope.program.constants}:
            inner = [each for each in places(part.node) if isinstance(each.node, Apply)]
            if any(sum(n == Name(old) for n in walk(e.node)) == read.count(old) for e in inner[:-1]):
                continue
            slopes = [each for each in walk(part.node) if old in names(each) and _is_slope(bench, each)]
            for name in bench.scope.names:
                other: dict[str, Expr] = {old: Name(name)}
                if name != old and all(_is_slope(bench, substitute(each, other)) for each in slopes):
                    cost, mistakes = relation(bench, old, name, inside=slope_formula(part.node))
                    new = substitute(part.node, other)
                    yield Repair(replaced(expr, part.path, new), cost + 0.1, mistakes, part.node, new, part.path)


def relation(bench: Bench, old: str, new: str, *, inside: bool) -> tuple[float, tuple[str, ...]]:
    """How likely one name was written for another, and what that is called: by the forward graph, not by spelling."""
    scope = bench.scope
    if not scope.known(old) and misread(old, new):
        return MISREAD, (OPERAND,)
    cost, mistakes = _relation(bench, old, new, inside=inside)
    instead = old in scope.missing and new in scope.meanings and new not in scope.missing
    return (min(cost, NOWHERE) if instead else cost), mistakes


def misread(old: str, new: str) -> bool:
    """Whether a name is another with a letter for a digit that looks like it, or in other case: Al for A1, M for m."""
    return old != new and old.lower().translate(LOOKALIKES) == new.lower().translate(LOOKALIKES)


def _relation(bench: Bench, old: str, new: str, *, inside: bool) -> tuple[float, tuple[str, ...]]:
    scope, graph = bench.scope, bench.scope.graph
    first, second = scope.kind(old), scope.kind(new)
    if first is Kind.OWN:
        return (1.2, ("uses-updated-parameter",)) if second in (Kind.WEIGHT, Kind.BIAS) else (1.9, (OPERAND,))
    q, r = scope.quantity(old), scope.quantity(new)
    if (first is Kind.GRADIENT) == (second is Kind.GRADIENT) and graph.roles(q) & graph.roles(r):
        if step_by_step(graph, q, r) or (other_step(graph, q, r) and q not in scope.program.parameters):
            return 1.5, ("wrong-time-index",)
        if graph.in_line(q, r) and graph.kind(q) not in (Kind.VALUE, Kind.LABEL):
            return (1.2 if inside else 1.6), ("stale-layer-index", OPERAND)
        if inside and {first, second} <= {*_MET}:
            return 1.2, ("activation-derivative-at-wrong-point", OPERAND)
        return 1.8, (OPERAND, "stale-layer-index")
    if inside and first in (*_MET, Kind.GRADIENT) and second in _MET:
        return 1.2 if first in _MET else 1.4, ("activation-derivative-at-wrong-point", OPERAND)
    if scope.enters_cost and Kind.GRADIENT not in (first, second):
        return 1.8, ("wrong-cost-derivative", OPERAND)
    return (1.7 if q == r else 1.9), (OPERAND,)


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


def divided(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Times for divided by, or the reverse, where that is no count."""
    other = {"multiply": "divide", "divide": "multiply"}
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op in other and not set(names(node.inputs[1])) <= {*bench.scope.counts}:
            new = Apply(other[node.op], node.inputs, span=node.span)
            yield Repair(replaced(expr, part.path, new), 1.7, (OPERAND,), node, new, part.path)


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
                if _decided(bench, expr, part, new):
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
    (renamed, 1.2),
    (as_updated, 1.2),
    (removed, 1.1),
    (unknown, 1.5),
    (itself, 1.5),
    (complement, 1.5),
    (divided, 1.7),
    (filled, 1.8),
    (unwrapped, 1.8),
    (weighted, 1.9),
    (second_term, 1.9),
    (inserted, 2.0),
    (gradients_for_parts, 1.5),
)

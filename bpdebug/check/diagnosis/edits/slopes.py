"""The slopes of activations: left out, too many, at the wrong argument, by the wrong formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from bpdebug.check.called import RATE
from bpdebug.check.diagnosis.bench import Bench, Repair, broadcasts
from bpdebug.check.diagnosis.evaluator import ratio, same
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.recurrence import other_step
from bpdebug.check.diagnosis.slopes import Slope, Unit
from bpdebug.check.diagnosis.trees import Part, Path, places, products, replaced, without
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, names, walk
from bpdebug.ops import OPS

MISSING, EXTRA = "missing-activation-derivative", "extra-activation-derivative"
POINT, WRONG = "activation-derivative-at-wrong-point", "wrong-activation-derivative"
FEW = 8
"""Factors of one product of which any two are looked at together."""
VALUE, STALE, COST = "value-vs-derivative", "stale-layer-index", "wrong-cost-derivative"


def inserted(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A slope that is missing: times it, wherever the shapes agree."""
    for part in places(expr):
        value = bench.value(part.node)
        if value is None or isinstance(part.node, Number):
            continue
        for unit in bench.slopes.units:
            whole = bench.slopes.shape(unit)
            if whole is None or not broadcasts(value.shape, whole):
                continue
            new = part.node * unit.slope if unit.axis is None else jacobian(unit, part.node)
            cost = 1.4 if unit.axis is None else 1.7
            mistakes: tuple[str, ...] = (MISSING,)
            if unit.axis is not None and _error(bench, part.node, unit):
                cost, mistakes = 1.5, (COST, MISSING)
            elif not _touches_gradient(bench, part.node):
                cost += 0.15 if len(names(part.node)) > 1 else 0.6
            yield Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)


def jacobian(unit: Unit, incoming: Expr) -> Expr:
    """What a softmax makes of the gradient that arrives."""
    assert unit.axis is not None
    if unit.function == "log_softmax":
        return incoming - apply("exp", unit.out) * apply("sum", incoming, axis=unit.axis, keepdims=True)
    total = apply("sum", incoming * unit.out, axis=unit.axis, keepdims=True)
    return unit.out * (incoming - total)


def _error(bench: Bench, node: Expr, unit: Unit) -> bool:
    """a - y, which is the whole story for a softmax under its cross-entropy only."""
    read = set(names(node)) - set(bench.scope.program.constants)
    labels = {name for name in read if bench.scope.kind(name) is Kind.LABEL}
    return len(read) == 2 and bool(labels) and read - labels == set(names(unit.out))


def _touches_gradient(bench: Bench, node: Expr) -> bool:
    return any(name in bench.scope.meanings for name in names(node))


def changed(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A factor, or two of one product, that are a slope or are meant for one: dropped, or the right slope instead."""
    for parts in products(expr):
        upper = [part for part in parts if not part.inverse and part.node != Name(RATE)]
        if upper and in_slope(expr, upper[0]):
            continue
        for part in upper:
            yield from _changed(bench, expr, (part,))
        for pair in (*pairs_of(upper), *_with_quotients(expr, parts, upper)):
            yield from _changed(bench, expr, pair)
    for part in places(expr):
        if isinstance(part.node, Apply) and part.node.op in ("multiply", "divide"):
            yield from _changed(bench, expr, (part,))


def _with_quotients(expr: Expr, parts: Sequence[Part], upper: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """A number divided by something, as a sigmoid is written out, with another factor of the product it stands in."""
    for part in places(expr):
        if isinstance(part.node, Apply) and part.node.op == "divide" and isinstance(part.node.inputs[0], Number):
            others = [each for each in parts if not _inside(each.path, part.path)]
            if others and len(others) < len(parts) <= FEW:
                yield from ((part, each) for each in upper if each in others)


def pairs_of(parts: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """Two factors that may be one slope: any two of a few, neighbours of many."""
    return combinations(parts, 2) if len(parts) <= FEW else pairwise(parts)


def _changed(bench: Bench, expr: Expr, group: tuple[Part, ...]) -> Iterator[Repair]:
    node = group[0].node if len(group) == 1 else group[0].node * group[1].node
    found = bench.slopes.recognised(bench.value(node))
    if found is None and not slope_shaped(bench, node):
        return
    if found is not None or (isinstance(node, Apply) and OPS[node.op].family == "derivatives"):
        yield from _dropped(expr, group, node, found)
    for unit in bench.slopes.entrywise:
        mended = _exchanged(expr, group, unit.slope)
        if mended is not None:
            cost, mistakes = judged(bench, node, found, unit)
            yield Repair(mended, cost, mistakes, node, unit.slope, group[0].path)
    if (found is not None and found.unit.axis is not None) or slope_formula(node):
        yield from _softmax(bench, expr, group, node)


def _dropped(expr: Expr, group: tuple[Part, ...], node: Expr, found: Slope | None) -> Iterator[Repair]:
    mended = without(expr, tuple(part.path for part in group))
    if mended is not None:
        mistakes = (EXTRA,) if found is None or found.right else (EXTRA, POINT)
        yield Repair(mended, 1.4, mistakes, node, None, group[0].path)


def _exchanged(expr: Expr, group: tuple[Part, ...], new: Expr) -> Expr | None:
    """The first of the factors replaced, the others gone."""
    first, others = group[0].path, tuple(part.path for part in group[1:])
    mended = replaced(expr, first, new)
    return without(mended, others) if others else mended


def slope_shaped(bench: Bench, node: Expr) -> bool:
    """Whether a factor looks as if a slope was meant: made of values of one layer, and no gradient in it."""
    scope, read = bench.scope, [name for name in names(node) if name not in bench.scope.program.constants]
    if not read or isinstance(node, Number) or any(scope.kind(n) in (Kind.GRADIENT, Kind.OWN) for n in read):
        return False
    inner = [each for each in walk(node) if isinstance(each, Apply)]
    if any(each.op in ("matmul", "sum", "mean", "transpose") for each in inner) and not _called(node):
        return False
    labels = [n for n in read if scope.kind(n) in (Kind.LABEL, Kind.WEIGHT, Kind.BIAS)]
    return not labels or _called(node)


def _called(node: Expr) -> bool:
    return isinstance(node, Apply) and OPS[node.op].family in ("activations", "derivatives", "comparison", "selection")


def judged(bench: Bench, node: Expr, found: Slope | None, unit: Unit) -> tuple[float, tuple[str, ...]]:
    """The cost and the class of a slope put in the place of a factor."""
    scope = bench.scope
    if found is not None and found.right and found.unit is not unit:
        if found.unit.into == unit.into:  # z · σ(z) has a slope of its own, and σ(z) in it another
            return 1.2, (WRONG,)
        return 1.2, (_of_other_unit(bench, found.argument, unit),)
    if found is not None:
        own = {name for each in (unit.into, unit.out) for name in names(each)}
        if found.unit.function != unit.function:
            return (1.3 if found.argument in own else 1.6), (WRONG,)
        if found.argument in own:
            return 1.2, (POINT,)
        alike = any(scope.graph.kind(name) is scope.kind(found.argument) for name in own)
        return (1.2, (_of_other_unit(bench, found.argument, unit),)) if alike else (1.25, (POINT,))
    if node in (unit.into, unit.out):
        return (1.3, (VALUE, WRONG)) if isinstance(node, Name) else (1.3, (WRONG, VALUE))
    if isinstance(node, Apply) and node.op == unit.function:
        return 1.3, (WRONG, VALUE)
    near = {n for each in (unit.into, unit.out) for n in names(each)} & set(names(node))
    return (1.35 if near and slope_formula(node) else 1.5 if near else 1.8), (WRONG,)


def _of_other_unit(bench: Bench, argument: str, unit: Unit) -> str:
    """Another time, another layer or another branch: what the slope of the wrong unit is."""
    graph = bench.scope.graph
    own = [each.id for each in (unit.into, unit.out) if isinstance(each, Name)]
    if any(other_step(graph, argument, name) for name in own):
        return "wrong-time-index"
    return STALE if any(graph.in_line(argument, name) for name in own) or not own else "wrong-operand"


def _softmax(bench: Bench, expr: Expr, group: tuple[Part, ...], node: Expr) -> Iterator[Repair]:
    """The slope formula of a sigmoid where a softmax was passed."""
    for unit in (each for each in bench.slopes.units if each.axis is not None):
        if set(names(node)) - {name for each in (unit.into, unit.out) for name in names(each)}:
            continue
        for part in places(expr):
            if not all(_inside(each.path, part.path) for each in group):
                continue
            rest = without(part.node, tuple(each.path[len(part.path) :] for each in group))
            if rest is not None:
                new = jacobian(unit, rest)
                yield Repair(
                    replaced(expr, part.path, new), 1.2, ("softmax-as-elementwise",), part.node, new, part.path
                )


def diagonal(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """What a softmax gets back with the diagonal of its Jacobian alone, or without its sum, however that is written."""
    scope, own = bench.scope, bench.value(expr)
    for unit in bench.slopes.units if expr is bench.expr else ():
        if unit.axis is None or unit.into != Name(scope.of) or not isinstance(unit.out, Name):
            continue
        incoming = scope.reference.true(unit.out.id)
        line = scope.reference.line(scope.claim.name, scope.meaning)
        if incoming is None or line is None:
            continue
        slope = 1 - apply("exp", unit.out) if unit.function == "log_softmax" else unit.slope
        parts = [incoming * slope] if unit.function == "log_softmax" else [incoming * slope, incoming * unit.out]
        values = [value for each in parts if (value := bench.value(each)) is not None]
        diagonals = (each for each in values if not same(each, bench.target))
        if own is not None and any(ratio(own, each) is not None for each in diagonals):
            yield Repair(line, 1.5, ("softmax-as-elementwise",), expr, line, ())


def undone(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The gradient by what the last activation is applied to, for that by its output: divided by the slope."""
    own = [unit for unit in bench.slopes.entrywise if unit.out == Name(bench.scope.of)]
    for unit in own if bench.scope.enters_cost else ():
        for part in places(expr):
            if not isinstance(part.node, Number):
                new = part.node / unit.slope
                yield Repair(replaced(expr, part.path, new), 1.5, (COST,), part.node, new, part.path)


def _inside(path: Path, other: Path) -> bool:
    """Whether a place lies below another."""
    return path != other and path[: len(other)] == other


def makes_slope(bench: Bench, expr: Expr, part: Expr, *, negative: bool = False) -> bool:
    """Whether a part of a line is the slope of an activation of the network, alone or with another factor beside it.

    `negative`: whether the slope with the other sign, which another minus undoes, is one too.
    """
    for parts in products(expr):
        upper = [each for each in parts if not each.inverse]
        if any(each.node is part for each in upper):
            pairs = ((a.node, b.node) for a, b in pairs_of(upper))
            groups = [part, *(a * b for a, b in pairs if a is part or b is part)]
            found = (
                bench.slopes.recognised(bench.value(each))
                for group in groups
                for each in (group, -group)[: 1 + negative]
            )
            return any(each is not None and each.right for each in found)
    return False


def in_slope(expr: Expr, part: Part) -> bool:
    """Whether a place is inside the formula of a slope."""
    node = expr
    for place in part.path:
        if slope_formula(node):
            return True
        assert isinstance(node, Apply)
        node = node.inputs[place]
    return False


def slope_formula(node: Expr) -> bool:
    """dsigmoid(x), 1 - x**2, x > 0, where(x > 0, 1, 0)."""
    if not isinstance(node, Apply):
        return False
    if OPS[node.op].family in ("derivatives", "comparison", "activations", "selection"):
        return True
    return node.op == "subtract" and node.inputs[0] == Number(1.0)


EDITS = (
    (changed, 1.2),
    (inserted, 1.4),
    (diagonal, 1.5),
    (undone, 1.5),
)

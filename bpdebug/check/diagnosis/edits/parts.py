"""Whole parts of a line: a known gradient for what stands there, a parameter for the updated one, a term left out."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import in_slope
from bpdebug.check.diagnosis.evaluator import ratio, same
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.trees import Part, places, replaced, size, terms, turned
from bpdebug.language.expression import Apply, Expr, Name, Number, names

OPERAND = "wrong-operand"


def gradients_for_parts(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A whole sub-expression where a known gradient belongs."""
    scope, known = bench.scope, list[tuple[Expr, float]]()
    known += [(Name(name), 0.0) for name in scope.quantities if name != scope.of]
    for of in scope.reference.meanings.values():
        found = scope.reference.true(of.of) if of.of != scope.of else None
        if found is not None:
            known.append((found, 0.0))
            known.append((Name(scope.reference.own[of.of]), 0.0)) if of.of in scope.reference.own else None
    known += [(each, 0.6) for each in unnamed(bench)]
    for part in places(expr):
        if isinstance(part.node, Name | Number):
            continue
        for new, extra in known:
            for each in (new, turned(new)):
                mended = replaced(expr, part.path, each)
                cost, mistakes = _of_gradient(bench, part.node, each, extra)
                if OPERAND in mistakes and same(bench.value(mended), bench.target) and _one_way(bench, part.node, each):
                    cost, mistakes = 1.5, ("missing-path",)
                yield Repair(mended, cost, mistakes, part.node, each, part.path)


def _of_gradient(bench: Bench, node: Expr, new: Expr, extra: float) -> tuple[float, tuple[str, ...]]:
    """What it is called that one stands where the other belongs: a way left out, another cost's derivative."""
    if any(term.node == node or same(bench.value(term.node), bench.value(node)) for term in _several(new)):
        whole, own = bench.value(new), bench.value(node)
        multiple = whole is not None and own is not None and ratio(whole, own) is not None
        return (2.2 if multiple else 1.5), ("missing-path",)
    cost = 2.2 + 0.15 * size(node) + extra
    if any(bench.scope.kind(name) is Kind.LABEL for name in names(new)) and bench.scope.of_cost(node):
        return min(cost, 2.4), ("wrong-cost-derivative", OPERAND)
    return cost, (OPERAND,)


def _one_way(bench: Bench, node: Expr, new: Expr) -> bool:
    """Whether what stands there is what belongs there with one way to the cost instead of several."""
    value = bench.value(node)
    sums = (part for part in places(new) if isinstance(part.node, Apply) and part.node.op in ("add", "subtract"))
    ways = (replaced(new, part.path, -t.node if t.negative else t.node) for part in sums for t in terms(part.node))
    return any(same(bench.value(way), value) for way in ways)


def _several(expr: Expr) -> list[Part]:
    """The terms of a sum; none of what is none."""
    found = terms(expr)
    return found if len(found) > 1 else []


def as_updated(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A parameter less a step along its gradient, for the parameter itself."""
    scope = bench.scope
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply) or node.op not in ("subtract", "add") or not isinstance(node.inputs[0], Name):
            continue
        old = node.inputs[0]
        own = {name for name in names(node.inputs[1]) if name in scope.meanings}
        if old.id in scope.program.parameters and any(scope.meanings[name].of == old.id for name in own):
            mended = replaced(expr, part.path, old)
            yield Repair(mended, 1.2, ("uses-updated-parameter",), node, old, part.path)


def second_term(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """a for a - y."""
    scope = bench.scope
    for part in places(expr):
        value = bench.value(part.node)
        if value is None or isinstance(part.node, Number) or not value.ndim:
            continue
        for name in scope.quantities:
            other = bench.draws[0].evaluator.values.get(name)
            if other is None or other.shape != value.shape or name == getattr(part.node, "id", ""):
                continue
            met = any({name, *names(part.node)} <= {*read, *scope.counts} for read in scope.compared)
            mistakes = ("wrong-cost-derivative", OPERAND) if met else (OPERAND,)
            inside = in_slope(expr, part)
            told = ("wrong-activation-derivative", OPERAND) if inside else mistakes
            for new in (part.node - Name(name), part.node + Name(name)):
                yield Repair(replaced(expr, part.path, new), 1.4 if inside else 1.9, told, part.node, new, part.path)


def unnamed(bench: Bench) -> Iterator[Expr]:
    """Gradients that the person has no name for: of what is made from the quantity."""
    scope = bench.scope
    for reader in scope.graph.readers.get(scope.of, ()):
        if reader not in scope.reference.own and reader != scope.program.cost:
            found = scope.reference.formula(reader)
            if found is not None:
                yield found

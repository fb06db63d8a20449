"""A name for another: how likely that is, and what it is called, by the forward graph."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.parts import OPERAND
from bpdebug.check.diagnosis.edits.slopes import in_slope, slope_formula
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.recurrence import other_step, step_by_step
from bpdebug.check.diagnosis.trees import (
    Part,
    Path,
    at,
    places,
    replaced,
)
from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.ops import OPS

_MET = (Kind.SCORE, Kind.INPUT, Kind.VALUE)
"""What a slope is taken at."""
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
        if inside and decided(bench, expr, part, new):
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


def decided(bench: Bench, expr: Expr, part: Part, new: Expr) -> bool:
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
    old = bench.aliases.get(old, old)
    first, second = scope.kind(old), scope.kind(new)
    if first is Kind.OWN:
        return (1.2, ("uses-updated-parameter",)) if _may_be_updated(bench, old, new) else (1.9, (OPERAND,))
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


def _may_be_updated(bench: Bench, own: str, new: str) -> bool:
    """Whether a helper can be a parameter after its update: with the shape of that."""
    value, parameter = bench.value(Name(own)), bench.value(Name(new))
    kept = value is None or parameter is None or value.shape == parameter.shape
    return bench.scope.kind(new) in (Kind.WEIGHT, Kind.BIAS) and kept


EDITS = ((renamed, 1.2),)

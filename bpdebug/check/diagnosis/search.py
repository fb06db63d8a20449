"""The search for a repair: one edit, what is left after it, then two; always by value, on several draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits import EDITS, OF_UPDATES
from bpdebug.check.diagnosis.ends import at_both_ends
from bpdebug.check.diagnosis.evaluator import alike, same
from bpdebug.check.diagnosis.factors import explanations
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.pieces import joined
from bpdebug.check.diagnosis.simplify import simplified
from bpdebug.check.diagnosis.trees import enclosing, exchanged, once_negated
from bpdebug.check.diagnosis.twins import composed, together
from bpdebug.language.expression import Apply, Expr, names, walk

Edit: TypeAlias = Callable[[Bench, Expr], Iterator[Repair]]
Search: TypeAlias = Callable[[Bench, list[Repair]], Iterator[Repair]]
CHEAP = 1.7
"""What an edit may cost to be tried together with another."""
UNLIKELY = 3.1
"""A repair dearer than this has to stand against pairs of edits that depend on one another."""
LEAST_TWO = 1.9
"""What the cheapest two edits together cost."""
MOST = 3_000
"""Candidates that are tried in pairs."""
COINCIDENCE = 0.7
"""What is added for not holding with other sizes: a line may be right with one example and nobody mind."""
DEAREST = 3.8
"""What two edits may cost together before it is a guess."""
WHOLE = 9.0
"""What it costs to write a line anew."""
ORDER = (
    "uses-updated-parameter", "wrong-time-index", "stale-layer-index", "extra-activation-derivative",
    "activation-derivative-at-wrong-point", "wrong-activation-derivative", "missing-activation-derivative",
    "softmax-as-elementwise", "value-vs-derivative", "wrong-cost-derivative", "missing-chain-factor",
    "missing-path", "missing-regularisation", "wrong-regularisation", "missing-mask-or-scale", "wrong-operand",
    "kernel-flip", "elementwise-vs-matrix", "missing-sum", "operand-order", "transposed-operand", "wrong-reduction",
    "sign-of-one-term", "sign-flipped", "constant-factor", "wrong-normaliser", "missing-1/m", "extra-1/m",
)  # fmt: skip
"""Of several mistakes in one line the main one: the ingredient, then shape, sign, number."""
INGREDIENTS = frozenset(ORDER[: ORDER.index("missing-chain-factor")]) | {"wrong-operand"}


def best(bench: Bench) -> Repair | None:
    """The likeliest repair of a line, if a small one mends it."""
    tried: list[Repair] = []
    found: list[Repair] = []
    for edit, least in edits_of(bench):
        if found and least > min(each.cost for each in found):
            break
        for repair in made(bench, bench.expr, edit):
            if bench.exhausted():
                break
            tried.append(repair)
            if fits(bench, repair):
                found.append(weighed(bench, repair))
    for more, least in several_of(bench):
        if not found or min(each.cost for each in found) > least:
            found += [weighed(bench, each) for each in more(bench, tried) if fits(bench, each)]
    chosen = min(found, key=lambda each: each.rank, default=None)
    if chosen is None:
        return whole_line(bench)
    return of_the_cost(bench, replace(chosen, mended=once_negated(chosen.mended)))


def fits(bench: Bench, repair: Repair) -> bool:
    """Whether a repair gives the true gradient, and brings in no difference that is 0 whatever the numbers are."""
    if not bench.fits(repair.mended):
        return False
    new = set(walk(repair.mended)) - set(walk(bench.expr))
    differences = [each for each in new if isinstance(each, Apply) and each.op == "subtract"]
    return not any(_vanishes(bench, each) for each in differences)


def _vanishes(bench: Bench, expr: Expr) -> bool:
    values = [bench.value(expr, draw) for draw in (0, *bench.usable)]
    return all(value is not None and value.size > 0 and not value.any() for value in values)


def edits_of(bench: Bench) -> Sequence[tuple[Edit, float]]:
    """The edits that a line may need, with the least that each costs."""
    return OF_UPDATES if bench.scope.meaning.updates else EDITS


def several_of(bench: Bench) -> Sequence[tuple[Search, float]]:
    """The searches for two edits, with what one edit has to cost for them to be worth it.

    What is left of an update after one edit says nothing by its ratio: the parameter stands in it whole.
    """
    if bench.scope.meaning.updates:
        return ((pairs, UNLIKELY),)
    return (remainders, LEAST_TWO), (twins, LEAST_TWO), (ends, LEAST_TWO), (pairs, UNLIKELY)


def of_the_cost(bench: Bench, repair: Repair) -> Repair:
    """A wrong ingredient of what is to be the derivative of the cost itself makes it that of another cost."""
    scope = bench.scope
    if not scope.enters_cost or set(names(bench.expr)) & set(scope.meanings) or repair.mistakes[0] not in INGREDIENTS:
        return repair
    return replace(repair, mistakes=tuple(dict.fromkeys(("wrong-cost-derivative", *repair.mistakes))))


def whole_line(bench: Bench) -> Repair | None:
    """The right line anew, where nothing small makes it of this one.

    What is to be the derivative of the cost itself is that of something else; any other line has no gradient in it,
    where one arrives from behind.
    """
    scope, read = bench.scope, set(names(bench.expr))
    line = bench.right_line
    if line is None or read & {*scope.meanings, *scope.auxiliary}:
        return None
    if scope.of_cost(bench.expr):
        return Repair(line, WHOLE, ("wrong-cost-derivative",), bench.expr, line)
    arrives = set(names(line)) & set(scope.meanings)
    return Repair(line, WHOLE, ("missing-chain-factor",), bench.expr, line) if arrives and read else None


def weighed(bench: Bench, repair: Repair) -> Repair:
    """A repair as a person would write it; one that holds for these sizes only may be a coincidence."""
    for known in (fusions(bench, repair.mended), {}):
        shorter = simplified(exchanged(repair.mended, known), bench.expr)
        if shorter is not repair.mended and bench.fits(shorter):
            new = None if repair.new is None else joined(exchanged(repair.new, known))
            repair = replace(repair, mended=shorter, new=new)
            break
    return repair if bench.holds(repair.mended) else repair.dearer(COINCIDENCE)


def fusions(bench: Bench, expr: Expr) -> Mapping[Expr, Expr]:
    """What is written out and has a short form, where a mended line has a label that the person has not named."""
    new = set(names(expr)) - set(names(bench.expr))
    labels = any(bench.scope.graph.kind(name) is Kind.LABEL for name in new)
    return bench.scope.reference.fusions if labels else {}


def made(bench: Bench, expr: Expr, edit: Edit) -> Iterator[Repair]:
    """What one kind of edit makes of a line."""
    known = {*bench.scope.gradients, *names(bench.expr)}
    rivals = set() if bench.scope.meaning.updates else {*bench.scope.meanings} - known
    return (in_place(bench, expr, repair) for repair in edit(bench, expr) if not _reads(repair.new, rivals))


def _reads(new: Expr | None, rivals: set[str]) -> bool:
    """Whether a repair takes another claim of the same gradient, which always fits and says nothing."""
    return bool(rivals) and new is not None and not rivals.isdisjoint(names(new))


def in_place(bench: Bench, expr: Expr, repair: Repair) -> Repair:
    """The same mistake is called otherwise inside a penalty."""
    if not repair.path or repair.mistakes[0] == "missing-regularisation":
        return repair
    scope = bench.scope
    for summand in enclosing(expr, repair.path) if scope.penalties else ():
        read = set(names(summand))
        if read & scope.penalties and not read & set(scope.meanings):
            return as_penalty(repair)
    return repair


def as_penalty(repair: Repair) -> Repair:
    """A repair inside the derivative of the penalty; a sign is a sign there too."""
    if repair.mistakes[0] == "sign-of-one-term":
        return replace(repair, mistakes=("sign-of-one-term", "wrong-regularisation"))
    mistakes = tuple(dict.fromkeys(("wrong-regularisation", *repair.mistakes)))
    return replace(repair, mistakes=mistakes, cost=min(repair.cost, 1.5))


def remainders(bench: Bench, singles: list[Repair]) -> Iterator[Repair]:
    """What one edit leaves of the difference: a number, a transpose, a sum."""
    for repair in singles:
        value = bench.value(repair.mended)
        if value is None or same(value, bench.target):
            continue
        if alike(value, bench.target):
            yield from _by_a_number(bench, repair)
        if value.ndim == 2 and value.T.shape == bench.target.shape and same(value.T, bench.target):
            yield from _finished(bench, repair, repair.mended.T, 1.3, "transposed-operand")


def _by_a_number(bench: Bench, repair: Repair) -> Iterator[Repair]:
    for factor in explanations(bench, bench.off_by(repair.mended)):
        mended = factor.applied(repair.mended)
        mistakes = both(repair.mistakes, factor.mistakes)
        yield replace(repair, mended=mended, mistakes=mistakes, cost=repair.cost + factor.cost, old=None, new=None)


def _finished(bench: Bench, repair: Repair, mended: Expr, cost: float, mistake: str) -> Iterator[Repair]:
    if bench.fits(mended):
        mistakes = both(repair.mistakes, (mistake,))
        yield replace(repair, mended=mended, mistakes=mistakes, cost=repair.cost + cost, old=None, new=None)


def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What two repairs together are called: the main mistake of each before what either may be called too."""
    return tuple(dict.fromkeys((*ordered((*one[:1], *other[:1])), *ordered((*one, *other)))))


def ordered(mistakes: tuple[str, ...]) -> tuple[str, ...]:
    """The main mistake first."""
    return tuple(sorted(dict.fromkeys(mistakes), key=lambda each: ORDER.index(each) if each in ORDER else len(ORDER)))


def twins(bench: Bench, singles: list[Repair]) -> Iterator[Repair]:
    """Two edits that do not touch one another: their effects on the value, multiplied or added, are the difference."""
    lowest = float("inf")
    for one, other in together(bench, singles):
        cost = one.cost + other.cost
        mended = composed(bench.expr, one, other)
        if cost < min(lowest, DEAREST) and mended is not None and bench.fits(mended):
            lowest = cost
            yield Repair(mended, cost, both(one.mistakes, other.mistakes))


def ends(bench: Bench, singles: list[Repair]) -> Iterator[Repair]:
    """Two edits at the two ends of one matrix product."""
    lowest = float("inf")
    for mended, cost, mistakes in at_both_ends(bench, EDITS):
        if mistakes and cost < min(lowest, DEAREST) and bench.fits(mended):
            lowest = cost
            yield Repair(mended, cost, ordered(mistakes))


def pairs(bench: Bench, singles: list[Repair]) -> Iterator[Repair]:
    """Two edits, both cheap, the likeliest first, until enough have been tried; a wrong shape is mended first."""
    count, lowest, unshaped = 0, float("inf"), not _shaped(bench, bench.expr)
    cheap = (each for each in singles if each.cost <= CHEAP)
    first = sorted(cheap, key=lambda each: (unshaped and not _shaped(bench, each.mended), each.cost))
    for one in first:
        for edit, least in edits_of(bench):
            if least > CHEAP or one.cost + least >= lowest:
                break
            for other in made(bench, one.mended, edit):
                count += 1
                if count > MOST or bench.exhausted():
                    return
                if one.cost + other.cost < min(lowest, DEAREST) and bench.fits(other.mended):
                    lowest = one.cost + other.cost
                    yield Repair(other.mended, lowest, both(one.mistakes, other.mistakes))


def _shaped(bench: Bench, expr: Expr) -> bool:
    """Whether an expression has the shape of the gradient."""
    value = bench.value(expr)
    return value is not None and alike(value, bench.target)


def smallest_difference(old: Expr, new: Expr) -> tuple[Expr, Expr]:
    """The innermost place in which two trees differ."""
    while isinstance(old, Apply) and isinstance(new, Apply):
        alike = old.op == new.op and old.options == new.options and len(old.inputs) == len(new.inputs)
        if not alike:
            break
        different = [(a, b) for a, b in zip(old.inputs, new.inputs, strict=True) if a != b]
        if len(different) != 1:
            break
        old, new = different[0]
    return old, new

"""Diagnosis by repair: the likeliest small change of a wrong line that gives it the true gradient's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.claims import Derivation, Judgement, Written
from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.draws import Draw, draws
from bpdebug.check.diagnosis.evaluator import alike
from bpdebug.check.diagnosis.explain import explanation, facts
from bpdebug.check.diagnosis.graph import Graph
from bpdebug.check.diagnosis.helpers import WrittenOut
from bpdebug.check.diagnosis.layout import named
from bpdebug.check.diagnosis.records import Diagnosis
from bpdebug.check.diagnosis.resized import resized
from bpdebug.check.diagnosis.scope import Scope
from bpdebug.check.diagnosis.search import best, smallest_difference
from bpdebug.check.diagnosis.slopes import Slopes
from bpdebug.check.diagnosis.writing import spelled
from bpdebug.check.forward import Values
from bpdebug.check.meaning import Meaning
from bpdebug.language.expression import Expr, names
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

__all__ = ["Diagnosis", "diagnose"]


def diagnose(
    program: Program, values: Values, claims: Sequence[Written], derivation: Derivation
) -> tuple[Diagnosis | None, ...]:
    """For each claim what is wrong with it; None for those that are right by themselves."""
    wrong = [each.local in (Judgement.WRONG, Judgement.NOT_EVALUABLE) for each in derivation.claims]
    wrong = [
        bad and each.meaning is not None and not each.unread for bad, each in zip(wrong, derivation.claims, strict=True)
    ]
    if not any(wrong):
        return (None,) * len(derivation.claims)
    with np.errstate(all="ignore"):
        return _found(program, values, claims, derivation, wrong)


def _found(
    program: Program, values: Values, claims: Sequence[Written], derivation: Derivation, wrong: Sequence[bool]
) -> tuple[Diagnosis | None, ...]:
    numbers = draws(program, values, tuple(claims), derivation)
    made = (each.name for each in program.equations if each.phase in (Phase.FORWARD, Phase.COST))
    quantities = (*program.data, *program.parameters, *made)
    other = cache(lambda: resized_draw(program, values, tuple(claims), derivation))
    slopes = Slopes(program, numbers[0].evaluator, quantities)
    graph = Graph(program, slopes.units)
    missing = frozenset(each.name for each in derivation.missing)
    benches: list[Bench | None] = []
    for place, (claim, judged) in enumerate(zip(claims, derivation.claims, strict=True)):
        meanings, auxiliary = before(claims[:place], derivation)
        scope = Scope(program, claim, judged, graph, meanings, auxiliary, missing)
        benches.append(Bench(scope, numbers, slopes, other) if wrong[place] else None)
    found = [None if each is None else repaired(each.begun(sum(wrong)), claims) for each in benches]
    repairs = named(claims, derivation.claims, [None if each is None else each.repair for each in found])
    pairs = zip(found, repairs, strict=True)
    texts = [each.text.partition("=")[2] for each in claims]
    told = [None if each is None else _diagnosis(replace(each, repair=repair), texts) for each, repair in pairs]
    right = {name for line in sound(claims, derivation) for name in names(line.expr)}
    return tuple(replace(each, through="", helper=None) if each and each.through in right else each for each in told)


def sound(claims: Sequence[Written], derivation: Derivation) -> list[Written]:
    """The lines that are right by themselves: a helper that one of them reads is as it should be."""
    pairs = zip(claims, derivation.claims, strict=True)
    return [claim for claim, judged in pairs if judged.local is Judgement.CORRECT]


class Mended(Struct, frozen=True):
    """A wrong line on its bench, what mends it, and its helper lines where it was looked at with them in it."""

    bench: Bench
    repair: Repair | None
    out: WrittenOut | None = None
    helpers: Mapping[str, Written] = field(default_factory=dict)


def repaired(bench: Bench, claims: Sequence[Written]) -> Mended:
    """The likeliest repair of a line: as it stands, or with the helper lines it reads written out."""
    own = best(bench)
    helpers = [each for each in claims if each.name in bench.scope.auxiliary]
    out = WrittenOut.of(bench.scope.claim, helpers)
    if out is None:
        return Mended(bench, own)
    whole = replace(bench, written_out=out.expr)
    inner = best(whole)
    early = inner is not None and inner.mistakes[:1] == ("uses-updated-parameter",)  # of the line that reads it
    if inner is None or (own is not None and (own.cost < inner.cost or early)):
        return Mended(bench, own)
    return Mended(whole, inner, out, {each.name: each for each in helpers})


def resized_draw(program: Program, values: Values, claims: tuple[Written, ...], derivation: Derivation) -> Draw | None:
    """The derivation on a network with other sizes."""
    forward = resized(program, values)
    return None if forward is None else Draw(forward, claims, derivation.meanings)


def before(claims: Sequence[Written], derivation: Derivation) -> tuple[dict[str, Meaning], tuple[str, ...]]:
    """What a line may read beside the forward pass: gradients claimed before it or by nobody, and other names."""
    meanings = derivation.beside
    by_name = {each.name: each.meaning for each in derivation.claims}
    auxiliary = []
    for each in claims:
        meaning = by_name[each.name]
        if meaning is None:
            auxiliary.append(each.name)
        else:
            meanings[each.name] = meaning
    return meanings, tuple(auxiliary)


def _diagnosis(found: Mended, texts: Sequence[str]) -> Diagnosis:
    bench, repair = found.bench, found.repair
    claim, value = bench.scope.claim, bench.value(bench.expr)
    endless = value is not None and not np.isfinite(value).all()
    if repair is None or (endless and repair.old is None):
        mended = bench.right_line
        text = "" if mended is None else written(claim, mended, texts)
        told = infinite(claim.name, value) if value is not None and endless else explanation(bench, None)
        return Diagnosis((), mended, text, "", "", told, {} if endless else facts(bench))
    old, new = _at_fault(bench, repair)
    told, mended, out = explanation(bench, repair), repair.mended, found.out
    place = None if out is None else out.at_fault(repair.path)
    mended = mended if out is None else out.folded(mended)
    if value is not None and endless:
        told = f"{told} {infinite(claim.name, value)}"
    own = Diagnosis(with_symptom(bench, repair), mended, written(claim, mended, texts), old, new, told, facts(bench))
    if out is None or place is None:
        return own
    name = out.name(place)
    own = replace(own, explanation=f"The mistake is in the line of {name}, which this one reads. {told}")
    helper, line = found.helpers[name], out.mended(place, repair.mended)
    if line is None:
        return own
    return replace(
        own, through=name, helper=Diagnosis(repair.mistakes, line, written(helper, line, texts), old, new, told)
    )


def written(claim: Written, mended: Expr, texts: Sequence[str]) -> str:
    """The equation of a claim mended, in the person's own spelling; `texts` are the right sides of all lines."""
    return f"{claim.name} = {spelled(mended, claim.expr, claim.text.partition('=')[2].lstrip(), texts)}"


def infinite(name: str, value: Array) -> str:
    """What is said of a line that comes out as no number: which entries are none, and what makes them so."""
    none, count = ~np.isfinite(value), value.size
    bad = int(none.sum())
    found = "infinite" if np.isinf(value[none]).all() else "no number (NaN)" if np.isnan(value[none]).all() else "none"
    where = (
        name if count == 1 else f"every entry of {name}" if bad == count else f"{bad} of the {count} entries of {name}"
    )
    kind = f"{'are' if 1 < bad < count else 'is'} {found}" if found != "none" else "is infinite or no number (NaN)"
    return f"With these numbers {where} {kind}: look for a division by 0, or the logarithm or root of what has none."


def with_symptom(bench: Bench, repair: Repair) -> tuple[str, ...]:
    """The mistakes, and beside them that the shape is another, where it is."""
    value = bench.value(bench.expr)
    fits = alike(value, bench.target) if value is not None else not all(map(bench.scope.known, names(bench.expr)))
    return repair.mistakes if fits else (*repair.mistakes, "shape-mismatch")


def _at_fault(bench: Bench, repair: Repair) -> tuple[str, str]:
    """The offending part and what should be there, as text."""
    old: Expr | None = repair.old
    new: Expr | None = repair.new
    if old is None and new is None:
        old, new = smallest_difference(bench.expr, repair.mended)
    return (
        "(absent)" if old is None else write(old, "ascii"),
        "(nothing)" if new is None else write(new, "ascii"),
    )

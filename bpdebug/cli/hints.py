"""Hints, computed from what the judging of a derivation says: where, which line, what kind of mistake, the way out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bpdebug.check.claims import Judged, Judgement
from bpdebug.check.completion import Lacking
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.diagnosis.explain import effect
from bpdebug.check.review import Review
from bpdebug.check.telling import one_line
from bpdebug.program.work import listed

REGIONS = 3
"""In how many stretches a derivation is divided, to say where a mistake is without naming the line."""
LEVELS = 4
NAMED = 2
"""The hint that names the line."""


class Fault(Struct, frozen=True):
    """A line that is wrong by itself, at its place; or one that is missing, without a place."""

    name: str
    place: int | None


def faults(review: Review) -> tuple[Fault, ...]:
    """All that is to be mended: wrong lines as they are written, then missing ones."""
    bad = (Judgement.WRONG, Judgement.NOT_EVALUABLE)
    wrong = [Fault(each.name, place) for place, each in enumerate(review.claims) if each.local in bad]
    return (*wrong, *(Fault(each.name, None) for each in review.lacking if each.reader))


def hints(review: Review, fault: Fault) -> tuple[str, ...]:
    """The hints on one fault, in the order in which they are given."""
    if fault.place is None:
        return _of_missing(review, next(each for each in review.lacking if each.name == fault.name))
    claim, diagnosis = review.claims[fault.place], review.diagnoses[fault.place]
    return (
        f"The mistake is in {region(fault.place, len(review.claims))}.",
        f"It is line {fault.place + 1}: {one_line(claim.text)}",
        _kind(claim, diagnosis, review),
        _mended(diagnosis),
    )


def region(place: int, count: int) -> str:
    """The stretch of lines that holds a place: about a third of all, and never one line alone."""
    size = max(2, -(-count // REGIONS))
    start = place // size * size
    if start == count - 1:
        start = max(0, start - size)
    stop = start + size if start + size < count - 1 else count
    return f"lines {start + 1} to {stop}" if stop > start + 1 else f"line {stop}"


def certain(claim: Judged, diagnosis: Diagnosis | None, review: Review) -> str:
    """What can be said for certain of a line that is wrong: why it has no value, or one entry, or its shape."""
    if claim.local is Judgement.NOT_EVALUABLE:
        return f"It cannot be evaluated: {claim.reason.partition(chr(10))[0]}."
    if claim.value is None or claim.true is None:
        return ""
    known = diagnosis.facts if diagnosis else {}
    return effect(claim.name, claim.value, claim.true, known, review.program.constants)


def kinds(mistakes: Sequence[str]) -> str:
    """The classes of a mistake, in words."""
    return listed([each.replace("-", " ") for each in mistakes])


def _kind(claim: Judged, diagnosis: Diagnosis | None, review: Review) -> str:
    known = kinds(diagnosis.mistakes) if diagnosis else ""
    start = f"The mistake: {known}. " if known else "It is no mistake of a usual kind. "
    return (start + certain(claim, diagnosis, review)).strip()


def _mended(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None or not diagnosis.mended_text:
        return "No right line is known in the names of this derivation."
    return f"The line mended: {one_line(diagnosis.mended_text)}\n{diagnosis.explanation}"


def _of_missing(review: Review, lacking: Lacking) -> tuple[str, ...]:
    shape = tuple(int(length) for length in review.program.shapes[lacking.of])
    place = f"after {lacking.after}" if lacking.after else f"first, right after {review.program.cost}"
    return (
        "A line is missing: something is read that no line computes.",
        f"It is {lacking.name}, which {lacking.reader} reads.",
        f"It is the gradient of {lacking.of}, {shape or 'a single number'}, and comes {place}.",
        f"The missing line: {lacking.mended}" if lacking.mended else "No line is known in these names.",
    )

"""What is said of judged claims: verdicts in words, the mistake and the line mended, what is missing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from bpdebug.check.claims import Judged, Judgement
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.meaning import SLOT
from bpdebug.check.review import Lacking, Review
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.program.work import listed

WIDTH = 100
MARKS = {
    "unicode": {"right": "✓", "wrong": "✗", "inherits": "~", "not": "?", "helper": "·"},
    "ascii": {"right": "+", "wrong": "x", "inherits": "~", "not": "?", "helper": "."},
}
FACTS = {
    "ratio": "the line is {} times what it should be",
    "shape": "it should have the shape {}",
    "found": "it has the shape {}",
    "sign": "its signs are {}",
}


def lines(review: Review, place: int, notation: str, width: int = 0) -> Iterator[str]:
    """One claim: its mark, its line and its verdict, and where it is wrong all there is to say."""
    claim, said = review.claims[place], verdict(review, place)
    mark = MARKS[notation][said.kind]
    yield f"{mark} {one_line(claim.text):{width}}  {said.words}{_read_as(claim, notation)}".rstrip()
    diagnosis = review.diagnoses[place]
    if diagnosis is not None:
        yield from (f"    {line}" for line in diagnosed(diagnosis))


def widest(review: Review) -> int:
    """How wide the column of lines is."""
    return min(60, max((len(one_line(each.text)) for each in review.claims), default=0))


class Said(NamedTuple):
    """A verdict: of which kind, and in words."""

    kind: str
    words: str


def verdict(review: Review, place: int) -> Said:
    """What is said of one claim."""
    claim = review.claims[place]
    if claim.local is Judgement.AUXILIARY:
        alike = review.alike[place]
        value = f"; it has the value of {alike.written}" if alike else ""
        return Said("helper", f"a helper, not judged: its name says of no quantity that it is the gradient of{value}")
    if claim.local is Judgement.NOT_EVALUABLE:
        return Said("not", f"not evaluable, because {one_line(claim.reason)}")
    if claim.inherits:
        return Said("inherits", f"right by itself, inherits from {listed(review.inherited(place)) or 'above'}")
    if claim.local is Judgement.CORRECT:
        return Said("right", "right")
    return Said("wrong", "wrong here first" if place == review.derivation.first_wrong else "wrong")


def _read_as(claim: Judged, notation: str) -> str:
    """What the left side was taken to stand for, where that is not simply the gradient."""
    if claim.meaning is None or claim.meaning.expr == Name(SLOT):
        return ""
    return f", read as {denoted(claim, notation)}"


def denoted(claim: Judged, notation: str) -> str:
    """m·∂J/∂Z2, or m*dJ(Z2)."""
    if claim.meaning is None or notation == "ascii":
        return claim.meaning.written if claim.meaning else ""
    of = write(Name(claim.of), notation)
    return claim.meaning.written.replace(f"dJ({claim.of})", f"∂J/∂{of}").replace("*", "·")


def diagnosed(diagnosis: Diagnosis) -> Iterator[str]:
    """The mistake in words, the line mended, the explanation, the facts."""
    if diagnosis.mistakes:
        yield f"mistake: {listed([each.replace('-', ' ') for each in diagnosis.mistakes])}"
    if diagnosis.offending:
        yield f"instead of {one_line(diagnosis.offending)}: {one_line(diagnosis.should_be)}"
    if diagnosis.mended_text:
        yield f"mended: {one_line(diagnosis.mended_text)}"
    told = "; ".join(FACTS.get(key, key + " {}").format(fact) for key, fact in diagnosis.facts.items())
    yield from textwrap.wrap(diagnosis.explanation, WIDTH - 4)
    if told:
        yield f"{told[0].upper()}{told[1:]}."


def lacking(each: Lacking, review: Review) -> str:
    """What is missing, its line, and where it goes."""
    why = f"missing: {each.name}, which {each.reader} reads" if each.reader else f"not claimed: {each.name}"
    place = f"It comes after {each.after}" if each.after else f"It comes first, right after {review.program.cost}"
    if each.reader is None:
        why += f"; only the update of {each.of} needs it"
    return f"{why}. {place}{': ' + each.mended if each.mended else ''}"


def summary(review: Review) -> str:
    """One sentence for the whole."""
    counts = counted(review)
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    missing = [each.name for each in review.lacking if each.reader]
    if review.ok:
        return f"all right: {told}"
    place = review.derivation.first_wrong
    if place is None:
        return f"not complete: {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing ({told})"
    also = f", {listed(missing)} missing" if missing else ""
    return f"not all right: the first wrong line is {review.claims[place].name} ({told}{also})"


def counted(review: Review) -> dict[str, int]:
    """How many claims have which verdict."""
    words = {
        "right": "right",
        "wrong": "wrong",
        "inherits": "inheriting",
        "not": "not evaluable",
        "helper": "not judged",
    }
    kinds = [verdict(review, place).kind for place in range(len(review.claims))]
    return {word: kinds.count(kind) for kind, word in words.items()}


def one_line(text: str) -> str:
    """A text without the line breaks that were in it."""
    return " ".join(text.split())

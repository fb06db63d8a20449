"""Claims judged, as a page to read: each line with its verdict, what is missing, the order of work, a summary."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpdebug.check.claims import Judged, Judgement
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.meaning import SLOT
from bpdebug.check.review import Lacking, Review
from bpdebug.language.expression import Name
from bpdebug.ops import write, write_equation
from bpdebug.program.work import first, listed
from bpdebug.scenario.record import Scenario

WIDTH = 100
MARKS = {
    "unicode": {"right": "✓", "wrong": "✗", "inherits": "~", "not": "?", "helper": "·"},
    "ascii": {"right": "+", "wrong": "x", "inherits": "~", "not": "?", "helper": "."},
}
COLOURS = {"✓": "32", "+": "32", "✗": "31", "x": "31", "~": "33", "?": "35"}
FACTS = {
    "ratio": "the line is {} times what it should be",
    "shape": "it should have the shape {}",
    "found": "it has the shape {}",
    "sign": "its signs are {}",
}


def page(scenario: Scenario, review: Review, notation: str) -> str:
    """The whole report of one scenario's claims; without claims, the order of work."""
    heading = [scenario.title, ""]
    if not review.claims:
        return "\n".join([*heading, *beginning(review, notation), "", *_own(scenario)])
    missing = list(_lacking(review))
    parts = [
        *heading,
        *_lines(review, notation),
        *([""] * bool(missing)),
        *missing,
        "",
        *_work(review, notation),
        "",
        summary(review),
    ]
    return "\n".join(parts)


def _lines(review: Review, notation: str) -> Iterator[str]:
    rows = [(verdict(review, place), each) for place, each in enumerate(review.claims)]
    width = min(60, max(len(one_line(each.text)) for _, each in rows))
    for place, (said, each) in enumerate(rows):
        mark = MARKS[notation][said.kind]
        yield f"{mark} {one_line(each.text):{width}}  {said.words}{_read_as(each, notation)}".rstrip()
        diagnosis = review.diagnoses[place]
        if diagnosis is not None:
            yield from (f"    {line}" for line in diagnosed(diagnosis))


class Said(NamedTuple):
    """A verdict: of which kind, and in words."""

    kind: str
    words: str


def verdict(review: Review, place: int) -> Said:
    """What is said of one claim."""
    claim = review.claims[place]
    if claim.local is Judgement.AUXILIARY:
        return Said("helper", "a helper, not judged")
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


def _lacking(review: Review) -> Iterator[str]:
    for each in review.lacking:
        yield from textwrap.wrap(lacking(each, review), WIDTH, subsequent_indent="    ")


def lacking(each: Lacking, review: Review) -> str:
    """What is missing, its line, and where it goes."""
    why = f"missing: {each.name}, which {each.reader} reads" if each.reader else f"not claimed: {each.name}"
    place = f"It comes after {each.after}" if each.after else f"It comes first, right after {review.program.cost}"
    if each.reader is None:
        why += f"; only the update of {each.of} needs it"
    return f"{why}. {place}{': ' + each.mended if each.mended else ''}"


def _work(review: Review, notation: str) -> Iterator[str]:
    """The order of work, and which of it is done."""
    right = {each.of for each in review.claims if each.verdict is Judgement.CORRECT}
    claimed = {each.of for each in review.claims}
    yield "The order of work (each line reads only what stands above it)"
    for number, task in enumerate(review.work, 1):
        kind = "right" if task.of in right else "wrong" if task.of in claimed else "helper"
        state = {"right": "done", "wrong": "to be mended", "helper": "not there"}[kind]
        why = task.why(review.program.cost, notation)
        yield f"  {MARKS[notation][kind]} {number:2}. {write(Name(task.name), notation):8} {state:13} {why}"


def beginning(review: Review, notation: str) -> Iterator[str]:
    """The answer to: what do I compute first after the cost, and then, and why in that order?"""
    program, tasks = review.program, review.work
    lines = [write_equation(task.name, task.expr, notation) for task in tasks]
    width = min(56, max(map(len, lines), default=0))
    start = listed(first(program)) or "what it is computed from"
    yield f"How does backpropagation start, after the cost {program.cost}?"
    yield from textwrap.wrap(STARTS.format(cost=program.cost, start=start), WIDTH)
    yield ""
    for number, (task, line) in enumerate(zip(tasks, lines, strict=True), 1):
        yield f"{number:3}. {line:{width}}  {task.why(program.cost, notation)}"
    yield ""
    yield from textwrap.wrap(WHY.format(cost=program.cost), WIDTH)
    yield from textwrap.wrap(_examples(review), WIDTH)


STARTS = (
    "With the gradient by what {cost} is computed from: {start}. Then back through the forward pass, its last equation "
    "first; each line reads only what stands above it."
)
WHY = (
    "Why in that order? A quantity moves {cost} only through the quantities computed from it, so its gradient is made "
    "from theirs: by the chain rule they must be there before. Going back, each is computed once and serves all that "
    "lies before it."
)


def _examples(review: Review) -> str:
    program = review.program
    m = program.examples
    if program.bookkeeping == "per-example":
        return (
            f"The 1/{m} of the average is kept in the parameters' gradients here: dZ means {m} times the gradient of "
            f"{program.cost}. With --bookkeeping total it stands in the first line instead: in one of the two places, "
            "not in both, not in neither."
        )
    return (
        f"Every line is the gradient of {program.cost} itself; with --bookkeeping per-example the 1/{m} moves into the "
        "parameters' gradients."
    )


def _own(scenario: Scenario) -> list[str]:
    return ["Have equations of your own judged:", f"    bpdebug claims {scenario.name} --equations FILE"]


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


def painted(text: str) -> str:
    """The text with its marks in colour, for a terminal."""
    if "NO_COLOR" in os.environ or os.environ.get("TERM", "") in ("", "dumb"):
        return text
    marks = "".join(map(re.escape, COLOURS))
    return re.sub(
        rf"^(\s*)([{marks}])(?= )", lambda m: f"{m[1]}\x1b[{COLOURS[m[2]]}m{m[2]}\x1b[0m", text, flags=re.MULTILINE
    )


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

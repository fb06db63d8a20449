"""Claims on paper: each line as it was written, its verdict, the mistake, the line mended, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.review import Review, review
from bpdebug.check.telling import lacking, one_line, remarked, summary, verdict
from bpdebug.export.paper.document import Block, Code, Listing, Paragraph, Part, Section, Verdict
from bpdebug.export.paper.trained import Trained
from bpdebug.program.settled import settled
from bpdebug.program.work import listed

KINDS = {"right": "good", "wrong": "bad", "inherits": "odd", "not": "odd", "helper": "quiet"}


def claims(run: Trained) -> Iterator[Section]:
    """The section of the claims, where the scenario has any."""
    scenario = run.scenario
    if scenario.claims:
        found = review(settled(scenario.program), run.values, scenario.claims, scenario.unread)
        yield Section("claims", ("The claims",), tuple(_blocks(found)))


def _blocks(found: Review) -> Iterator[Block]:
    yield Paragraph((f"What somebody worked out by hand, judged line by line: {summary(found)}.",))
    for place, claim in enumerate(found.claims):
        said = verdict(found, place)
        yield Paragraph((Code(one_line(claim.text)), " ", Verdict(KINDS[said.kind], said.words)))
        items = tuple(_told(found, place))
        if items:
            yield Listing(items, numbered=False)
    missing = tuple((lacking(each, found),) for each in found.lacking)
    if missing:
        yield Listing(missing, numbered=False, term="missing")


def _told(found: Review, place: int) -> Iterator[tuple[Part, ...]]:
    """What else there is to say of one line."""
    remark, diagnosis = remarked(found, place, "unicode"), found.told(place)
    if remark:
        yield (remark,)
    if diagnosis is None:
        return
    if diagnosis.mistakes:
        yield (f"mistake: {listed([each.replace('-', ' ') for each in diagnosis.mistakes])}",)
    if diagnosis.mended_text:
        yield ("mended: ", Code(one_line(diagnosis.mended_text)))
    if diagnosis.explanation:
        yield (diagnosis.explanation,)

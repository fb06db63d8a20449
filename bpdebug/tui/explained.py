"""What the screen says of one claimed line: the true line above it, the mended one beneath, the mistake explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.style import Style
from rich.text import Text

from bpdebug.check.completion import Lacking
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.review import Review
from bpdebug.check.telling import assumed, denoted, lacking, one_line, verdict
from bpdebug.debugger.words import counted
from bpdebug.ops import write_equation
from bpdebug.program.work import listed
from bpdebug.tui.changed import changes, labelled
from bpdebug.tui.claim_rows import FIRST
from bpdebug.tui.claim_sheets import compared, differing, scaled
from bpdebug.tui.claimed import ClaimsState, Row
from bpdebug.tui.colours import Look
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.prose import LABEL, plain, sentence
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import spread

WRITING = "{mend} writes it, {claim} writes your own"
COLUMN = 7
"""Cells of the labels of lines."""
TALLEST, AROUND = 10, 2
"""Lines that two matrices take beside one another at most, and those of them above their rows."""


def told(
    state: ClaimsState, row: Row, notation: str, width: int, look: Look, *, keys: Keymap = KEYMAP
) -> Iterator[Text]:
    """All there is to say of a line."""
    review = state.review
    if review is None:
        yield from labelled("yours", sentence(row.text, notation), width, look, column=COLUMN)
        return
    if row.lacking is not None:
        yield from _missing(review, row.lacking, notation, width, look)
        if row.lacking.mended:
            yield from plain(keys.told(WRITING, ascii=notation == "ascii"), width, look.quiet)
        return
    assert row.place is not None
    diagnosis = review.told(row.place)
    if row.kind in ("wrong", "not"):
        yield from _true(review, row, notation, width, look)
    yield from _lines(row, diagnosis, notation, width, look)
    yield from plain(sentence(_said(state, row, notation), notation), width)
    if diagnosis is not None:
        yield from _mistake(diagnosis, notation, width, look)
    yield from _matrices(state, row, notation, width, look)
    if diagnosis is not None:
        yield from plain(sentence(_explained(diagnosis, review.inherited(row.place)), notation), width)
    offered = (["{mend} takes the mended line"] if diagnosis and diagnosis.mended else []) + ["{claim} changes yours"]
    offered += ["{unmend} takes the change back"] if row.name in state.replaced else []
    yield from plain(keys.told(", ".join(offered), ascii=notation == "ascii"), width, look.quiet)


def _true(review: Review, row: Row, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The right line, with the 1/m where the person keeps it."""
    for task in review.work:
        if row.of and task.of == row.of:
            yield from labelled("true", write_equation(task.name, task.expr, notation), width, look, column=COLUMN)
            return


def _lines(row: Row, diagnosis: Diagnosis | None, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The person's line and the mended one, with what changed between them marked."""
    own = sentence(row.text, notation)
    mended = sentence(one_line(diagnosis.mended_text), notation) if diagnosis else ""
    gone, come = changes(own, mended) if mended else ((), ())
    yield from labelled("yours", own, width, look, column=COLUMN, marked=gone)
    if mended:
        yield from labelled("mended", mended, width, look, column=COLUMN, marked=come, style=look.strong)


def _said(state: ClaimsState, row: Row, notation: str) -> str:
    """The verdict in a sentence."""
    review = state.review
    assert review is not None
    assert row.place is not None
    claim, said = review.claims[row.place], verdict(review, row.place)
    remark = review.remarks[row.place]
    if said.kind == "right" and remark is not None:
        return f"{row.word.capitalize()}{assumed(claim)}: {remark.text}"
    if row.kind == "not":
        why = ". ".join(line.rstrip(".") for line in claim.reason.splitlines())
        return f"Not evaluable: {why}."
    words = row.word if row.kind in ("wrong", "right") else said.words
    if scaled(claim):
        words += f", read as {denoted(claim, notation)}"
    words += assumed(claim)
    judged = state.judged(row)
    where = None if judged is None or row.kind != "wrong" else differing(judged)
    if where is not None and where.size > 1:
        words += f": {where.sum():,} of {counted(where.size, 'entry', 'entries')} differ"
    if review.derivation.elsewhere:
        words += "; judged with smaller parameters, as these leave the gradients no digits"
    return f"{words[0].upper()}{words[1:]}."


def _mistake(diagnosis: Diagnosis, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The mistake by its name."""
    if diagnosis.mistakes:
        names = listed([each.replace("-", " ") for each in diagnosis.mistakes])
        yield from plain(sentence(f"Mistake: {names}.", notation), width, look.odd)


def _explained(diagnosis: Diagnosis, inherited: Sequence[str]) -> str:
    """Why it is a mistake, and what is certain of the line."""
    put_right = f" (These numbers are with {listed(inherited)} put right.)" if inherited else ""
    return f"{diagnosis.explanation}{put_right}"


def _missing(review: Review, each: Lacking, notation: str, width: int, look: Look) -> Iterator[Text]:
    """What is missing, where it goes, and its line."""
    why, _, _ = lacking(each, review).removesuffix(each.mended).rstrip(": ").partition("\n")
    yield from plain(sentence(f"{why[0].upper()}{why[1:]}.", notation), width)
    if each.mended:
        yield from labelled("line", each.mended, width, look, column=COLUMN, style=look.strong)


def _matrices(state: ClaimsState, row: Row, notation: str, width: int, look: Look) -> Iterator[Text]:
    """What the line should give and what it gives, where there is room for both beside one another."""
    judged = state.judged(row)
    if judged is None or row.kind != "wrong":
        return
    both = tuple(compared(judged, notation))
    tall = min(TALLEST, AROUND + max((each.rows for each in both), default=0))
    drawn = spread(both, (width, tall), signs(notation), look)
    if len(drawn.bands) == 1:
        yield from (drawn.line(at) for at in range(drawn.lines))


def brief(state: ClaimsState, row: Row, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The line and its verdict, and the mended one, for beneath the true equation."""
    diagnosis = state.review.told(row.place) if state.review and row.place is not None else None
    yield from labelled("yours", sentence(row.text, notation), width, look, column=LABEL)
    verdict = f"{row.mark(notation)} {row.word}" if row.word else "judging"
    mended = f"; mended: {one_line(diagnosis.mended_text)}" if diagnosis and diagnosis.mended_text else ""
    first, *others = labelled("", sentence(verdict + mended, notation), width, look, column=LABEL)
    first.stylize(shade(row, look), LABEL, LABEL + len(verdict))
    yield from (first, *others)


def shade(row: Row, look: Look) -> Style | str:
    """The colour of a verdict, which has its mark and its word too: loud for the line where the mistake begins."""
    if row.word == FIRST:
        return look.bad
    styles = {"right": look.good, "wrong": look.odd, "not": look.odd, "missing": look.odd}
    return styles.get(row.kind, look.quiet)

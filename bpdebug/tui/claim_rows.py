"""The lines of a derivation as the screen lists them, with what is said of each in a word."""

from __future__ import annotations

from msgspec.structs import replace

from bpdebug.check.claims import Judged
from bpdebug.check.completion import Lacking
from bpdebug.check.meaning import plain
from bpdebug.check.review import Review, in_order
from bpdebug.check.telling import one_line, verdict
from bpdebug.program.equations import Program
from bpdebug.tui.claimed import ClaimsState, Row

WORDS = {
    "right": "right",
    "wrong": "wrong",
    "inherits": "inherits",
    "not": "not evaluable",
    "helper": "helper",
    "missing": "missing",
    "open": "not claimed",
}
"""A verdict in a word."""
CONVENTION = "convention only"
"""Right, and kept otherwise than the program keeps it: with the 1/m elsewhere, transposed, with the other sign."""

FIRST = "wrong first"
"""The line where the mistakes begin."""
MASKED = "right here"
"""Right only because of these sizes, or of these numbers."""


def rows(state: ClaimsState) -> tuple[Row, ...]:
    """All lines, and those that are missing where they go, each below what it reads."""
    found = [_row(state, place) for place in in_order(state.claims)]
    if state.review is None:
        return tuple(found)
    for each in state.review.lacking:
        names = [row.name for row in found]
        at = names.index(each.after) + 1 if each.after in names else 0
        found.insert(at, _lacking(each))
    wrong = next((row for row in found if row.kind in ("wrong", "not")), None)
    return tuple(replace(row, word=FIRST) if row is wrong and row.kind == "wrong" else row for row in found)


def _row(state: ClaimsState, place: int) -> Row:
    claim, review = state.claims[place], state.review
    text = one_line(claim.text)
    if review is None:
        return Row(claim.name, text, "judging", "", claim.of, place)
    judged, said = review.claims[place], verdict(review, place)
    word = _right(review, place) if said.kind == "right" else WORDS[said.kind]
    return Row(claim.name, text, said.kind, word, judged.of, place)


def _right(review: Review, place: int) -> str:
    """The word for a right line, which may be right in another convention, or only here."""
    remark = review.remarks[place]
    if remark is not None and remark.kind.startswith("masked"):
        return MASKED
    return WORDS["right"] if _as_here(review.claims[place], review.program) else CONVENTION


def _as_here(judged: Judged, program: Program) -> bool:
    """Whether a line stands for what the program's own stands for."""
    name = program.gradients.get(judged.of)
    own = next((each.denotes for each in program.equations if each.name == name), None)
    return judged.meaning is None or judged.meaning == plain(judged.of, own.factor if own else None)


def _lacking(each: Lacking) -> Row:
    kind = "missing" if each.reader else "open"
    return Row(each.name, each.mended or each.name, kind, WORDS[kind], each.of, lacking=each)

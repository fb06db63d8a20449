"""The user's own equations as the screen knows them: what is claimed, what is said of it, in the order of work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bpdebug.check.claims import CLOSE, FLOOR, Judged
from bpdebug.check.completion import Lacking
from bpdebug.check.meaning import SLOT, plain
from bpdebug.check.review import Review, in_order
from bpdebug.check.telling import MARKS, denoted, one_line, verdict
from bpdebug.debugger.view import EquationRow, Matrix, View
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.record import Claim
from bpdebug.tui.sheet import Sheet, comparable, sheet

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


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line of the derivation, or one that is missing in it."""

    name: str
    text: str
    kind: str
    """right · wrong · inherits · not · helper, as verdicts are told; missing · open; judging as long as it is not."""
    word: str
    of: str
    """The quantity whose gradient it is, if it is known."""
    place: int | None = None
    """Where it stands among the claims."""
    lacking: Lacking | None = None

    @property
    def said(self) -> str:
        """What its left side is called."""
        return self.text.partition("=")[0].strip()

    def mark(self, notation: str) -> str:
        """The sign of its verdict."""
        if self.kind in ("judging", "missing"):
            return {"judging": " ", "missing": "!"}[self.kind]
        return MARKS[notation]["helper" if self.kind == "open" else self.kind]


@dataclass(frozen=True, eq=False)
class ClaimsState:
    """The claims of a session, and how far their judgement has come: none · running · done · failed."""

    claims: tuple[Claim, ...] = ()
    iteration: int = 0
    """The iteration that shows."""
    status: str = "none"
    review: Review | None = None
    """What is said of these claims: until it is done, at an earlier iteration."""
    replaced: frozenset[str] = frozenset()
    """The lines whose last change can be taken back."""
    message: str = ""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All lines, and those that are missing where they go, each below what it reads."""
        found = [self._row(place) for place in in_order(self.claims)]
        if self.review is None:
            return tuple(found)
        for each in self.review.lacking:
            names = [row.name for row in found]
            at = names.index(each.after) + 1 if each.after in names else 0
            found.insert(at, _lacking(each))
        wrong = next((row for row in found if row.kind in ("wrong", "not")), None)
        return tuple(replace(row, word=FIRST) if row is wrong and row.kind == "wrong" else row for row in found)

    def _row(self, place: int) -> Row:
        claim = self.claims[place]
        text = one_line(claim.text)
        if self.review is None:
            return Row(claim.name, text, "judging", "", claim.of, place)
        judged, said = self.review.claims[place], verdict(self.review, place)
        word = self._right(place) if said.kind == "right" else WORDS[said.kind]
        return Row(claim.name, text, said.kind, word, judged.of, place)

    def _right(self, place: int) -> str:
        """The word for a right line, which may be right in another convention, or only here."""
        assert self.review is not None
        remark = self.review.remarks[place]
        if remark is not None and remark.kind.startswith("masked"):
            return MASKED
        return WORDS["right"] if _as_here(self.review.claims[place], self.review.program) else CONVENTION

    def row(self, name: str) -> Row | None:
        """The line of a name."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def first(self) -> Row | None:
        """The line to look at first: the first that is wrong, or else the first that is missing."""
        kinds = ("wrong", "not"), ("missing",)
        return next((row for wanted in kinds for row in self.rows if row.kind in wanted), None)

    def of(self, gradient: EquationRow) -> tuple[Row, ...]:
        """The lines claimed for a gradient."""
        rows = (row for row in self.rows if row.place is not None)
        own, name = gradient.gradient, gradient.equation.name
        return tuple(row for row in rows if row.of == own or (not row.of and row.name == name))

    def at_hand(self, view: View) -> tuple[Row, ...]:
        """The lines claimed for the gradient whose equation shows."""
        gradient = at_hand(view)
        return () if gradient is None else self.of(gradient)

    def judged(self, row: Row) -> Judged | None:
        """A line with its values, where they are those of the iteration that shows."""
        done = self.status == "done" and self.review is not None and row.place is not None
        return self.review.claims[row.place] if done else None  # type: ignore[union-attr,index]


def at_hand(view: View) -> EquationRow | None:
    """The gradient whose equation shows."""
    return next((row for row in view.rows if row.gradient and row.equation is view.operation.equation), None)


def scaled(judged: Judged) -> bool:
    """Whether a line stands for something else than the gradient itself, such as m times it."""
    return judged.meaning is not None and judged.meaning.expr != Name(SLOT)


def _as_here(judged: Judged, program: Program) -> bool:
    """Whether a line stands for what the program's own stands for."""
    name = program.gradients.get(judged.of)
    own = next((each.denotes for each in program.equations if each.name == name), None)
    return judged.meaning is None or judged.meaning == plain(judged.of, own.factor if own else None)


def _lacking(each: Lacking) -> Row:
    kind = "missing" if each.reader else "open"
    return Row(each.name, each.mended or each.name, kind, WORDS[kind], each.of, lacking=each)


def differing(judged: Judged) -> Array | None:
    """Where a line's value is not what it should be; None where the two cannot be compared entry by entry.

    Two entries that are no numbers do not differ.
    """
    value, true = judged.value, judged.true
    if value is None or true is None or np.shape(value) != np.shape(true):
        return None
    with np.errstate(all="ignore"):
        size = np.max(np.abs(true), initial=0.0, where=np.isfinite(true))
        far = ~(np.abs(value - true) <= CLOSE * size + FLOOR)
        return np.asarray(far & ~((value == true) | (np.isnan(value) & np.isnan(true))))


def compared(judged: Judged, notation: str) -> Iterator[Sheet]:
    """The matrix that a line should give, and the one that it gives, differing entries marked."""
    if judged.value is None or judged.true is None:
        return
    true = sheet(Matrix(Name(judged.name), np.shape(judged.true), judged.true), notation)
    true = replace(true, label=f"true {denoted(judged, notation) if scaled(judged) else true.label}")
    yield from comparable(true, claimed(judged, notation))


def claimed(judged: Judged, notation: str) -> Sheet:
    """The matrix that a line gives, where it differs marked."""
    value = np.asarray(judged.value)
    given = Matrix(Name(judged.name), value.shape, value, differing(judged))
    return replace(sheet(given, notation, prefix="yours "), differs=True)

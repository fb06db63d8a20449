"""The user's own equations as the screen knows them: what is claimed, what is said of it, in the order of work."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from bpdebug.debugger.view import EquationRow, View
from bpdebug.program.equations import Phase
from bpdebug.scenario.record import Claim

if TYPE_CHECKING:
    from bpdebug.check.claims import Judged
    from bpdebug.check.completion import Lacking
    from bpdebug.check.review import Review


class Row(Struct, frozen=True, eq=False):
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
        from bpdebug.check.telling import MARKS

        return MARKS[notation]["helper" if self.kind == "open" else self.kind]


class ClaimsState(Struct, frozen=True, eq=False, dict=True):
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
    run: int = 0
    """The run that the iteration is of."""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All lines, and those that are missing where they go, each below what it reads."""
        if not self.claims:
            return ()
        from bpdebug.tui.claim_rows import rows

        return rows(self)

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
        if self.status != "done" or self.review is None or row.place is None:
            return None
        return self.review.claims[row.place]


def at_hand(view: View) -> EquationRow | None:
    """The gradient whose equation shows."""
    return next((row for row in view.rows if row.gradient and row.equation is view.operation.equation), None)


def wanted(view: View) -> str:
    """The gradient to write a line for: the one at hand, or else the next to come, or the first; "" without any."""
    backward = [row for row in view.rows if row.gradient and row.equation.phase is Phase.BACKWARD]
    coming = next((row for row in backward if row.state != "done"), next(iter(backward), None))
    found = at_hand(view) or coming
    return "" if found is None else found.equation.name

"""The pane of the matrices: what the operation takes and what it gives, as heatmaps with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text
from textual.geometry import Size

from bpdebug.check.claims import Judgement, verdict_of
from bpdebug.debugger.view import View
from bpdebug.tui.claimed import ClaimsState, claimed, compared
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.panes.base import EMPTY, Pane
from bpdebug.tui.sheet import Sheet, comparable, sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Spread, needed, spread

UNCLAIMED = ClaimsState()
AT_REST = 40
"""The height that a picture is made for where no pane says its own."""


def sheets(view: View, claims: ClaimsState = UNCLAIMED) -> tuple[Sheet, ...]:
    """The operands and the result of the operation, made ready to be drawn; beside a gradient, what was claimed."""
    operation, notation = view.operation, view.notation
    given = tuple(sheet(each, notation) for each in operation.operands)
    result = sheet(operation.result, notation, prefix=f"{signs(notation).arrow} ")
    return (*given, *_beside(result, view, claims))


def _beside(result: Sheet, view: View, claims: ClaimsState) -> Iterator[Sheet]:
    """The result, and of a gradient just completed the matrices of wrong lines for it.

    Where a line stands for another multiple of the gradient, its own true matrix stands there too.
    """
    judged = [claims.judged(row) for row in claims.at_hand(view) if row.kind == "wrong"] if view.checked else []
    wrong = [(each, each.true) for each in judged if each is not None and each.true is not None]
    alike = [each for each, true in wrong if verdict_of(view.operation.result.value, true) is Judgement.CORRECT]
    yield from comparable(result, *(claimed(each, view.notation) for each in alike))
    for each, _ in wrong:
        if each not in alike:
            yield from compared(each, view.notation)


def picture(view: View, width: int, height: int, look: Look = BARE) -> Spread:
    """Operands and result for a pane of this size."""
    return spread(sheets(view), (width, height), signs(view.notation), look)


class MatricesPane(Pane):
    """Operands and result. It draws lines as they are asked for, and scrolls the matrices rather than the picture."""

    heading = "Matrices"
    about = (
        "What the operation takes and, behind the arrow, what it gives. Cold colours are positive, warm ones negative; "
        "an entry that the last move changed is underlined, with a dot. Large matrices scroll together. Beside a "
        "gradient that you claimed wrongly stands the matrix that your line gives, with a mark where it differs."
    )

    folds = False

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.claims = UNCLAIMED
        """The user's own lines, whose matrices stand beside the true ones."""
        self._sheets: tuple[Sheet, ...] = ()
        self._spread: Spread | None = None
        self._wanted: tuple[int, tuple[int, int, int]] | None = None
        """The lines that it takes, in so many cells."""

    def show(self, view: View) -> None:
        """Look through the matrices once; how large the pane is changes nothing in them."""
        self._sheets, self._wanted = sheets(view, self.claims), None
        super().show(view)

    def told(self, claims: ClaimsState) -> None:
        """Look through the matrices anew where those of a claim are among them, or were."""
        self.claims = claims
        if self.view is not None and (self.view.checked or any(each.differs for each in self._sheets)):
            self.show(self.view)

    def stale(self) -> None:
        super().stale()
        self._spread = None

    def wanted(self, width: int) -> tuple[int, int, int]:
        """Lines that it takes to show all rows in so many cells: at least, and ever more comfortably."""
        if self.view is None:
            return 1, 1, 1
        if self._wanted is None or self._wanted[0] != width:
            self._wanted = width, needed(self._sheets, width, signs(self.view.notation))
        return self._wanted[1]

    def lines(self, view: View, width: int) -> list[Text]:
        """The picture at rest, as a pane of a usual height shows it."""
        drawn = picture(view, width, AT_REST)
        return [drawn.line(at) for at in range(drawn.lines)]

    @property
    def drawn(self) -> Spread | None:
        """The matrices made for the room there is."""
        if self._spread is None and self.view is not None and self.room.width:
            room = self.room.width, self.room.height
            self._spread = spread(self._sheets, room, signs(self.view.notation), self.look)
            self._stay()
        return self._spread

    def settle(self) -> None:
        _ = self.drawn

    def line(self, at: int) -> Text:
        drawn = self.drawn
        return EMPTY if drawn is None else drawn.line(at, self.down, self.across)

    @property
    def bounds(self) -> Size:
        drawn = self._spread
        return Size(0, 0) if drawn is None else Size(drawn.across, drawn.down)

    def _stay(self) -> None:
        across, down = self.bounds
        self.down, self.across = max(0, min(self.down, down)), max(0, min(self.across, across))

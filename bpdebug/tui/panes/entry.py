"""The pane of one number: how the entry under the cursor was made."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.pointing import Spot
from bpdebug.tui.prose import plain

NOTHING = "No entry is computed here yet. {step} executes the first operation."
FEW, ROUND = 10, 6
"""Terms that are listed in any room, and lines of the room that are kept for what is said around them."""
ELSEWHERE = "This matrix is what your own line gives; its entries have no history in the program."


class EntryPane(Pane):
    """The terms that add up to the entry under the cursor of the matrices."""

    heading = "Entry"
    about = (
        "How one number was made: the terms that add up to it, largest first, each with the entries that it was made "
        "of. An entry is chosen in the matrices, where the row and the column that it was made of are lit up."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.spot: Spot | None = None
        self.whole = False
        """Whether more terms are listed than the room shows: not before somebody scrolls to them."""

    def told(self, spot: Spot | None) -> None:
        """Another entry is under the cursor."""
        self.spot = spot
        self.down = 0
        self.whole = False
        self.stale()

    def scroll(self, down: int = 0, across: int = 0) -> None:
        if down > 0 and not self.whole:
            self.whole = True
            self.stale()
            self.settle()
        super().scroll(down, across)

    def lines(self, view: View, width: int) -> list[Text]:
        from bpdebug.tui.entry import MOST, entry_lines

        if self.spot is None or not view.operation.executed:
            return list(plain(self.keys.told(NOTHING, ascii=view.notation == "ascii"), width))
        if not self.spot.sheet.name:
            return list(plain(ELSEWHERE, width))
        most = MOST if self.whole else min(MOST, max(FEW, self.room.height - ROUND))
        return entry_lines(view, self.spot.sheet.name, self.spot.index, width, self.look, most=most)

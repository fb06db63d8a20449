"""What a pane of matrices draws: lines as they are asked for, in the room there is, from near or from afar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace
from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.view import View
from bpdebug.tui.bands import NONE
from bpdebug.tui.colours import Look
from bpdebug.tui.formats import AUTO, Writing
from bpdebug.tui.matrix import Marks, Window
from bpdebug.tui.panes.base import EMPTY, Pane
from bpdebug.tui.pointing import seen, windows
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Laid, Spread

if TYPE_CHECKING:
    from bpdebug.tui.overview import Overview


class SheetsPane(Pane):
    """Several matrices. It draws lines as they are asked for, and scrolls the matrices rather than the picture."""

    folds = False

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.writing = AUTO
        """The format of the numbers."""
        self._sheets: tuple[Sheet, ...] = ()
        self._laid: Laid | None = None
        """The matrices laid out in so many cells."""
        self._spread: Spread | None = None
        self._seen: tuple[Spread | None, int, int] | None = None
        """The picture and its place of which all that shows is taken into account."""
        self._afar = False
        """Whether the matrices are to be seen as a whole, without numbers."""
        self._overview: Overview | None = None
        self._frames: Mapping[Sheet, Window] = {}
        """What of the matrices the numbers show."""

    # what is known of them

    @property
    def uncounted(self) -> tuple[Sheet, ...]:
        """The matrices of which only a sample is known."""
        return tuple(each for each in self._sheets if not each.exact)

    def count(self) -> None:
        """Count them, however long it takes."""
        for each in self.uncounted:
            each.count(lambda: False)
        self.recounted()

    def recounted(self) -> None:
        """More is known of the matrices than was: they may be written otherwise, and show the same columns."""
        before, self._laid = self._spread, None
        self.stale()
        if before is not None and before.cell and self.drawn is not None:
            self.across = -(-self.across // before.cell) * self.drawn.cell
            self._stay()

    # how they are laid out

    def suit(self, room: Size, look: Look) -> None:
        if look != self.look:
            self._laid = None
        super().suit(room, look)

    def stale(self) -> None:
        super().stale()
        self._spread = self._overview = None

    def wanted(self, width: int) -> tuple[int, int, int]:
        """Lines that it takes to show all rows in so many cells: at least, and ever more comfortably."""
        return (1, 1, 1) if self.view is None else self._in(self.view, width).needed

    def _in(self, view: View, width: int) -> Laid:
        """The matrices laid out in so many cells: once for what it takes and for what is drawn."""
        if self._laid is None or self._laid.width != width:
            self._laid = Laid(self._sheets, width, signs(view.notation), self.look, self._asked)
        return self._laid

    @property
    def _asked(self) -> Writing:
        """The format, with the fractions of this run: so many parts as there are examples."""
        program = self.view.entries.program if self.view and self.view.entries else None
        count = program.constants.get(program.examples, 1) if program else 1
        return replace(self.writing, parts=int(count))

    # what is drawn

    @property
    def drawn(self) -> Spread | None:
        """The matrices made for the room there is."""
        if self._spread is None and self.view is not None and self.room.width:
            self._spread = self._fitted(self.view, self.room)
            self._reveal()
        return self._spread

    def _fitted(self, view: View, room: Size) -> Spread:
        """The matrices in the room there is."""
        return self._in(view, room.width).spread(room.height)

    def settle(self) -> None:
        drawn, where = self.drawn, (self.down, self.across)
        if drawn is not None and self._seen != (drawn, *where):
            if not self.afar and seen(drawn, *where):
                self.recounted()
                drawn = self.drawn
            self._seen = drawn, self.down, self.across
            self._frames = {} if drawn is None else dict(windows(drawn, self.down, self.across))

    def line(self, at: int) -> Text:
        drawn = self.drawn
        if drawn is None:
            return EMPTY
        if self.overview is not None:
            return self.overview.line(at, self._frames, self.marks)
        return drawn.line(at, self.down, self.across, self.marks)

    @property
    def marks(self) -> Mapping[Sheet, Marks]:
        """The entries that are pointed at."""
        return NONE

    @property
    def bounds(self) -> Size:
        drawn = self._spread
        return Size(0, 0) if drawn is None else Size(drawn.across, drawn.down)

    @property
    def out_of_sight(self) -> tuple[int, int]:
        """From afar all shows: what is scrolled is the frame around what the numbers would show."""
        return (0, 0) if self.afar else super().out_of_sight

    def _stay(self) -> None:
        across, down = self.bounds
        self.down, self.across = max(0, min(self.down, down)), max(0, min(self.across, across))

    def _reveal(self) -> None:
        """Scroll to what is to be seen."""
        self._stay()

    def scroll(self, down: int = 0, across: int = 0) -> None:
        super().scroll(down, across)
        self.version += 1

    # seen from afar, and the format of the numbers

    @property
    def afar(self) -> bool:
        """Whether the matrices show as a whole, without numbers."""
        return self._afar and self.drawn is not None

    @property
    def overview(self) -> Overview | None:
        """The matrices seen from afar, if they are."""
        drawn = self.drawn
        if not self.afar or drawn is None:
            return None
        if self._overview is None:
            blocks = [block for band in drawn.bands for _, block in band.blocks]
            from bpdebug.tui.overview import Overview

            self._overview = Overview(blocks, self.room.width, self.room.height)
        return self._overview

    def see(self, *, afar: bool) -> None:
        """Show the matrices as a whole from now on, or their numbers."""
        self._afar = afar
        self._seen = None
        self.version += 1
        self._reveal()

    def write(self, writing: Writing) -> None:
        """Write the numbers so from now on."""
        self.writing = writing
        self.recounted()

    @property
    def words(self) -> str:
        return self.writing.words

    def take_up(self, words: str) -> None:
        found = Writing.named(words)
        if found is not None:
            self.write(found)

    @property
    def title(self) -> str:
        kind = ["overview"] if self.afar else [self.writing.words.replace(":", " ")] if self.writing.words else []
        there = self.view.elsewhere if self.view else None
        return " · ".join([self.heading, *([there.title] if there else []), *kind])

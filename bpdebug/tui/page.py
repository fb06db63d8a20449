"""What can be read over the panes: the help, what a pane is, what commands answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.text import Text
from textual.geometry import Region, Size

from bpdebug.debugger.folding import folded
from bpdebug.errors import printable
from bpdebug.tui.box import BORDER, MARGIN
from bpdebug.tui.colours import BARE, Look

Line = tuple[str, str]
"""A text, and the kind of line it is: heading, words, or table, which is not wrapped."""
NARROWEST = 20
"""Cells that a line has at least."""
SHARE, WIDEST = (94, 100), 118
"""Of the screen's height and width, at most."""
LOW = 3, 4
"""Of the screen's height what stands at its foot takes at most."""
FOOT = 2
"""Lines beneath what stands at the foot of the screen."""


@dataclass(frozen=True)
class Reading:
    """Lines to read, and how they are laid over the screen."""

    title: str
    foot: str
    content: tuple[Line, ...]
    place: str = "middle"
    """middle · foot or head, where the panes above or beneath can be seen · console, above the line that is typed on"""

    @property
    def modal(self) -> bool:
        """Whether the keys go to it."""
        return self.place != "console"


class Page:
    """Lines to read, wrapped to the width, of which a window shows."""

    def __init__(self, reading: Reading, begin: int = 0) -> None:
        self.reading = reading
        self.begin = begin
        """The line from which on it is to show at first, or the last where there is room for more."""
        self.look: Look = BARE
        self.room = Size(0, 0)
        self.down = self.across = 0
        self._lines: list[Text] = []

    def suit(self, screen: Size, look: Look) -> Region:
        """Fit into a screen; where the page stands in it, its border included."""
        place = self.reading.place
        width = screen.width if place == "console" else min(WIDEST, screen.width * 92 // 100)
        inner = max(NARROWEST, width - BORDER - 2 * MARGIN)
        if (inner, look) != (self.room.width, self.look):
            self.look = look
            self._lines = [line for each in self.reading.content for line in self._folded(*each, inner)]
        share, whole = SHARE if place == "middle" else LOW
        height = min(len(self._lines) + BORDER, screen.height * share // whole)
        first = self.room == Size(0, 0)
        self.room = Size(inner, height - BORDER)
        if first and self.begin:
            before = self.reading.content[: self.begin]
            self.down = sum(1 for each in before for _ in self._folded(*each, inner))
        self.scroll()
        tops = {"middle": (screen.height - height) // 2, "head": 1}
        top = tops.get(place, screen.height - FOOT - height)
        return Region((screen.width - width) // 2, top, width, height)

    def _folded(self, text: str, kind: str, width: int) -> Iterator[Text]:
        style = self.look.accent if kind == "heading" else ""
        for part in printable(text).split("\n"):
            yield from (Text(each, style, end="") for each in folded(part, width if kind != "table" else 10**6))

    @property
    def title(self) -> str:
        """What its border says above."""
        return printable(self.reading.title)

    @property
    def foot(self) -> str:
        """What its border says beneath."""
        return printable(self.reading.foot)

    def lines(self) -> Iterable[Text]:
        """What shows."""
        return self._lines[self.down : self.down + self.room.height]

    @property
    def rest(self) -> int:
        """Lines below what shows."""
        return len(self._lines) - self.down - self.room.height

    def scroll(self, down: int = 0, across: int = 0) -> None:
        """Scroll by so many lines and cells, as far as there are any."""
        longest = max((line.cell_len for line in self._lines), default=0)
        self.down = max(0, min(self.down + down, len(self._lines) - self.room.height))
        self.across = max(0, min(self.across + across, longest - self.room.width))

    turn = scroll

    def page(self, by: int) -> None:
        self.scroll(by * max(1, self.room.height - 1))

    def edge(self, by: int) -> None:
        self.scroll(by * len(self._lines))

"""What can be read over the panes: the help, what a pane is, what commands answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from rich.text import Text
from textual.geometry import Region, Size

from bpdebug.debugger.folding import folded
from bpdebug.errors import printable
from bpdebug.tui.box import BORDER, MARGIN
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.lines import fitting

Line = tuple[str, str]
"""A text, and the kind of line it is: heading, words, or table, which is not wrapped."""
NARROWEST = 20
"""Cells that a line has at least."""
SHARE, WIDEST = (94, 100), 118
"""Of the screen's height and width, at most."""
LOW = 3, 4
"""Of the screen's height what stands at its head or above the console takes at most."""
CARD, FEWEST = (1, 2), 5
"""The same of a card at its foot, and the lines that such a one has at least, so that one is as high as the next."""
FOOT = 2
"""Lines beneath what stands at the foot of the screen."""
SHARES = {"middle": SHARE, "whole": (1, 1), "foot": CARD}


class Reading(Struct, frozen=True):
    """Lines to read, and how they are laid over the screen."""

    title: str
    foot: str
    content: tuple[Line, ...]
    place: str = "middle"
    """middle · whole, where nothing else shows · head, over the panes · foot, beneath the panes, which make room for it
    · console, above the line that is typed on"""

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
        self.region = Region()
        """Where it stands in the screen, its border included."""
        self._lines: list[Text] = []
        self._sources: list[int] = []
        """Of which line of the content each is a part."""

    def suit(self, screen: Size, look: Look, beneath: int = 0) -> Region:
        """Fit into a screen, where so many lines more stand beneath a card; where the page stands in it then."""
        place = self.reading.place
        filling = place in ("console", "foot", "whole")
        width = screen.width if filling else _across(screen.width)
        within = max(NARROWEST, screen.width - BORDER - 2 * MARGIN) if filling else inner(screen.width)
        if (within, look) != (self.room.width, self.look):
            self.look = look
            self._fold(within)
        share, whole = SHARES.get(place, LOW)
        least = {"foot": FEWEST, "whole": screen.height}.get(place, 0)
        height = min(max(len(self._lines), least) + BORDER, screen.height * share // whole)
        first = self.room == Size(0, 0)
        self.room = Size(within, height - BORDER)
        if first and self.begin:
            self.down = sum(1 for source in self._sources if source < self.begin)
        self.scroll()
        foot = screen.height - FOOT - height
        tops = {"middle": (screen.height - height) // 2, "head": 1, "whole": 0, "foot": foot - beneath}
        top = tops.get(place, foot)
        self.region = Region((screen.width - width) // 2, top, width, height)
        return self.region

    def at(self, y: int) -> int | None:
        """Which line of the content stands in a line of the screen."""
        number = y - self.region.y - 1
        shows = 0 <= number < self.room.height and self.down + number < len(self._sources)
        return self._sources[self.down + number] if shows else None

    def _fold(self, width: int) -> None:
        """Lay the content out in so many cells."""
        self._lines, self._sources = [], []
        for number, each in enumerate(self.reading.content):
            lines = list(self._folded(*each, width))
            self._lines += lines
            self._sources += [number] * len(lines)

    def _folded(self, text: str, kind: str, width: int) -> Iterator[Text]:
        style = self.look.accent if kind == "heading" else ""
        for part in printable(text).split("\n"):
            lines = [part] if kind == "table" else folded(part, width, fitting)
            yield from (Text(each, style, end="") for each in lines)

    @property
    def title(self) -> str:
        """What its border says above."""
        return printable(self.reading.title)

    @property
    def foot(self) -> str:
        """What its border says beneath."""
        return printable(self.reading.foot)

    def lines(self) -> Iterable[Text]:
        """What shows; empty ones below the last."""
        shown = self._lines[self.down : self.down + self.room.height]
        return [*shown, *[Text()] * (self.room.height - len(shown))]

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


def _across(screen: int) -> int:
    """Columns of a page that does not fill a screen of so many."""
    return min(WIDEST, screen * 92 // 100)


def inner(screen: int) -> int:
    """Cells of a line of it."""
    return max(NARROWEST, _across(screen) - BORDER - 2 * MARGIN)

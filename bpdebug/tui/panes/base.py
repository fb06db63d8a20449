"""What every pane is: one view in, lines of text out, of which a window shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.view import View
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.keymap import KEYMAP

EMPTY = Text()
FEW = 4
"""Lines of a pane beneath another one, where its content does not say."""


class Pane:
    """Draws the view it is given and knows nothing else.

    A pane says what it shows in `lines`, a pure function of the view and the width; it never reaches for the session
    or for another pane. What the user does to it becomes a command, which it sends.
    """

    heading: ClassVar[str] = ""
    """What stands in the border."""
    short: ClassVar[str] = ""
    """The same where there is little room."""
    about: ClassVar[str] = ""
    """What the help says of it, in two sentences."""
    folds: ClassVar[bool] = True
    """Whether lines are broken at the width, so that nothing is to be scrolled across."""

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        self.send = send
        """Takes a line for the session to execute."""
        self.keys = KEYMAP
        """The keys in use, of which its sentences speak."""
        self.view: View | None = None
        self.look: Look = BARE
        self.room = Size(0, 0)
        """Cells and lines within the border."""
        self.down = self.across = 0
        """How far it is scrolled."""
        self.version = 0
        """Another number whenever what it shows is made anew."""
        self._lines: Sequence[Text] | None = None

    @property
    def id(self) -> str:
        """What it is called where the arrangement is kept."""
        return type(self).__name__.removesuffix("Pane").lower()

    @property
    def title(self) -> str:
        """What the border says: its name, and what there is to say in a few words."""
        return self.heading

    @property
    def words(self) -> str:
        """How the user wants it drawn, in a word, to be taken up another day; empty where as usual."""
        return ""

    def take_up(self, words: str) -> None:
        """Draw as such a word says; one that says nothing of it is passed over."""

    @property
    def mark(self) -> str:
        """One sign of what it has to say, beside its name where that alone shows."""
        return ""

    @property
    def legend(self) -> str:
        """What its signs mean, for the border above, where that has room; empty where there is nothing to say."""
        return ""

    @property
    def shows_all(self) -> str:
        """How all of it is seen, beside the number of lines out of sight; empty where scrolling is all there is."""
        return ""

    # what it is given

    def show(self, view: View) -> None:
        """Draw this view from now on."""
        self.view = view
        self.stale()

    def suit(self, room: Size, look: Look) -> None:
        """Draw in this room, in these styles."""
        if (self.room, self.look) != (room, look):
            self.room, self.look = room, look
            self.stale()

    def stale(self) -> None:
        """What it shows is to be made anew when it is drawn next."""
        self._lines = None
        self.version += 1

    # what it gives

    def lines(self, view: View, width: int) -> Sequence[Text]:
        """What the pane shows, line by line; lines may be longer than the width, and are then scrolled."""
        raise NotImplementedError

    @property
    def content(self) -> Sequence[Text]:
        """All lines, in the room there is."""
        if self._lines is None:
            self._lines = [] if self.view is None or not self.room.width else self.lines(self.view, self.room.width)
            self.followed()
            self._stay()
        return self._lines

    def settle(self) -> None:
        """Make what it shows, so that it is known how far it is scrolled."""
        _ = self.content

    def line(self, at: int) -> Text:
        """The line at a place of the room, scrolled as it is; an empty one below the last."""
        content = self.content
        return content[at + self.down] if at + self.down < len(content) else EMPTY

    def followed(self) -> None:
        """Scroll to what is to be seen after the lines were made anew."""

    def wished(self, width: int) -> int:
        """Lines that it takes at most, where it stands beneath another one."""
        return FEW

    @property
    def bounds(self) -> Size:
        """How far it can be scrolled, across and down."""
        across = 0 if self.folds else max((line.cell_len for line in self.content), default=0) - self.room.width
        return Size(max(0, across), max(0, len(self.content) - self.room.height))

    @property
    def out_of_sight(self) -> tuple[int, int]:
        """Lines above what shows, and below it."""
        return self.down, self.bounds.height - self.down

    # what is done to it

    def scroll(self, down: int = 0, across: int = 0) -> None:
        """Scroll by so many lines and cells, as far as there are any."""
        self.down, self.across = self.down + down, self.across + across
        self._stay()

    def turn(self, down: int = 0, across: int = 0) -> None:
        """What the arrow keys do: scroll, where there is nothing to choose."""
        self.scroll(down, across * 4)

    def page(self, by: int) -> None:
        """What PgUp and PgDn do."""
        self.scroll(by * max(1, self.room.height - 1))

    def edge(self, by: int) -> None:
        """To the first line, or to the last."""
        self.scroll(by * self.bounds.height)

    def enter(self) -> None:
        """What Enter does: nothing, where there is nothing to choose."""

    def press(self, x: int, y: int) -> None:
        """A click on a cell of the room."""

    def bring(self, first: int, count: int) -> None:
        """Scroll no farther than needed for lines to be seen, the first of them before all."""
        height = self.room.height
        last = min(first + count, first + height)
        if last > self.down + height:
            self.down = last - height
        self.down = max(0, min(self.down, first))

    def _stay(self) -> None:
        """Stay within the lines."""
        if self._lines is None:
            return
        bounds = self.bounds
        self.down = max(0, min(self.down, bounds.height))
        self.across = max(0, min(self.across, bounds.width))

"""Which panes show, and where: all at once, one at a time beneath the operation, or one alone."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Static

from bpdebug.tui.bars import TabBar
from bpdebug.tui.panes.base import Pane

SMALLEST = (60, 16)
WIDE = (110, 34)
BROAD, TALL = 150, 46
ALWAYS = 1
"""The operation shows beside whatever else does."""
FIRST = 2
"""The matrices show first."""


class Arrangement:
    """The panes of a screen, by number from 0, and which of them has the user's attention."""

    def __init__(self, screen: Screen, panes: tuple[Pane, ...]) -> None:
        self.screen = screen
        self.panes = panes
        self.shown = panes[FIRST]
        """On a small screen the one beneath the operation."""
        self.current = panes[FIRST]
        """The one that has the focus, or had it last."""
        self.zoomed = False

    def fit(self, width: int, height: int) -> None:
        """Suit a size of the terminal."""
        tiny = width < SMALLEST[0] or height < SMALLEST[1]
        wide = width >= WIDE[0] and height >= WIDE[1]
        self.screen.set_class(tiny, "tiny")
        self.screen.set_class(wide, "wide")
        self.screen.set_class(not wide and not tiny, "narrow")
        self.screen.set_class(width >= BROAD, "broad")
        self.screen.set_class(height >= TALL, "tall")
        needed = (
            f"bpdebug needs {SMALLEST[0]} columns and {SMALLEST[1]} lines;\nthis terminal has {width} and {height}."
        )
        self.screen.query_one("#too-small", Static).update(needed)
        self._apply()

    def focus(self, pane: Pane) -> None:
        """Give a pane the attention, and show it."""
        self.show(pane)
        self.current = pane
        self._apply()
        pane.focus()

    def refocus(self) -> None:
        self.current.focus()

    def show(self, pane: Pane) -> None:
        """Bring a pane in sight where there is no room for all."""
        if pane is not self.panes[ALWAYS]:
            self.shown = pane
        if self.zoomed:
            self.current = pane
        self._apply()

    def turn(self, by: int) -> None:
        """Give the attention to the pane after or before."""
        at = self.panes.index(self.current)
        self.focus(self.panes[(at + by) % len(self.panes)])

    def zoom(self) -> None:
        self.zoomed = not self.zoomed
        self._apply()

    def unzoom(self) -> None:
        self.zoomed = False
        self._apply()

    def _apply(self) -> None:
        self.screen.set_class(self.zoomed, "zoomed")
        for pane in self.panes:
            pane.set_class(pane is self.shown, "shown")
            pane.set_class(pane is self.current, "zoom")
        self.screen.query_one(TabBar).shown = self.panes.index(self.current if self.zoomed else self.shown) + 1

"""Which panes show, and where: all at once, one at a time beneath the operation, or one alone."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from bpdebug.tui.bars import TabBar
from bpdebug.tui.heights import BORDER, MOST, Heights, Wants, kept, shared
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane

SMALLEST = (60, 16)
WIDE = (110, 34)
BROAD, TALL = 150, 46
ALWAYS = 1
"""The operation shows beside whatever else does."""
FIRST = 2
"""The matrices show first."""
LISTING = 51, 66
"""Cells of the program, at the left of a large screen and of a broad one."""
CLAIMED = 9, 20
"""The share of the height that the claims take beneath the program, at most."""
FRAME = 4
"""Cells of a pane's borders and margins."""
REST = 7, 9
"""Lines of the row beneath the matrices: at least, and otherwise."""


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
        self.size = Size()
        """Of the terminal."""
        self.listings = screen.query_one("#listings")
        """What holds the program and the claims."""
        self._claimed = 0
        """Lines of the claims."""
        self._heights: tuple[object, Heights] | None = None
        """How the lines are shared out, and the size and the phase for which they are."""

    def fit(self, width: int, height: int) -> None:
        """Suit a size of the terminal."""
        self.size = Size(width, height)
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
        self.suit()
        self._apply()

    def suit(self) -> None:
        """Share out the lines as the view of the panes needs them; within a phase they change only if they must."""
        operation, matrices = self.screen.query_one(OperationPane), self.screen.query_one(MatricesPane)
        if operation.view is None:
            return
        wide, broad = self.screen.has_class("wide"), self.screen.has_class("broad")
        width = self.size.width - FRAME - (LISTING[broad] if wide else 0)
        lines = self.size.height - (2 if wide else 3)
        wants = Wants(operation.wanted(width), matrices.wanted(width))
        claimed = self._claims(lines) if wide else 0
        heights = shared(lines, wants, _rest(lines) if wide else (0, 0))
        situation = (self.size, operation.view.place.phase)
        if self._heights is not None and self._heights[0] == situation:
            heights = kept(self._heights[1], heights, wants)
        if (self._heights, self._claimed) != ((situation, heights), claimed):
            self._heights, self._claimed = (situation, heights), claimed
            self._apply()

    def _claims(self, lines: int) -> int:
        """Lines for the claims beneath the program: what the longest of them takes unfolded, up to their share."""
        pane = self.screen.query_one(ClaimsPane)
        width = LISTING[self.screen.has_class("broad")] - FRAME - pane.styles.scrollbar_size_vertical
        return min(pane.wanted(width) + BORDER, lines * CLAIMED[0] // CLAIMED[1])

    @property
    def words(self) -> str:
        """Which pane has the attention and which one shows, to be taken up another day."""
        return " ".join(filter(None, [self.current.id, self.shown.id, "zoomed" if self.zoomed else ""]))

    def take_up(self, words: str) -> None:
        """Arrange the panes as `words` say; those that say nothing of it are passed over."""
        named = {pane.id: pane for pane in self.panes}
        current, shown, zoomed = (*words.split(), "", "", "")[:3]
        if current in named and shown in named:
            self.shown, self.zoomed = named[shown], zoomed == "zoomed"
            self.current = named[current]
            self._apply()
            self.refocus()

    def focus(self, pane: Pane) -> None:
        """Give a pane the attention, and show it."""
        self.show(pane)
        self.current = pane
        self._apply()
        self.refocus()

    def refocus(self) -> None:
        self.screen.set_focus(self.current, scroll_visible=False)

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
        self.screen.set_class(self._alone, "alone")
        self.listings.set_class(self.shown in self.listings.children, "shown")
        self.listings.set_class(self.current in self.listings.children, "zoom")
        if self._heights is not None:
            self._give(self._heights[1])
        self.screen.query_one(TabBar).shown = self.panes.index(self.current if self.zoomed else self.shown) + 1

    @property
    def _alone(self) -> bool:
        """Whether the claims, which show the true line themselves, take the operation's lines where these are few."""
        attended = self.shown is self.current is self.screen.query_one(ClaimsPane)
        return attended and self.size.height < WIDE[1] and self.screen.has_class("narrow")

    def _give(self, heights: Heights) -> None:
        """Tell the style sheet's places how high they are; a pane alone takes all there is."""
        styles, operation = self.screen.query_one("#panes").styles, self.panes[ALWAYS].styles
        claims = self.screen.query_one(ClaimsPane).styles
        if self.screen.has_class("wide") and not self.zoomed:
            styles.grid_rows = f"{heights.operation} 1fr {heights.rest}"
            claims.height = self._claimed
        else:
            styles.clear_rule("grid_rows")
            claims.clear_rule("height")
        if self.screen.has_class("narrow") and not self.zoomed:
            operation.height = heights.operation
        else:
            operation.clear_rule("height")


def _rest(lines: int) -> tuple[int, int]:
    """Lines of the row beneath the matrices: at least, and otherwise."""
    return REST[0], max(REST[1], (lines - MOST) // 2 if lines >= TALL - 2 else 0)

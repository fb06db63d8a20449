"""All that stands on the screen, drawn line by line. It knows no terminal, and draws without one too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec.structs import replace
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip

from bpdebug.debugger.view import View
from bpdebug.tui import bars
from bpdebug.tui.arrangement import SMALLEST, Arrangement, Place
from bpdebug.tui.box import BORDER, MARGIN, Frame, Inside
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.framed import Framed
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.keys import Key
from bpdebug.tui.page import Page
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.check import CheckPane
from bpdebug.tui.panes.claims import ClaimsPane
from bpdebug.tui.panes.cost import CostPane
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.panes.history import HistoryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.network import NetworkPane
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from bpdebug.tui.panes.watch import WatchPane
from bpdebug.tui.pieces import Piece, differing, joined
from bpdebug.tui.strips import Cells, filled
from bpdebug.tui.track import track

TRACKED = 28
"""Lines of a screen that has one for the run."""
P = TypeVar("P", bound=Pane)

KINDS = (
    ProgramPane,
    OperationPane,
    MatricesPane,
    CheckPane,
    CostPane,
    ClaimsPane,
    EntryPane,
    NetworkPane,
    WatchPane,
    HistoryPane,
)
"""The panes, in the order of their keys: 1 … 9, 0."""


class Stage:
    """The panes and the lines around them, in the size, the look and the state they are given."""

    def __init__(
        self, send: Callable[[str], object], look: Look = BARE, *, ascii: bool = False, keys: Keymap = KEYMAP
    ) -> None:
        self.panes: tuple[Pane, ...] = tuple(kind(send) for kind in KINDS)
        self.arrangement = Arrangement(self.panes)
        self.look = look
        self.ascii = ascii
        self.keys = keys
        for pane in self.panes:
            pane.keys = keys
        self.view: View | None = None
        self.size = Size(0, 0)
        self.message, self.kind = "", "message"
        """What is said in place of the hints, and whether it is a message, a refusal or progress."""
        self.covered = False
        """Whether the console has the last line."""
        self.page: Page | None = None
        """What is laid over the panes."""
        self.pane(MatricesPane).told_spot = self.pane(EntryPane).told
        self.framed = Framed(self.key_of, ascii=ascii)
        self._over = Frame()
        self._pieces: list[Piece] = []
        self._places: list[Place] = []
        self._rows: list[Strip] = []
        self._foot = 1
        """Lines of the hints, or of what is said in their place, that of the console beneath it included."""
        self._hints = bars.Bar[Key](Text())
        self._hinted: tuple[object, Piece] | None = None
        self._told: tuple[object, tuple[Cells, Cells]] | None = None
        self._tabs = bars.Bar[Pane](Text())
        self._track = bars.Bar[str](Text())

    @property
    def inspecting(self) -> bool:
        """Whether the arrow keys choose an entry rather than step."""
        return self.arrangement.pointing

    def pane(self, kind: type[P]) -> P:
        """The pane of a kind."""
        return next(pane for pane in self.panes if isinstance(pane, kind))

    def key_of(self, pane: Pane) -> str:
        """The key that shows a pane; empty where there is none."""
        return self.keys.named[f"pane-{pane.id}"].first(ascii=self.ascii)

    def show(self, view: View) -> None:
        """Draw this view from now on."""
        self.view = view
        for pane in self.panes:
            pane.show(view)

    def fit(self, size: Size) -> None:
        """Draw in this size."""
        self.size = self.arrangement.full = size

    # drawing

    def draw(self) -> list[Region]:
        """Draw what has changed; where that is."""
        before, self._pieces = self._pieces, list(self._all())
        if [each.region for each in before] == [each.region for each in self._pieces]:
            found = [region for old, new in zip(before, self._pieces, strict=True) for region in differing(old, new)]
            for y in {region.y for region in found}:
                self._rows[y] = joined(self._pieces, y, self.size.width)
            return found
        rows, self._rows = self._rows, [joined(self._pieces, y, self.size.width) for y in range(self.size.height)]
        if [row.cell_length for row in rows] != [row.cell_length for row in self._rows]:
            return [self.size.region]
        whole = Piece(self.size.region, [list(row) for row in rows])
        return list(differing(whole, Piece(self.size.region, [list(row) for row in self._rows])))

    def rows(self, first: int, last: int) -> list[Strip]:
        """The lines of the screen as they were drawn last, as far as there are any."""
        return self._rows[first:last]

    def _all(self) -> Iterator[Piece]:
        if not self.size.width or self.view is None:
            return
        if self.arrangement.tiny:
            yield Piece(self.size.region, list(self._too_small()))
            return
        width, height = self.size
        top = self._top
        if top:
            self._tabs = self._tab_bar()
            yield self._line(0, self._tabs.text, self.look)
        said = bars.said(self.message, width, ascii=self.ascii) if self.message else []
        self._foot = foot = (len(said) or 1) + (self.covered and bool(said))
        self._places = list(self._above(height - top - 1 - foot))
        for place in self._places:
            place.pane.suit(Size(place.region.width - BORDER - 2 * MARGIN, place.region.height - BORDER), self.look)
        for place in self._places:
            yield self.framed.drawn(place, top, self.look, focused=place.pane is self.arrangement.current)
        track, position = self._whereabouts(self.view)
        if self._tracked and foot == 1:
            yield Piece(Region(0, height - 3, width, 1), [track])
        yield Piece(Region(0, height - foot - 1, width, 1), [position])
        if not said:
            yield self._hint_line(height - 1)
        for number, text in enumerate(said):
            styles = {"refusal": self.look.odd, "progress": self.look.accent}
            yield self._line(height - foot + number, Text(f" {text}", styles.get(self.kind, "")), self.look)
        if self.page is not None:
            yield self._paged(self.page)

    def _whereabouts(self, view: View) -> tuple[Cells, Cells]:
        """The lines of the run and of the place; drawn anew only where the view, the size or the look is another."""
        terms = view.serial, view.run, view.stops, self.size, self.look
        if self._told is None or self._told[0] != terms:
            self._track = track(view, self.size.width, self.look)
            place = bars.position(view, self.size.width, self.look)
            lines = self._cells(self._track.text, self.look.ground), self._cells(place, self.look.bar)
            self._told = terms, lines
        return self._told[1]

    def _hint_line(self, y: int) -> Piece:
        """What can be pressed, but where a page says so itself; drawn anew only where anything of it is another."""
        reading = self.page is not None and self.page.reading.modal
        terms = self.inspecting, reading, self.size, self.look, self.keys, y
        if self._hinted is None or self._hinted[0] != terms:
            hints = () if reading else self.keys.hints(inspecting=self.inspecting)
            self._hints = bars.hinted(hints, self.size.width, self.look, ascii=self.ascii)
            self._hinted = terms, self._line(y, self._hints.text, self.look)
        return self._hinted[1]

    def _above(self, line: int) -> Iterator[Place]:
        """Where the panes stand, none of them beneath a line: what is said in several lines has these for itself."""
        for place in self.standing():
            over = max(0, place.region.bottom - line)
            yield replace(place, region=place.region.shrink((0, 0, over, 0))) if over else place

    def standing(self) -> list[Place]:
        """Where the panes stand, below the tabs if there are any."""
        height = self.size.height - self._top - 2 - self._tracked - self._carded
        return self.arrangement.places(Size(self.size.width, height))

    @property
    def _carded(self) -> int:
        """Lines that the panes leave to a card beneath them."""
        page = self.page if self.page is not None and self.page.reading.place == "foot" else None
        return page.suit(self.size, self.look, self._tracked).height if page is not None else 0

    @property
    def _top(self) -> int:
        """Lines above the panes."""
        return 0 if self.arrangement.wide else 1

    @property
    def _tracked(self) -> bool:
        """Whether there is a line for the run."""
        return self.size.height >= TRACKED

    def _tab_bar(self) -> bars.Bar[Pane]:
        shown = self.arrangement.current
        if not self.arrangement.zoomed:
            shown = next(pane for pane in self.arrangement.order if pane in self.arrangement.tabbed)
        keyed = [(self.key_of(pane), pane) for pane in self.panes]
        offered = [each for each in keyed if each[1] in self.arrangement.tabbed or self.arrangement.zoomed]
        return bars.tabs(offered, shown, self.size.width, self.look)

    def _line(self, y: int, text: Text, look: Look) -> Piece:
        return Piece(Region(0, y, self.size.width, 1), [self._cells(text, look.ground)])

    def _cells(self, text: Text, ground: Style) -> Cells:
        return filled(text, ground, 0, self.size.width)

    def _paged(self, page: Page) -> Piece:
        """A page over the panes."""
        region = page.suit(self.size, self.look, self._tracked)
        down = "v" if self.ascii else "↓"
        more = f"{down} {page.rest:,} more  " if page.rest > 0 else ""
        title, foot = Text(page.title, self.look.accent), Text(more + page.foot, self.look.quiet)
        inside = Inside(list(page.lines()), page.across, title, foot)
        return Piece(region, self._over.drawn(inside, self.framed.pen(region.width, self.look, self.look.accent)))

    def _too_small(self) -> Iterator[Cells]:
        """A plain message, in the middle."""
        needed, found = SMALLEST, self.size
        words = [
            f"bpdebug needs {needed[0]} columns and {needed[1]} lines;",
            f"this terminal has {found.width} and {found.height}.",
        ]
        first = max(0, (found.height - len(words)) // 2)
        for y in range(found.height):
            text = words[y - first] if first <= y < first + len(words) else ""
            yield self._cells(Text(" " * max(0, (found.width - len(text)) // 2) + text), self.look.ground)

    # the mouse

    def at(self, x: int, y: int) -> tuple[Pane | None, object]:
        """What stands at a cell: a pane, and beside it a key, a pane or a place that a click there asks for."""
        if self.arrangement.tiny:
            return None, None
        if y >= self.size.height - self._foot - 1:
            hinted = y == self.size.height - 1 and not self.message
            return None, self._hints.at(x) if hinted else None
        if y == self.size.height - 3 and self._tracked:
            return None, self._track.at(x)
        if y == 0 and not self.arrangement.wide:
            return None, self._tabs.at(x)
        top = self._top
        place = next((each for each in self._places if each.region.contains(x, y - top)), None)
        if place is None:
            return None, None
        return place.pane, self.framed.tab_at(place, x) if y - top == place.region.y else None

    def within(self, pane: Pane, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen as one of a pane's room."""
        top = self._top
        region = next(each.region for each in self._places if each.pane is pane)
        return x - region.x - 1 - MARGIN, y - top - region.y - 1

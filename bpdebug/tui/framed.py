"""The panes in their frames: keys and names in the border above, what is out of sight in the one beneath."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from bpdebug.tui.arrangement import FRAME, Place
from bpdebug.tui.box import PLAIN, ROUND, Frame, Inside, Pen
from bpdebug.tui.colours import Look
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.pieces import Piece


class Framed:
    """Draws panes in frames, each anew only where something in it is another."""

    def __init__(self, key_of: Callable[[Pane], str], *, ascii: bool) -> None:
        self.key_of = key_of
        self.ascii = ascii
        self._frames: dict[Pane, Frame] = {}
        self._boxes: dict[Pane, tuple[object, Piece]] = {}
        self._titles: dict[Pane, tuple[object, Text]] = {}

    def drawn(self, place: Place, top: int, look: Look, *, focused: bool) -> Piece:
        """A pane in its frame; the same as before, if nothing in it is another."""
        pane, region = place.pane, place.region.translate((0, top))
        pane.settle()
        terms = (pane.version, pane.down, pane.across, region, focused, look, pane.title, pane.legend, place.tabs)
        known = self._boxes.get(pane)
        if known is not None and known[0] == terms:
            return known[1]
        inside = Inside(
            [pane.line(at) for at in range(pane.room.height)],
            0 if isinstance(pane, MatricesPane) else pane.across,
            self._title(place, look, focused=focused),
            self._rest(pane, look),
            Text(pane.legend, look.quiet),
        )
        pen = self.pen(region.width, look, look.accent if focused else look.frame)
        piece = Piece(region, self._frames.setdefault(pane, Frame()).drawn(inside, pen))
        self._boxes[pane] = terms, piece
        return piece

    def _title(self, place: Place, look: Look, *, focused: bool) -> Text:
        """The pane's key and name, and those of the panes that share its place."""
        terms = place.pane.title, place.tabs, place.region.width, focused, look
        known = self._titles.get(place.pane)
        if known is not None and known[0] == terms:
            return known[1]
        title = Text()
        for pane, label in self._labels(place):
            style = (look.accent if focused else look.strong) if pane is place.pane else look.quiet
            title.append(f"{'  ' if title else ''}{label}", style)
        self._titles[place.pane] = terms, title
        return title

    def _labels(self, place: Place) -> list[tuple[Pane, str]]:
        """What stands in a border for each pane of a place: of those that do not show the key alone, if there is
        little room."""
        panes, labels = place.tabs or (place.pane,), list[tuple[Pane, str]]()
        for named in (True, False):
            labels = []
            for pane in panes:
                name = pane.title if pane is place.pane else (pane.short or pane.heading) * named
                labels.append((pane, f"{self.key_of(pane)} {name}".strip()))
            if sum(cell_len(label) + 2 for _, label in labels) + FRAME <= place.region.width:
                break
        return labels

    def _rest(self, pane: Pane, look: Look) -> Text:
        """How many lines are out of sight. Scroll bars would double the time a frame takes."""
        above, below = pane.out_of_sight
        up, down = ("^", "v") if self.ascii else ("↑", "↓")
        told = [f"{arrow} {count:,} more" for arrow, count in ((up, above), (down, below)) if count > 0]
        return Text("  ".join([*told, *filter(None, [pane.shows_all])] if told else []), look.quiet)

    def tab_at(self, place: Place, x: int) -> Pane | None:
        """The pane whose name stands there in a border."""
        start = place.region.x + 3
        for pane, label in self._labels(place) if place.tabs else ():
            end = start + cell_len(label)
            if start <= x < end:
                return pane
            start = end + 2
        return None

    def pen(self, width: int, look: Look, style: Style) -> Pen:
        """What a frame is drawn with."""
        return Pen(width, look.ground, style, PLAIN if self.ascii else ROUND)

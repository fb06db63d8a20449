"""The tour on the screen: from one place to the next, each with a card that says what is to be seen, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.tui.page import Line, Page, Reading
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import sentence

if TYPE_CHECKING:
    from bpdebug.debugger.tour import Station
    from bpdebug.tui.app import Debugger

OFFER = (
    "First time here? Enter begins a tour of about a minute; every other key just goes on, and :tour begins it later."
)
ON, BACK, OUT = ("enter", "space", "right", "n", "s"), ("left", "N", "S", "backspace"), ("escape", "q")


class Tour:
    """Where the tour is, if it is on."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self._stations: tuple[Station, ...] = ()
        self._at = 0
        self._before = self._words = ""
        """Where the run stood, and how the screen was arranged."""

    @property
    def on(self) -> bool:
        return bool(self._stations)

    def begin(self) -> None:
        """Begin, from wherever the run stands."""
        from bpdebug.debugger.tour import stations

        app = self.app
        if app.command_line.opened:
            app.close_console()
        place = app.view.place
        self._before = f"{place.iteration}:{place.step}" if place.position else "start"
        self._words = app.stage.arrangement.words
        self._stations, self._at = stations(app.session.program, app.session.notation), 0
        app.stage.arrangement.zoomed = False
        self._show()

    def taken(self, key: str) -> None:
        """A key while it is on."""
        if key in OUT or (key in ON and self._at == len(self._stations) - 1):
            self._end()
        elif key in ON or (key in BACK and self._at):
            self._at += 1 if key in ON else -1
            self._show()

    def _show(self) -> None:
        """Go to the place, and lay the card over the screen."""
        app, station = self.app, self._stations[self._at]
        app.perform(f"goto {station.place}")
        app.stage.message = ""
        pane = app.stage.arrangement.panes[station.pane]
        app.stage.arrangement.focus(pane)
        last = self._at == len(self._stations) - 1
        foot = "Enter ends the tour" if last else "Enter goes on  ← back  Esc ends the tour"
        lines: list[Line] = [(station.title, "heading"), (station.text, "words")]
        title = f"Tour {self._at + 1} of {len(self._stations)}"
        content = tuple((sentence(text, app.session.notation), kind) for text, kind in lines)
        app.stage.page = Page(Reading(title, sentence(foot, app.session.notation), content, self._free(pane)))
        app.redraw()

    def _free(self, pane: Pane) -> str:
        """Where a card does not cover the pane it is about."""
        stage = self.app.stage
        region = next((each.region for each in stage.standing() if each.pane is pane), None)
        return "head" if region is not None and region.y > stage.size.height // 2 else "foot"

    def _end(self) -> None:
        """Leave everything as it was before."""
        app, self._stations = self.app, ()
        app.perform(f"goto {self._before}")
        app.stage.message = ""
        app.stage.arrangement.take_up(self._words)
        app.close_page()

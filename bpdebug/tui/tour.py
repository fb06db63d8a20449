"""The tour on the screen: from one place to the next, each with a card that says what is to be seen, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.understand import understand
from bpdebug.errors import UsageError
from bpdebug.tui.page import Line, Page, Reading
from bpdebug.tui.prose import sentence

if TYPE_CHECKING:
    from bpdebug.debugger.tour import Station
    from bpdebug.tui.app import Debugger

OFFER = (
    "First time here? {open} begins a tour of about a minute; every other key just goes on, and :tour begins it later."
)
CLOSING = (
    "{step} executes one operation, {back} takes it back; {next-equation} goes by equations, {finish-phase} by phases, "
    "{run} runs on. {entry} shows how a number was made; {claim} takes an equation of your own and says what is wrong "
    "with it, if anything. {predict} asks before it shows. {help} lists everything; :tour begins this again."
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

    @property
    def offer(self) -> str:
        """What is said where a screen is opened for the first time."""
        return self._told(OFFER)

    def begin(self) -> None:
        """Begin, from wherever the run stands."""
        from bpdebug.debugger.tour import Station, stations

        app = self.app
        app.player.stop()
        if app.command_line.opened:
            app.close_console()
        place = app.view.place
        self._before = f"{place.iteration}:{place.step}" if place.position else "start"
        self._words = app.stage.arrangement.words
        closing = Station("Now you", self._told(CLOSING), self._before, "matrices")
        self._stations = (*stations(app.session.program, place.iterations, app.session.notation), closing)
        self._at = 0
        self._show()

    def _told(self, text: str) -> str:
        return self.app.keys.told(text, ascii=self.app.stage.ascii)

    def taken(self, key: str) -> bool:
        """A key while it is on; whether it does anything. While a way is long none does."""
        if self.app.motion is not None:
            return False
        if key in OUT or (key in ON and self._last):
            self.end()
        elif key in ON or (key in BACK and self._at):
            self._at += 1 if key in ON else -1
            self._show()
        else:
            return False
        return True

    def pressed(self, line: int | None) -> None:
        """A click."""
        self.taken("enter")

    @property
    def _last(self) -> bool:
        return self._at == len(self._stations) - 1

    def _show(self) -> None:
        """Go to the place, and lay the card at the foot of the panes."""
        app, station = self.app, self._stations[self._at]
        app.perform(f"goto {station.place}")
        arrangement = app.stage.arrangement
        arrangement.focus(arrangement.panes[station.pane])
        arrangement.zoomed = not arrangement.wide
        foot = "Enter ends the tour" if self._last else "Enter goes on  ← back  Esc ends the tour"
        lines: list[Line] = [(station.title, "heading"), (station.text, "words")]
        content = tuple((sentence(text, app.session.notation), kind) for text, kind in lines)
        title = f"Tour {self._at + 1} of {len(self._stations)}"
        app.stage.page = Page(Reading(title, sentence(foot, app.session.notation), content, "foot"))
        app.say("")

    def end(self) -> None:
        """Leave everything as it was before."""
        app, self._stations = self.app, ()
        app.listener.close()
        app.perform(f"goto {self._before}")
        app.stage.arrangement.take_up(self._words)
        app.say("")


def asked_for(line: str) -> bool:
    """Whether a line asks for the tour, cut short perhaps."""
    try:
        found = understand(line)
    except UsageError:
        return False
    return found.command.name == "tour" and not found.argument

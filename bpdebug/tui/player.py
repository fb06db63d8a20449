"""Autoplay: one operation after the other, at a speed, until something is there to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from bpdebug.tui.settings import SPEEDS

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger


class Player:
    """Steps by itself; it has a timer only while it plays."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.speed = SPEEDS.index(app.preferences.speed)
        self._timer: Timer | None = None

    @property
    def playing(self) -> bool:
        return self._timer is not None

    def toggle(self) -> None:
        """Begin, or stop."""
        if self.playing:
            self.stop()
        else:
            self._begin()

    def _begin(self) -> None:
        self._timer = self.app.set_interval(1 / SPEEDS[self.speed], self._tick)
        self._tell()

    def stop(self, why: str = "") -> bool:
        """Stop where it is; whether it played."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            self.app.say(why)
        return timer is not None

    def turn(self, by: int) -> None:
        """Play faster, or slower."""
        self.speed = min(max(self.speed + by, 0), len(SPEEDS) - 1)
        if self._timer is not None:
            self._timer.stop()
            self._begin()

    def _tick(self) -> None:
        app, before = self.app, self.app.view.place.position
        if app.motion is not None:
            return
        app.perform("step")
        view = app.view
        if view.place.position == before:
            self.stop("the end of the run")
        elif any(view.stops.get(row.index) and row.last == view.place.step for row in view.rows):
            self.stop(self.app.keys.told("a stop: {play} goes on", ascii=self.app.stage.ascii))
        else:
            self._tell()

    def _tell(self) -> None:
        rate = f"{SPEEDS[self.speed]:g} operation{'' if SPEEDS[self.speed] == 1 else 's'} a second"
        keys = self.app.keys.told("{closer} faster, {farther} slower, {play} or Esc stops", ascii=self.app.stage.ascii)
        self.app.say(f"playing: {rate}; {keys}", "progress")

"""The one widget of the screen: it shows what the stage has drawn, and tells it where the mouse is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from bpdebug.tui.stage import Stage

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger


class Ground(Screen[None], inherit_bindings=False):
    """What the desk stands on. It hears no keys of its own: each is one of the table."""


class Desk(Widget, can_focus=True, inherit_bindings=False):
    """Shows a stage, and of it only what has changed."""

    DEFAULT_CSS = "Desk { width: 1fr; height: 1fr; }"
    app: Debugger

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.due = False
        """Whether it is to be drawn as soon as all is done that is under way."""

    def draw_due(self) -> None:
        """Show what has changed, if that has not been done meanwhile."""
        if self.due:
            self.draw()

    def draw(self) -> None:
        """Show what has changed."""
        self.due = False
        if regions := self.stage.draw():
            self.refresh(*regions)

    def on_resize(self, event: events.Resize) -> None:
        self.stage.fit(event.size)
        self.draw()

    def render_lines(self, crop: Region) -> list[Strip]:
        rows = self.stage.rows(crop.y, crop.bottom)
        blank = [Strip.blank(crop.width, self.stage.look.ground)] * (crop.height - len(rows))
        return [row.crop(crop.x, crop.right) for row in rows] + blank

    async def on_click(self, event: events.Click) -> None:
        await self.app.listener.clicked(event.x, event.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._rolled(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._rolled(event, -1)

    def _rolled(self, event: events.MouseEvent, by: int) -> None:
        """The wheel turns what stands beneath the mouse; with shift or ctrl across."""
        self.app.listener.rolled(event.x, event.y, by, across=event.shift or event.ctrl)

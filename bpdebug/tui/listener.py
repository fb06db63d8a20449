"""Who hears a key or a click first: what is read over the panes, an entry that is chosen, or the table of keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events

from bpdebug.tui.keys import Key
from bpdebug.tui.page import Page, Reading
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.pasting import readable
from bpdebug.tui.predict import Predict
from bpdebug.tui.prose import sentence
from bpdebug.tui.tour import Tour

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger

READING = {
    "up": ("turn", -1),
    "down": ("turn", 1),
    "pageup": ("page", -1),
    "pagedown": ("page", 1),
    "space": ("page", 1),
    "home": ("edge", -1),
    "end": ("edge", 1),
}
"""What keys do while a page is read; others close it."""
BESIDE = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
BESIDE |= {letter: BESIDE[name] for letter, name in zip("kjhl", BESIDE, strict=True)}
"""Where the entry beside stands, in rows and columns."""


class Listener:
    """Takes keys, clicks and what is pasted to where they belong."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.stage = app.stage

    async def clicked(self, x: int, y: int) -> None:
        """A click: on a key, on the name of a pane, or on something in a pane."""
        if self.reading is not None:
            if (card := self.card) is None:
                self.close()
            else:
                card.pressed(self.reading.at(y))
            return
        pane, asked = self.stage.at(x, y)
        if isinstance(asked, Key):
            await self.app.run_action(asked.action)
        elif isinstance(asked, Pane):
            self.app.focus_pane(asked)
        elif isinstance(asked, str):
            self.app.perform(f"goto {asked}")
        elif pane is not None:
            self.app.focus_pane(pane)
            pane.press(*self.stage.within(pane, x, y))
            self.app.redraw()

    def rolled(self, x: int, y: int, by: int, *, across: bool) -> None:
        """The wheel: it turns the page, or the pane beneath the mouse."""
        over = self.stage.page or self.stage.at(x, y)[0]
        if over is not None:
            over.scroll(across=4 * by) if across else over.scroll(by)
            self.app.redraw()

    @property
    def reading(self) -> Page | None:
        page = self.stage.page
        return page if page is not None and page.reading.modal else None

    def read(self, title: str, content: Iterable[tuple[str, str]]) -> None:
        """Lay lines over the panes, until a key closes them."""
        notation = "ascii" if self.stage.ascii else "unicode"
        lines = tuple((sentence(text, notation), kind) for text, kind in content)
        self.stage.page = Page(Reading(title, "Esc closes", lines))
        self.app.redraw()

    @property
    def card(self) -> Tour | Predict | None:
        """What has laid a card over the panes that is answered with keys, if anything has."""
        return self.app.tour if self.app.tour.on else self.app.predict if self.app.predict.asking else None

    def put_away(self) -> None:
        """Close what is read, as Esc does."""
        if (card := self.card) is None:
            self.close()
        else:
            card.taken("escape")

    def close(self) -> None:
        self.stage.page = None
        self.app.redraw()

    async def pasted(self, event: events.Paste) -> None:
        """What is pasted over the panes goes to the console's line, as equations of the user's own if it is such."""
        if self.app.focused is self.app.desk and self.reading is None and event.text.strip():
            await self.app.action_console("claim " if "=" in event.text else "")
            assert self.app.command_line.input is not None
            self.app.command_line.input.write("")
            self.app.command_line.input.on_paste(event)
            text = readable(event.text)
            if self.app.command_line.opened and len(text.splitlines()) == 1:
                self.app.command_line.input.write(text.strip())

    async def taken(self, event: events.Key) -> bool:
        """While something is read, or an entry is chosen, keys go there first."""
        if event.key == "ctrl+c":
            return False
        if event.key in self.app.keys.named["suspend"].keys:
            self.app.action_suspend()
            return True
        page = self.reading
        if self.app.finder.on:
            await self.app.finder.taken(event)
            return True
        if (card := self.card) is not None and card.taken(event.key):
            return True
        if page is None:
            return self.app.focused is self.app.desk and await self.pressed(event)
        if card is None and self.app.keys.closing(event.key):
            self.close()
        elif event.key in READING:
            name, by = READING[event.key]
            getattr(page, name)(by)
            self.app.redraw()
        return True

    async def pressed(self, event: events.Key) -> bool:
        """A key of the table, done and shown at once; whether it is one."""
        if self.stage.inspecting and self._inspected(event.key):
            return True
        found = next((key for name in event.aliases if (key := self.app.keys.heard.get(name))), None)
        if found is None:
            return False
        self.app.desk.due = True  # whatever asks for a drawing meanwhile is given this one
        await self.app.run_action(found.action)
        self.app.desk.draw_due()
        return True

    def _inspected(self, key: str) -> bool:
        """A key while an entry is chosen."""
        pane, found = self.stage.pane(MatricesPane), self.app.keys.inspecting(key)
        if found is None:
            return False
        if found.action == "walk":
            pane.turn(*BESIDE[key])
        elif found.action == "release" and pane.afar and key != "escape":
            pane.enter()
        elif found.action == "release":
            self.app.action_release()
        else:
            getattr(pane, found.action)()
        self.app.redraw()
        return True

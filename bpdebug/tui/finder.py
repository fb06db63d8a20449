"""The palette: a list of all that can be done, narrowed down by what is typed, of which Enter executes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from bpdebug.debugger.words import counted
from bpdebug.tui.lines import cut
from bpdebug.tui.page import Line, Page, Reading, inner
from bpdebug.tui.signs import signs

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger

MOVES = {"up": -1, "down": 1, "shift+tab": -1, "tab": 1, "pageup": -10, "pagedown": 10}
AROUND = 9
"""Lines of the screen that are not for the list: its frame, what is typed, what stands at the foot."""
SHARE = 3, 4
"""Of the screen's height what the list takes at most."""
NAMES = 16
"""Cells of the first column at most; what is longer stands out."""

Entry = tuple[str, str]
"""What is shown, and the action behind it."""


class Finder:
    """What is typed, which entries fit, and which of them Enter executes."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.typed = ""
        self.at = 0
        self._entries: tuple[Entry, ...] = ()
        self._page: Page | None = None

    @property
    def on(self) -> bool:
        """Whether it shows."""
        return self._page is not None and self.app.stage.page is self._page

    def open(self) -> None:
        """Show all there is."""
        self.typed, self.at = "", 0
        self._entries = tuple(self.app.keys.palette(ascii=self.app.stage.ascii))
        self._show()

    async def taken(self, event: events.Key) -> None:
        """A key while it shows."""
        found = fitting(self._entries, self.typed)
        if event.key == "escape":
            self.app.listener.close()
        elif event.key == "enter":
            self.app.listener.close()
            if found:
                await self.app.run_action(found[self.at][1])
        elif event.key in MOVES:
            self.at = min(max(self.at + MOVES[event.key], 0), max(0, len(found) - 1))
            self._show()
        else:
            self._write(event)

    def _write(self, event: events.Key) -> None:
        """A key that is typed, or takes back what was."""
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.key == "ctrl+u":
            self.typed = ""
        elif event.is_printable and event.character:
            self.typed += event.character
        else:
            return
        self.at = 0
        self._show()

    def _show(self) -> None:
        """Lay the list over the screen, the entry that Enter executes among what shows."""
        found = fitting(self._entries, self.typed)
        height = max(1, self.app.stage.size.height * SHARE[0] // SHARE[1] - AROUND)
        first = max(0, self.at - height + 1)
        lines: list[Line] = [(f"> {self.typed}_", "heading"), ("", "words")]
        width, dots = inner(self.app.stage.size.width), signs("ascii" if self.app.stage.ascii else "unicode").dots
        for number, title in enumerate(aligned(found)[first : first + height], first):
            lines.append((f"* {title}", "heading") if number == self.at else (cut(f"  {title}", width, dots), "table"))
        more = len(found) - first - height
        rest = f"{counted(more, 'line')} more  " if more > 0 else ""
        foot = f"{rest}Enter executes it, Esc closes" if found else "nothing has these words; Esc closes"
        self._page = self.app.stage.page = Page(Reading("Find what can be done", foot, tuple(lines), "head"))
        self.app.redraw()


def aligned(entries: list[Entry]) -> list[str]:
    """What is listed in two columns: the keys, or how a command is written, and beside them what they do."""
    rows = [title.partition("  ") if "  " in title else ("", "", title) for title, _ in entries]
    wide = max((len(name) for name, _, _ in rows if len(name) <= NAMES), default=0)
    return [f"{name:{wide}}  {what}" for name, _, what in rows]


def fitting(entries: tuple[Entry, ...], typed: str) -> list[Entry]:
    """The entries that hold all words typed, those first in which a word near the beginning begins with the first."""
    words = typed.lower().split()
    found = [each for each in entries if all(word in each[0].lower() for word in words)]
    return sorted(found, key=lambda each: _place(each[0].lower(), words[0])) if words else found


def _place(title: str, beginning: str) -> int:
    """How far from the beginning a word stands that begins so."""
    at = f" {title.removeprefix(':')}".find(f" {beginning}")
    return at if at >= 0 else len(title)

"""Search: a line that begins with / chooses in the program the next equation that contains what follows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from bpdebug.debugger.view import EquationRow
from bpdebug.debugger.words import quoted
from bpdebug.ops import write_equation
from bpdebug.tui.panes.program import ProgramPane, Written

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger

SIGN = "/"
"""What a search begins with on the console's line."""
FOUND = "{open} goes there; {search} and Enter look farther on"


class Search:
    """What was looked for last, and from which equation on."""

    def __init__(self, app: Debugger) -> None:
        self.app = app
        self.text = ""
        self._on = False
        """Whether the line that is typed is a search."""
        self._behind = -1
        """The equation behind which it begins, by its index."""
        self._before: int | None = None
        """The one that was chosen before."""

    @property
    def _pane(self) -> ProgramPane:
        return self.app.stage.pane(ProgramPane)

    def typed(self, line: str) -> None:
        """While a line is typed: choose the first equation that fits, if it is a search."""
        before, self._on = self._on, line.startswith(SIGN)
        if not before and self._on:
            self._begin()
        if line.removeprefix(SIGN) and self._on:
            self._choose(line.removeprefix(SIGN))
        elif before:
            self._pane.choose(self._before)
            self.app.say("")

    def _begin(self) -> None:
        """From the equation chosen on, or from the one at hand."""
        here = next((row.index for row in self.app.view.rows if row.state == "current"), -1)
        self._before = self._pane.chosen
        self._behind = here if self._before is None else self._before
        self.app.stage.arrangement.focus(self._pane)

    def entered(self, line: str) -> None:
        """Look for what is written; where nothing is, for the same as last time."""
        self.text = line.removeprefix(SIGN).strip() or self.text
        self._on = False
        self.app.close_console()
        found = self._choose(self.text)
        if found and self._pane.chosen is not None:
            keys = self.app.keys.told(FOUND, ascii=self.app.stage.ascii)
            place = found.index(self._pane.chosen) + 1
            self.app.say(f"{place} of {len(found)} with {quoted(self.text)}: {keys}")

    def _choose(self, text: str) -> list[int]:
        """Choose the next of all that contain it; say it where none does."""
        found = matching(self.app.view.rows, text)
        first = found[0] if found else self._before
        self._pane.choose(next((each for each in found if each > self._behind), first))
        if found:
            self.app.say("")
        else:
            self.app.say(f"no equation contains {quoted(text)}" if text else "nothing was looked for yet", "refusal")
        return found


def matching(rows: Sequence[EquationRow], text: str) -> list[int]:
    """The equations that contain a text as they are shown or in ASCII, spaces aside; capitals count if it has any."""
    wanted = "".join(text.split())
    every = wanted != wanted.lower()
    spelled = ((row.index, _spellings(Written(row.equation))) for row in rows if wanted)
    return [index for index, texts in spelled if any(wanted in (each if every else each.lower()) for each in texts)]


@lru_cache(maxsize=4_096)
def _spellings(written: Written) -> tuple[str, ...]:
    """An equation in both notations, without spaces."""
    name, expr = written.equation.name, written.equation.expr
    return tuple("".join(write_equation(name, expr, notation).split()) for notation in ("unicode", "ascii"))

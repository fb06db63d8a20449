"""The pane of what was done: the commands, and where each led."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from bpdebug.debugger.history import Done
from bpdebug.debugger.view import View
from bpdebug.tui.panes.base import Pane


class HistoryPane(Pane):
    """Every key and every command, the newest last."""

    heading = "History"
    about = (
        "What was done in this session, the newest last: each key is a command, which can be typed after a colon too. "
        "record FILE writes them into a script."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.done: Sequence[Done] = ()

    def told(self, done: Sequence[Done]) -> None:
        """What was done up to now."""
        self.done = done
        self.stale()

    def lines(self, view: View, width: int) -> list[Text]:
        from bpdebug.tui.history import history_lines

        return history_lines(self.done, view.notation, width, self.look)

    def followed(self) -> None:
        self.down = max(0, len(self._lines or ()) - self.room.height)

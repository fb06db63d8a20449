"""The pane of what is watched: the stops, and what is shown after every motion."""

from __future__ import annotations

from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.tui.panes.base import FEW, Pane


class WatchPane(Pane):
    """Stops and displays, with their values here."""

    heading = "Watch"
    about = (
        "The stops of your own, each with what it looks at here and how often it was met, and the expressions that are "
        "shown after every motion. break dW2 stops at an equation, watch J where a value changes; display W1 shows one "
        "here, delete 1 takes a stop away."
    )

    def lines(self, view: View, width: int) -> list[Text]:
        from bpdebug.tui.watching import watch_lines

        return watch_lines(view, width, self.look, self.keys)

    def wished(self, width: int) -> int:
        return FEW if self.view is None else max(FEW, len(self.lines(self.view, width)))

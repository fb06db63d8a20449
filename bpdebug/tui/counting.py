"""Large matrices counted beside the screen: what is told of a sample at first is soon told of all entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.message import Message

from bpdebug.tui.beside import Beside
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.sheet import Sheet


class Counting:
    """Counts what shows, in a thread, and gives up what no longer does."""

    class Counted(Message):
        """All is counted, or given up."""

    def __init__(self, pane: MatricesPane, post: Callable[[Message], object]) -> None:
        self.pane = pane
        self._wanted: Sequence[Sheet] = ()
        self._beside = Beside[None, None](lambda of, errand: post(self.Counted()))

    def begin(self) -> None:
        """Count what shows from now on, as far as it is not counted."""
        wanted = self.pane.uncounted
        if wanted != self._wanted:
            self._wanted = wanted
            if wanted:
                self._beside.do(None, lambda: self._count(wanted))

    def _count(self, wanted: Sequence[Sheet]) -> None:
        for each in wanted:
            each.count(lambda: self._wanted is not wanted)

    def take(self) -> None:
        """Draw what was counted."""
        self._beside.done()
        self.pane.recounted()

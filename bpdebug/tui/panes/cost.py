"""The cost over the iterations, as a curve; a click on it travels there."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.tui.curve import Curve, Frame
from bpdebug.tui.lines import wrapped
from bpdebug.tui.panes.base import Pane

NOTHING = "No cost is computed yet. f goes on phase by phase: after the forward phase comes the cost."


class CostPane(Pane):
    """J of every iteration computed so far, and where among them we are."""

    heading = "Cost"
    about = (
        "The cost of every iteration computed so far: the curve should fall. "
        "Click a place on it to go to that iteration, forwards or back."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self._curve: Curve | None = None
        self._drawn: tuple[int, Frame] | None = None

    def lines(self, view: View, width: int) -> list[Text]:
        if not view.costs.size:
            return [Text(each, end="") for each in wrapped(NOTHING, width, "")]
        return self._current(view, Frame(width, max(1, self.room.height))).lines(view.place.iteration, self.look)

    def _current(self, view: View, frame: Frame) -> Curve:
        """The curve, drawn anew only for another number of costs: those that are known never change."""
        if self._curve is None or self._drawn != (view.costs.size, frame):
            self._drawn = (view.costs.size, frame)
            self._curve = Curve.of(view.costs, frame, view.place.iterations, ascii=view.notation == "ascii")
        return self._curve

    def press(self, x: int, y: int) -> None:
        iteration = None if self._curve is None else self._curve.iteration_at(x)
        if iteration is not None:
            self.send(f"goto {iteration}:J")

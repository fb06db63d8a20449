"""The cost over the iterations, as a curve; a click on it travels there."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import events

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
    COMPONENT_CLASSES: ClassVar = {"cost--axis", "cost--curve", "cost--here", "cost--words"}

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self._curve: Curve | None = None
        self._drawn: tuple[int, Frame] | None = None

    def lines(self, view: View, width: int) -> list[Text]:
        if not view.costs.size:
            return [Text(each, self.style_of("words"), end="") for each in wrapped(NOTHING, width, "")]
        frame = Frame(width, max(1, self.scrollable_content_region.height))
        return self._current(view, frame).lines(view.place.iteration, self.style_of)

    def _current(self, view: View, frame: Frame) -> Curve:
        """The curve, drawn anew only for another number of costs: those that are known never change."""
        if self._curve is None or self._drawn != (view.costs.size, frame):
            self._drawn = (view.costs.size, frame)
            self._curve = Curve.of(view.costs, frame, view.place.iterations, ascii=view.notation == "ascii")
        return self._curve

    def on_click(self, event: events.Click) -> None:
        spot = event.get_content_offset(self)
        iteration = None if spot is None or self._curve is None else self._curve.iteration_at(spot.x)
        if iteration is not None:
            self.post_message(self.Command(f"goto {iteration}:J"))

"""The cost over the iterations, as a curve; a click on it travels there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text

from bpdebug.debugger.telling import brief
from bpdebug.debugger.view import View
from bpdebug.tui.lines import wrapped
from bpdebug.tui.panes.base import Pane

if TYPE_CHECKING:
    from bpdebug.tui.curve import Curve, Frame

FEWEST = 10
"""Iterations on the axis, at least."""
CLOSEST = 20
LOWEST = 8
"""Rows that the curve has with its words and its axis, before there is room for more."""
NOTHING = "No cost is computed yet. {finish-phase} goes on phase by phase: after the forward phase comes the cost."


class CostPane(Pane):
    """J of every iteration computed so far, and where among them we are."""

    heading = "Cost"
    about = (
        "The cost of every iteration computed so far: the curve should fall; branches of the run are drawn quietly "
        "beside it. Where there is room, it is told how well the network does with the parameters of here. Click a "
        "place on it, or choose one, to go to that iteration, forwards or back."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.closer = 0
        """How often the axis was halved."""
        self.chosen: int | None = None
        """The iteration that Enter goes to."""
        self._curve: Curve | None = None
        self._drawn: object = None
        self._text: tuple[object, list[Text]] | None = None

    def show(self, view: View) -> None:
        super().show(view)
        self.chosen = None

    def lines(self, view: View, width: int) -> list[Text]:
        if not view.costs.size:
            told = self.keys.told(NOTHING, ascii=view.notation == "ascii")
            return [Text(each, end="") for each in wrapped(told, width, "")]
        from bpdebug.tui.curve import Frame

        scores = self._scores(view, width)
        height = max(1, self.room.height - len(scores))
        curve, here = self._current(view, Frame(width, height)), self.chosen or view.place.iteration
        if self._text is None or self._text[0] != (curve, here, self.look, scores):
            lines = curve.lines(here, self.look)
            lines[1:1] = [Text(each, self.look.quiet, end="") for each in scores]
            self._text = (curve, here, self.look, scores), lines
        return self._text[1]

    def _scores(self, view: View, width: int) -> tuple[str, ...]:
        """How well the network does here: where it is known in passing, and there is room above the curve."""
        scores = view.judged.in_passing if view.judged is not None and self.room.height > LOWEST else None
        if scores is None:
            return ()
        lines = tuple(wrapped(brief(scores, ascii=view.notation == "ascii"), width, ""))
        return lines if self.room.height - len(lines) >= LOWEST else ()

    def _current(self, view: View, frame: Frame) -> Curve:
        """The curve, drawn anew only for other costs or ends: those that are known never change."""
        from bpdebug.tui.curve import Curve

        ends = self._ends(view)
        others = tuple(costs for name, costs in view.branches.items() if name != view.place.branch and costs.size)
        terms = (view.run, view.costs.size, frame, ends, tuple(map(len, others)))
        if self._curve is None or self._drawn != terms:
            self._drawn = terms
            self._curve = Curve.of(view.costs, frame, ends, others, ascii=view.notation == "ascii")
        return self._curve

    def _ends(self, view: View) -> tuple[int, int]:
        """The first and the last iteration of the axis: all of it, or the part around where we are."""
        from bpdebug.tui.curve import rounded_up

        longest = max((each.size for each in view.branches.values()), default=0)
        last = min(view.place.iterations, rounded_up(max(FEWEST, view.costs.size, longest)))
        length = max(FEWEST, last >> self.closer)
        here = self.chosen or view.place.iteration
        first = max(1, min(here - length // 2, last - length + 1))
        return first, max(first + 1, min(last, first + length - 1))

    def press(self, x: int, y: int) -> None:
        iteration = None if self._curve is None else self._curve.iteration_at(x)
        if iteration is not None:
            self.send(f"goto {iteration}:J")

    def turn(self, down: int = 0, across: int = 0) -> None:
        """Choose an iteration: across by a cell of the axis, up and down by one."""
        if self.view is not None and self._curve is not None:
            scales = self._curve.scales
            cell = max(1, (scales.last - scales.first) // max(1, scales.columns - 1))
            at = (self.chosen or self.view.place.iteration) + down + across * cell
            self.chosen = min(max(at, 1), self.view.place.iterations)
            self.stale()

    def enter(self) -> None:
        if self.chosen is not None:
            self.send(f"goto {self.chosen}:J")

    def zoom(self, by: int) -> None:
        """Look closer, or farther."""
        self.closer = min(max(self.closer + by, 0), CLOSEST)
        self.stale()

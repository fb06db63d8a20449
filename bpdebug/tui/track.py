"""The run as one line: its iterations with the one that shows, that one's phases with the step; each to click on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.style import Style

from bpdebug.debugger.view import EquationRow, View
from bpdebug.tui.bars import Bar
from bpdebug.tui.colours import Look
from bpdebug.tui.strips import runs

SHARE = 2, 5
"""Of the width what the iterations take."""
LEAST = 4
"""Cells of the shortest phase."""
SHORT = {"batch": "bat", "forward": "fwd", "backward": "bwd", "update": "upd"}
"""Phases where there is little room for their names."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """The characters of the line."""

    done: str = "━"
    ahead: str = "─"
    here: str = "●"
    stop: str = "▾"
    off: str = "▿"


UNICODE, ASCII = Strokes(), Strokes("=", "-", "O", "v", "o")


@dataclass(frozen=True, slots=True)
class Cell:
    """A character of the line, and the place that a click on it goes to."""

    sign: str
    style: Style
    place: str


BLANK = Cell(" ", Style(), "")


def track(view: View, width: int, look: Look) -> Bar[str]:
    """The line in so many cells; a click on one of them stands for `goto PLACE`."""
    drawing = _Drawing(view, look, ASCII if view.notation == "ascii" else UNICODE)
    left = list(drawing.iterations(max(8, width * SHARE[0] // SHARE[1])))
    cells = [BLANK, *left, BLANK, *drawing.phases(width - len(left) - 3)]
    text = runs((cell.sign, cell.style) for cell in cells)
    return Bar(text, tuple((at, at + 1, cell.place) for at, cell in enumerate(cells) if cell.place))


@dataclass(frozen=True, eq=False)
class _Drawing:
    view: View
    look: Look
    strokes: Strokes

    def iterations(self, width: int) -> Iterator[Cell]:
        """The whole run: heavy as far as it is computed."""
        place, costs = self.view.place, self.view.costs.size
        first, last = "1 ", f" {place.iterations:,}"
        room = max(1, width - len(first) - len(last))
        here = _at(place.iteration - 1, place.iterations, room)
        known = _at(costs - 1, place.iterations, room) if costs else -1
        yield from (Cell(each, self.look.quiet, "") for each in first)
        for at in range(room):
            target = 1 + round(at * (place.iterations - 1) / max(1, room - 1))
            goes = f"{target}:{max(1, place.step)}"
            yield self._spot(goes) if at == here else self._stroke(goes, done=at <= known)
        yield from (Cell(each, self.look.quiet, "") for each in last)

    def phases(self, width: int) -> Iterator[Cell]:
        """The phases of the iteration that shows, each as wide as it has steps, with its name where there is room."""
        spans = _spans(self.view)
        widths = _widths([span.last - span.first for span in spans], width - len(spans) + 1)
        for number, (span, room) in enumerate(zip(spans, widths, strict=True)):
            if number:
                yield BLANK
            yield from self._phase(span, room)

    def _phase(self, span: Phase, room: int) -> Iterator[Cell]:
        """One phase: its name, then a stroke for its steps."""
        step, iteration = self.view.place.step, self.view.place.iteration
        here = span.first < step <= span.last
        names = (f"{name} " for name in (span.name, SHORT.get(span.name, span.name)))
        label = next((name for name in names if len(name) + LEAST <= room), "")
        style = self.look.spot if here else self.look.quiet
        yield from (Cell(each, style, f"{iteration}:{span.first + 1}") for each in label)
        length = room - len(label)
        stops = {span.cell(row.last, length): self.view.stops[row.index] for row in self._stopping(span)}
        for at in range(length):
            target = span.first + max(1, round((at + 1) * (span.last - span.first) / length))
            goes = f"{iteration}:{target}"
            if here and at == span.cell(step, length):
                yield self._spot(goes)
            elif at in stops:
                yield Cell(self.strokes.stop if stops[at] else self.strokes.off, self.look.odd, goes)
            else:
                yield self._stroke(goes, done=target <= step)

    def _stopping(self, span: Phase) -> Iterator[EquationRow]:
        """The equations of a phase at which stops stand."""
        return (row for row in self.view.rows if row.index in self.view.stops and span.first < row.last <= span.last)

    def _spot(self, place: str) -> Cell:
        return Cell(self.strokes.here, self.look.spot, place)

    def _stroke(self, place: str, *, done: bool) -> Cell:
        sign, style = (self.strokes.done, self.look.accent) if done else (self.strokes.ahead, self.look.ahead)
        return Cell(sign, style, place)


def _at(index: int, count: int, room: int) -> int:
    return round(index * (room - 1) / max(1, count - 1))


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase, the step it begins behind and its last."""

    name: str
    first: int
    last: int

    def cell(self, step: int, length: int) -> int:
        """The cell of a step among so many."""
        return min(length - 1, (step - self.first - 1) * length // max(1, self.last - self.first))


def _spans(view: View) -> list[Phase]:
    found, before = [], 0
    for phase, rows in groupby(view.rows, key=lambda row: str(row.equation.phase)):
        last = max(row.last for row in rows)
        found.append(Phase(phase, before, last))
        before = last
    return found


def _widths(steps: list[int], room: int) -> list[int]:
    """Cells of each phase: by its steps, but never fewer than a few."""
    total, found = sum(steps), []
    for number, count in enumerate(steps):
        rest = len(steps) - number - 1
        cells = max(LEAST, round(room * count / max(1, total)))
        found.append(min(cells, max(1, room - LEAST * rest)))
        room, total = room - found[-1], total - count
    return found

"""The run as one line: its iterations with the one that shows, that one's phases with the step; each to click on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct
from rich.style import Style

from bpdebug.debugger.view import View
from bpdebug.tui.bars import Bar
from bpdebug.tui.colours import Look
from bpdebug.tui.strips import runs

SHARE = 2, 5
"""Of the width what the iterations take."""
LEAST = 4
"""Cells of the shortest phase."""
SHORT = {"batch": "bat", "forward": "fwd", "backward": "bwd", "update": "upd"}
"""Phases where there is little room for their names."""


class Strokes(Struct, frozen=True):
    """The characters of the line."""

    done: str = "━"
    ahead: str = "─"
    here: str = "●"
    stop: str = "▾"
    off: str = "▿"


UNICODE, ASCII = Strokes(), Strokes("=", "-", "O", "v", "o")


class Cell(Struct, frozen=True):
    """A character of the line, and the place that a click on it goes to; behind a colon at its end comes the step."""

    sign: str
    style: Style
    place: str


BLANK = Cell(" ", Style(), "")


def track(view: View, width: int, look: Look) -> Bar[str]:
    """The line in so many cells; a click on one of them stands for `goto PLACE`."""
    strokes, place = ASCII if view.notation == "ascii" else UNICODE, view.place
    run = Run(place.iteration, place.iterations, view.costs.size)
    left = _iterations(run, max(8, width * SHARE[0] // SHARE[1]), look, strokes)
    cells = [BLANK, *left, BLANK, *_phases(view, width - len(left) - 3, look, strokes)]
    text = runs((cell.sign, cell.style) for cell in cells)
    step = max(1, place.step)
    spots = ((at, f"{cell.place}{step}" if cell.place.endswith(":") else cell.place) for at, cell in enumerate(cells))
    return Bar(text, tuple((at, at + 1, goes) for at, goes in spots if goes))


class Run(NamedTuple):
    """What the line of the iterations depends on."""

    iteration: int
    iterations: int
    known: int
    """How many costs are computed."""


@lru_cache(maxsize=8)
def _iterations(run: Run, width: int, look: Look, strokes: Strokes) -> tuple[Cell, ...]:
    """The whole run: heavy as far as it is computed."""
    first, last = "1 ", f" {run.iterations:,}"
    room = max(1, width - len(first) - len(last))
    here = _at(run.iteration - 1, run.iterations, room)
    known = _at(run.known - 1, run.iterations, room) if run.known else -1
    cells = [Cell(each, look.quiet, "") for each in first]
    for at in range(room):
        goes = f"{1 + round(at * (run.iterations - 1) / max(1, room - 1))}:"
        cells.append(_spot(goes, look, strokes) if at == here else _stroke(goes, look, strokes, done=at <= known))
    return (*cells, *(Cell(each, look.quiet, "") for each in last))


def _phases(view: View, width: int, look: Look, strokes: Strokes) -> Iterator[Cell]:
    """The phases of the iteration that shows, each as wide as it has steps, with its name where there is room."""
    spans, step = _spans(view), view.place.step
    widths = _widths([span.last - span.first for span in spans], width - len(spans) + 1)
    for number, (span, room) in enumerate(zip(spans, widths, strict=True)):
        if number:
            yield BLANK
        stops = tuple(
            (row.last, view.stops[row.index])
            for row in view.rows
            if row.index in view.stops and span.first < row.last <= span.last
        )
        within = min(max(step, span.first), span.last + 1)  # another one only while the step is in the phase
        yield from _phase(Stretch(span, room, within, view.place.iteration, stops), look, strokes)


class Stretch(NamedTuple):
    """What the line of a phase depends on: `step` is just outside it where the run is elsewhere."""

    span: Phase
    room: int
    step: int
    iteration: int
    stops: tuple[tuple[int, bool], ...]
    """The steps at which stops stand, and whether these are switched on."""


@lru_cache(maxsize=64)
def _phase(phase: Stretch, look: Look, strokes: Strokes) -> tuple[Cell, ...]:
    """One phase: its name, then a stroke for its steps."""
    span, step = phase.span, phase.step
    here = span.first < step <= span.last
    names = (f"{name} " for name in (span.name, SHORT.get(span.name, span.name)))
    label = next((name for name in names if len(name) + LEAST <= phase.room), "")
    style = look.spot if here else look.quiet
    cells = [Cell(each, style, f"{phase.iteration}:{span.first + 1}") for each in label]
    length = phase.room - len(label)
    stops = {span.cell(last, length): on for last, on in phase.stops}
    for at in range(length):
        target = span.first + max(1, round((at + 1) * (span.last - span.first) / length))
        goes = f"{phase.iteration}:{target}"
        if here and at == span.cell(step, length):
            cells.append(_spot(goes, look, strokes))
        elif at in stops:
            cells.append(Cell(strokes.stop if stops[at] else strokes.off, look.odd, goes))
        else:
            cells.append(_stroke(goes, look, strokes, done=target <= step))
    return tuple(cells)


def _spot(place: str, look: Look, strokes: Strokes) -> Cell:
    return Cell(strokes.here, look.spot, place)


def _stroke(place: str, look: Look, strokes: Strokes, *, done: bool) -> Cell:
    return Cell(strokes.done, look.accent, place) if done else Cell(strokes.ahead, look.ahead, place)


def _at(index: int, count: int, room: int) -> int:
    return round(index * (room - 1) / max(1, count - 1))


class Phase(Struct, frozen=True):
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

"""Moves along a run: to a position, or to the nearest stop on the way there, forwards or back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter

import numpy as np
from msgspec import Struct

from bpdebug.debugger.stops import Hit, Stop
from bpdebug.debugger.triggers import Forgotten
from bpdebug.machine.timeline import Cancelled, Progress, Timeline

BLOCK = 64
"""Most iterations that are run through at once on the way back."""


class Travel(Struct, frozen=True):
    """How moves are watched: they tell their progress, can be cancelled, and heed the stops."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    stops: Sequence[Stop] = ()
    landing: int = 1
    """How far before its stop a way back ends: by 1 the operation is undone, by 0 it shows."""

    def go(self, timeline: Timeline, target: int) -> list[Hit]:
        """Move to `target`, or to the stop that is nearest on the way; elsewhere only when cancelled."""
        stops = [stop for stop in self.stops if stop.trigger.looks(timeline)]
        if not stops or target == timeline.position:
            timeline.seek(target, self.progress, self.cancelled)
            return []
        with np.errstate(all="ignore"):
            return (
                self._forward(timeline, target, stops) if target > timeline.position else self._back(timeline, target)
            )

    def _forward(self, timeline: Timeline, target: int, stops: Sequence[Stop]) -> list[Hit]:
        begin = timeline.position
        for hits in met(timeline, target, stops, self._told(begin, target), self.cancelled):
            heeded = _first(hit for hit in hits if hit.position > begin)
            if heeded:
                timeline.seek(heeded[0].position)
                return self._meanwhile(timeline, begin, stops, heeded)
        return self._meanwhile(timeline, begin, stops, [])

    def _meanwhile(self, timeline: Timeline, begin: int, stops: Sequence[Stop], heeded: list[Hit]) -> list[Hit]:
        """What came about since `begin` and would have been noticed later only: a motion ends at it, if not earlier."""
        met_here = [hit.stop for hit in heeded]
        hits = _first(untold(timeline, begin, [stop for stop in stops if stop not in met_here]))
        if hits and hits[0].position < timeline.position:
            timeline.seek(hits[0].position)
            return hits
        return [*heeded, *hits]

    def _told(self, begin: int, target: int) -> Progress | None:
        """Progress of the whole, told by walks that each cover a part."""
        progress = self.progress
        if progress is None:
            return None
        return lambda done, total: progress(target - begin - total + done, target - begin)

    def _back(self, timeline: Timeline, target: int) -> list[Hit]:
        """Block by block, each run through from its start to see where it stops last."""
        begin = high = timeline.position
        size, later = 1, untold(timeline, target, self.stops)
        while high > target:
            first = (high - 1) // timeline.steps + 1 - size
            low = max(target, first * timeline.steps)
            timeline.seek(low)
            found = [*later, *(hit for hits in met(timeline, high, self.stops) for hit in hits)]
            found = [hit for hit in found if target < hit.position < begin + self.landing]
            later = [hit for hit in found if hit.position <= low]
            found = [hit for hit in found if hit.position > low]
            heeded = _first(found, last=True)
            if heeded:
                timeline.seek(max(target, heeded[0].position - self.landing))
                return heeded
            high, size = low, min(2 * size, BLOCK)
            if self._stopped(begin - high, begin - target):
                timeline.seek(high)
                return []
        timeline.seek(target)
        return []

    def _stopped(self, done: int, total: int) -> bool:
        if self.progress is not None:
            self.progress(done, total)
        return self.cancelled is not None and self.cancelled()


def met(
    timeline: Timeline,
    target: int,
    stops: Sequence[Stop],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[list[Hit]]:
    """The stops met on the way from here to `target`, place by place; nothing more once it is cancelled."""
    watch = Watch(timeline, stops)
    while timeline.position < target:
        if not timeline.walk(target, watch.visits, progress, cancelled):
            return
        yield watch.hits()


def untold(timeline: Timeline, begin: int, stops: Sequence[Stop]) -> list[Hit]:
    """What came about later than `begin`, up to here, and is noticed further on only."""
    here, hits = timeline.position, []
    for stop in stops:
        found = stop.trigger.since(timeline, begin)
        timeline.seek(here)
        if found is not None:
            hits.append(Hit(stop, *found))
    return hits


class Watch:
    """Stops that look on while a timeline goes forward."""

    def __init__(self, timeline: Timeline, stops: Sequence[Stop]) -> None:
        self.timeline = timeline
        looks = [(stop, stop.trigger.looks(timeline)) for stop in stops]
        self.at = {
            step: [(stop.trigger.every(timeline), stop) for stop, steps in looks if step in steps]
            for step in sorted(set[int]().union(*(steps for _, steps in looks)))
        }
        self.visits: dict[int, Callable[[], bool]] = {step: partial(self._look, here) for step, here in self.at.items()}
        self._said: list[tuple[Stop, str]] = []
        self._unsure: list[Stop] = []

    def _look(self, stops: list[tuple[int, Stop]]) -> bool:
        timeline = self.timeline
        number = timeline.iteration
        for every, stop in stops:
            if every > 1 and number % every:
                continue
            try:
                said = stop.trigger.fires(timeline)
            except Forgotten:
                self._unsure.append(stop)
                continue
            if said is not None:
                self._said.append((stop, said))
        return bool(self._said or self._unsure)

    def hits(self) -> list[Hit]:
        """Those that fire here, after going back for what they had forgotten."""
        timeline, here = self.timeline, self.timeline.position
        for stop in self._unsure:
            stop.trigger.recall(timeline)
            timeline.seek(here)
            said = stop.trigger.fires(timeline)
            if said is not None:
                self._said.append((stop, said))
        found = []
        for stop, said in self._said:
            found.append(Hit(stop, stop.trigger.place(timeline), said))
            timeline.seek(here)
        self._said, self._unsure = [], []
        return found


_position = attrgetter("position")


def _first(hits: Iterable[Hit], *, last: bool = False) -> list[Hit]:
    """Those at the first place, or the last, where one is not passed over; the others are not met."""
    for _, group in groupby(sorted(hits, key=_position, reverse=last), key=_position):
        heeded = [hit for hit in group if not passed(hit.stop)]
        if heeded:
            return heeded
    return []


def passed(stop: Stop) -> bool:
    """Whether a stop that is met is to be passed over, which counts."""
    if not stop.ignored:
        return False
    stop.ignored -= 1
    stop.hits += 1
    return True

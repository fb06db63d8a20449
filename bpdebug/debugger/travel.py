"""Moves along a run: to a position, or to the nearest stop on the way there, forwards or back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter

import numpy as np
from msgspec import Struct

from bpdebug.debugger.foreseen import Foreseen
from bpdebug.debugger.stops import Hit, Stop
from bpdebug.debugger.triggers import Forgotten
from bpdebug.machine.timeline import Cancelled, Progress, Timeline

BLOCK = 256
"""Most iterations that are run through at once on the way back."""


class Travel(Struct, frozen=True):
    """How moves are watched: they tell their progress, can be cancelled, and heed the stops.

    Of a run that was executed once much is known: where a stop is heeded that fires at known places is found without
    executing what lies between, and for the others only what lies nearer is executed.
    """

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
            go = self._forward if target > timeline.position else self._back
            hits = go(timeline, target, stops)
        return sorted(hits, key=lambda hit: self.stops.index(hit.stop))

    def _forward(self, timeline: Timeline, target: int, stops: Sequence[Stop]) -> list[Hit]:
        begin = timeline.position
        while True:
            way = Foreseen.of(timeline, stops, timeline.position, target)
            aim = way.nearest
            aim = way.end if aim is None else aim
            heeded = self._executed(timeline, way.others, (begin, aim, target))
            stopped = bool(heeded) or timeline.position < aim
            if stopped or aim < way.end or aim == target:
                heeded = self._meanwhile(timeline, begin, way.others, heeded)
            here = timeline.position
            hits = [*heeded, *way.met(here)]
            timeline.seek(here)
            if hits or stopped or here == target:
                return hits

    def _executed(self, timeline: Timeline, stops: Sequence[Stop], ends: tuple[int, int, int]) -> list[Hit]:
        """Go on, watched by these stops, and end where one is heeded; `ends`: of the whole motion the begin, the aim
        for now, and the target."""
        begin, aim, target = ends
        progress = self.progress

        def told(done: int, total: int) -> None:
            assert progress is not None
            progress(aim - begin - total + done, target - begin)

        if not stops:
            timeline.seek(aim, progress and told, self.cancelled)
            return []
        for hits in met(timeline, aim, stops, progress and told, self.cancelled):
            heeded = _first(hit for hit in hits if hit.position > begin)
            if heeded:
                timeline.seek(heeded[0].position)
                return heeded
        return []

    def _meanwhile(self, timeline: Timeline, begin: int, stops: Sequence[Stop], heeded: list[Hit]) -> list[Hit]:
        """What came about since `begin` and would have been noticed later only: a motion ends at it, if not earlier."""
        met_here = [hit.stop for hit in heeded]
        hits = _first(untold(timeline, begin, [stop for stop in stops if stop not in met_here]))
        if hits and hits[0].position < timeline.position:
            timeline.seek(hits[0].position)
            return hits
        return [*heeded, *hits]

    def _back(self, timeline: Timeline, target: int, stops: Sequence[Stop]) -> list[Hit]:
        """Stretch by stretch: what has to be executed is run through from its start, to see where it stops last."""
        begin = timeline.position
        high, size = begin + self.landing - 1, 1
        later = untold(timeline, target, Foreseen.of(timeline, stops, high, target).others)
        while high > target:
            way = Foreseen.of(timeline, stops, high, target)
            nearest, low = way.nearest, way.end
            if way.others:
                low = self._low(way, nearest, size)
                timeline.seek(low)
                later += [hit for hits in met(timeline, high, way.others, None, self.cancelled) for hit in hits]
                if timeline.position < high or self._stopped(begin - high, begin - target):
                    timeline.seek(high)
                    return []
                size = min(2 * size, BLOCK)
            nearest = nearest if nearest is not None and nearest > low else None
            above = low if nearest is None else nearest - 1
            heeded = _first((hit for hit in later if above < hit.position <= high), last=True)
            if heeded or nearest is not None:
                place = heeded[0].position if heeded else above + 1
                hits = [*heeded, *way.met(place)]
                timeline.seek(max(target, place - self.landing))
                return hits
            way.met(low + 1)
            high, later = low, []
        timeline.seek(target)
        return []

    @staticmethod
    def _low(way: Foreseen, nearest: int | None, size: int) -> int:
        """From where so many iterations are run through, none before that of the nearest place that is known.

        Most often the first is the last one has to go to; beyond it those are looked at too that have to be executed
        to get there.
        """
        steps = way.timeline.steps
        first = (way.begin - 1) // steps + 1 - size
        if size > 1:
            first = way.timeline.kept(max(0, first))
        if nearest is not None:
            first = max(first, (nearest - 1) // steps)
        return max(way.end, first * steps)

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
        begin = timeline.position
        ended = timeline.walk(target, watch.visits, progress, cancelled)
        hits = watch.hits() if ended else []
        watch.passed(begin, hits)
        if not ended:
            return
        yield hits


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
        self._stops = stops
        for stop in stops:
            stop.trigger.attend(timeline)
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
        earlier = [(stop.trigger.earlier(timeline), stop.trigger) for stop in self._unsure]
        for position, trigger in sorted(earlier, key=itemgetter(0)):
            timeline.seek(position)
            trigger.look(timeline)
        timeline.seek(here)
        for stop in self._unsure:
            said = stop.trigger.fires(timeline)
            if said is not None:
                self._said.append((stop, said))
        found = []
        for stop, said in self._said:
            found.append(Hit(stop, stop.trigger.place(timeline), said))
            timeline.seek(here)
        self._said, self._unsure = [], []
        return found

    def passed(self, begin: int, hits: list[Hit]) -> None:
        """The timeline has gone on from a place to where it stands, and these fired there: all of that is kept."""
        for stop in self._stops:
            places = [hit.position for hit in hits if hit.stop is stop]
            stop.trigger.attended(self.timeline, begin, self.timeline.position, places)


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

"""Of a way along a run: which stops need no execution to tell where they fire on it, and where they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bpdebug.debugger.foresight import portions
from bpdebug.debugger.stops import Hit, Stop
from bpdebug.machine.timeline import Timeline


class Foreseen(Struct, frozen=True, eq=False):
    """The way from one place to another, `back` or on, as far as some of the stops know all of it beforehand."""

    timeline: Timeline
    stops: Sequence[Stop]
    """Those that know it."""
    others: Sequence[Stop]
    """Those for which it has to be executed."""
    begin: int
    end: int
    back: bool

    @classmethod
    def of(cls, timeline: Timeline, stops: Sequence[Stop], begin: int, target: int) -> Foreseen:
        """The first part of the way to a target: it ends there, or where one of its stops knows no further.

        It ends between two iterations then: some things are noticed at the end of an iteration only.
        """
        back, steps = target < begin, timeline.steps
        known, others, end = [], [], target
        for stop in stops:
            reach = stop.trigger.reach(timeline, begin, back=back)
            reach = max(target, -(-reach // steps) * steps) if back else min(target, reach)
            reach = reach if back or reach == target else reach // steps * steps
            if (reach < begin) if back else (reach > begin):
                known.append(stop)
                end = max(end, reach) if back else min(end, reach)
            else:
                others.append(stop)
        return cls(timeline, known, others, begin, end, back)

    @property
    def nearest(self) -> int | None:
        """The first place on the way at which one of its stops is heeded."""
        found = [place for stop in self.stops if (place := self._heeded(stop)) is not None]
        return (max(found) if self.back else min(found)) if found else None

    def _heeded(self, stop: Stop) -> int | None:
        """Where a stop fires on the way and is not to be passed over any more."""
        left = stop.ignored
        for low, high in self._portions(self.end):
            found = stop.trigger.fired(self.timeline, low, high)
            if left < len(found):
                return int(found[-1 - left] if self.back else found[left])
            left -= len(found)
        return None

    def _portions(self, end: int) -> Iterator[tuple[int, int]]:
        low, high = min(self.begin, end), max(self.begin, end)
        return portions(low, high, self.timeline.steps, back=self.back)

    def met(self, place: int) -> list[Hit]:
        """Those heeded at a place on the way, which ends there; how often they were passed over until then counts."""
        return [
            Hit(stop, place, stop.trigger.said(self.timeline, place)) for stop in self.stops if self._met(stop, place)
        ]

    def _met(self, stop: Stop, place: int) -> bool:
        heeded = self._at(stop, place)
        if not stop.ignored:
            return heeded
        end = place - 1 if self.back else place
        count = sum(len(stop.trigger.fired(self.timeline, low, high)) for low, high in self._portions(end))
        passed = min(count, stop.ignored)
        stop.ignored -= passed
        stop.hits += passed
        return heeded and count > passed

    def _at(self, stop: Stop, place: int) -> bool:
        """Whether a stop fires at a place of the way."""
        inside = self.end < place <= self.begin if self.back else self.begin < place <= self.end
        return inside and bool(len(stop.trigger.fired(self.timeline, place - 1, place)))

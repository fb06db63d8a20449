"""Of a way along a run: which stops need no execution to tell where they fire on it, and where they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bpdebug.debugger.foresight import Known, portions
from bpdebug.debugger.stops import Hit, Stop
from bpdebug.machine.timeline import Timeline


class Foreseen(Struct, frozen=True, eq=False):
    """The way from one place to another, `back` or on, as far as some of the stops know all of it beforehand."""

    timeline: Timeline
    stops: Sequence[tuple[Stop, Known]]
    """Those that know it, and what they know."""
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
        sure, others, end = [], [], target
        for stop in stops:
            known = stop.trigger.known(timeline)
            reach = known.back(begin) if back else known.on(begin)
            reach = max(target, -(-reach // steps) * steps) if back else min(target, reach)
            reach = reach if back or reach == target else reach // steps * steps
            if (reach < begin) if back else (reach > begin):
                sure.append((stop, known))
                end = max(end, reach) if back else min(end, reach)
            else:
                others.append(stop)
        return cls(timeline, sure, others, begin, end, back)

    @property
    def nearest(self) -> int | None:
        """The first place on the way at which one of its stops is heeded."""
        found = [place for stop, known in self.stops if (place := self._heeded(stop, known)) is not None]
        return (max(found) if self.back else min(found)) if found else None

    def _heeded(self, stop: Stop, known: Known) -> int | None:
        """Where a stop fires on the way and is not to be passed over any more."""
        left = stop.ignored
        for low, high in self._portions(self.end):
            found = known.fired(low, high)
            if left < len(found):
                return int(found[-1 - left] if self.back else found[left])
            left -= len(found)
        return None

    def _portions(self, end: int) -> Iterator[tuple[int, int]]:
        low, high = min(self.begin, end), max(self.begin, end)
        return portions(low, high, self.timeline.steps, back=self.back)

    def met(self, place: int) -> list[Hit]:
        """Those heeded at a place on the way, which ends there; how often they were passed over until then counts."""
        met = [stop for stop, known in self.stops if self._met(stop, known, place)]
        return [Hit(stop, place, stop.trigger.said(self.timeline, place)) for stop in met]

    def _met(self, stop: Stop, known: Known, place: int) -> bool:
        inside = self.end < place <= self.begin if self.back else self.begin < place <= self.end
        heeded = inside and bool(len(known.fired(place - 1, place)))
        if not stop.ignored:
            return heeded
        end = place - 1 if self.back else place
        count = sum(len(known.fired(low, high)) for low, high in self._portions(end))
        passed = min(count, stop.ignored)
        stop.ignored -= passed
        stop.hits += passed
        return heeded and count > passed

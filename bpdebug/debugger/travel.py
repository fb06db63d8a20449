"""Moves along a run: to a position, or to the nearest stop on the way there, forwards or back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bpdebug.machine.timeline import Cancelled, Progress, Timeline

Stop: TypeAlias = Callable[[Timeline], bool]
"""Whether to stop where the timeline stands."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How moves are watched: they tell their progress, can be cancelled, and heed the stops."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    stops: Sequence[Stop] = ()

    def go(self, timeline: Timeline, target: int) -> None:
        """Move to `target`, or to the stop that is nearest on the way; elsewhere only when cancelled."""
        if not self.stops:
            timeline.seek(target, self.progress, self.cancelled)
        elif target > timeline.position:
            self._forward(timeline, target)
        else:
            self._back(timeline, target)

    def _forward(self, timeline: Timeline, target: int) -> None:
        begin = timeline.position
        for position in range(begin + 1, target + 1):
            timeline.seek(position)
            if self._stopped(timeline):
                return
            if timeline.step == timeline.steps and self._cancelled(position - begin, target - begin):
                return

    def _back(self, timeline: Timeline, target: int) -> None:
        """Iteration by iteration, each run through from its start to see where it stops last."""
        begin = timeline.position
        latest = begin - 1
        while latest > target:
            before = max(target, (latest - 1) // timeline.steps * timeline.steps)
            found = self._stops_among(timeline, range(before + 1, latest + 1))
            if found:
                timeline.seek(found[-1])
                return
            if self._cancelled(begin - before, begin - target):
                return
            latest = before
        timeline.seek(target)

    def _stops_among(self, timeline: Timeline, positions: Iterable[int]) -> list[int]:
        found = []
        for position in positions:
            timeline.seek(position)
            if self._stopped(timeline):
                found.append(position)
        return found

    def _stopped(self, timeline: Timeline) -> bool:
        return any(stop(timeline) for stop in self.stops)

    def _cancelled(self, done: int, total: int) -> bool:
        if self.progress is not None:
            self.progress(done, total)
        return self.cancelled is not None and self.cancelled()

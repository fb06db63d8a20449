"""Signs of ill health as stops: one fires where it shows first, not again as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bpdebug.debugger.health import HINT, SIGNS, Ailments, Body, First, Sign
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.triggers import Forgotten, Trigger
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program


class Ailing(Trigger):
    """A sign that shows in what had it not when one looked before."""

    def __init__(self, sign: Sign, body: Body) -> None:
        self.sign, self.body = sign, body
        self.steps = frozenset({len(body.program.steps)})
        self._kept: tuple[int, frozenset[str]] = (-1, frozenset())
        """The iteration one looked at last, and what had the sign then."""

    def fires(self, timeline: Timeline) -> str | None:
        at = timeline.iteration
        if at % self.sign.every:
            return None
        found = self.sign.found(self.body, timeline)
        before = at - self.sign.every
        if found and before >= 0 and self._kept[0] != before:
            raise Forgotten
        known = self._kept[1] if before >= 0 else frozenset(() if self.sign.first is First.TOLD else found)
        self._keep(timeline, found)
        fresh = [words for key, words in found.items() if key not in known]
        return "; ".join(fresh[:3]) + (f"; and {len(fresh) - 3} more" if len(fresh) > 3 else "") if fresh else None

    def _keep(self, timeline: Timeline, found: Ailments) -> None:
        """Remember what was found here; what the first look leaves for later is as good as not found there."""
        waits = not timeline.iteration and self.sign.first is First.WAITS
        self._kept = timeline.iteration, frozenset(() if waits else found)

    def recall(self, timeline: Timeline) -> None:
        timeline.seek((timeline.iteration + 1 - self.sign.every) * timeline.steps)
        self._keep(timeline, self.sign.found(self.body, timeline))

    def forget(self) -> None:
        self._kept = (-1, frozenset())


class NotFinite(Ailing):
    """The sign that shows at one operation: the first that gave NaN or infinity."""

    def place(self, timeline: Timeline) -> int:
        while not _all_finite(timeline.inputs.values()) and timeline.iteration:
            timeline.seek(timeline.iteration * timeline.steps)
        return first_not_finite(timeline) or timeline.position

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        while timeline.position > begin and not self._told(timeline):
            if _all_finite(timeline.inputs.values()):
                found = first_not_finite(timeline)
                return (found, HINT) if found is not None and found > begin else None
            start = timeline.position - timeline.step
            if start <= begin:
                return None
            timeline.seek(start)
        return None

    def _told(self, timeline: Timeline) -> bool:
        """Whether this is the end of an iteration, at which a look finds the sign."""
        return timeline.step == timeline.steps and bool(self.sign.found(self.body, timeline))


def _all_finite(values: Iterable[Array]) -> bool:
    return all(np.isfinite(value).all() for value in values)


def first_not_finite(timeline: Timeline) -> int | None:
    """Where in this iteration so far the first NaN or infinity came about: computed, or written over what was."""
    values, start = timeline.here, timeline.position - timeline.step
    spoilt = {
        step.out: start + at
        for at, step in enumerate(timeline.program.steps[: timeline.step], start=1)
        if not np.isfinite(values[step.out]).all()
    }
    for edit in timeline.edits:
        if edit.position <= timeline.position and edit.position > spoilt.get(edit.name, timeline.position):
            spoilt[edit.name] = edit.position
    return min(spoilt.values(), default=None)


def ailing(program: Program) -> dict[str, Stop]:
    """A stop for every sign, switched on."""
    body = Body(program)
    kinds = {"nan": NotFinite}
    return {
        name: Stop(0, "health", sign.summary, kinds.get(name, Ailing)(sign, body), name=name)
        for name, sign in SIGNS.items()
    }

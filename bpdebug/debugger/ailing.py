"""Signs of ill health as stops: one fires where it shows first, not again as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bpdebug.debugger.health import HINT, SIGNS, Body, Sign
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
        known = self._kept[1] if before >= 0 else frozenset(() if self.sign.at_once else found)
        self._kept = at, frozenset(found)
        fresh = [words for key, words in found.items() if key not in known]
        return "; ".join(fresh[:3]) + (f"; and {len(fresh) - 3} more" if len(fresh) > 3 else "") if fresh else None

    def recall(self, timeline: Timeline) -> None:
        timeline.seek((timeline.iteration + 1 - self.sign.every) * timeline.steps)
        self._kept = timeline.iteration, frozenset(self.sign.found(self.body, timeline))

    def forget(self) -> None:
        self._kept = (-1, frozenset())


class NotFinite(Ailing):
    """The sign that shows at one operation: the first that gave NaN or infinity."""

    def place(self, timeline: Timeline) -> int:
        while not _all_finite(timeline.inputs.values()) and timeline.iteration:
            timeline.seek(timeline.iteration * timeline.steps)
        return first_not_finite(timeline) or timeline.position

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        found = first_not_finite(timeline) if _all_finite(timeline.inputs.values()) else None
        return (found, HINT) if found is not None and found > begin else None


def _all_finite(values: Iterable[Array]) -> bool:
    return all(np.isfinite(value).all() for value in values)


def first_not_finite(timeline: Timeline) -> int | None:
    """The position of the first operation of this iteration so far that gave NaN or infinity."""
    values, start = timeline.here, timeline.position - timeline.step
    for at, step in enumerate(timeline.program.steps[: timeline.step], start=1):
        if not np.isfinite(values[step.out]).all():
            return start + at
    return None


def ailing(program: Program) -> dict[str, Stop]:
    """A stop for every sign, switched on."""
    body = Body(program)
    kinds = {"nan": NotFinite}
    return {
        name: Stop(0, "health", sign.summary, kinds.get(name, Ailing)(sign, body), name=name)
        for name, sign in SIGNS.items()
    }

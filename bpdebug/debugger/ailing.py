"""Signs of ill health as stops: one fires where it shows first, not again as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

import numpy as np

from bpdebug.debugger.health import HINT, SELDOM, SIGNS, Ailments, Body, First, Sign, looked_through
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
    """The sign that shows at one operation: the first that gave NaN or infinity, not again as long as it lasts.

    The cost is looked at in every iteration; all values are now and then, with what was seen of them the time before.
    """

    def fires(self, timeline: Timeline) -> str | None:
        at, found = timeline.iteration, self.sign.found(self.body, timeline)
        if self.body.program.cost in found:
            return HINT if not at or isfinite(timeline.costs[at - 1]) else None
        if not looked_through(timeline):
            return None
        before = _whole_look_before(at)
        if found and before >= 0 and self._kept[0] != before:
            raise Forgotten
        known = self._kept[1] if before >= 0 else frozenset[str]()
        self._kept = at, frozenset(found)
        return HINT if found and not known else None

    def recall(self, timeline: Timeline) -> None:
        before = _whole_look_before(timeline.iteration)
        timeline.seek((before + 1) * timeline.steps)
        self._kept = before, frozenset(() if first_not_finite(timeline) is None else ("",))

    def place(self, timeline: Timeline, begin: int = -1) -> int:
        found = first_not_finite(timeline, begin)
        while timeline.iteration and (earlier := self._earlier(timeline, begin)) is not None:
            found = earlier
        return found or timeline.position

    def _earlier(self, timeline: Timeline, begin: int) -> int | None:
        """Where it was in the iteration before this one, to which the timeline moves, if it was there already.

        What reached the cost came in with what that iteration left, or came about in this one.
        """
        reached = not isfinite(timeline.here[self.body.program.cost])
        lasts = not _all_finite(timeline.inputs.values()) if reached else True
        if not lasts:
            return None
        timeline.seek(timeline.iteration * timeline.steps)
        return first_not_finite(timeline, begin)

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        found = None
        while not self._told(timeline):
            here = first_not_finite(timeline)
            found = here or found
            whole = timeline.step == timeline.steps  # what this iteration has yet to compute may have it since the last
            if not timeline.iteration or (here is None and whole):
                break
            timeline.seek(timeline.iteration * timeline.steps)
        else:
            return None
        return (found, HINT) if found is not None and found > begin else None

    def _told(self, timeline: Timeline) -> bool:
        """Whether this is the end of an iteration, at which a look finds the sign."""
        return timeline.step == timeline.steps and bool(self.sign.found(self.body, timeline))


def _whole_look_before(at: int) -> int:
    """The iteration before this one at which all values were looked at; negative where there was none."""
    return (at - 1) // SELDOM * SELDOM if at else -1


def _all_finite(values: Iterable[Array]) -> bool:
    return all(np.isfinite(value).all() for value in values)


def first_not_finite(timeline: Timeline, begin: int = -1) -> int | None:
    """Where in this iteration so far the first NaN or infinity came about: computed, or written over what was.

    Who wrote it over at the position `begin` knows of it: then the first thing that comes of it counts.
    """
    start, steps = timeline.position - timeline.step, timeline.program.steps
    gave = (start + at + 1 for at in range(timeline.step) if not np.isfinite(timeline.gave(at)).all())
    computed, made = next(gave, None), []
    for edit in timeline.edits:
        known = {step.out for step in steps[: max(0, edit.position - start)]}
        if edit.position <= timeline.position and edit.name in known and not np.isfinite(edit.value).all():
            made.append(edit.position)
    first = min((each for each in (computed, *made) if each is not None), default=None)
    return computed if first == begin and begin in made else first


def ailing(program: Program) -> dict[str, Stop]:
    """A stop for every sign, switched on."""
    body = Body(program)
    kinds = {"nan": NotFinite}
    return {
        name: Stop(0, "health", sign.summary, kinds.get(name, Ailing)(sign, body), name=name)
        for name, sign in SIGNS.items()
    }

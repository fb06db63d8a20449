"""Signs of ill health as stops: one fires where it shows first, not again as long as it lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bpdebug.debugger.body import Body, first_not_finite, spoils_cost
from bpdebug.debugger.columns import Column
from bpdebug.debugger.health import HINT, RISING, SIGNS, Ailments, First, Sign, risen
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
        self.sought = sign.name
        self._kept: tuple[int, frozenset[str]] = (-1, frozenset())
        """The iteration one looked at last, and what had the sign then."""

    def every(self, timeline: Timeline) -> int:
        return 1 if timeline.edits else self.sign.every

    def fires(self, timeline: Timeline) -> str | None:
        if not self._looks(timeline.iteration, timeline):
            return None
        found, before = self.sign.found(self.body, timeline), self._looked(timeline)
        if found and before >= 0 and self._kept[0] != before:
            raise Forgotten
        known = self._kept[1] if before >= 0 else frozenset(() if self.sign.first is First.TOLD else found)
        self._keep(timeline, found)
        fresh = list(dict.fromkeys(words for key, words in found.items() if key not in known))
        return "; ".join(fresh[:3]) + (f"; and {len(fresh) - 3} more" if len(fresh) > 3 else "") if fresh else None

    def _looks(self, at: int, timeline: Timeline) -> bool:
        """Whether one looks at an iteration: at every so manieth, where something was set by hand and at the next."""
        if at % self.sign.every == 0 or not timeline.edits:
            return at % self.sign.every == 0
        edited = ((edit.position - 1) // timeline.steps for edit in timeline.edits if edit.position)
        return any(0 <= at - each <= 1 for each in edited)

    def _looked(self, timeline: Timeline) -> int:
        """The iteration one looks at last before this one; -1 where there is none."""
        last = timeline.iteration - 1
        if not timeline.edits:
            return last - last % self.sign.every if last >= 0 else -1
        before = range(last, -1, -1)
        return next((at for at in before if self._looks(at, timeline)), -1)

    def _keep(self, timeline: Timeline, found: Ailments) -> None:
        """Remember what was found here; what the first look leaves for later is as good as not found there."""
        waits = not timeline.iteration and self.sign.first is First.WAITS
        self._kept = timeline.iteration, frozenset(() if waits else found)

    def earlier(self, timeline: Timeline) -> int:
        return (self._looked(timeline) + 1) * timeline.steps

    def look(self, timeline: Timeline) -> None:
        self._keep(timeline, self.sign.found(self.body, timeline))

    def forget(self) -> None:
        self._kept = (-1, frozenset())


class NotFinite(Ailing):
    """The sign that shows at one operation: the first that gave NaN or infinity, not again as long as it lasts."""

    def place(self, timeline: Timeline) -> int:
        return self._arose(timeline) or timeline.position

    def said(self, timeline: Timeline, position: int) -> str:
        return HINT

    def attended(self, timeline: Timeline, low: int, high: int, places: Sequence[int]) -> None:
        """What is noticed at the end of an iteration tells of all of it, and of those not ended nothing."""
        steps = timeline.steps
        super().attended(timeline, low // steps * steps, high // steps * steps, places)

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        if timeline.step == timeline.steps:
            return None  # a look has told of it
        found = self._arose(timeline)
        return (found, HINT) if found is not None and found > begin else None

    def _arose(self, timeline: Timeline) -> int | None:
        """Where in the iteration that shows what the one before it had not was computed; the timeline may be moved."""
        start = timeline.position - timeline.step
        first, spoilt = first_not_finite(timeline), spoils_cost(self.body, timeline)
        if first is None:
            return None
        known = self._before(timeline)
        if "" in known:
            first = None if self.body.program.cost in known else spoilt
        return None if first is None else start + first + 1

    def _before(self, timeline: Timeline) -> Ailments:
        """What was found at the end of the iteration before, to which the timeline moves."""
        if not timeline.iteration:
            return {}
        timeline.seek(timeline.iteration * timeline.steps)
        return self.sign.found(self.body, timeline)


class Climbing(Column):
    """Whether the cost has just risen so many times, and had not when it was computed before; `span` iterations are
    taken together."""

    def __init__(self, costs: Array, span: int) -> None:
        self._costs, self._span = costs, span

    def back(self, end: int) -> int:
        return 0 if end <= len(self._costs) else end

    def on(self, first: int) -> int:
        return max(first, len(self._costs))

    def values(self, first: int, end: int) -> Array:
        span = self._span
        begin = max(0, (first - 1) // span - RISING) * span
        whole = (end - begin) // span * span
        found = np.zeros(end - begin, dtype=bool)
        if whole > RISING * span:
            found[:whole] = risen(self._costs[begin : begin + whole], span)
        return np.asarray(found & ~np.append(np.False_, found[:-1]))[first - begin :]


class Rising(Ailing):
    """The sign that only the costs tell."""

    def columns(self, timeline: Timeline) -> Mapping[int, Column]:
        return dict.fromkeys(self.steps, Climbing(timeline.costs, self.body.span))


def ailing(program: Program) -> dict[str, Stop]:
    """A stop for every sign, switched on."""
    body = Body(program)
    kinds = {"nan": NotFinite, "rising": Rising}
    return {
        name: Stop(0, "health", sign.summary, kinds.get(name, Ailing)(sign, body), name=name)
        for name, sign in SIGNS.items()
    }

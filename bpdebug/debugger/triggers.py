"""What a stop looks for while a run goes by: that a place is passed, that a condition holds, that a value changes.

Whether a trigger fires at a position depends on the run alone, never on how one came there: what it needs of an
earlier place and does not remember, it goes back for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from math import isnan

import numpy as np

from bpdebug.debugger import wholes
from bpdebug.debugger.bindings import Bindings
from bpdebug.debugger.columns import Apart, Before, Changed, Column, Either, Held
from bpdebug.debugger.differences import same, told
from bpdebug.debugger.foresight import Counted, Foresight, Known, Remembered, Together
from bpdebug.debugger.formulas import Formula
from bpdebug.debugger.recorded import Recorded, edited
from bpdebug.machine.findings import Looked
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program


class Forgotten(Exception):
    """A trigger has to look at an earlier place before it can tell."""


class Trigger(ABC):
    """`steps`: after which steps of an iteration it has to be asked."""

    steps: frozenset[int]
    sought: Hashable = None
    """What it looks for: equal where two look for the same."""

    def looks(self, timeline: Timeline) -> frozenset[int]:
        """The same of a run in which values were written over: after some of these steps it is asked in vain."""
        return self.steps

    def every(self, timeline: Timeline) -> int:
        """It need only be asked in iterations whose number is a multiple of this."""
        return 1

    @abstractmethod
    def fires(self, timeline: Timeline) -> str | None:
        """What there is to say where it fires, None where it does not; Forgotten where it cannot tell yet."""

    def earlier(self, timeline: Timeline) -> int:
        """The place that it has to look at before it can tell; asked only of those whose `fires` raises Forgotten."""
        raise NotImplementedError

    def look(self, timeline: Timeline) -> None:
        """Remember what is needed of this place for a later one; asked only of those whose `fires` raises Forgotten."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forget every place: the run is another one."""
        return

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        """Where, later than `begin`, something came about that no look has told of yet; the timeline may be moved."""
        return None

    def place(self, timeline: Timeline) -> int:
        """The position of what it fired for, if that lies before where it was asked; the timeline may be moved."""
        return timeline.position

    def columns(self, timeline: Timeline) -> Mapping[int, Column | None]:
        """Whether it fires after each of its steps, by iteration, as far as numbers tell it that were kept of a run."""
        return {}

    def known(self, timeline: Timeline) -> Known:
        """Where it fires, as far as that is known without executing anything: what was seen, and what numbers tell."""
        columns = self.columns(timeline)
        looks = {step: each for step, each in columns.items() if each is not None}
        seen = Remembered(self._seen(timeline))
        if not looks or len(looks) < len(columns):
            return seen
        return Together([seen, Foresight(looks, timeline.steps, timeline.iterations, edited(timeline))])

    def said(self, timeline: Timeline, position: int) -> str:
        """What there is to say where it is known to fire; the timeline may be moved."""
        timeline.seek(position)
        try:
            said = self.fires(timeline)
        except Forgotten:
            timeline.seek(self.earlier(timeline))
            self.look(timeline)
            timeline.seek(position)
            said = self.fires(timeline)
        assert said is not None
        return said

    def attend(self, timeline: Timeline) -> None:
        """A run is about to go by."""
        return

    def attended(self, timeline: Timeline, low: int, high: int, places: Sequence[int]) -> None:
        """It went by after one place and up to another, and this fired at these places: that is kept with the run."""
        self._seen(timeline).note(low, high, places)

    def _seen(self, timeline: Timeline) -> Looked:
        """What was kept of what this found, or one that looks for the same."""
        return timeline.findings.looked((type(self).__name__, self if self.sought is None else self.sought))


class Passing(Trigger):
    """A step of every iteration, or of one of them."""

    def __init__(self, step: int, iteration: int | None = None) -> None:
        self.steps = frozenset({step})
        self.iteration = iteration
        self.sought = step, iteration

    def fires(self, timeline: Timeline) -> str | None:
        return "" if self.iteration is None or self.iteration == timeline.iteration else None

    def known(self, timeline: Timeline) -> Known:
        (step,) = self.steps
        return Counted(step, timeline.steps, timeline.last, self.iteration)

    def said(self, timeline: Timeline, position: int) -> str:
        return ""

    def attended(self, timeline: Timeline, low: int, high: int, places: Sequence[int]) -> None:
        return


class Holding(Trigger):
    """A condition that holds, of all its entries, at certain steps or whenever what it reads became another."""

    def __init__(self, formula: Formula, program: Program, at: Passing | None = None) -> None:
        self.formula = formula
        self.at = at
        self.bindings = Bindings.of(program, [formula, *formula.earlier.values()])
        self.steps = at.steps if at else self.bindings.steps
        self.sought = at and at.sought, formula.meaning
        noted = self.steps if at is None or at.iteration is None else frozenset[int]()
        self._now = Recorded(formula, program, noted)
        self._earlier = {key: Recorded(each, program, noted) for key, each in formula.earlier.items()}
        self._kept: dict[int, tuple[int, Mapping[str, Array]]] = {}
        """Of each step the iteration when it was passed last, and what was kept of it then."""

    def looks(self, timeline: Timeline) -> frozenset[int]:
        return self.steps if self.at else self.bindings.looks(timeline)

    def fires(self, timeline: Timeline) -> str | None:
        place, step, iteration = self.at, timeline.step, timeline.iteration
        fits = self.bindings.here(timeline) if place is None else place.fires(timeline) is not None
        if not self.formula.earlier:
            return self._held(self._now.value(timeline)) if fits else None
        before = self._kept.get(step)
        if fits and iteration and (before is None or before[0] != iteration - 1):
            raise Forgotten
        self._keep(timeline)
        if not fits or not iteration or before is None or len(before[1]) < len(self.formula.earlier):
            return None
        return self._held(self._now.value(timeline, before[1]))

    def _keep(self, timeline: Timeline) -> None:
        found = {key: each.value(timeline) for key, each in self._earlier.items()}
        known = {key: value for key, value in found.items() if value is not None}
        self._kept[timeline.step] = timeline.iteration, known

    def earlier(self, timeline: Timeline) -> int:
        return timeline.position - timeline.steps

    def look(self, timeline: Timeline) -> None:
        self._keep(timeline)

    def forget(self) -> None:
        self._kept = {}

    def columns(self, timeline: Timeline) -> Mapping[int, Column | None]:
        return {step: self._foreseen(timeline, step) for step in self.steps}

    def _foreseen(self, timeline: Timeline, step: int) -> Column | None:
        """Whether it holds after a step of every iteration."""
        before = {key: each.column(timeline, step) for key, each in self._earlier.items()}
        taken = {key: None if each is None else Before(each) for key, each in before.items()}
        column = self._now.column(timeline, step, taken)
        if column is None:
            return None
        return Apart(Held(column), first=False) if before else Held(column)

    def attend(self, timeline: Timeline) -> None:
        for each in (self._now, *self._earlier.values()):
            each.attend(timeline)

    def attended(self, timeline: Timeline, low: int, high: int, places: Sequence[int]) -> None:
        super().attended(timeline, low, high, places)
        for each in (self._now, *self._earlier.values()):
            each.attended(timeline, low, high)

    def said(self, timeline: Timeline, position: int) -> str:
        return ""

    @staticmethod
    def _held(value: Array | None) -> str | None:
        if value is not None and not value.ndim:
            one = value.item()
            return "" if one and not isnan(one) else None
        return "" if value is not None and value.size and bool(np.all(value)) and not np.isnan(value).any() else None


class Changing(Trigger):
    """A value that is another than it was last: where it is computed, and where what it reads was written over."""

    def __init__(self, formula: Formula, program: Program, *, made: bool = False) -> None:
        self.formula = formula
        self.made = made
        """Whether it fires too where the value is computed for the first time."""
        self.bindings = Bindings.of(program, [formula])
        self.steps = self.bindings.steps
        self.sought = formula.meaning, made
        self._now = Recorded(formula, program, self.steps)
        self._kept: tuple[int, Array] | None = None
        """The last place it looked at (steps of the run), and the value there."""

    def looks(self, timeline: Timeline) -> frozenset[int]:
        return self.bindings.looks(timeline)

    def fires(self, timeline: Timeline) -> str | None:
        if not self.bindings.here(timeline):
            return None
        before, last = self.bindings.before(timeline), self._kept
        if before is not None and (last is None or last[0] != before):
            raise Forgotten
        self._kept = timeline.position, self._value(timeline)
        by = " and ".join(f"set {edit.words}" for edit in self.bindings.edits(timeline))
        if before is None or last is None:
            return by if self.made else None
        old, new = last[1], self._kept[1]
        if same(old, new):
            return None
        computed = self.formula.value(wholes.known(self.formula.reads, timeline, timeline.computed)) if by else old
        assert computed is not None
        return told(old if same(computed, new) else computed, new, "→", "changed") + (f", by {by}" if by else "")

    def _value(self, timeline: Timeline) -> Array:
        value = self._now.value(timeline)
        assert value is not None
        return value

    def earlier(self, timeline: Timeline) -> int:
        before = self.bindings.before(timeline)
        assert before is not None
        return before

    def look(self, timeline: Timeline) -> None:
        self._kept = timeline.position, self._value(timeline)

    def forget(self) -> None:
        self._kept = None

    def columns(self, timeline: Timeline) -> Mapping[int, Column | None]:
        steps, still = sorted(self.steps), self._now.still(timeline)
        found = [self._now.column(timeline, step) for step in steps]
        known = [each for each in found if each is not None]
        if len(known) < len(steps):
            return dict.fromkeys(steps, still)
        changed = self._changed(known)
        return dict(zip(steps, changed if still is None else [Either([each, still]) for each in changed], strict=True))

    def _changed(self, columns: Sequence[Column]) -> list[Column]:
        """Whether it is another after each of these steps of an iteration than after the one before."""
        if not columns:
            return []
        first: Column = Changed(columns[0], Before(columns[-1]))
        first = Apart(first, first=self.made) if self.bindings.first else first
        return [first, *(Changed(now, before) for before, now in pairwise(columns))]

    def attend(self, timeline: Timeline) -> None:
        self._now.attend(timeline)

    def attended(self, timeline: Timeline, low: int, high: int, places: Sequence[int]) -> None:
        super().attended(timeline, low, high, places)
        self._now.attended(timeline, low, high)

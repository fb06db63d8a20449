"""What a stop looks for while a run goes by: that a place is passed, that a condition holds, that a value changes.

Whether a trigger fires at a position depends on the run alone, never on how one came there: what it needs of an
earlier place and does not remember, it goes back for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import isnan

import numpy as np

from bpdebug.debugger.bindings import Bindings
from bpdebug.debugger.differences import same, told
from bpdebug.debugger.formulas import Formula
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program


class Forgotten(Exception):
    """A trigger has to look at an earlier place before it can tell."""


class Trigger(ABC):
    """`steps`: after which steps of an iteration it has to be asked."""

    steps: frozenset[int]
    sought: object = None
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

    def recall(self, timeline: Timeline) -> None:
        """Look at what is needed of the places before this one; the timeline may be moved."""
        return

    def forget(self) -> None:
        """Forget every place: the run is another one."""
        return

    def since(self, timeline: Timeline, begin: int) -> tuple[int, str] | None:
        """Where, later than `begin`, something came about that no look has told of yet; the timeline may be moved."""
        return None

    def place(self, timeline: Timeline) -> int:
        """The position of what it fired for, if that lies before where it was asked; the timeline may be moved."""
        return timeline.position


class Passing(Trigger):
    """A step of every iteration, or of one of them."""

    def __init__(self, step: int, iteration: int | None = None) -> None:
        self.steps = frozenset({step})
        self.iteration = iteration
        self.sought = step, iteration

    def fires(self, timeline: Timeline) -> str | None:
        return "" if self.iteration is None or self.iteration == timeline.iteration else None


class Holding(Trigger):
    """A condition that holds, of all its entries, at certain steps or whenever what it reads became another."""

    def __init__(self, formula: Formula, program: Program, at: Trigger | None = None) -> None:
        self.formula = formula
        self.at = at
        self.bindings = Bindings.of(program, [formula, *formula.earlier.values()])
        self.steps = at.steps if at else self.bindings.steps
        self.sought = at and at.sought, formula.meaning
        self._kept: dict[int, tuple[int, Mapping[str, Array]]] = {}
        """Of each step the iteration when it was passed last, and what was kept of it then."""

    def looks(self, timeline: Timeline) -> frozenset[int]:
        return self.steps if self.at else self.bindings.looks(timeline)

    def fires(self, timeline: Timeline) -> str | None:
        place, step, iteration = self.at, timeline.step, timeline.iteration
        fits = self.bindings.here(timeline) if place is None else place.fires(timeline) is not None
        if not self.formula.earlier:
            return self._held(self.formula.value(timeline.here)) if fits else None
        before = self._kept.get(step)
        if fits and iteration and (before is None or before[0] != iteration - 1):
            raise Forgotten
        self._keep(timeline)
        if not fits or not iteration or before is None or len(before[1]) < len(self.formula.earlier):
            return None
        return self._held(self.formula.value(timeline.here, before[1]))

    def _keep(self, timeline: Timeline) -> None:
        found = {key: each.value(timeline.here) for key, each in self.formula.earlier.items()}
        known = {key: value for key, value in found.items() if value is not None}
        self._kept[timeline.step] = timeline.iteration, known

    def recall(self, timeline: Timeline) -> None:
        position = timeline.position
        timeline.seek(position - timeline.steps)
        self._keep(timeline)
        timeline.seek(position)

    def forget(self) -> None:
        self._kept = {}

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
        self.sought = formula.meaning
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
        computed = self._value_of(timeline.computed) if by else old
        return told(old if same(computed, new) else computed, new, "→", "changed") + (f", by {by}" if by else "")

    def _value(self, timeline: Timeline) -> Array:
        return self._value_of(timeline.here)

    def _value_of(self, values: Mapping[str, Array]) -> Array:
        value = self.formula.value(values)
        assert value is not None
        return value

    def recall(self, timeline: Timeline) -> None:
        position, before = timeline.position, self.bindings.before(timeline)
        assert before is not None
        timeline.seek(before)
        self._kept = before, self._value(timeline)
        timeline.seek(position)

    def forget(self) -> None:
        self._kept = None

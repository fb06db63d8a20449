"""Where a stop fires, as far as that is known without executing anything: places, for any stretch of a run at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct

from bpdebug.debugger.columns import Column
from bpdebug.machine.findings import Looked
from bpdebug.ops.table import Array

NOWHERE = np.zeros(0, dtype=np.int64)
NEAR, FAR = 1_024, 2**14
"""Iterations that are looked through at once, at first and at most."""


class Known(Protocol):
    """The places of a run at which something fires, in the stretches in which that is known."""

    def back(self, place: int) -> int:
        """The place after which everything is known up to this one; else this one."""

    def on(self, place: int) -> int:
        """The place up to which everything is known after this one; else this one."""

    def fired(self, low: int, high: int) -> Sequence[int] | Array:
        """Where it fires after one place and up to another, in ascending order, where all of that is known."""


class Remembered(Struct, frozen=True, eq=False):
    """What was seen when one looked."""

    looked: Looked

    def back(self, place: int) -> int:
        return self.looked.through.back(place)

    def on(self, place: int) -> int:
        return self.looked.through.on(place)

    def fired(self, low: int, high: int) -> Sequence[int]:
        return self.looked.within(low, high)


class Counted(Struct, frozen=True, eq=False):
    """A step of each iteration, each so many steps long, or of one of them: nothing is to be known of the run."""

    step: int
    steps: int
    last: int
    iteration: int | None

    def back(self, place: int) -> int:
        return 0

    def on(self, place: int) -> int:
        return self.last

    def fired(self, low: int, high: int) -> Sequence[int]:
        if self.iteration is None:
            return range(low + (self.step - low - 1) % self.steps + 1, high + 1, self.steps)
        place = self.iteration * self.steps + self.step
        return [place] if low < place <= high else []


class Together(Struct, frozen=True, eq=False):
    """What one or another knows."""

    parts: Sequence[Known]

    def back(self, place: int) -> int:
        return min(each.back(place) for each in self.parts)

    def on(self, place: int) -> int:
        return max(each.on(place) for each in self.parts)

    def fired(self, low: int, high: int) -> Sequence[int] | Array:
        knows = (each for each in self.parts if each.back(high) <= low or each.on(low) >= high)
        return next(knows).fired(low, high)


class Foresight(Struct, frozen=True, eq=False):
    """What a stop says after some of the `steps` of every iteration, as far as columns tell it."""

    looks: Mapping[int, Column]
    """By how many steps of an iteration are executed then: whether it fires, of every iteration."""
    steps: int
    iterations: int
    edited: frozenset[int] = frozenset()
    """The iterations in which values were written over: of them nothing is told."""

    def back(self, place: int) -> int:
        here = (place - 1) // self.steps
        edited = max((each + 1 for each in self.edited if each <= here), default=0)
        first = max((self._first(place, step, column) for step, column in self.looks.items()), default=here + 1)
        return min(place, max(first, edited) * self.steps)

    def _first(self, place: int, step: int, column: Column) -> int:
        end = (place - step) // self.steps + 1
        return column.back(end) if end > 0 else 0

    def on(self, place: int) -> int:
        here = place // self.steps
        edited = min((each for each in self.edited if each >= here), default=self.iterations)
        ends = (column.on((place - step) // self.steps + 1) for step, column in self.looks.items())
        return max(place, min(self.iterations, edited, min(ends, default=here)) * self.steps)

    def fired(self, low: int, high: int) -> Array:
        found = [self._fired(low, high, step, column) for step, column in self.looks.items()]
        return found[0] if len(found) == 1 else np.sort(np.concatenate([NOWHERE, *found]))

    def _fired(self, low: int, high: int, step: int, column: Column) -> Array:
        first, end = ((place - step) // self.steps + 1 for place in (low, high))
        if first >= end:
            return NOWHERE
        return (np.flatnonzero(column.values(first, end)) + first) * self.steps + step


def portions(low: int, high: int, steps: int, *, back: bool) -> Iterator[tuple[int, int]]:
    """The way from one end of a stretch to the other in parts: short ones first, for what is sought is often near."""
    length = NEAR * steps
    while low < high:
        cut = max(low, high - length) if back else min(high, low + length)
        yield (cut, high) if back else (low, cut)
        low, high = (low, cut) if back else (cut, high)
        length = min(4 * length, FAR * steps)

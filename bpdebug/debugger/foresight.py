"""Where a stop fires, told from columns of numbers: as places of the run, for any stretch of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from bpdebug.debugger.columns import Column
from bpdebug.ops.table import Array

NOWHERE = np.zeros(0, dtype=np.int64)
NEAR, FAR = 1_024, 2**18
"""Iterations that are looked through at once, at first and at most."""


class Foresight(Struct, frozen=True, eq=False):
    """What a stop says after some of the `steps` of every iteration, as far as columns tell it."""

    looks: Mapping[int, Column]
    """By how many steps of an iteration are executed then: whether it fires, of every iteration."""
    steps: int
    iterations: int
    edited: frozenset[int] = frozenset()
    """The iterations in which values were written over: of them nothing is told."""

    def back(self, place: int) -> int:
        """The place, where an iteration begins, after which everything is told up to this one; else this one."""
        if not self.looks or (place - 1) // self.steps in self.edited:
            return place
        return min(place, max(self._first(place, step, column) for step, column in self.looks.items()) * self.steps)

    def _first(self, place: int, step: int, column: Column) -> int:
        end = (place - step) // self.steps + 1
        return column.back(end) if end > 0 else 0

    def on(self, place: int) -> int:
        """The place, where an iteration ends, up to which everything is told after this one; else this one."""
        if not self.looks or place // self.steps in self.edited:
            return place
        ends = (column.on((place - step) // self.steps + 1) for step, column in self.looks.items())
        return max(place, min(self.iterations, *ends) * self.steps)

    def fired(self, low: int, high: int) -> Array:
        """Where it fires after one place and up to another, between which everything is told: in ascending order."""
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

"""What crosses iterations, kept for some of them: evenly over the run, and densely around the latest place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bpdebug.ops.table import Array

State: TypeAlias = Mapping[str, Array]

OVERHEAD = 256
"""Bytes a kept array costs beside its entries, roughly: the object, its name's slot, the mapping."""


def size(state: State) -> int:
    """How many bytes a state holds on to."""
    return OVERHEAD + sum(array.nbytes + OVERHEAD for array in state.values())


class Checkpoints:
    """States at the starts of iterations, never more than `budget` bytes of them; that of iteration 0 comes free.

    Half of the budget covers the whole run: every `stride`-th iteration, and the stride doubles whenever they
    become too many. The other half holds the iterations last run through, so that walking back one iteration
    at a time executes each about twice, not from far away each time.
    """

    def __init__(self, first: State, budget: int) -> None:
        self._first = first
        self._each = size(first)
        self._room = max(0, budget) // 2 // self._each
        self._stride = 1
        self._even: dict[int, State] = {}
        self._near: OrderedDict[int, State] = OrderedDict()

    @property
    def bytes(self) -> int:
        """What the kept states take."""
        return len(self._even.keys() | self._near.keys()) * self._each

    def __iter__(self) -> Iterator[int]:
        return iter(sorted({0, *self._even, *self._near}))

    def keep(self, iteration: int, state: State) -> None:
        """Offer the state at the start of an iteration."""
        if not iteration or not self._room:
            return
        self._near[iteration] = state
        self._near.move_to_end(iteration)
        if len(self._near) > self._room:
            self._near.popitem(last=False)
        if iteration % self._stride == 0:
            self._even[iteration] = state
            self._thin()

    def _thin(self) -> None:
        while len(self._even) > self._room:
            self._stride *= 2
            self._even = {at: state for at, state in self._even.items() if at % self._stride == 0}

    def latest(self, at_most: int) -> tuple[int, State]:
        """The last kept iteration not after `at_most`, and its state."""
        best = max((at for kept in (self._even, self._near) for at in kept if at <= at_most), default=0)
        if not best:
            return 0, self._first
        return best, self._near[best] if best in self._near else self._even[best]

    def until(self, iteration: int, budget: int) -> Checkpoints:
        """Those of iterations up to this one, for a run that goes on differently in it."""
        other = Checkpoints(self._first, budget)
        other._stride = self._stride
        other._even = {at: state for at, state in self._even.items() if at <= iteration}
        other._thin()
        return other

"""What crosses iterations, kept for some of them: evenly over the run, and densely around the latest place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from bpdebug.machine.digests import LARGE
from bpdebug.ops.table import Array

MOST = 4096
"""Kept states of the iterations last run through."""
SELDOM = 4
"""Of so many iterations that are only passed one is kept near, of large states fewer still."""
OVERHEAD = 256
"""Bytes a kept state costs beside its entries, roughly: the object and its slots."""


def size(state: Array) -> int:
    """How many bytes a state holds on to."""
    return OVERHEAD + state.nbytes


class Checkpoints:
    """States at the starts of iterations, never more than `budget` bytes of them; that of iteration 0 comes free.

    A state is one stretch of memory. Most of the budget covers the whole run: every `stride`-th iteration. When they
    become too many, each second of them goes, one after the other from the start, and then the stride is twice as long:
    all of the budget is used however long the run is. The rest holds the iterations last run through, so that walking
    back one iteration at a time executes each about twice, not from far away each time.
    """

    def __init__(self, first: Array, budget: int) -> None:
        self._first = first
        self._each = size(first)
        room = max(0, budget) // self._each
        self._close = min(room // 2, max(room // 8, 64), MOST)
        """How many there are of the iterations last run through."""
        self._room = room - self._close
        self._gap = max(SELDOM, 1 + first.nbytes // LARGE)
        self._stride = 1
        self._next = 1
        """The next that goes."""
        self._far = 0
        """The last iteration a state of which is kept evenly."""
        self._even: dict[int, Array] = {}
        self._near: OrderedDict[int, Array] = OrderedDict()

    @property
    def bytes(self) -> int:
        """What the kept states take."""
        return len(self._even.keys() | self._near.keys()) * self._each

    def __iter__(self) -> Iterator[int]:
        return iter(sorted({0, *self._even, *self._near}))

    def keep(self, iteration: int, state: Array, *, passing: bool = False) -> None:
        """Offer the state at the start of an iteration; of what is kept a copy is made, and that of before stays.

        Of those only `passing` not each is kept near: to copy them takes longer than it may save.
        """
        if not iteration or not self._room:
            return
        near, even = self._near, self._evenly(iteration)
        close = bool(self._close) and not (passing and iteration % self._gap)
        if not even and not close:
            return
        kept = self._even.get(iteration, near.get(iteration))
        kept = state.copy() if kept is None else kept
        if close:
            near[iteration] = kept
            near.move_to_end(iteration)
            if len(near) > self._close:
                near.popitem(last=False)
        if even:
            self._even[iteration] = kept
            self._far = max(self._far, iteration)
            self._thin()

    def _evenly(self, iteration: int) -> bool:
        """Whether a state is one of those over the whole run; what has gone from them once does not come back."""
        return iteration % (self._stride if iteration >= self._next else 2 * self._stride) == 0

    def _thin(self) -> None:
        while len(self._even) > self._room:
            self._even.pop(self._next, None)
            self._next += 2 * self._stride
            if self._next > self._far:
                self._stride *= 2
                self._next = self._stride

    def latest(self, at_most: int) -> tuple[int, Array]:
        """The last kept iteration not after `at_most`, and its state."""
        best = min(at_most, self._far)
        best -= best % self._stride
        while best > 0 and best not in self._even:
            best -= self._stride
        best = max(best, max((at for at in self._near if at <= at_most), default=0))
        if best <= 0:
            return 0, self._first
        return best, self._near[best] if best in self._near else self._even[best]

    def until(self, iteration: int, budget: int) -> Checkpoints:
        """Those of iterations up to this one, for a run that goes on differently in it."""
        other = Checkpoints(self._first, budget)
        other._stride, other._next = self._stride, self._next
        other._even = {at: state for at, state in self._even.items() if at <= iteration}
        other._far = min(self._far, iteration)
        other._thin()
        return other

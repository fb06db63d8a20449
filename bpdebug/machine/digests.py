"""Short digests of what a run computed: what computes other bits the next time is noticed.

Of every iteration one is kept of the state that it began with, of those executed step by step one of each step too.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from zlib import crc32

import numpy as np

from bpdebug.errors import BpdebugError
from bpdebug.ops.table import Array

BUDGET = 32 * 2**20
"""Bytes, half of them for steps."""
LARGE = 2**16
"""Bytes of a state from which on not each is looked at."""
SHORT = 8192
"""Bytes up to which a checksum is fast; of more, the words are only laid over each other."""


class Diverged(BpdebugError):
    """A step that did not compute the bits which it computed before."""


def digest(value: Array) -> int:
    """32 bits in which any single changed bit of an array shows, whatever its layout in memory."""
    if value.nbytes <= SHORT:
        return crc32(value.tobytes())
    words = value.ravel(order="K").view(np.uint64 if value.itemsize == 8 else np.uint32)
    folded = int(np.bitwise_xor.reduce(words))
    return (folded ^ folded >> 32) & 0xFFFFFFFF


def digests(states: Array) -> list[int]:
    """The digest of each row of an array, which lies in memory row by row."""
    if states.shape[1] * states.itemsize <= SHORT:
        return [crc32(row) for row in states]
    words = states.view(np.uint64 if states.itemsize == 8 else np.uint32)
    return [(folded ^ folded >> 32) & 0xFFFFFFFF for folded in np.bitwise_xor.reduce(words, axis=1).tolist()]


class Digests:
    """The digests of a run with so many steps in an iteration and so many bytes in a state, as far as the budget
    goes."""

    def __init__(self, steps: int, state: int, budget: int = BUDGET) -> None:
        self._of, self._size = steps, state
        self._budget = budget
        self.gap = 1 + state // LARGE
        """Of so many iterations one has a digest of what it began with: to take it is to read all of it."""
        self._states = array("I")
        """Of each such iteration but the first."""
        self._most = budget // 2 // self._states.itemsize
        self._room = max(1, self._most // max(1, steps))
        self._steps: OrderedDict[int, array[int]] = OrderedDict()
        """By iteration; of those executed step by step last, and the first."""

    def begins(self, iteration: int, state: Array) -> bool:
        """Whether an iteration begins with what it began with before, if it did before."""
        at, between = divmod(iteration, self.gap)
        if not at or between or at > min(self._most, len(self._states) + 1):
            return True
        return self._same(at, digest(state))

    def begin(self, first: int, states: Array) -> int | None:
        """Of iterations one after the other from `first` on, with a state in each row, the first that begins with
        something else than before; None where all begin with the same."""
        begin = -(-max(first, 1) // self.gap)
        found = digests(states[begin * self.gap - first :: self.gap])
        return next((at * self.gap for at, told in enumerate(found, start=begin) if not self._same(at, told)), None)

    def _same(self, at: int, told: int) -> bool:
        """Whether this is the digest of the so manieth state, if it is known; else it is from now on."""
        known = len(self._states)
        if at == known + 1 <= self._most:
            self._states.append(told)
        return at > known or self._states[at - 1] == told

    def agree(self, iteration: int, number: int, value: Array) -> bool:
        """Whether the step of this number (from 0) computed what it did before, if it did before."""
        kept = self._steps.get(iteration)
        if kept is None:
            kept = self._steps[iteration] = array("I")
            if len(self._steps) > self._room:
                del self._steps[next((each for each in self._steps if each), 0)]
        if number < len(kept):
            return kept[number] == digest(value)
        if number == len(kept):
            kept.append(digest(value))
        return True

    def at(self, iteration: int, number: int) -> int | None:
        """The digest of a step, if it is known."""
        kept = self._steps.get(iteration, ())
        return kept[number] if 0 <= number < len(kept) else None

    def states(self, first: int, last: int) -> int | None:
        """32 bits that tell what the iterations from `first` to `last` began with, as far as there is a digest of it;
        None where one is missing."""
        begin, end = -(-first // self.gap), last // self.gap
        if begin > end:
            return 0
        return crc32(self._states[begin - 1 : end]) if begin > 0 and end <= len(self._states) else None

    def until(self, iteration: int, step: int) -> Digests:
        """Those up to a place, for a run that goes on differently from there."""
        other = Digests(self._of, self._size, self._budget)
        other._states = self._states[: iteration // self.gap]
        for at, kept in self._steps.items():
            if at <= iteration:
                other._steps[at] = kept[:step] if at == iteration else kept[:]
        return other

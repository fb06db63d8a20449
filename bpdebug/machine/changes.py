"""Which entries of the parameters changed, by blocks of iterations: a bit for each, so that what did not is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.machine.stretches import Stretches
from bpdebug.ops.table import Array, Shape

BLOCK = 32
"""Iterations that share their bits."""


class Changes:
    """For every entry of some parameters a bit in every block of iterations: set where it may have changed in one."""

    def __init__(self, places: Mapping[str, tuple[int, int, Shape]]) -> None:
        self.places = places
        """Of each parameter which entries of a state it has, and its shape."""
        self.entries = max((end for _, end, _ in places.values()), default=0)
        self._bits = np.zeros((1, -(-self.entries // 8)), dtype=np.uint8)
        self.known = Stretches()
        """The iterations of which all changes are noted."""

    def put(self, first: int, end: int, changed: Array) -> None:
        """In the iterations from one to before another these entries changed, no others: shape (entries,)."""
        last = (end - 1) // BLOCK + 1
        if last > len(self._bits):
            more = np.zeros((max(len(self._bits), last - len(self._bits)), self._bits.shape[1]), dtype=np.uint8)
            self._bits = np.concatenate([self._bits, more])
        self._bits[first // BLOCK : last] |= np.packbits(changed)
        self.known.add(first, end)

    def back(self, end: int, entries: Array) -> int:
        """The first iteration from which on none of these entries changed up to before `end`; else `end`."""
        low = max(0, self.known.back(end))
        blocks = self._stirred(low // BLOCK, (end - 1) // BLOCK + 1, entries)
        return min(end, max(low, (low // BLOCK + int(blocks[-1]) + 1) * BLOCK)) if blocks.size else low

    def on(self, first: int, entries: Array) -> int:
        """The iteration before which none of these entries changed from `first` on; else `first`."""
        high = self.known.on(first)
        blocks = self._stirred(first // BLOCK, (high - 1) // BLOCK + 1, entries)
        return max(first, min(high, (first // BLOCK + int(blocks[0])) * BLOCK)) if blocks.size else high

    def _stirred(self, first: int, end: int, entries: Array) -> Array:
        """Of some blocks those in which one of these entries may have changed, counted from the first."""
        mask = np.zeros(8 * self._bits.shape[1], dtype=bool)
        mask[entries] = True
        wanted = np.packbits(mask)
        at = np.flatnonzero(wanted)
        return np.flatnonzero((self._bits[first:end, at] & wanted[at]).any(axis=1))

    def until(self, iteration: int) -> Changes:
        """Those of the iterations before this one; of its block the other ones' may be among them."""
        other = Changes(self.places)
        other._bits, other.known = self._bits[: iteration // BLOCK + 1].copy(), self.known.until(iteration)
        return other

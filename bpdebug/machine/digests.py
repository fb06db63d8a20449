"""Short digests of what every step of a run computed: a step that computes other bits the next time is noticed."""

from __future__ import annotations

from array import array
from zlib import crc32

import numpy as np

from bpdebug.errors import BpdebugError
from bpdebug.ops.table import Array

BUDGET = 32 * 2**20
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


class Digests:
    """The digests of a run's steps, from its start as far as it was ever executed or the budget (bytes) goes."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._kept = array("I")
        self._most = budget // self._kept.itemsize

    def agree(self, position: int, value: Array) -> bool:
        """Whether the step that leads to `position` computed what it did before, if it did before."""
        kept = self._kept
        known = len(kept)
        if position <= known:
            return kept[position - 1] == digest(value)
        if position == known + 1 <= self._most:
            kept.append(digest(value))
        return True

    def at(self, position: int) -> int | None:
        """The digest of the step that leads to a position, if it is known."""
        return self._kept[position - 1] if 0 < position <= len(self._kept) else None

    def over(self, first: int, last: int) -> int | None:
        """32 bits that tell what all steps computed that lead to these positions; None where one is not known."""
        return crc32(self._kept[first - 1 : last]) if first > 0 and last <= len(self._kept) else None

    def until(self, position: int) -> Digests:
        """Those of the steps up to a position, for a run that goes on differently from there."""
        other = Digests(self._most * self._kept.itemsize)
        other._kept = self._kept[:position]
        return other

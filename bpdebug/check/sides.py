"""The slopes to both sides of a gradient's entries, where these may part: at the kinks that a change reaches."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from bpdebug.check.differences import Differences
from bpdebug.ops.table import Array

UNDERFLOWN = 2.0**-740
"""Below this the imaginary part of a whole run, 2⁻²⁵⁶ of a slope beside a kink, may have underflowed on the way."""


class Sides(Struct, frozen=True, eq=False):
    """Arrays of the gradient's shape: the slopes to the left and to the right, which are one away from kinks."""

    left: Array
    right: Array
    kinked: Array
    """Which entries have no derivative."""
    seen: Array
    """Which of those were moved to both sides. Where it would take too long to move all that reach a kink, the others
    are taken to stand on one where any of these does, and their two slopes are not known."""

    @classmethod
    def of(cls, moving: Differences, felt: Array, numerical: Array, bound: Array, factor: float) -> Sides:
        """Of the quantity that is moved; `felt` says which of its entries reach a kink, `factor` what slopes are
        multiplied by."""
        reaching = np.flatnonzero(felt)
        entries = moving.some(reaching)
        found = tuple(factor * side for side in moving.one_sided(entries))
        straight = numerical.reshape(-1)[entries]
        off = np.fmax(*(np.abs(side - straight) for side in found))
        parted = off > 2 * bound.reshape(-1)[entries] + abs(factor) * UNDERFLOWN
        parted |= np.isnan(found[0] + found[1]) & np.isfinite(straight)  # a leap: a side of it has no slope
        seen, kinked = np.zeros(felt.size, dtype=bool), np.zeros(felt.size, dtype=bool)
        kinked[reaching], seen[entries] = parted.any(), True
        kinked[entries] = parted
        left, right = (placed(numerical, entries[parted], side[parted]) for side in found)
        return cls(left, right, kinked.reshape(felt.shape), seen.reshape(felt.shape) & kinked.reshape(felt.shape))


def placed(array: Array, entries: Array, values: Array) -> Array:
    """A copy with other values in some entries, counted along the flattened array."""
    copy = np.array(array, dtype=np.float64, order="C")
    copy.reshape(-1)[entries] = values
    return copy

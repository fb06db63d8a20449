"""How two values of one quantity differ: where, and in words. NaN is equal to NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.debugger.words import index, number, shaped
from bpdebug.ops.table import Array


def same(one: Array, other: Array) -> bool:
    """Whether two values are equal."""
    return one is other or bool(np.array_equal(one, other, equal_nan=True))


def differing(one: Array, other: Array) -> Array:
    """True where the entries of two arrays of one shape differ."""
    return np.asarray((one != other) & ~(np.isnan(one) & np.isnan(other)))


class Changed(Struct, frozen=True, eq=False):
    """Where a value is another than it was, compared where it is asked for: True where the two differ."""

    value: Array
    earlier: Array

    def __getitem__(self, where: Any) -> Array:
        return differing(self.value[where], self.earlier[where])


def told(one: Array, other: Array, between: str, how: str) -> str:
    """Both numbers with a word `between` them; of arrays how many entries `how` (differ, changed), and which most."""
    if one.shape != other.shape:
        return f"another shape: {shaped(one.shape)} {between} {shaped(other.shape)}"
    if not np.ndim(one):
        return f"{number(float(one))} {between} {number(float(other))}"
    differ = differing(one, other)
    with np.errstate(all="ignore"):
        gaps = np.where(differ, np.nan_to_num(np.abs(one - other), nan=np.inf, posinf=np.inf), -1.0)
    most = tuple(map(int, np.unravel_index(int(np.argmax(gaps)), gaps.shape)))
    ends = f"{number(float(one[most]))} {between} {number(float(other[most]))}"
    return f"{int(differ.sum())} of {one.size} entries {how}, most {index(most)}: {ends}"

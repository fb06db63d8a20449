"""Given and numerical slopes compared, entry by entry: who is right, and whether that can be told."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.check.verdict import Verdict
from bpdebug.ops.ridders import Slopes
from bpdebug.ops.table import Array

USABLE = 5e-4
"""A bound beyond this share of an entry would let an error of a tenth of a percent pass."""


def beyond(analytic: Array, numerical: Array, bound: Array) -> Array:
    """Where rounding cannot part the two numbers so far. NaN and infinity are no slope of anything."""
    with np.errstate(all="ignore"):
        close = np.isfinite(analytic) & (np.abs(analytic - numerical) <= bound)
        return np.asarray(np.isfinite(numerical) & ~close)


def between(analytic: Array, sides: Array) -> Array:
    """Where a number is a slope between those to both sides, which are known no closer than the third row says."""
    left, right, blur = sides
    return np.asarray((np.fmin(left, right) - blur <= analytic) & (analytic <= np.fmax(left, right) + blur))


def refutes(real: Slopes, analytic: Array, numerical: Array) -> Array:
    """Where real evaluations take the side of what was given, against a complex step."""
    with np.errstate(all="ignore"):
        strays = np.abs(real.slope - numerical) > 2 * real.error + 1e-12 * np.abs(numerical)
        return np.asarray(strays & ~real.kinked & (np.abs(real.slope - analytic) <= real.error))


def blurred(analytic: Array, numerical: Array, bound: Array) -> Array:
    """Where a bound leaves no digits of an entry that could tell it from a wrong one."""
    with np.errstate(all="ignore"):
        gap, size = np.abs(analytic - numerical), np.fmax(np.abs(analytic), np.abs(numerical))
        return np.asarray(~(bound <= USABLE * size) & (gap > 0))


def judged(analytic: Array, numerical: Array, agree: Array, kinked: Array, blur: Array) -> Array:
    """The verdict of each entry."""
    nothing = (analytic == 0) & (numerical == 0)
    conditions: list[Any] = [~np.isfinite(numerical), ~agree, kinked, nothing, blur]
    choices = [Verdict.CANNOT_TELL, Verdict.WRONG, Verdict.KINK, Verdict.UNTESTED, Verdict.CANNOT_TELL]
    return np.asarray(np.select(conditions, [np.int8(choice) for choice in choices], np.int8(Verdict.MATCH)))

"""How far the values of functions are off by their own rounding, as they show it among neighbours."""

from __future__ import annotations

from math import comb, factorial

import numpy as np

from bpdebug.ops.ridders import Along
from bpdebug.ops.table import UNIT, Array

SPACINGS = tuple(2.0**power for power in (-46, -40, -34, -28, -22))
"""At which noise is looked for, in sizes of the argument."""
POINTS = np.arange(1, 8)
"""Neighbours on one side: a jump or a kink at the point itself is no noise."""
ORDERS = (3, 4, 5)
GROWTH = 16.0
"""Noise is as large at any spacing; what grows with the spacing by more than this is the function itself."""
CLEAN = 256.0
"""A row that moves by so many times its noise shows all the noise there is."""


def noise_of(along: Along, values: Array, size: Array) -> Array:
    """How far each function's values are off by its own rounding, from differences of neighbouring values.

    A smooth function leaves nothing in a difference of high order, noise leaves itself, multiplied by a known number
    (R. W. Hamming; J. J. Moré and S. M. Wild, SIAM J. Sci. Comput. 33, 2011).
    """
    lanes = np.arange(len(values))
    floor = UNIT * np.abs(values)
    found, before, clean = floor, floor, np.zeros(floor.shape, dtype=bool)
    with np.errstate(all="ignore"):
        for spacing in SPACINGS:
            table = along(lanes, np.multiply.outer(POINTS, spacing * size))
            here = np.nan_to_num(_noise(np.asarray(table, dtype=np.float64)), nan=0.0, posinf=0.0)
            grown = here > GROWTH * np.maximum(before, floor)
            real = ~grown | ((before <= 4 * floor) & ~clean)
            found, before = np.where(real, np.maximum(found, here), found), here
            clean |= np.ptp(table, axis=0) > CLEAN * np.maximum(here, floor)
        single = np.all(table == np.asarray(table, dtype=np.float32), axis=0) & (np.ptp(table, axis=0) > 0)
    return np.asarray(np.where(single, np.maximum(found, 2.0**-24 * np.abs(values)), found))


def _noise(table: Array) -> Array:
    """The noise in rows of neighbouring values, column by column."""
    levels = []
    for order in ORDERS:
        differences = np.diff(table, n=order, axis=0)
        scale = factorial(order) ** 2 / factorial(2 * order)
        levels.append(np.sqrt(scale * np.mean(differences**2, axis=0)))
    return np.asarray(np.min(levels, axis=0))


MANY = 17
"""Neighbours in a row that is long enough for a median."""
HIGH_ORDERS = (5, 7, 9)
WIDE = (2.0**-28, 2.0**-20, 2.0**-11)
"""Spacings for rows so long, in sizes of the argument."""


def noise_in(rows: Array) -> Array:
    """The noise in MANY rows of neighbouring values, whatever happens between two of them: a kink is not noise.

    It is in the differences of every order, and typical of them.
    """
    with np.errstate(all="ignore"):
        typical = [
            np.median(np.abs(np.diff(rows, n=order, axis=0)), axis=0) / np.sqrt(comb(2 * order, order))
            for order in HIGH_ORDERS
        ]
    return np.asarray(np.nan_to_num(np.min(typical, axis=0), nan=0.0, posinf=0.0))

"""Whether a function is analytic along a way, told on circles around the point.

An analytic function is Σ cₖ rᵏ eⁱᵏᶿ, k ≥ 0, on a circle of radius r: nothing in it turns the other way (J. N. Lyness
and C. B. Moler, SIAM J. Numer. Anal. 4, 1967). What drops the imaginary part of a term, as np.abs and .real do, leaves
half of its slope in c₋₁. A complex step would miss that slope, however small the term, and call its number exact.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from bpdebug.check.evaluation import Function
from bpdebug.ops.table import UNIT, Array

RADII = tuple(2.0**-power for power in (24, 20, 16, 12, 9, 6, 4, 3))
"""In sizes of the arguments. A kink nearby lies within the larger circles alone, a term that is not analytic in all."""
SEEN = 2
"""Circles that have to show it: what a singularity nearby does to one, it does not to the next smaller."""
POINTS = 8
"""On a half circle; the values on the other half are the conjugates of these."""
CAUTION = 8.0
"""Times the function's noise, that a mean over a circle is off by; complex arithmetic rounds more than real."""
VARIES = 0.25
"""Of c₋₁/r, by which it may be another on a larger circle."""


class Circles(Struct, frozen=True):
    """What circles tell: the slope along a way, which has the arguments' size, that turns the wrong way; 0 if none is
    seen. `unseen` is how large it may be all the same."""

    lost: float
    unseen: float


def circles(function: Function, way: Array) -> Circles:
    """Look for what is not analytic in a function, along a way as long as the arguments."""
    low, high, seen, least = -np.inf, np.inf, 0, np.inf
    for radius in RADII:
        part, error = _against(function, way, radius)
        if max(low, part - error) > min(high, part + error):
            break
        low, high = max(low, part - error), min(high, part + error)
        seen, least = seen + (abs(part) > error), min(least, error)
    return Circles(low + high if seen >= SEEN else 0.0, 2 * least)


def _against(function: Function, way: Array, radius: float) -> tuple[float, float]:
    """c₋₁/r on one circle, and how far it may be off; that is infinite where the circle tells nothing."""
    turns = np.exp(1j * np.pi * np.arange(POINTS + 1) / POINTS)
    weights = np.full(POINTS + 1, 1.0 / POINTS)
    weights[[0, -1]] /= 2
    values = np.array([function.at_complex(function.base + radius * turn * way) for turn in turns])
    if not np.all(np.isfinite(values)):
        return 0.0, np.inf
    part = float(np.sum(weights * (values * turns).real)) / radius
    highest = float(np.sum(weights * (values * (-1.0) ** np.arange(POINTS + 1)).real))
    size = float(np.ptp(values.real)) or 1.0
    unresolved = abs(highest) * min(1.0, abs(highest) / size)
    noise = CAUTION * max(function.noise, 4 * UNIT * float(np.max(np.abs(values))))
    return part, (noise + 2 * POINTS * unresolved) / radius + VARIES * abs(part)

"""Whether a complex step through a function gives its slopes: found out, not assumed."""

from __future__ import annotations

import numpy as np

from bpdebug.check.evaluation import STEPS, Function, NoComplexStep
from bpdebug.ops.ridders import Slopes
from bpdebug.ops.table import Array

NOISY = "f takes it, but at x real evaluations do not confirm it: f itself has few digits there"


def refusal(function: Function, ways: list[Array], real: Slopes, steps: tuple[float, ...] = STEPS) -> str:
    """Why no complex step gives the slopes of a function along these ways, which are `real`, by real evaluations.

    Nothing if one of the steps does, which is taken from then on.
    """
    reasons, before = [], function.step
    for function.step in steps:
        reasons.append(objection(function, ways, real))
        if not reasons[-1]:
            return ""
    function.step = before
    return reasons[0] if reasons else "no other step is left"


def objection(function: Function, ways: list[Array], real: Slopes) -> str:
    """What is wrong with the function's present step; nothing if it agrees with real evaluations."""
    try:
        slopes = np.array([function.complex_slope(way) for way in ways])
    except NoComplexStep as finding:
        return str(finding)
    low, high = real.between
    told = np.isfinite(real.error) | np.isfinite(real.blur)
    if not np.any(told):
        return "its slopes could not be confirmed by real evaluations"
    with np.errstate(all="ignore"):
        close = np.abs(slopes - real.slope) <= real.error + 1e-9 * np.abs(slopes)
        right = close | ((low <= slopes) & (slopes <= high)) | ~told
    if np.all(right):
        return ""
    at = int(np.argmin(right))
    return f"along a random direction it gives {slopes[at]:.6g}, real evaluations give {real.slope[at]:.6g}"


def taken_elsewhere(function: Function, ways: list[Array]) -> bool:
    """Whether half-way to 0 a complex step agrees with real evaluations: so that the fault at x is rounding."""
    elsewhere = function.moved_to(function.base / 2)
    if not np.isfinite(elsewhere.value):
        return False
    elsewhere.measure_noise(ways[:2])
    return not refusal(elsewhere, ways, elsewhere.slopes(ways))

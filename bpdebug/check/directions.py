"""Gradients accepted along random directions: two evaluations, however many entries there are.

A right gradient predicts the slope of the cost along every direction; a wrong one fails along a random direction with
certainty, unless its error is smaller than rounding hides. What that is, is told: `resolution`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from bpdebug.check.derivatives import COPIES, Derivatives, directions
from bpdebug.check.forward import Forward, Values
from bpdebug.check.wanted import denoted, wanted
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Program

ROUNDINGS = 16
"""Units of round-off, of all the terms together, that may part a right gradient and the slope."""

SHARP = 1e-3
"""Of a usual entry: an error that large has to show."""


class Along(Struct, frozen=True, eq=False):
    """What two random directions say of some gradients taken together.

    `predicted` and `slope` are (2,): what the gradients say of the directions, and what the forward steps do; they
    may differ by `allowed`. `resolution` bounds the error of any entry of what was accepted, in units of ∂J.
    """

    names: tuple[str, ...]
    predicted: Array
    slope: Array
    allowed: Array
    usual: float
    """Of the gradient whose entries are the smallest, the size that half of those which are not 0 exceed."""

    @property
    def accepted(self) -> bool:
        """Whether the gradients predict the slopes, and would not if a usual entry of any were off by a thousandth.

        NaN predicts nothing.
        """
        with np.errstate(invalid="ignore"):
            right = np.all(np.abs(self.predicted - self.slope) <= self.allowed) and np.isfinite(self.predicted).all()
        return bool(right) and self.resolution <= SHARP * self.usual

    @property
    def resolution(self) -> float:
        return 2 * float(np.max(self.allowed))


def along_directions(program: Program, values: Values, names: Iterable[str] | None = None) -> Along:
    """Every gradient in `values` (or those named: dW2), all at once, along two random directions.

    Arguments as for `check_gradients`. At a kink the slope along a direction is that of the branch that was taken.
    """
    pairs = wanted(program, values, names)
    forward = Forward.of(program, values)
    ways = {of: directions(program.shapes[of]) for of, _ in pairs}
    predicted, size, usual = np.zeros(COPIES), np.zeros(COPIES), np.inf
    with np.errstate(all="ignore"):
        for of, name in pairs:
            gradient, way = as_derivative(forward, of, name).reshape(-1), ways[of].reshape(COPIES, -1)
            entries = np.abs(gradient)
            predicted += way @ gradient
            size += np.abs(way) @ entries
            usual = min(usual, float(np.median(felt)) if (felt := entries[entries > 0]).size else 0.0)
    slope = Derivatives(forward).along(ways)
    return Along(tuple(name for _, name in pairs), predicted, slope, ROUNDINGS * UNIT * size, usual)


def as_derivative(forward: Forward, of: str, name: str) -> Array:
    """A gradient as what it says of ∂J, in the shape of its quantity."""
    factor = denoted(forward.program, name, of).factor
    given, shape = np.asarray(forward.values[name]), forward.program.shapes[of]
    gradient = given if given.shape == shape else np.broadcast_to(given, shape)
    return gradient if factor is None else np.asarray(gradient / forward.values[factor])

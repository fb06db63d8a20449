"""Slopes from real evaluations alone, each with an estimate of its own error: Ridders' method.

Central differences at shrinking widths are extrapolated to width zero (C. J. F. Ridders, Advances in Engineering
Software 4, 1982). The error of a slope is the least, over all extrapolations, of what is known of their errors: how
far neighbours in the table differ, what the function's own noise does to a difference of that width, and half of what
is left of the second difference, which vanishes only where there is no kink. Many slopes are found at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, factorial

import numpy as np

from bpdebug.ops.table import UNIT, Array

Along = Callable[[Array, Array], Array]
"""along(lanes, steps): for each row of steps (rows, lanes), the values of the functions that far from their points."""

RATIO = 4.0
"""Of one width to the next."""
LEVELS = 20
FIRST_LEVELS = 4
"""Widths that are tried before any slope counts as found: a feature as narrow as the fourth is not overlooked."""
COLUMNS = 6
"""Extrapolations of one row."""
WIDEST = 0.25
"""The first width, in sizes of the argument."""
CERTAIN = 1e-6
"""A kink is one once its sides are known to this share of their distance."""
CAUTION = 2.0
"""An estimate of an error is doubled: the least of many estimates is too small more often than too large."""


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The slopes of many functions, each at a point of its own. `error` holds at the point, kink or not: it is large
    where the slopes to the left and to the right differ, and infinite where nothing can be told."""

    slope: Array
    error: Array
    left: Array
    right: Array
    blur: Array
    """How far the slopes to the left and to the right may be off, both together."""
    evaluations: int

    @property
    def kinked(self) -> Array:
        """Where the slopes to the left and to the right differ by far more than their errors."""
        return np.asarray(np.abs(self.right - self.left) > 2 * self.blur)

    @property
    def between(self) -> tuple[Array, Array]:
        """The least and the greatest slope that is right, as far as they are known."""
        low, high = np.fmin(self.left, self.right), np.fmax(self.left, self.right)
        return np.asarray(low - self.blur), np.asarray(high + self.blur)

    @property
    def uncertainty(self) -> Array:
        """How far the slope that is used may be off: at a kink, one from between the two sides."""
        return np.asarray(np.where(self.kinked, self.blur, self.error))


def ridders(along: Along, values: Array, size: Array, noise: Array) -> Slopes:
    """The slopes of functions with these values at their points; `size` is how large the arguments are there,
    `noise` how far the values may be off by the functions' own rounding."""
    with np.errstate(all="ignore"):
        return _Search(along, values, size, np.maximum(noise, UNIT * np.abs(values))).run()


class _Best:
    """The best extrapolation so far, for every lane."""

    def __init__(self, lanes: int) -> None:
        self.value, self.error = np.full(lanes, np.nan), np.full(lanes, np.inf)

    def offer(self, lanes: Array, values: list[Array], errors: list[Array]) -> None:
        """The extrapolations of a further row: taken if better, or if they refute what wider differences told."""
        told = np.where(np.isfinite(values) & np.isfinite(errors), errors, np.inf)
        least = np.argmin(told, axis=0)[None]
        value, error = np.take_along_axis(np.stack(values), least, 0)[0], np.take_along_axis(told, least, 0)[0]
        refuted = np.abs(value - self.value[lanes]) > error + self.error[lanes]
        taken = (error < self.error[lanes]) | refuted
        self.value[lanes[taken]], self.error[lanes[taken]] = value[taken], error[taken]


class _Table:
    """One table of extrapolations, row by row; an error of the order h^p shrinks by RATIO^p from row to row."""

    def __init__(self, orders: tuple[int, ...]) -> None:
        self._factors = [RATIO**order - 1 for order in orders]
        self.row: list[Array] = []
        self.gaps: list[Array] = []

    def add(self, value: Array) -> None:
        """A further row, of the next width; `gaps` are the distances of its extrapolations to their neighbours."""
        before, self.row, self.gaps = self.row, [value], []
        for factor, above in zip(self._factors, before, strict=False):
            left = self.row[-1]
            found = left + (left - above) / factor
            self.row.append(found)
            self.gaps.append(np.maximum(np.abs(found - left), np.abs(found - above)))

    def keep(self, chosen: Array) -> None:
        self.row = [each[chosen] for each in self.row]


class _Search:
    """All lanes on their way through the widths; those whose slopes are found drop out."""

    def __init__(self, along: Along, values: Array, size: Array, noise: Array) -> None:
        count = len(values)
        self._along, self._values, self._noise = along, values, noise
        _, exponent = np.frexp(size)
        self._width = np.ldexp(WIDEST, exponent)
        self._size = size
        self._central, self._left, self._right = _Best(count), _Best(count), _Best(count)
        self._tables = {
            "central": _Table(tuple(range(2, 2 * COLUMNS + 1, 2))),
            "bend": _Table(tuple(range(1, 2 * COLUMNS, 2))),
            "left": _Table(tuple(range(1, COLUMNS + 1))),
            "right": _Table(tuple(range(1, COLUMNS + 1))),
        }

    def run(self) -> Slopes:
        """Every width until nothing is gained by a smaller one."""
        lanes, evaluations = np.arange(len(self._values)), 0
        for level in range(LEVELS):
            width = self._width[lanes] * RATIO**-level
            blur = self._row(lanes, width)
            evaluations += 2 * len(lanes)
            if level + 1 < FIRST_LEVELS:
                continue
            going = ~self._settled(lanes, RATIO * blur)
            lanes = lanes[going]
            if not lanes.size:
                break
            for table in self._tables.values():
                table.keep(going)
        central, left, right = self._central, self._left, self._right
        blur = left.error + right.error
        told = np.isfinite(blur)
        return Slopes(
            slope=central.value,
            error=central.error,
            left=np.where(told, left.value, central.value),
            right=np.where(told, right.value, central.value),
            blur=blur,
            evaluations=evaluations,
        )

    def _row(self, lanes: Array, width: Array) -> Array:
        """The next row of every table; how far rounding alone blurs a difference of this width."""
        values = self._values[lanes]
        above, below = self._along(lanes, np.stack([width, -width]))
        right, left = (above - values) / width, (values - below) / width
        central, bend = 0.5 * (right + left), right - left
        largest = np.fmax(np.abs(above), np.abs(below))
        growth = np.fmax(1.0, np.where(values != 0, largest / np.abs(values), 1.0))
        noise = np.where(self._noise[lanes] > 0, np.fmax(self._noise[lanes], np.abs(values) * UNIT) * growth, 0.0)
        noise = np.fmax(noise, UNIT * largest) + UNIT * (self._size[lanes] + width) * np.abs(central)
        blur = noise / width
        for name, value in (("central", central), ("bend", bend), ("left", left), ("right", right)):
            self._tables[name].add(value)
        self._offer(lanes, blur)
        return np.asarray(blur)

    def _offer(self, lanes: Array, blur: Array) -> None:
        """What the row tells; the first row has no neighbours to tell an error from."""
        central, bend, left, right = self._tables.values()
        if not central.gaps:
            return
        kink = [0.5 * np.abs(each) for each in bend.row[1:]]
        errors = [CAUTION * (gap + 1.2 * blur) + rest for gap, rest in zip(central.gaps, kink, strict=True)]
        self._central.offer(lanes, central.row[1:], errors)
        for best, table in ((self._left, left), (self._right, right)):
            best.offer(lanes, table.row[1:], [CAUTION * (gap + 4 * blur) for gap in table.gaps])

    def _settled(self, lanes: Array, blur: Array) -> Array:
        """Where the round-off of the next width alone exceeds the errors reached; a kink needs both its sides."""
        kink = np.abs(self._right.value - self._left.value)[lanes]
        sides = (self._right.error + self._left.error)[lanes]
        sides_known = sides <= 4 * CAUTION * blur
        smooth = (self._central.error[lanes] <= CAUTION * blur) & (sides_known | (kink <= 2 * sides))
        return np.asarray(smooth | ((sides < CERTAIN * kink) & sides_known))


SPACINGS = tuple(2.0**power for power in (-46, -40, -34, -28, -22))
"""At which noise is looked for, in sizes of the argument."""
POINTS = np.arange(-3, 4)
ORDERS = (3, 4, 5)
GROWTH = 16.0
"""Noise is as large at any spacing; what grows with the spacing by more than this is the function itself."""


def noise_of(along: Along, values: Array, size: Array) -> Array:
    """How far each function's values are off by its own rounding, from differences of neighbouring values.

    A smooth function leaves nothing in a difference of high order, noise leaves itself, multiplied by a known number
    (R. W. Hamming; J. J. Moré and S. M. Wild, SIAM J. Sci. Comput. 33, 2011).
    """
    lanes = np.arange(len(values))
    floor = UNIT * np.abs(values)
    found, before = floor, floor
    with np.errstate(all="ignore"):
        for spacing in SPACINGS:
            table = along(lanes, np.multiply.outer(POINTS, spacing * size))
            here = np.nan_to_num(_noise(np.asarray(table, dtype=np.float64)), nan=0.0, posinf=0.0)
            real = (before <= 4 * floor) | (here <= GROWTH * before)
            found, before = np.where(real, np.maximum(found, here), found), here
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

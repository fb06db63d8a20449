"""Slopes from real evaluations alone, each with an estimate of its own error: Ridders' method.

Central differences at shrinking widths are extrapolated to width zero (C. J. F. Ridders, Advances in Engineering
Software 4, 1982). The error of a slope is the least, over all extrapolations, of what is known of their errors: how
far neighbours in the table differ, what the function's own noise does to a difference of that width, and half of what
is left of the second difference, which vanishes only where there is no kink. Many slopes are found at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from bpdebug.ops.table import UNIT, Array

Along = Callable[[Array, Array], Array]
"""along(lanes, steps): for each row of steps (rows, lanes), the values of the functions that far from their points."""

RATIO = 3.7
"""Of one width to the next: none that a grid of powers of 2 or of 10 would take for a regular one."""
LEVELS = 21
FIRST_LEVELS = 4
"""Widths that are tried before any slope counts as found: a feature as narrow as the fourth is not overlooked."""
COLUMNS = 6
"""Extrapolations of one row."""
WIDEST = 0.2347
"""The first width, in sizes of the argument."""
CERTAIN = 1e-6
"""A kink is one once its sides are known to this share of their distance."""
CAUTION = 2.0
"""An estimate of an error is doubled: the least of many estimates is too small more often than too large."""


STEEPER, STEEP_LEVELS = 1.6, 6
"""A secant that grows by so much whenever the width shrinks, so often in a row, has no limit."""
CLEAR, NARROW = 1024.0, 2.0**-12
"""Units of round-off by which a slope would move a value, to see whether it does; and the most that the argument, in
its sizes, is moved for that."""
KNOWN = 1e-2
"""A slope known to this share of itself is one."""
FLAT = 2.0**-16
"""Steps that reach so far on both sides of the point, in its sizes, are none of rounding, nor of an iteration that
stops early."""
LEAP = (2.0**-30, 2.0**-44)
"""Ways beside the point, in its sizes, between which a function without a leap moves on."""
LEAST = 4 * float(np.finfo(float).smallest_subnormal)
SLOPPY = 1024.0
"""Units of round-off that a function loses, not to terms which cancel, but to its way of computing."""


class Slopes(Struct, frozen=True, eq=False):
    """The slopes of many functions, each at a point of its own. `error` holds at the point, kink or not: it is large
    where the slopes to the left and to the right differ, and infinite where nothing can be told."""

    slope: Array
    error: Array
    left: Array
    right: Array
    blur: Array
    """How far the slopes to the left and to the right may be off, both together."""
    stepped: Array
    """Where the values climb from afar, but in steps, which the point does not leave as it moves, to one side or both,
    by what its slope should make felt. Steps that are wider than rounding leaves them have a slope, of 0."""
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

    def refined(self, lanes: Array, near: Slopes) -> Slopes:
        """With other slopes for some lanes, found with narrower widths, where those tell more or refute these."""
        with np.errstate(all="ignore"):
            told = np.isfinite(near.slope) & np.isfinite(near.uncertainty)
            refuted = np.abs(near.slope - self.slope[lanes]) > near.error + self.error[lanes]
            smooth = ~near.kinked & (refuted | self.kinked[lanes]) & (near.error <= KNOWN * np.abs(near.slope))
            taken = told & (smooth | ~(near.uncertainty >= self.uncertainty[lanes]))
        found = {}
        for name in ("slope", "error", "left", "right", "blur", "stepped"):
            found[name] = getattr(self, name).copy()
            found[name][lanes[taken]] = getattr(near, name)[taken]
        return Slopes(**found, evaluations=self.evaluations + near.evaluations)


def ridders(along: Along, values: Array, size: Array, noise: Array) -> Slopes:
    """The slopes of functions with these values at their points; `size` is how large the arguments are there,
    `noise` how far the values may be off by the functions' own rounding."""
    with np.errstate(all="ignore"):
        return _Search(along, values, size, np.maximum(noise, UNIT * np.abs(values) + LEAST)).run()


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
        self._scale = np.fmax(np.abs(values), noise / (SLOPPY * UNIT))
        self._single = values == np.float32(values)
        self._secants = np.full((STEEP_LEVELS, count), np.nan)
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
        steep = self._steep | self._leaps
        for each in (central, left, right):
            each.value[steep], each.error[steep] = np.nan, np.inf
        kinked = np.abs(right.value - left.value) > 2 * (left.error + right.error)
        still = self._still(central.value, CLEAR * UNIT, NARROW)
        stepped = still.any(axis=0) & ~kinked
        flat = still.all(axis=0) & self._still(central.value, FLAT, 1.0).all(axis=0)
        for each in (central, left, right):
            each.value[flat], each.error[flat] = 0.0, 0.0
        stepped &= ~flat & ~self._single
        evaluations += 8 * len(stepped)
        blur = left.error + right.error
        told = np.isfinite(blur)
        return Slopes(
            slope=central.value,
            error=central.error,
            left=np.where(told, left.value, central.value),
            right=np.where(told, right.value, central.value),
            blur=blur,
            stepped=stepped,
            evaluations=evaluations,
        )

    def _row(self, lanes: Array, width: Array) -> Array:
        """The next row of every table; how far rounding alone blurs a difference of this width."""
        values = self._values[lanes]
        above, below = self._along(lanes, np.stack([width, -width]))
        right, left = (above - values) / width, (values - below) / width
        central, bend = 0.5 * (right + left), right - left
        largest = np.fmax(np.abs(above), np.abs(below))
        growth = np.fmax(1.0, np.nan_to_num(largest / self._scale[lanes], nan=1.0, posinf=1.0))
        noise = self._noise[lanes] * growth
        noise = np.fmax(noise, UNIT * largest) + UNIT * (self._size[lanes] + width) * np.abs(central)
        blur = noise / width
        for name, value in (("central", central), ("bend", bend), ("left", left), ("right", right)):
            self._tables[name].add(value)
        self._single[lanes] &= (above == np.float32(above)) & (below == np.float32(below))
        clear = np.fmax(np.abs(above - values), np.abs(values - below)) > 64 * noise
        steepest = np.where(clear, np.fmax(np.abs(left), np.abs(right)), 0.0)
        self._secants[:, lanes] = np.concatenate([self._secants[1:, lanes], steepest[None]])
        self._offer(lanes, blur)
        return np.asarray(blur)

    @property
    def _steep(self) -> Array:
        """Where the nearer, the steeper, to the end: at a jump, or where the slope is infinite."""
        unknown = ~(self._central.error <= KNOWN * np.abs(self._central.value))
        return np.asarray(unknown & np.all(self._secants[1:] > STEEPER * self._secants[:-1], axis=0))

    @property
    def _leaps(self) -> Array:
        """Where the value is another at once, to either side, and about as far off a longer way from there."""
        lanes = np.arange(len(self._values))
        near, nearest = (np.multiply.outer([1.0, -1.0], way * self._size) for way in LEAP)
        far, off = (np.abs(self._along(lanes, each) - self._values) for each in (near, nearest))
        return np.asarray(np.any((off > 64 * self._noise) & (off > 0.5 * far), axis=0))

    def _still(self, slopes: Array, share: float, widest: float) -> Array:
        """Where the values stay exactly the same, to the right and to the left, though the slope would move them by
        this share, or more."""
        lanes = np.arange(len(slopes))
        width = share * np.fmax(np.abs(self._values) / np.abs(slopes), self._size)
        seen = np.isfinite(width) & (width < widest * self._size)
        steps = np.where(seen, width, 0.0) * np.array([[1.0], [-1.37]])
        return np.asarray(seen & (self._along(lanes, steps) == self._values))

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

"""Gradients at kinks: of a function that has no derivative at the point, which numbers are one of its gradients there.

Every choice of a branch at every kink gives a gradient, and so does what lies between. Along a direction such a
gradient gives no slope beyond those to both sides, but where kinks cancel each other. Those show where the point is
passed by on a half circle: there they are crossed one after the other. Numbers that are each a slope of their entry
may all the same be no gradient together: two that tie for a maximum, both counted whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct

from bpdebug.check.evaluation import NoComplexStep
from bpdebug.check.surroundings import Surroundings
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import UNIT, Array

RADII = {True: 2.0**-36, False: 2.0**-19}
"""Of the half circles, in sizes of the arguments: with complex steps, and without."""
WIDTH = 2.0**-24
"""Of a difference on a half circle, well inside it."""
POINTS, STOPS = 64, 33
"""Around the point at random; and on a half circle."""
HALVINGS, MOST_STOPS = 8, 512
"""Of the way between two stops where there is a kink, so that others show; and stops at which kinks are too many."""
EDGE = 2.0**-10
"""Between the half circle's ends and the direction itself, on which kinks may lie."""
EVEN = 2.0**-3
"""Of a change between two stops: when half-way no further off half of it, twice in a row, a curve does it, no kink."""
JUMP = 2.0**-18
"""Of the largest slope on a half circle: a smaller change from stop to stop is no kink."""
BENT = 2.0**-12
"""Of a slope: by which it may be another on a half circle than at its middle."""
ROUNDING = 64 * UNIT
DIRECTIONS = 4
"""Random ones along which numbers at kinks are held together against the function."""
STARTS, STEPS = 4, 40
"""Directions that others are looked for from, in so many steps each."""
REACH, NARROWER = 0.5, 0.9
"""Of a direction: how far a step goes at first; and how much less after each that led to nothing."""
MOST_ASKED = 16
"""Numbers beyond both slopes that half circles are tried for."""
MOST_BLAMED = 8
"""Groups of numbers which are found to be no gradient together, before the search ends."""


class Kinks(Struct, frozen=True, eq=False):
    """The kinks of one function at the point."""

    around: Surroundings
    complex_step: bool

    def verdicts(self, entries: Array, given: Array, sides: Array) -> Array:
        """Of numbers beyond both sides of their entries: wrong, unless kinks that cancel make them right.

        `sides` has a column for each entry: the slopes to the left and to the right, and how far they may be off.
        """
        verdicts = np.full(len(entries), np.int8(Verdict.WRONG))
        finite = np.flatnonzero(np.isfinite(given))
        for at in finite[:MOST_ASKED]:
            excess = self.excess(self.around.unit(int(entries[at])), float(given[at]), *map(float, sides[:, at]))
            verdicts[at] = Verdict.CANNOT_TELL if np.isnan(excess) else Verdict.WRONG if excess > 0 else Verdict.KINK
        if np.any(verdicts[finite[:MOST_ASKED]] != Verdict.WRONG):
            verdicts[finite[MOST_ASKED:]] = Verdict.CANNOT_TELL
        return verdicts

    def together(self, entries: Array, given: Array, middle: Array) -> Array:
        """The verdicts of numbers for entries on kinks, each of which is a slope of its entry: wrong where they are no
        gradient together, and cannot tell where kinks that cancel may make them one, or may not.

        `middle` lies half-way between the slopes on both sides.
        """
        verdicts = np.full(len(entries), np.int8(Verdict.KINK))
        for _ in range(MOST_BLAMED):
            open_ = np.flatnonzero(verdicts == Verdict.KINK)
            group, verdict = self._apart(entries, given, middle, open_)
            verdicts[group] = verdict
            if verdict is not Verdict.WRONG:
                break
        return verdicts

    def excess(self, way: Array, predicted: float, left: float, right: float, blur: float) -> float:
        """How far a slope along a way lies beyond those to both sides; not above 0 if kinks that cancel make it right.

        NaN where that is unknown: with kinks that cancel, but not so far.
        """
        low, high = min(left, right) - blur, max(left, right) + blur
        beyond = max(low - predicted, predicted - high)
        if not beyond > 0 or self._seen(way, predicted):
            return min(0.0, beyond)
        for slopes in self._passings(way):
            if not np.all(np.abs(slopes[[0, -1]] - (left, right)) <= blur + BENT * max(abs(left), abs(right))):
                return float("nan")
            travelled = float(np.sum(np.abs(np.diff(slopes))))
            spare = 0.5 * ((1 + BENT) * travelled - (high - low))
            if spare >= beyond or np.min(slopes) <= predicted <= np.max(slopes):
                return 0.0
            if spare > BENT * (travelled + beyond):
                return float("nan")
        return beyond

    def sides(self, way: Array, size: float) -> tuple[float, float, float]:
        """The slopes to both sides along a way whose terms have this size, and how far they may be off."""
        slopes = self.around.function.slopes([way])
        left, right, blur = (float(each[0]) for each in (slopes.left, slopes.right, slopes.blur))
        if not slopes.kinked[0]:
            left, right, blur = float(slopes.slope[0]), float(slopes.slope[0]), float(slopes.error[0])
        return left, right, blur + ROUNDING * size

    def _seen(self, way: Array, predicted: float) -> bool:
        """Whether slopes along a way at random points around lie on both sides of one that was predicted."""
        size = self.around.function.size
        points = [self.around.random.normal(size=way.shape) * size for _ in range(POINTS)]
        slopes = [self._straight(way, RADII[self.complex_step] * each) for each in points]
        width = self._width(way)
        blur = 4 * self.around.function.noise / width if width else 0.0
        return bool(min(slopes) + blur <= predicted <= max(slopes) - blur)

    def _straight(self, way: Array, away: Array) -> float:
        """The slope along a way beside the point, without what a curve adds on the way there: no kink does that."""
        width = self._width(way)
        return 2 * self._slope(way, away / 2, width) - self._slope(way, away, width)

    def _width(self, way: Array) -> float:
        """Of a difference along a way; none for a complex step."""
        return 0.0 if self.complex_step else WIDTH * self._length(way)

    def _length(self, way: Array) -> float:
        """How many times a way fits into the entries that it moves."""
        return float(np.min(self.around.function.size[way != 0]) / np.max(np.abs(way)))

    def _passings(self, way: Array) -> Iterator[Array]:
        """The slopes along a way on half circles past the point, on both its sides, from behind it to ahead of it."""
        size = self.around.function.size
        for _ in range(2):
            across = self.around.random.normal(size=way.shape) * size
            yield self._passing(way, across)
            yield self._passing(way, -across)

    def _passing(self, way: Array, across: Array) -> Array:
        """The slopes along a way on one half circle, those that only rounding or a slight curve parts counted as one.

        NaN where there are too many kinks to keep apart.
        """
        length, width = self._length(way), self._width(way)

        def at(angle: float) -> tuple[float, float]:
            away = np.sin(angle) * across - np.cos(angle) * length * way
            return angle, self._slope(way, RADII[self.complex_step] * away, width)

        angles = np.linspace(EDGE, np.pi - EDGE, STOPS)
        stops, narrow = [at(angle) for angle in angles], (angles[1] - angles[0]) * 2.0**-HALVINGS
        largest = max(abs(slope) for _, slope in stops)
        unseen = max(JUMP * largest, self.around.function.noise / width if width else 0.0)
        open_, seen, asked = [(*pair, False) for pair in pairwise(stops)], [stops[0][1]], 0
        while open_:
            left, right, even = open_.pop(0)
            jump = abs(right[1] - left[1])
            if jump <= (BENT * largest / STOPS if even else unseen):
                seen.append(seen[-1])
                continue
            if right[0] - left[0] <= narrow or asked >= MOST_STOPS:
                seen.append(right[1])
                continue
            middle, asked = at(0.5 * (left[0] + right[0])), asked + 1
            halved = abs(middle[1] - 0.5 * (left[1] + right[1])) <= EVEN * jump
            if even and halved:
                seen += [middle[1], right[1]]
            else:
                open_[:0] = [(left, middle, halved), (middle, right, halved)]
        return np.array(seen) if asked < MOST_STOPS else np.full(2, np.nan)

    def _slope(self, way: Array, away: Array, width: float) -> float:
        """The slope along a way beside the point, by real evaluations this far apart, or by a complex step."""
        function, point = self.around.function, self.around.function.base + away
        if width:
            return (function.at(point + width * way) - function.at(point - width * way)) / (2 * width)
        try:
            return function.complex_slope(way, point)
        except NoComplexStep:
            return float("nan")

    def _apart(self, entries: Array, given: Array, middle: Array, places: Array) -> tuple[Array, Verdict]:
        """The fewest of these places whose numbers are no gradient together; where none are, what is said of all."""
        if len(places) < 2:
            return places, Verdict.KINK
        away = (given - middle)[places]
        ways = [np.ones(len(places)), away / (np.max(np.abs(away)) or 1.0)]
        ways += [self.around.direction()[entries[places]] for _ in range(DIRECTIONS)]
        verdict = Verdict.KINK
        for way in (*ways, *self._furthest(entries[places], given[places])):
            excess = self._together(entries[places], given[places], way)
            if excess > 0:
                return self._fewest(entries, given, places, way), Verdict.WRONG
            verdict = Verdict.CANNOT_TELL if np.isnan(excess) else verdict
        return places, verdict

    def _furthest(self, entries: Array, given: Array) -> Iterator[Array]:
        """Directions along which numbers are further off than along random ones: climbed to from some of these.

        Where many kinks leave much room along most directions, there is little along some.
        """
        if not self.complex_step:
            return
        for _ in range(STARTS):
            way, off, reach = self.around.direction()[entries], -np.inf, REACH
            for _ in range(STEPS):
                other = way + reach * self.around.random.normal(size=way.shape) * np.max(np.abs(way))
                further = self._off(entries, given, other)
                if further > off:
                    way, off = other, further
                else:
                    reach *= NARROWER
            if off > 0:
                yield way / np.max(np.abs(way))

    def _off(self, entries: Array, given: Array, way: Array) -> float:
        """How far numbers are beyond the slopes to both sides of a way, as a share of what they predict at most."""
        full, terms = np.zeros(self.around.function.base.shape), given * way
        full[entries] = way
        try:
            ahead, behind = (side * self.around.function.complex_slope(side * full) for side in (1.0, -1.0))
        except NoComplexStep:
            return -np.inf
        predicted = float(np.sum(terms))
        beyond = max(min(ahead, behind) - predicted, predicted - max(ahead, behind))
        return float(beyond / (np.sum(np.abs(terms)) + abs(ahead) + abs(behind) or 1.0))

    def _together(self, entries: Array, given: Array, way: Array) -> float:
        """How far the slope along a way that numbers give together is one that no choice at the kinks gives."""
        full, terms = np.zeros(self.around.function.base.shape), given * way
        full[entries] = way
        if not np.any(way):
            return 0.0
        return self.excess(full, float(np.sum(terms)), *self.sides(full, float(np.sum(np.abs(terms)))))

    def _fewest(self, entries: Array, given: Array, places: Array, way: Array) -> Array:
        """Halves of what disagrees, as long as one of them does by itself."""
        while len(places) > 2:
            middle = len(places) // 2
            halves = ((places[:middle], way[:middle]), (places[middle:], way[middle:]))
            bad = next((half for half in halves if self._together(entries[half[0]], given[half[0]], half[1]) > 0), None)
            if bad is None:
                break
            places, way = bad
        return places

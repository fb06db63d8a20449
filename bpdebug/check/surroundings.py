"""What a function does around the point where its gradient is checked: how large its slopes get, how they scatter.

There is no graph to add up rounding errors along. But terms that cancel in a slope at the point do not cancel next to
it, what is saturated at the point is not nearer to 0, and rounding is another one at every neighbour.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.evaluation import Function, NoComplexStep
from bpdebug.ops.noise import CLEAN, GROWTH, MANY, WIDE, noise_in
from bpdebug.ops.table import Array

NOISE = 16.0
"""Times the noise that is seen among a few neighbours."""
SAWTEETH = 2.0**-22
"""Of a slope: what rounding to float32 does, smoothly from one of its steps to the next."""
SHARES = (0.5, 2.0**-4, 2.0**-10)
"""Of the point, where it is looked at nearer to 0."""
MOST_SHRUNK = 12
"""Arguments that are brought nearer to 0 one by one."""
ELSEWHERE = 3
"""Points where it is looked at whether the value feels an entry at all."""
FELT = 8.0
"""Times the noise: the value has to move further to feel it."""
ASIDE = 2.0**-6
"""How far the point is moved to be well off its kinks."""
NEAR = 2.0**-20
"""How far the point is moved to see how much a slope moves with it."""


class Surroundings(Struct, frozen=True, eq=False, dict=True):
    """The points around, and slopes by complex steps there."""

    function: Function
    again: Callable[[Array], Array] | None
    """The gradient at another point, where it was given as a function."""
    random: np.random.Generator

    def direction(self) -> Array:
        """A random direction in which every entry moves about as far as every other."""
        count = self.function.base.shape
        return np.asarray(self.random.choice([-1.0, 1.0], size=count) * self.random.uniform(1, 2, size=count))

    def unit(self, entry: int) -> Array:
        """The direction of one entry."""
        way = np.zeros(self.function.base.shape)
        way[entry] = 1.0
        return way

    def terms(self, way: Array, slope: float) -> float:
        """How large the terms may be that add up to a slope: what it is elsewhere, and how it moves with the point."""
        found = [abs(self._slope(way, point)) for point in self._points]
        found.append(abs(self._slope(way, self.near) - slope) / NEAR)
        return max([each for each in found if np.isfinite(each)], default=0.0)

    def feels(self, entry: int) -> bool:
        """Whether the value feels at any of some points around, beyond its noise there, that an entry moves."""
        step = self.unit(entry) * float(self.function.size[entry])
        return any(
            not abs(there.at(there.base + share * step) - there.value) <= FELT * there.noise
            for there in self._elsewhere
            for share in (0.25, 1.0)
        )

    def noise(self, entries: Array) -> Array:
        """How far the slopes, and the given gradient where it is a function, are off among neighbouring points."""
        way, seen = self.direction() * self.function.size, np.zeros(len(entries))
        clean, largest = np.zeros(len(entries), dtype=bool), np.zeros(len(entries))
        for spacing in WIDE:
            rows = []
            for number in range(MANY):
                point = self.function.base + (number - MANY // 2) * spacing * way
                slopes = np.array([self._slope(self.unit(int(each)), point) for each in entries])
                largest = np.fmax(largest, np.abs(slopes))
                rows.append(slopes if self.again is None else self.again(point)[entries] - slopes)
            here, reach = noise_in(np.array(rows)), np.ptp(rows, axis=0)
            own = clean & (here > np.fmax(GROWTH * seen, SAWTEETH * largest))
            seen = np.where(own, seen, np.fmax(seen, here))
            clean |= (here > 0) & (reach > CLEAN * here)
        return np.asarray(NOISE * seen)

    @cached_property
    def beside(self) -> Array:
        """A point not so close by, with room around it before the next kink."""
        base = self.function.base
        return np.asarray(base + ASIDE * self.function.size * self.random.normal(size=base.shape))

    @cached_property
    def near(self) -> Array:
        """A point so close by that slopes hardly change, but off the kinks at the point itself."""
        base = self.function.base
        return np.asarray(base + NEAR * self.function.size * self.random.normal(size=base.shape))

    @cached_property
    def _elsewhere(self) -> list[Function]:
        """The function seen from some points around, and its noise there."""
        base, found = self.function.base, []
        for _ in range(ELSEWHERE):
            there = self.function.moved_to(base * self.random.uniform(0.5, 1, size=base.shape))
            there.measure_noise([self.direction() * there.size])
            found.append(there)
        return found

    @cached_property
    def _points(self) -> list[Array]:
        """Where nothing is saturated, perhaps: nearer to 0 as a whole, around, and with one argument nearer to 0."""
        base, places = self.function.base, self.function.arguments.places
        points = [*(share * base for share in SHARES)]
        points += [base * self.random.uniform(-1, 1, size=base.shape) for _ in range(2)]
        for place in places[:MOST_SHRUNK] if len(places) > 1 else ():
            for share in SHARES[1:]:
                point = base.copy()
                point[place] *= share
                points.append(point)
        return points

    def _slope(self, way: Array, point: Array) -> float:
        try:
            return self.function.complex_slope(way, point)
        except NoComplexStep:
            return float("nan")

"""The verdict of each entry of a hand-written gradient, from evaluations of its function alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpdebug.check.arguments import Arguments
from bpdebug.check.evaluation import STEPS, Function, NoComplexStep
from bpdebug.check.report import ArgumentCheck
from bpdebug.check.verdict import Verdict
from bpdebug.ops.ridders import MANY, Slopes, noise_in
from bpdebug.ops.table import UNIT, Array

USABLE = 5e-4
"""A bound beyond this share of an entry would let an error of a tenth of a percent pass."""
PLAIN, GENEROUS = 64 * UNIT, 256 * UNIT
"""Round-off granted to an entry without a question; and to the terms it may be made of, once it is in question."""
NOISE = 16.0
"""Times the noise that is seen among a few neighbours."""
WIDE = (2.0**-28, 2.0**-20, 2.0**-11)
"""Spacings of the neighbours among which noise is looked for, in sizes of the arguments."""
MOST_NOISY = 32
"""Entries whose noise is looked for; the others are taken to have as much of it, for their size."""
NEVER_NOISE = 1e-6
"""Of the terms an entry may be made of: a larger disagreement is no rounding."""
SHARES = (0.5, 2.0**-4, 2.0**-10)
"""Of the point, where it is looked at nearer to 0."""
MOST_SHRUNK = 12
"""Arguments that are brought nearer to 0 one by one."""
NEAR = 2.0**-20
"""How far the point is moved to see how much a slope moves with it."""
DIRECTIONS = 3
NOISY = "f takes it, but at x real evaluations do not confirm it: f itself has few digits there"
CONFIRMED = 16
"""Of the entries that a complex step calls wrong, those that real evaluations have to confirm."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What is known of the entries that were looked at, by their place in the vector of all arguments, in order."""

    looked_at: Array
    analytic: Array
    numerical: Array
    bound: Array
    left: Array
    right: Array
    verdicts: Array

    @classmethod
    def joined(cls, parts: list[Found]) -> Found:
        """Everything found in parts."""
        order = np.argsort(np.concatenate([each.looked_at for each in parts]))
        names = ("looked_at", "analytic", "numerical", "bound", "left", "right", "verdicts")
        return cls(**{name: np.concatenate([getattr(each, name) for each in parts])[order] for name in names})

    def checks(
        self, arguments: Arguments, scale: float, whole: Array | None = None, resolution: float | None = None
    ) -> tuple[ArgumentCheck, ...]:
        """One record an argument. `whole` holds the verdicts of all entries, where not all were looked at."""
        verdicts = self.verdicts if whole is None else whole
        checks = []
        for name, shape, place in zip(arguments.names, arguments.shapes, arguments.places, strict=True):
            here = (self.looked_at >= place.start) & (self.looked_at < place.stop)
            checks.append(
                ArgumentCheck(
                    name=name,
                    shape=shape,
                    verdicts=verdicts[place].reshape(shape),
                    looked_at=self.looked_at[here] - place.start,
                    analytic=self.analytic[here],
                    numerical=self.numerical[here],
                    bound=self.bound[here],
                    left=self.left[here],
                    right=self.right[here],
                    scale=scale,
                    resolution=resolution,
                )
            )
        return tuple(checks)


@dataclass(slots=True)
class Judge:
    """One function and one gradient, both as vectors."""

    function: Function
    analytic: Array
    again: Callable[[Array], Array] | None
    """The gradient at another point, where it was given as a function."""
    random: np.random.Generator
    complex_step: bool = False
    kinked: bool = False
    """Whether the function has a kink at the point."""
    noisy: bool = False
    """Whether the function has too few digits at the point for one way of taking slopes to confirm the other."""
    reason: str = ""
    points: list[Array] = field(default_factory=list)
    """Where nothing is saturated, perhaps: nearer to 0, and around."""
    near: Array | None = None

    def choose(self) -> None:
        """Whether slopes are taken by complex steps, and why."""
        function, base = self.function, self.function.base
        ways = [self.direction() for _ in range(DIRECTIONS)]
        function.measure_noise(ways[:2])
        real = function.slopes(ways)
        self.kinked = bool(np.any(real.kinked))
        self.reason = self._refusal(function, ways, real)
        self.complex_step = not self.reason
        if self.reason and self._taken_elsewhere(ways):
            self.complex_step = self.noisy = True
            self.reason = NOISY
        elif self.complex_step:
            self.reason = f"f takes it, and it agrees with real evaluations along {DIRECTIONS} random directions"
        else:
            self.reason = f"f takes no complex step ({self.reason})"
        turned = [base * self.random.uniform(-1, 1, size=base.shape) for _ in range(2)]
        self.points = [*(base * share for share in SHARES), *turned, *self._shrunk()]
        self.near = base + NEAR * self.function.spread * self.random.normal(size=base.shape)

    def _shrunk(self) -> list[Array]:
        """The point with one argument nearer to 0, the others as they are."""
        places = self.function.arguments.places
        points = []
        for place in places[:MOST_SHRUNK] if len(places) > 1 else ():
            for share in SHARES[1:]:
                point = self.function.base.copy()
                point[place] *= share
                points.append(point)
        return points

    def direction(self) -> Array:
        """A random direction in which every entry moves about as far as every other."""
        count = self.function.base.shape
        return np.asarray(self.random.choice([-1.0, 1.0], size=count) * self.random.uniform(1, 2, size=count))

    def _taken_elsewhere(self, ways: list[Array]) -> bool:
        """Whether half-way to 0 a complex step agrees with real evaluations: so that the fault at x is rounding."""
        elsewhere = self.function.moved_to(self.function.base / 2)
        if not np.isfinite(elsewhere.value):
            return False
        elsewhere.measure_noise([self.direction(), self.direction()])
        return not self._refusal(elsewhere, ways, elsewhere.slopes(ways))

    def _refusal(self, function: Function, ways: list[Array], real: Slopes, steps: tuple[float, ...] = STEPS) -> str:
        """Why no complex step gives the slopes of a function; nothing if one does, which is taken from then on."""
        reasons, before = [], function.step
        for function.step in steps:
            reasons.append(self._objection(function, ways, real))
            if not reasons[-1]:
                return ""
        function.step = before
        return reasons[0] if reasons else "no other step is left"

    @staticmethod
    def _objection(function: Function, ways: list[Array], real: Slopes) -> str:
        try:
            slopes = np.array([function.complex_slope(way) for way in ways])
        except NoComplexStep as finding:
            return str(finding)
        low, high = real.between
        close = np.abs(slopes - real.slope) <= real.error + 1e-9 * np.abs(slopes)
        told = np.isfinite(real.error) | np.isfinite(real.blur)
        if not np.any(told):
            return "its slopes could not be confirmed by real evaluations"
        with np.errstate(all="ignore"):
            right = close | ((low <= slopes) & (slopes <= high))
        if np.all(right | ~told):
            return ""
        at = int(np.argmin(right | ~told))
        return f"along a random direction it gives {slopes[at]:.6g}, real evaluations give {real.slope[at]:.6g}"

    def judge(self, entries: Array) -> Found:
        """The verdicts of these entries."""
        if not self.complex_step:
            return self._measured(entries)
        try:
            numerical = np.array([self.function.complex_slope(self.unit(each)) for each in entries])
            bound, size = self._bounds(entries, numerical)
        except NoComplexStep as finding:
            return self._without(f"at some entries, {finding}", entries)
        analytic = self.analytic[entries]
        with np.errstate(all="ignore"):
            wrong = np.isfinite(numerical) & ~(np.abs(analytic - numerical) <= bound)
            order = np.argsort(-np.nan_to_num(np.abs(analytic - numerical) / bound, nan=np.inf))
        asked = np.arange(len(entries)) if self.kinked or self.noisy else order[: min(CONFIRMED, int(wrong.sum()))]
        real = self.function.entry_slopes(entries[asked])
        if not self.kinked and np.any(real.kinked):
            self.kinked = True
            return self.judge(entries)
        with np.errstate(all="ignore"):
            if self.noisy:
                bound = np.maximum(bound, np.nan_to_num(np.abs(real.slope - numerical) + real.error, nan=np.inf))
                wrong = np.isfinite(numerical) & ~(np.abs(analytic - numerical) <= bound)
            strays = np.abs(real.slope - numerical[asked]) > 2 * real.error + 1e-9 * np.abs(numerical[asked])
            refuted = strays & ~real.kinked & (np.abs(real.slope - analytic[asked]) <= real.error) & wrong[asked]
        if np.any(refuted):
            return self._refuted(entries[asked[refuted]], entries)
        left, right, low, high = (numerical.copy() for _ in range(4))
        kinked = np.zeros(len(entries), dtype=bool)
        for array, value in zip((left, right, low, high), (real.left, real.right, *real.between), strict=True):
            array[asked] = np.where(real.kinked, value, array[asked])
        kinked[asked] = real.kinked
        agree = ~wrong | (kinked & (low <= analytic) & (analytic <= high))
        blur = blurred(analytic, numerical, bound) & ~(bound <= NEVER_NOISE * size)
        verdicts = judged(analytic, numerical, np.asarray(agree), kinked, blur)
        return Found(entries, analytic, numerical, bound, left, right, verdicts)

    def _refuted(self, strays: Array, entries: Array) -> Found:
        """Another judgement, after real evaluations have refuted complex steps by some entries."""
        function, ways = self.function, [self.unit(int(each)) for each in strays]
        real = function.entry_slopes(strays)
        if not self._refusal(function, ways, real, STEPS[STEPS.index(function.step) + 1 :]):
            return self.judge(entries)
        if not self.noisy and self._taken_elsewhere(ways):
            self.noisy, self.reason = True, NOISY
            return self.judge(entries)
        return self._without("it loses the slope by some entries", entries)

    def _without(self, finding: str, entries: Array) -> Found:
        self.complex_step, self.reason = False, f"f takes no complex step ({finding})"
        return self.judge(entries)

    def _measured(self, entries: Array) -> Found:
        """By Ridders' method."""
        real = self.function.entry_slopes(entries)
        analytic, kinked = self.analytic[entries], real.kinked
        low, high = real.between
        with np.errstate(all="ignore"):
            bound = real.uncertainty + PLAIN * np.maximum(np.abs(analytic), np.abs(real.slope))
            agree = np.where(kinked, (low <= analytic) & (analytic <= high), np.abs(analytic - real.slope) <= bound)
        verdicts = judged(analytic, real.slope, agree, kinked, blurred(analytic, real.slope, bound))
        left, right = (np.where(kinked, side, real.slope) for side in (real.left, real.right))
        return Found(entries, analytic, real.slope, bound, left, right, verdicts)

    @property
    def scale(self) -> float:
        """What is large here: of the gradient, or of the function itself."""
        return max(abs(self.function.value), float(np.max(np.abs(self.analytic), initial=0.0)))

    def slope(self, way: Array) -> tuple[float, float]:
        """The slope along a direction, and how far it may be off beside rounding."""
        if self.complex_step:
            try:
                return self.function.complex_slope(way), 0.0
            except NoComplexStep as finding:
                self.complex_step, self.reason = False, f"f takes no complex step ({finding})"
        real = self.function.slopes([way])
        return float(real.slope[0]), float(real.error[0])

    def unit(self, entry: int) -> Array:
        """The direction of one entry."""
        way = np.zeros(self.function.base.shape)
        way[entry] = 1.0
        return way

    def _bounds(self, entries: Array, numerical: Array) -> tuple[Array, Array]:
        """How far rounding can part given and numerical, and the size of the terms behind, for each entry."""
        analytic = self.analytic[entries]
        size = np.fmax(np.abs(analytic), np.abs(numerical))
        bound = PLAIN * size + np.finfo(float).smallest_subnormal
        for at in self._in_question(analytic - numerical, bound):
            size[at] = max(abs(numerical[at]), self.terms(self.unit(int(entries[at])), float(numerical[at])))
            bound[at] = max(bound[at], GENEROUS * size[at])
        asked = self._in_question(analytic - numerical, bound)
        if asked.size:
            sample = self.random.permutation(asked)[:MOST_NOISY]
            noise = self._noise(entries[sample])
            share = float(np.max(noise / size[sample]))
            bound[asked] += share * size[asked] if asked.size > sample.size else 0.0
            bound[sample] = np.maximum(bound[sample], noise)
        return bound, size

    @staticmethod
    def _in_question(gap: Array, bound: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.flatnonzero(np.isfinite(gap) & (np.abs(gap) > bound))

    def terms(self, way: Array, slope: float) -> float:
        """How large the terms may be that add up to a slope: what it is elsewhere, and how it moves with the point."""
        assert self.near is not None
        found = [abs(self._slope_at(way, point)) for point in self.points]
        found.append(abs(self._slope_at(way, self.near) - slope) / NEAR)
        return max([each for each in found if np.isfinite(each)], default=0.0)

    def _slope_at(self, way: Array, point: Array) -> float:
        try:
            return self.function.complex_slope(way, point)
        except NoComplexStep:
            return float("nan")

    def _noise(self, entries: Array) -> Array:
        """How far the slopes, and the given gradient where it is a function, are off among neighbouring points."""
        way, seen = self.direction() * self.function.spread, np.zeros(len(entries))
        for spacing in WIDE:
            rows = []
            for number in range(MANY):
                point = self.function.base + (number - MANY // 2) * spacing * way
                slopes = np.array([self._slope_at(self.unit(int(each)), point) for each in entries])
                rows.append(slopes if self.again is None else self.again(point)[entries] - slopes)
            seen = np.fmax(seen, NOISE * noise_in(np.array(rows)))
        return seen


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

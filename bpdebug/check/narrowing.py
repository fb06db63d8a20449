"""Large gradients: accepted along random directions, and where one disagrees, narrowed by halving to the entries."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from bpdebug.check.judging import GENEROUS, NEVER_NOISE, PLAIN, USABLE, Found, Judge
from bpdebug.check.report import ArgumentCheck
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import Array

COPIES = 2
"""Directions taken of every stretch of entries: an error that the first does not feel, the second does."""
LEAF = 2
"""A stretch as short as this is looked at entry by entry."""
MOST_WRONG = 16
"""Wrong entries that are named before the search ends: more would not say more."""


@dataclass(slots=True)
class Narrowing:
    """The search for what is wrong among many entries."""

    judge: Judge
    evaluations: int
    ways: list[Array] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    allowed: float = 0.0
    """The largest disagreement that was let pass."""
    size: float = 0.0
    """How large the terms are, by size, that the gradient predicts along a direction through all entries."""

    def run(self) -> tuple[ArgumentCheck, ...]:
        """Directions through all entries, then through each argument, then through halves of what disagrees."""
        judge, arguments = self.judge, self.judge.function.arguments
        count = len(judge.analytic)
        strays = np.flatnonzero(~np.isfinite(judge.analytic))
        self.ways = [self._direction() for _ in range(COPIES)]
        if judge.kinked:  # where the slope ahead is not the one behind, one of them may happen to be what was given
            self.ways += [-way for way in self.ways]
        verdicts = np.full(count, np.int8(Verdict.MATCH))
        if strays.size:
            self._set_apart(strays, verdicts)
        self.size = max(float(np.sum(np.abs(self._terms(way, 0, count)))) for way in self.ways)
        if self.excess(0, count) > 0:
            places = [(place.start, place.stop) for place in arguments.places]
            for start, stop in self.search(places if len(places) > 1 else [(0, count)]):
                verdicts[start:stop] = Verdict.CANNOT_TELL
        found = judge.together(Found.joined(self.found or [judge.judge(np.zeros(0, dtype=int))]))
        verdicts[found.looked_at] = found.verdicts
        return found.checks(arguments, verdicts, self.allowed)

    def _direction(self) -> Array:
        """One along which every argument moves by about as large a share of itself."""
        way, function = self.judge.around.direction(), self.judge.function
        for place in function.arguments.places:
            way[place] *= np.sqrt(np.mean(function.size[place] ** 2)) if way[place].size else 1.0
        return way

    def _set_apart(self, strays: Array, verdicts: Array) -> None:
        """What is no number is looked at by itself, and is in no direction."""
        for way in self.ways:
            way[strays] = 0.0
        verdicts[strays] = Verdict.CANNOT_TELL
        self.found.append(self.judge.judge(strays[:MOST_WRONG]))

    def search(self, stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Halve what disagrees, the shortest first; the stretches that are left when enough is known."""
        open_: list[tuple[tuple[int, float], int, int]] = []
        self._sort(stretches, open_)
        while open_ and self._wrong < MOST_WRONG and self.judge.function.evaluations < self.evaluations:
            _, start, stop = heapq.heappop(open_)
            if stop - start <= LEAF:
                self.found.append(self.judge.judge(np.arange(start, stop)))
                continue
            middle = (start + stop) // 2
            self._sort([(start, middle), (middle, stop)], open_)
        return [(start, stop) for _, start, stop in open_]

    @property
    def _wrong(self) -> int:
        return sum(int((each.verdicts == Verdict.WRONG).sum()) for each in self.found)

    def _sort(self, stretches: list[tuple[int, int]], open_: list[tuple[tuple[int, float], int, int]]) -> None:
        for start, stop in stretches:
            excess = self.excess(start, stop) if stop > start else 0.0
            if excess > 0:
                heapq.heappush(open_, ((stop - start, -excess), start, stop))

    def excess(self, start: int, stop: int) -> float:
        """How far the gradient's prediction for a stretch of entries is off, beyond what rounding allows."""
        return max(self._along(way, start, stop) for way in self.ways)

    def _terms(self, way: Array, start: int, stop: int) -> Array:
        """What each entry of a stretch adds to the slope that the gradient predicts."""
        return np.where(way[start:stop] == 0, 0.0, self.judge.analytic[start:stop]) * way[start:stop]

    def _along(self, way: Array, start: int, stop: int) -> float:
        part = np.zeros(way.shape)
        part[start:stop] = way[start:stop]
        terms = self._terms(way, start, stop)
        predicted, size = float(np.sum(terms)), float(np.sum(np.abs(terms)))
        slope, allowed = self.judge.slope(part)
        allowed += PLAIN * (size + abs(slope))
        gap = abs(predicted - slope)
        if self.judge.complex_step and allowed < gap <= NEVER_NOISE * max(size, self.judge.scale):
            allowed = max(allowed, GENEROUS * self.judge.around.terms(part, slope))
        if gap <= allowed <= max(USABLE * self.size, PLAIN * abs(slope)):
            self.allowed = max(self.allowed, 2 * allowed / np.min(np.abs(part[part != 0]), initial=np.inf))
            return 0.0
        return gap - allowed if gap > allowed and np.isfinite(gap) else float("inf")

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
ENTRY_COST = 50
"""Evaluations that a look at an entry on a kink takes, or a little more."""
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
    on_kinks: list[tuple[int, int]] = field(default_factory=list)
    """Stretches that were let pass because their entries stand on kinks."""
    apart: list[tuple[int, int]] = field(default_factory=list)
    """Stretches with kinks that disagree, though their halves do not."""

    def run(self) -> tuple[ArgumentCheck, ...]:
        """Directions through all entries, then through each argument, then through halves of what disagrees."""
        judge, arguments = self.judge, self.judge.function.arguments
        count = len(judge.analytic)
        strays = np.flatnonzero(~np.isfinite(judge.analytic))
        self.ways = [judge.around.direction() for _ in range(COPIES)]
        verdicts = np.full(count, np.int8(Verdict.MATCH))
        if strays.size:
            self._set_apart(strays, verdicts)
        if judge.kinked and np.any(judge.analytic):
            along = np.nan_to_num(judge.analytic, posinf=0.0, neginf=0.0)
            self.ways.append(along / np.max(np.abs(along)))
        if self.excess(0, count) > 0:
            places = [(place.start, place.stop) for place in arguments.places]
            for start, stop in self.search((0, count), places if len(places) > 1 else [(0, count)]):
                verdicts[start:stop] = Verdict.CANNOT_TELL
        for start, stop in self.on_kinks:
            verdicts[start:stop] = Verdict.KINK
        found = self._together(verdicts)
        verdicts[found.looked_at] = found.verdicts
        return found.checks(arguments, verdicts, self.allowed)

    def _set_apart(self, strays: Array, verdicts: Array) -> None:
        """What is no number is looked at by itself, and is in no direction."""
        for way in self.ways:
            way[strays] = 0.0
        verdicts[strays] = Verdict.CANNOT_TELL
        self.found.append(self.judge.judge(strays[:MOST_WRONG]))

    def _together(self, verdicts: Array) -> Found:
        """All that was found, and of the stretches that disagree as a whole what their entries are together."""
        judge = self.judge
        looked_at = [each.looked_at for each in self.found]
        for start, stop in self.apart:
            entries = np.setdiff1d(np.arange(start, stop), np.concatenate([*looked_at, np.zeros(0, dtype=int)]))
            if ENTRY_COST * len(entries) > self.evaluations - judge.function.evaluations:
                verdicts[start:stop] = Verdict.CANNOT_TELL
            elif entries.size:
                self.found.append(judge.judge(entries))
                looked_at.append(entries)
        return judge.together(Found.joined(self.found or [judge.judge(np.zeros(0, dtype=int))]))

    def search(self, whole: tuple[int, int], stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Halve what disagrees, the shortest first; the stretches that are left when enough is known."""
        open_: list[tuple[tuple[int, float], int, int]] = []
        self._sort(whole, stretches, open_)
        while open_ and self._wrong < MOST_WRONG and self.judge.function.evaluations < self.evaluations:
            _, start, stop = heapq.heappop(open_)
            if stop - start <= LEAF:
                self.found.append(self.judge.judge(np.arange(start, stop)))
                continue
            middle = (start + stop) // 2
            self._sort((start, stop), [(start, middle), (middle, stop)], open_)
        return [(start, stop) for _, start, stop in open_]

    @property
    def _wrong(self) -> int:
        return sum(int((each.verdicts == Verdict.WRONG).sum()) for each in self.found)

    def _sort(
        self, whole: tuple[int, int], stretches: list[tuple[int, int]], open_: list[tuple[tuple[int, float], int, int]]
    ) -> None:
        """Open those that disagree of the stretches that make up a whole."""
        before = len(open_)
        for start, stop in stretches:
            excess = self.excess(start, stop) if stop > start else 0.0
            if excess > 0:
                heapq.heappush(open_, ((stop - start, -excess), start, stop))
        if self.judge.kinked and len(open_) == before:
            self.apart.append(whole)

    def excess(self, start: int, stop: int) -> float:
        """How far the gradient's prediction for a stretch of entries is off, beyond what rounding allows."""
        found = [self._along(way, start, stop) for way in self.ways]
        excess = max(beyond for beyond, _ in found)
        if excess <= 0 and any(kinked for _, kinked in found):
            self.on_kinks.append((start, stop))
        return excess

    def _along(self, way: Array, start: int, stop: int) -> tuple[float, bool]:
        """The same along one direction, and whether it is let pass for its kinks."""
        part = np.zeros(way.shape)
        part[start:stop] = way[start:stop]
        terms = np.where(way[start:stop] == 0, 0.0, self.judge.analytic[start:stop]) * way[start:stop]
        predicted, size = float(np.sum(terms)), float(np.sum(np.abs(terms)))
        slope, allowed = self.judge.slope(part)
        allowed += PLAIN * (size + abs(slope))
        gap = abs(predicted - slope)
        if self.judge.complex_step and allowed < gap <= NEVER_NOISE * max(size, self.judge.scale):
            allowed = max(allowed, GENEROUS * self.judge.around.terms(part, slope))
        unclear = not allowed <= max(USABLE * size, NEVER_NOISE * self.judge.scale)
        kinked = self.judge.kinked and (unclear or gap > allowed)
        if kinked:
            left, right, blur = self.judge.kinks.sides(part, size)
            beyond = self.judge.kinks.excess(part, predicted, left, right, blur)
            if np.isfinite(beyond):
                allowed, unclear = abs(right - left) + 2 * blur, False
                gap = max(0.0, beyond) + allowed
        if gap <= allowed and not unclear:
            self.allowed = max(self.allowed, 2 * allowed)
            return 0.0, kinked
        return (gap - allowed if np.isfinite(gap) and not unclear else float("inf")), False

"""Large gradients: accepted along random directions, and where one disagrees, narrowed by halving to the entries."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from msgspec import Struct, field

from bpdebug.check.arguments import Arguments
from bpdebug.check.comparing import USABLE
from bpdebug.check.judging import GENEROUS, NEVER_NOISE, PLAIN, Found, Judge
from bpdebug.check.report import ArgumentCheck
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import Array

COPIES = 2
"""Directions taken of every stretch of entries: an error that the first does not feel, the second does."""
MOST_LEADING = 12
"""Arguments that are led along one by one."""
FOLLOWING = 2.0**-8
"""Of the way of an argument that leads, what the others go."""
LEAF = 2
"""A stretch as short as this is looked at entry by entry."""
MOST_WRONG = 16
"""Wrong entries that are named before the search ends: more would not say more."""


class Proof(Struct, frozen=True, eq=False):
    """Directions along which a right gradient predicts the slope: that ahead, or half-way between it and that behind.

    Numbers that agree along random directions and their opposites no kink has a part in. At kinks those agree that are
    the gradient on one side of all of them, along directions that lead there, or half-way between those on both sides.
    """

    ways: tuple[Array, ...] = ()
    halfway: bool = False
    says: str = ""
    """What is so of a gradient that agrees."""

    @classmethod
    def at_kinks(cls, ways: tuple[Array, ...], gradient: Array, arguments: Arguments) -> tuple[Proof, ...]:
        """One for each rule that may have been followed at all kinks.

        relu'(0) = 1 is the slope where every entry grows, relu'(0) = 0 where it shrinks, or where the bias alone does;
        the first of two that tie for a maximum remains it where what has a slope grows and nothing else does; ties are
        split half-way.
        """
        ahead = tuple(np.abs(way) for way in ways)
        return (
            cls(ahead, says="where every entry is a little larger"),
            cls(tuple(-way for way in ahead), says="where every entry is a little smaller"),
            cls(tuple(np.where(gradient == 0, -way, way) for way in ahead), says="on one side of them"),
            cls(ways, halfway=True, says="half-way between those on both sides"),
            *(each for number in range(len(arguments.names)) for each in cls._led(ways, arguments, number)),
        )

    @classmethod
    def _led(cls, ways: tuple[Array, ...], arguments: Arguments, number: int) -> Iterator[Proof]:
        """Along directions that one of several arguments leads, and the others hardly change."""
        if not 1 < len(arguments.names) <= MOST_LEADING:
            return
        name, place = arguments.names[number], arguments.places[number]
        for sign, word in ((1.0, "larger"), (-1.0, "smaller")):
            led = tuple(FOLLOWING * way for way in ways)
            for each, way in zip(led, ways, strict=True):
                each[place] = sign * np.abs(way[place])
            yield cls(led, says=f"where {name} is a little {word}")


class Narrowing(Struct):
    """The search for what is wrong among many entries."""

    judge: Judge
    evaluations: int
    proof: Proof = field(default_factory=Proof)
    """What lets stretches of entries pass."""
    passed: list[tuple[int, int]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    allowed: float = 0.0
    """The largest disagreement that was let pass."""
    size: float = 0.0
    """How large the terms are, by size, that the gradient predicts along a direction through all entries."""

    def run(self) -> tuple[ArgumentCheck, ...]:
        """Directions through all entries, then through each argument, then through halves of what disagrees."""
        judge = self.judge
        strays = np.flatnonzero(~np.isfinite(judge.analytic))
        apart = judge.judge(strays[:MOST_WRONG])
        ways = self._ways(strays)
        for proof in self._proofs(ways):
            self.proof, self.found, self.passed = proof, [apart], []
            verdicts = self._verdicts(strays)
            if self._wrong or not np.any(verdicts == Verdict.CANNOT_TELL):
                break
        found = judge.together(Found.joined(self.found))
        verdicts[found.looked_at] = found.verdicts
        return found.checks(judge.function.arguments, verdicts, self.allowed)

    def proves(self) -> bool:
        """Whether all numbers together are the gradient by one rule that may have been followed at kinks."""
        ways = self._ways(np.arange(0))
        return any(self._tried(proof) <= 0 for proof in self._at_kinks(ways))

    def _ways(self, strays: Array) -> tuple[Array, ...]:
        """Directions through all entries; what is no number stays."""
        ways = tuple(self._direction(strays) for _ in range(COPIES))
        every = slice(len(self.judge.analytic))
        self.size = max(float(np.sum(np.abs(self._terms(way, every)))) for way in ways)
        return ways

    @property
    def note(self) -> str:
        """What is to be said of kinks where a gradient was let pass."""
        return f"f has kinks at x: what was given is its gradient {self.proof.says}" if self.proof.says else ""

    def _direction(self, strays: Array) -> Array:
        """One along which every argument moves by about as large a share of itself; what is no number stays."""
        way, function = self.judge.around.direction(), self.judge.function
        for place in function.arguments.places:
            way[place] *= np.sqrt(np.mean(function.size[place] ** 2)) if way[place].size else 1.0
        way[strays] = 0.0
        return way

    def _proofs(self, ways: tuple[Array, ...]) -> tuple[Proof, ...]:
        """What is tried, one after the other: at kinks, first the rule that comes nearest to what was given."""
        if not self.judge.kinked:
            return (Proof(ways),)
        plain = Proof((*ways, *(-way for way in ways)))
        excess = {
            proof: self._tried(proof)
            for proof in (plain, *Proof.at_kinks(ways, self.judge.analytic, self.judge.function.arguments))
        }
        nearest = min(excess, key=lambda proof: excess[proof])
        return (plain,) if nearest is plain or np.isinf(excess[nearest]) else (nearest, plain)

    def _at_kinks(self, ways: tuple[Array, ...]) -> tuple[Proof, ...]:
        return Proof.at_kinks(ways, self.judge.analytic, self.judge.function.arguments)

    def _tried(self, proof: Proof) -> float:
        """How far off the prediction for all entries is by this proof."""
        self.proof = proof
        return self.excess(slice(len(self.judge.analytic)))

    def _verdicts(self, strays: Array) -> Array:
        """The verdicts by one proof, where no entry was looked at by itself."""
        count, places = len(self.judge.analytic), self.judge.function.arguments.places
        verdicts = np.full(count, np.int8(Verdict.MATCH))
        verdicts[strays] = Verdict.CANNOT_TELL
        if self.excess(slice(count)) > 0:
            parts = [(place.start, place.stop) for place in places]
            for start, stop in self.search(parts if len(parts) > 1 else [(0, count)]):
                verdicts[start:stop] = Verdict.CANNOT_TELL
            together = np.concatenate([np.arange(0), *(np.arange(*each) for each in self.passed)])
            if (
                self.judge.kinked and together.size and self.excess(together) > 0
            ):  # each at its kinks, but not all of them at once
                verdicts[together] = Verdict.CANNOT_TELL
        return verdicts

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
            excess = self.excess(slice(start, stop)) if stop > start else 0.0
            if excess > 0:
                heapq.heappush(open_, ((stop - start, -excess), start, stop))
            else:
                self.passed.append((start, stop))

    def excess(self, entries: slice | Array) -> float:
        """How far the gradient's prediction for some entries is off, beyond what rounding allows."""
        return max(self._along(way, entries) for way in self.proof.ways)

    def _terms(self, way: Array, entries: slice | Array) -> Array:
        """What each of the entries adds to the slope that the gradient predicts."""
        return np.where(way[entries] == 0, 0.0, self.judge.analytic[entries]) * way[entries]

    def _along(self, way: Array, entries: slice | Array) -> float:
        part = np.zeros(way.shape)
        part[entries] = way[entries]
        terms = self._terms(way, entries)
        predicted, size = float(np.sum(terms)), float(np.sum(np.abs(terms)))
        slope, allowed = self._slope(part)
        allowed += PLAIN * (size + abs(slope))
        gap = abs(predicted - slope)
        if self.judge.complex_step and allowed < gap <= NEVER_NOISE * max(size, self.judge.scale):
            allowed = max(allowed, GENEROUS * self.judge.around.terms(part, slope))
        if gap <= allowed <= max(USABLE * self.size, PLAIN * abs(slope)):
            self.allowed = max(self.allowed, 2 * allowed / np.min(np.abs(part[part != 0]), initial=np.inf))
            return 0.0
        return gap - allowed if gap > allowed and np.isfinite(gap) else float("inf")

    def _slope(self, part: Array) -> tuple[float, float]:
        """The slope that the proof asks for, and how far it may be off beside rounding."""
        slope, allowed = self.judge.slope(part)
        if not self.proof.halfway:
            return slope, allowed
        behind, also = self.judge.slope(-part)
        return 0.5 * (slope - behind), 0.5 * (allowed + also)

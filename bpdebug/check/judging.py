"""The verdict of each entry of a hand-written gradient, from evaluations of its function alone."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check import stepping
from bpdebug.check.arguments import Arguments
from bpdebug.check.circles import circles
from bpdebug.check.comparing import USABLE, between, beyond, blurred, judged, refutes
from bpdebug.check.evaluation import CLOSE, STEPS, Function, NoComplexStep
from bpdebug.check.felt import Felt
from bpdebug.check.kinks import Kinks
from bpdebug.check.report import ArgumentCheck
from bpdebug.check.surroundings import Surroundings
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import UNIT, Array

PLAIN, GENEROUS = 64 * UNIT, 256 * UNIT
"""Round-off granted to an entry without a question; and to the terms it may be made of, once it is in question."""
MANY = 400
"""Entries that are all asked for by real evaluations, at kinks."""
MOST_NOISY = 32
"""Entries whose noise is looked for; the others are taken to have as much of it, for their size."""
NEVER_NOISE = 1e-6
"""Of the terms an entry may be made of: a larger disagreement is no rounding."""
RESIDUE = 2.0**-10 * UNIT
"""What is left where terms cancel is no smaller than this share of them; a smaller entry has another reason."""
STEPPED = "f goes in small steps: its slope is 0 on each, whatever it is from afar"
DIRECTIONS = 3
CONFIRMED = 16
"""Of the entries that a complex step calls wrong, those that real evaluations have to confirm."""


class Found(Struct, frozen=True, eq=False):
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
        self, arguments: Arguments, whole: Array | None = None, resolution: float | None = None
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
                    resolution=resolution,
                )
            )
        return tuple(checks)


class Judge(Struct):
    """One function and one gradient, both as vectors."""

    function: Function
    analytic: Array
    around: Surroundings
    complex_step: bool = False
    kinked: bool = False
    """Whether the function has a kink at the point."""
    noisy: bool = False
    """Whether the function has too few digits at the point for one way of taking slopes to confirm the other."""
    stepped: bool = False
    """Whether the function goes in steps, with which the two ways of taking slopes deal differently."""
    unseen: float = 0.0
    """How much of the slope along a way as long as the arguments complex steps may lose without a trace."""
    reason: str = ""

    def choose(self) -> None:
        """Whether slopes are taken by complex steps, and why."""
        function, ways = self.function, [self.around.direction() for _ in range(DIRECTIONS)]
        ways[0] *= function.size
        function.measure_noise([ways[0], function.size])
        real = function.slopes(ways)
        self.kinked = bool(np.any(real.kinked))
        self.stepped = bool(np.any(real.stepped))
        lost = 0.0
        if not self.stepped:
            around = circles(self._smooth(), ways[0])
            lost, self.unseen = around.lost, around.unseen
        refusal = STEPPED if self.stepped else stepping.refusal(function, ways, real)
        if lost and not refusal:
            loss = f"it drops the imaginary part of a term: about {abs(lost):.1g} of a slope would be lost"
            self.reason = f"f takes no complex step ({loss})"
        elif not refusal:
            self.complex_step = True
            self.reason = f"f takes it, and it agrees with real evaluations along {DIRECTIONS} random directions"
        elif not (self.stepped or lost) and stepping.taken_elsewhere(function, ways):
            self.complex_step, self.noisy, self.reason = True, True, stepping.NOISY
        else:
            self.reason = STEPPED if self.stepped else f"f takes no complex step ({refusal})"

    def _smooth(self) -> Function:
        """The function at the point, or beside a kink."""
        if not self.kinked:
            return self.function
        beside = self.function.moved_to(self.around.beside)
        beside.measure_noise([self.around.direction() * beside.size])
        return beside

    def judge(self, entries: Array) -> Found:
        """The verdicts of these entries."""
        if not self.complex_step:
            return self._measured(entries)
        try:
            numerical = np.array([self.function.complex_slope(self.around.unit(each)) for each in entries])
            bound, size = self._bounds(entries, numerical)
        except NoComplexStep as finding:
            return self._without(f"at some entries, {finding}", entries)
        analytic = self.analytic[entries]
        wrong = beyond(analytic, numerical, bound)
        asked = self._asked(entries, numerical, bound)
        real = self.function.entry_slopes(entries[asked])
        if not self.kinked and np.any(real.kinked):
            self.kinked = True
            return self.judge(entries)
        if self.noisy:
            bound = np.fmax(bound, np.nan_to_num(np.abs(real.slope - numerical) + real.error, nan=np.inf))
            wrong = beyond(analytic, numerical, bound)
        refuted = wrong[asked] & refutes(real, analytic[asked], numerical[asked])
        if self._suspicious:
            refuted |= ~real.kinked & (
                np.abs(real.slope - numerical[asked]) > 2 * real.error + CLOSE * np.abs(real.slope)
            )
        if np.any(refuted):
            return self._refuted(entries[asked[refuted]], entries)
        sides, kinked = np.stack([numerical, numerical, bound]), np.zeros(len(entries), dtype=bool)
        kinked[asked] = real.kinked
        sides[:, asked] = np.where(real.kinked, [real.left, real.right, real.blur], sides[:, asked])
        agree = ~wrong | (kinked & between(analytic, sides))
        blur = blurred(analytic, numerical, bound) & ~(bound <= NEVER_NOISE * size)
        verdicts = judged(analytic, numerical, agree, kinked, blur)
        self._at_kinks(verdicts, entries, sides, kinked)
        self._felt.settle(verdicts, entries, numerical, bound)
        self._felt.hide(verdicts, entries, numerical, self.unseen)
        drowned = np.fmax(np.abs(analytic), np.abs(numerical)) < RESIDUE * size
        verdicts[drowned & (verdicts == Verdict.MATCH)] = Verdict.UNTESTED
        return Found(entries, analytic, numerical, bound, sides[0], sides[1], verdicts)

    def _asked(self, entries: Array, numerical: Array, bound: Array) -> Array:
        """The places of those entries that real evaluations are asked about.

        At a kink that is every one; of very many those that are wrong, or have another slope behind than ahead.
        """
        gap = self.analytic[entries] - numerical
        if not (self.kinked or self.noisy or (self._suspicious and len(entries) <= MANY)):
            wrong = int(beyond(self.analytic[entries], numerical, bound).sum())
            with np.errstate(all="ignore"):
                order = np.argsort(-np.nan_to_num(np.abs(gap) / bound, nan=np.inf))
            return np.asarray(order[: min(CONFIRMED, wrong)])
        if self.noisy or len(entries) <= MANY:
            return np.arange(len(entries))
        behind = np.array([-self.function.complex_slope(-self.around.unit(each)) for each in entries])
        with np.errstate(all="ignore"):
            return np.flatnonzero(~(np.abs(gap) <= bound) | ~(np.abs(behind - numerical) <= bound))

    @property
    def _suspicious(self) -> bool:
        """Whether an operation is seen that drops the imaginary part, though circles show nothing of it."""
        return bool(self.function.dropped) and not self.noisy

    @property
    def _felt(self) -> Felt:
        return Felt(self.function, self.around, self.analytic)

    def _refuted(self, strays: Array, entries: Array) -> Found:
        """Another judgement, after real evaluations have refuted complex steps by some entries."""
        function, ways = self.function, [self.around.unit(int(each)) for each in strays]
        real = function.entry_slopes(strays)
        if not stepping.refusal(function, ways, real, STEPS[STEPS.index(function.step) + 1 :]):
            return self.judge(entries)
        if not self.noisy and stepping.taken_elsewhere(function, ways):
            self.noisy, self.reason = True, stepping.NOISY
            return self.judge(entries)
        return self._without("it loses the slope by some entries", entries)

    def _without(self, finding: str, entries: Array) -> Found:
        self.complex_step, self.reason = False, f"f takes no complex step ({finding})"
        return self.judge(entries)

    def _measured(self, entries: Array) -> Found:
        """By Ridders' method."""
        real = self.function.entry_slopes(entries)
        analytic, kinked = self.analytic[entries], real.kinked
        with np.errstate(all="ignore"):
            size = np.where(np.isfinite(analytic), np.maximum(np.abs(analytic), np.abs(real.slope)), np.abs(real.slope))
            bound = real.uncertainty + PLAIN * size
            for at in self._in_question(analytic - real.slope, bound):
                bound[at] = max(bound[at], GENEROUS * self._usual(int(entries[at])))
            sides = np.where(kinked, [real.left, real.right, real.blur], [real.slope, real.slope, bound])
            agree = np.where(kinked, between(analytic, sides), ~beyond(analytic, real.slope, bound))
        verdicts = judged(analytic, real.slope, agree, kinked, blurred(analytic, real.slope, bound))
        self._at_kinks(verdicts, entries, sides, kinked)
        self._felt.settle(verdicts, entries, real.slope, bound)
        verdicts[real.stepped & (agree | (analytic == 0))] = Verdict.CANNOT_TELL
        return Found(entries, analytic, real.slope, bound, sides[0], sides[1], verdicts)

    def _at_kinks(self, verdicts: Array, entries: Array, sides: Array, kinked: Array) -> None:
        """What is beyond the slopes to both sides is not wrong where kinks cancel each other."""
        wrong = np.flatnonzero(verdicts == Verdict.WRONG)
        if self.kinked or np.any(kinked):
            verdicts[wrong] = self.kinks.verdicts(entries[wrong], self.analytic[entries[wrong]], sides[:, wrong])

    def together(self, found: Found) -> Found:
        """The same, but what is wrong together though every number is a slope of its entry."""
        at, verdicts = np.flatnonzero(found.verdicts == Verdict.KINK), found.verdicts.copy()
        middle = 0.5 * (found.left + found.right)[at]
        verdicts[at] = self.kinks.together(found.looked_at[at], found.analytic[at], middle)
        return replace(found, verdicts=verdicts)

    @property
    def kinks(self) -> Kinks:
        """The kinks at the point."""
        return Kinks(self.around, self.complex_step)

    @property
    def scale(self) -> float:
        """What is large here: of the gradient, or of the function itself."""
        known = self.analytic[np.isfinite(self.analytic)]
        return max(abs(self.function.value), float(np.max(np.abs(known), initial=0.0)))

    def slope(self, way: Array) -> tuple[float, float]:
        """The slope along a direction, ahead if not that behind, and how far it may be off beside rounding."""
        if self.complex_step:
            try:
                return self.function.complex_slope(way), 0.0
            except NoComplexStep as finding:
                self.complex_step, self.reason = False, f"f takes no complex step ({finding})"
        real = self.function.slopes([way])
        slope, error = float((real.right if real.kinked[0] else real.slope)[0]), float(real.uncertainty[0])
        return slope, float("inf") if self.stepped or real.stepped[0] else error

    def _bounds(self, entries: Array, numerical: Array) -> tuple[Array, Array]:
        """How far rounding can part given and numerical, and the size of the terms behind, for each entry."""
        analytic = self.analytic[entries]
        size = np.where(np.isfinite(analytic), np.fmax(np.abs(analytic), np.abs(numerical)), np.abs(numerical))
        bound = PLAIN * size + self.function.underflow
        for at in self._in_question(analytic - numerical, bound):
            terms = self.around.terms(self.around.unit(int(entries[at])), float(numerical[at]))
            size[at] = max(abs(numerical[at]), terms)
            bound[at] = max(bound[at], GENEROUS * max(size[at], self._usual(int(entries[at]))))
        asked = self._in_question(analytic - numerical, bound)
        most = np.maximum(USABLE * np.fmax(np.abs(analytic), np.abs(numerical)), NEVER_NOISE * size)
        asked = asked[np.abs(analytic - numerical)[asked] <= most[asked]]
        if asked.size:
            sample = self.around.random.permutation(asked)[:MOST_NOISY]
            noise = self.around.noise(entries[sample])
            share = float(np.max(noise / size[sample]))
            bound[asked] += share * size[asked] if asked.size > sample.size else 0.0
            bound[sample] = np.maximum(bound[sample], noise)
        return bound, size

    def _usual(self, entry: int) -> float:
        """How large the terms of an entry may be, as the others are: as slopes, and as what they move f by."""
        known = np.where(np.isfinite(self.analytic), np.abs(self.analytic), 0.0)
        size = self.function.size
        with np.errstate(all="ignore"):
            return float(min(np.max(known), np.max(known * size) / size[entry]))

    @staticmethod
    def _in_question(gap: Array, bound: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.flatnonzero(np.isfinite(gap) & (np.abs(gap) > bound))

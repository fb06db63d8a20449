"""The check: a program's own gradients held against derivatives taken through its forward steps alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.derivatives import Derivatives
from bpdebug.check.differences import Differences
from bpdebug.check.forward import Forward, Values
from bpdebug.check.idle import idle
from bpdebug.check.paths import paths
from bpdebug.check.reach import Reach
from bpdebug.check.rounding import Backward, errors
from bpdebug.check.routes import reads
from bpdebug.check.sides import UNDERFLOWN, Sides
from bpdebug.check.verdict import GradientCheck, Single, Verdict
from bpdebug.check.wanted import denoted, wanted
from bpdebug.language.expression import Expr
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Program, Step

USABLE = 5e-4
"""A bound beyond this share of an entry would let an error of a tenth of a percent pass."""
DIGITS = 1e-6
"""A bound below this share of the terms an entry is made of still tests those, though they cancel in the entry."""

FEW = 2**12
"""Entries of an array that may be there twice with the same numbers."""

RESIDUE = 2.0**-10 * UNIT
"""What is left where terms cancel is no smaller than this share of them; a smaller entry has another reason."""


def check_gradients(
    program: Program, values: Values, names: Iterable[str] | None = None, *, by_hand: bool = False
) -> tuple[GradientCheck, ...]:
    """Every gradient in `values` (or those named: dW2) against the numerical one, entry by entry.

    `values` are those of one iteration: data, constants, parameters as it found them, temporaries, gradients. With
    `by_hand` these were computed by somebody else's equations: what those lose by rounding is not held against them.
    """
    pairs = wanted(program, values, names)
    checker = Checker(program, dict(values), tuple(name for _, name in pairs), by_hand)
    checker.derivatives.find([of for of, _ in pairs])
    return tuple(checker.check(of, name) for of, name in pairs)


class Checker(Struct, frozen=True, eq=False, dict=True):
    """One iteration's values, under check."""

    program: Program
    values: Values
    names: tuple[str, ...]
    """The gradients that are to be checked."""
    by_hand: bool = False

    @cached_property
    def forward(self) -> Forward:
        return Forward.of(self.program, self.values)

    @property
    def bounds(self) -> Values:
        """Of the gradients that are to be checked, how far rounding can have moved them."""
        return self._rounding[0]

    @property
    def backward(self) -> Backward:
        """The same of derivatives taken through the forward steps."""
        return self._rounding[1]

    @cached_property
    def _rounding(self) -> tuple[Values, Backward]:
        """Both, of which nothing is kept that was on the way.

        Where the backward pass goes through a quantity's own gradient, both ways take slopes at the number that
        stands there: errors made before it are common to them and part nothing. A fused equation skips some.
        """
        read = {name for step in self._backward_steps for name in reads(step)}
        given = {of for of, name in self.program.gradients.items() if name in read}
        single = self.forward.single
        forward = errors(self.forward.steps, self.forward.values, {}, given, single=single)
        known = self._honest
        bounds = errors(self._backward_steps, known, forward, kept=self.names, by_hand=self.by_hand, single=single)
        asked = {of for of, name in self.program.gradients.items() if name in self.names}
        return bounds, Backward.of(self.forward, forward, asked | self.forward.kinks.keys())

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.forward, self.backward)

    @cached_property
    def _backward_steps(self) -> tuple[Step, ...]:
        return paths(self.program).computing(self.names)

    @cached_property
    def _honest(self) -> Values:
        """What the backward steps compute from the forward values: a bound must not rest on the values it judges."""
        known = dict(self.forward.values)
        with np.errstate(all="ignore"):
            for step in self._backward_steps:
                value, own = self.forward.compute(step, known), known.get(step.out)
                if own is None or value.size <= FEW or not np.array_equal(own, value):
                    known[step.out] = value
        return known

    @cached_property
    def derivatives(self) -> Derivatives:
        return Derivatives(self.forward)

    @np.errstate(all="ignore")
    def check(self, of: str, name: str, resolution: float | None = None) -> GradientCheck:
        """One gradient, by its name, of one quantity.

        With a `resolution` it has been accepted along random directions, and is taken at its word: only what was
        tested is still to be told.
        """
        shape = np.shape(self.forward.values[of])
        analytic = np.broadcast_to(np.asarray(self.forward.values[name], dtype=np.float64), shape)
        denotes = denoted(self.program, name, of)
        factor = 1.0 if denotes.factor is None else float(self.forward.values[denotes.factor])
        magnitude = np.abs(factor) * self.backward.magnitude(of, shape)
        bound = self._bound(of, name, factor)
        moving = Differences(self.forward, of, self.forward.paths.to_cost(of))
        felt = self.reach.at(of, shape) if moving.kinks else np.zeros(shape, dtype=bool)
        accepted = resolution is not None and not felt.any()
        derivatives = self.derivatives  # of the checker, and what it found out of rounding, a check holds nothing
        numerical = analytic if accepted else factor * derivatives.of(of)
        sides = Sides.of(moving, felt, numerical, bound, factor) if felt.any() else None
        drowned = not np.all(np.isfinite(self.forward.values[self.program.cost]))
        verdicts = judged(analytic, numerical, bound, magnitude, felt if sides is None else sides.kinked)
        steep = bool(moving.kinks) and self._steep(moving)
        if steep:  # where a slope is infinite the chain rule says 0·∞: no number is right and none is wrong
            verdicts[(verdicts == Verdict.WRONG) & ~np.isfinite(analytic)] = Verdict.CANNOT_TELL
        if drowned:  # a cost that is no number has no slope
            verdicts = np.full(shape, np.int8(Verdict.CANNOT_TELL))
        return GradientCheck(
            name=name,
            of=of,
            denotes=str(denotes),
            shape=shape,
            analytic=analytic,
            bound=bound,
            verdicts=verdicts,
            exact=lambda: factor * derivatives.of(of),
            textbook=lambda entries: factor * moving.central(entries),
            sides=sides,
            untold=self._untold(drowned, moving.kinks if steep else ()) if Verdict.CANNOT_TELL in verdicts else "",
            rules=moving.kinks if steep or np.any(verdicts == Verdict.KINK) else (),
            measured=tuple(dict.fromkeys(step.op.name for step in moving.steps if not step.op.complex_step)),
            single=self._single(name, analytic, magnitude),
            resolution=abs(factor) * resolution if resolution is not None and accepted else None,
            idle=self._idle(name, verdicts == Verdict.UNTESTED),
        )

    def _idle(self, name: str, untested: Array) -> tuple[Expr, ...]:
        """What in the program's own formula is 0 where nothing was tested; of somebody else's nothing is known."""
        known = untested.any() and not self.by_hand
        return idle(self.program, self._honest, name, untested) if known else ()

    def _untold(self, drowned: bool, steep: tuple[str, ...]) -> str:
        """Why nothing can be told: the cost is no number, or a slope on the way has no bound."""
        if drowned:
            value = float(self.forward.values[self.program.cost])
            return f"{self.program.cost} is {value}: a cost that is no finite number has no slopes"
        return f"nothing can be told where {'; '.join(steep)}" if steep else ""

    def _steep(self, moving: Differences) -> bool:
        """Whether a step on the way stands where its slope is infinite."""
        tangents, kinks = self.derivatives.tangents, self.forward.kinks
        return any(
            not np.isfinite(tangents.slope(step, place)).all()
            for step in moving.steps
            if step.out in kinks and step.op.elementwise
            for place in range(len(step.inputs))
        )

    def _single(self, name: str, double: Array, magnitude: Array) -> Single | None:
        return None if self.forward.single is None else Single.of(self.forward.single[name], double, magnitude)

    def _bound(self, of: str, name: str, factor: float) -> Array:
        """How far the analytic and the numerical derivative may be apart by rounding alone."""
        shape = np.shape(self.values[of])
        numerical = np.abs(factor) * self.backward.error(of, shape)
        analytic = self.bounds.get(name, np.zeros(shape))
        bound = numerical + np.where(np.isfinite(analytic), analytic, numerical)
        return np.where(np.isnan(bound), np.inf, bound)


def judged(analytic: Array, numerical: Array, bound: Array, magnitude: Array, kinked: Array) -> Array:
    """The verdict of each entry.

    Nothing is tested where the program's gradient is zero and all that could have come through, sizes added up, is
    less than rounding hides: a dead unit, one saturated to the last bit, a zero input; nor where an entry is so small
    that the numbers it is made of underflow.
    """
    with np.errstate(all="ignore"):
        gap = np.abs(analytic - numerical)
        size = np.maximum(np.abs(analytic), np.abs(numerical))
        agree = (gap <= bound) | (analytic == numerical)
        residue = (bound <= DIGITS * magnitude) & (size >= RESIDUE * magnitude)
        blurred = ~(bound <= USABLE * size) & ~residue & (gap > 0)
    nothing = agree & (analytic == 0) & ((magnitude == 0) | (magnitude <= bound))
    nothing |= agree & blurred & (size <= UNDERFLOWN)
    verdicts = np.full(analytic.shape, np.int8(Verdict.MATCH))
    verdicts[blurred] = Verdict.CANNOT_TELL
    verdicts[nothing] = Verdict.UNTESTED
    verdicts[kinked] = Verdict.KINK
    verdicts[~agree] = Verdict.WRONG
    verdicts[~np.isfinite(numerical)] = Verdict.CANNOT_TELL
    return verdicts

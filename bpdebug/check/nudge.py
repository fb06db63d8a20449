"""The textbook's numerical check of one entry, move by move: J with the entry a little more, a little less, the slope.

No verdict rests on it. It is there to be watched: a step that is too wide leaves the tangent, one that is too narrow
drowns in rounding, and one across a kink measures something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from bpdebug.check.derivatives import Derivatives
from bpdebug.check.differences import Differences
from bpdebug.check.forward import Forward
from bpdebug.check.rounding import errors
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Step

WIDTHS = tuple(float(f"1e-{digits}") for digits in range(1, 13))
"""The steps that are tried beside the one asked for."""


class Cause(StrEnum):
    """What makes most of a measured slope's error."""

    TRUNCATION = "truncation"
    ROUNDING = "round-off"
    KINK = "kink crossed"
    UNDEFINED = "no number"


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """One forward run with one entry moved.

    `values` are the quantities that the entry reaches, `turned` says by the name of a step with a kink where it takes
    another branch than in the run at rest.
    """

    entry: float
    cost: float
    values: Mapping[str, Array]
    turned: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The slope measured with one step, and how far it is from the true one."""

    width: float
    slope: float
    error: float
    cause: Cause


@dataclass(frozen=True, eq=False)
class Nudge:
    """One entry of one quantity of a forward run, to be moved by any step."""

    forward: Forward
    name: str
    index: tuple[int, ...]

    @property
    def entry(self) -> float:
        return float(self.forward.values[self.name][self.index])

    @property
    def cost(self) -> float:
        return float(self.forward.values[self.forward.program.cost].item())

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The forward steps that the entry reaches on its way to the cost: only these are run again."""
        return self.forward.paths.to_cost(self.name)

    @cached_property
    def exact(self) -> float:
        """∂J by the entry, by a complex step on the branch of the run."""
        way = np.zeros((1, *np.shape(self.forward.values[self.name])))
        way[(0, *self.index)] = 1.0
        return float(Derivatives(self.forward).along({self.name: way})[0])

    @cached_property
    def sides(self) -> tuple[float, float]:
        """The slopes to the left and to the right."""
        if not self.rules:
            return self.exact, self.exact
        left, right = self._differences.one_sided()
        return float(left[self.index]), float(right[self.index])

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules used at the kinks that the entry reaches: empty where none of them stands on one."""
        return self._differences.kinks

    def moved(self, width: float) -> Moved:
        """The forward run with the entry moved by `width`; every step decides anew which branch to take."""
        copy = np.array(self.forward.values[self.name], dtype=np.float64)
        copy[self.index] += width
        values: dict[str, Array] = {self.name: copy}
        turned: dict[str, Array] = {}
        with np.errstate(all="ignore"):
            for step in self.steps:
                values[step.out] = self.forward.run(step, values, self.forward.free)
                if has_kink(step):
                    turned[step.out] = self._turned(step, values)
        cost = float(values[self.forward.program.cost].item())
        return Moved(float(copy[self.index]), cost, values, {name: each for name, each in turned.items() if each.any()})

    def slope(self, width: float) -> float:
        """(J₊ - J₋) / 2h."""
        return (self.moved(width).cost - self.moved(-width).cost) / (2 * width)

    def attempt(self, width: float) -> Attempt:
        """The slope measured with one step, held against the exact one."""
        above, below = self.moved(width), self.moved(-width)
        slope = (above.cost - below.cost) / (2 * width)
        error = abs(slope - self.exact)
        if not np.isfinite(error):
            cause = Cause.UNDEFINED
        elif (above.turned or below.turned) and error > self.noise(width):
            cause = Cause.KINK
        else:
            cause = Cause.ROUNDING if error <= self.noise(width) else Cause.TRUNCATION
        return Attempt(width, slope, error, cause)

    def attempts(self, asked: float) -> tuple[Attempt, ...]:
        """Those with every step from wide to narrow, the one asked for among them.

        Where truncation is seen for sure, its share of narrower steps is known: it shrinks with the square.
        """
        found = [self.attempt(width) for width in sorted({*WIDTHS, asked}, reverse=True)]
        sure = next((each for each in reversed(found) if each.cause is Cause.TRUNCATION), None)
        if sure is None:
            return tuple(found)
        curvature = sure.error / sure.width**2
        return tuple(
            replace(each, cause=Cause.TRUNCATION)
            if each.cause is Cause.ROUNDING and each.error < 2 * curvature * each.width**2
            else each
            for each in found
        )

    def noise(self, width: float) -> float:
        """How far rounding alone can move the slope measured with a step: that of both costs, and of W ± h itself."""
        return (self._cost_error + UNIT * (abs(self.entry) + width) * abs(self.exact)) / width

    @cached_property
    def _cost_error(self) -> float:
        """A bound of the rounding error that the steps on the way bring into the cost."""
        bounds = errors(self.steps, self.forward.values, {})
        return float(bounds[self.forward.program.cost].item()) if self.steps else 0.0

    @cached_property
    def _differences(self) -> Differences:
        return Differences(self.forward, self.name, self.steps)

    def _turned(self, step: Step, moved: Mapping[str, Array]) -> Array:
        """Where a step takes another branch than in the run at rest."""
        assert step.op.branch is not None
        taken = step.op.branch(*self.forward.inputs(step, moved), **step.options)
        return np.asarray(taken != self.forward.branches[step.out])


def has_kink(step: Step) -> bool:
    """Whether the operation bends where its branches meet: elu with alpha = 1 does not."""
    if step.op.branch is None or step.op.kink is None:
        return False
    return step.op.name != "elu" or bool(step.options["alpha"] != 1)

"""The textbook's numerical check of one entry, move by move: J with the entry a little more, a little less, the slope.

No verdict rests on it. It is there to be watched: a step that is too wide leaves the tangent, one that is too narrow
drowns in rounding, and one across a kink measures something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.derivatives import Derivatives
from bpdebug.check.differences import Differences
from bpdebug.check.forward import Forward
from bpdebug.check.rounding import errors
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Step

WIDTHS = tuple(float(f"1e-{digits}") for digits in range(1, 13))
"""The steps that are tried beside the one asked for."""
NARROW = 1e-6
"""Steps below this do not leave the tangent by anything that could be told from rounding."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(3)
"""Where the slopes of a stretch are taken, and how much each counts, for their mean to be exact to the sixth power."""
APART = 1e-9
"""Of the steeper side: slopes to the left and right that are nearer are one."""


class Cause(StrEnum):
    """What makes most of a measured slope's error."""

    TRUNCATION = "truncation"
    ROUNDING = "round-off"
    KINK = "kink crossed"
    UNDEFINED = "no number"
    NONE = "no error"


class Moved(Struct, frozen=True, eq=False):
    """One forward run with one entry moved.

    `values` are the quantities that the entry reaches, `turned` says by the name of a step with a kink where it takes
    another branch than in the run at rest.
    """

    entry: float
    cost: float
    values: Mapping[str, Array]
    turned: Mapping[str, Array]


class Attempt(Struct, frozen=True):
    """The slope measured with one step, and how far it is from the true one.

    `still` says that the cost is the same to both sides as at rest.
    """

    width: float
    slope: float
    error: float
    cause: Cause
    still: bool


class Nudge(Struct, frozen=True, eq=False, dict=True):
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
        shape = np.shape(self.forward.values[self.name])
        place = np.atleast_1d(np.ravel_multi_index(self.index, shape)) if shape else np.zeros(1, dtype=int)
        left, right = self._differences.one_sided(place)
        return float(left[0]), float(right[0])

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules used at the kinks that the entry reaches: empty where none of them stands on one."""
        return self._differences.kinks

    @cached_property
    def bent(self) -> bool:
        """Whether the entry stands on a kink: the slopes to both sides differ."""
        left, right = self.sides
        return bool(abs(left - right) > APART * max(abs(left), abs(right)))

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
        turned = bool(above.turned or below.turned)
        still = above.cost == below.cost == self.cost
        return Attempt(width, slope, abs(slope - self.exact), self._cause(width, slope - self.exact, turned), still)

    def attempts(self, asked: float) -> tuple[Attempt, ...]:
        """Those with every step from wide to narrow, the one asked for among them."""
        return tuple(self.attempt(width) for width in sorted({*WIDTHS, asked}, reverse=True))

    def _cause(self, width: float, error: float, turned: bool) -> Cause:
        """Truncation is known by itself; what of an error it does not account for is rounding."""
        if not np.isfinite(error):
            return Cause.UNDEFINED
        if turned and (self.bent or abs(error) > self.noise(width)):
            return Cause.KINK
        if error == 0:
            return Cause.NONE
        if abs(error) > self.noise(width):
            return Cause.TRUNCATION
        truncation = self.truncation(width)
        return Cause.TRUNCATION if abs(truncation) > abs(error - truncation) else Cause.ROUNDING

    def truncation(self, width: float) -> float:
        """How far the mean slope between W - h and W + h is from that at W: 0 where slopes cannot tell them apart."""
        if width < NARROW:
            return 0.0
        slopes = np.array([self._slope_at(width * float(node)) for node in NODES])
        apart = float(WEIGHTS @ slopes) / 2 - self.exact
        return apart if abs(apart) > 16 * UNIT * float(np.max(np.abs(slopes))) else 0.0

    def _slope_at(self, width: float) -> float:
        """∂J by the entry where it has been moved by `width`."""
        if width == 0:
            return self.exact
        values = {**self.forward.values, **self.moved(width).values}
        return Nudge(Forward.of(self.forward.program, values), self.name, self.index).exact

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
        rest = self.forward.branches[step.out]
        turned = np.asarray((taken != rest) & ~(np.isnan(taken) & np.isnan(rest)))
        by_input = step.op.elementwise and turned.ndim > len(step.shape)  # as those of one's own are
        return np.asarray(turned.any(axis=0)) if by_input else turned


def has_kink(step: Step) -> bool:
    """Whether the operation bends where its branches meet: elu with alpha = 1 does not."""
    if step.op.branch is None or step.op.kink is None:
        return False
    return step.op.name != "elu" or bool(step.options["alpha"] != 1)

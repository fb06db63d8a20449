"""What a check says of a gradient: a verdict for each entry, one for the whole, and what was covered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array, Shape

if TYPE_CHECKING:
    from bpdebug.check.sides import Sides

SINGLE_UNIT = 2.0**-24
"""The unit round-off of float32."""
LOST = 1e-3
"""Of the terms that add up to an entry: float32 that is further off no longer computes the gradient."""
LISTED = 100
"""Entries at kinks in JSON, with both slopes."""


class Verdict(IntEnum):
    """Of one entry. The order is that of alarm: the greatest of all entries is the verdict of the whole."""

    UNTESTED = 0
    MATCH = 1
    KINK = 2
    CANNOT_TELL = 3
    WRONG = 4

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", " ")


class Culprit(Struct, frozen=True):
    """The backward equation that broke a gradient: its name, and the op whose rule is wrong, if one is."""

    equation: str
    rule: str | None
    also: tuple[str, ...] = ()
    """The equations after it that are wrong by themselves too."""

    def __str__(self) -> str:
        first = f"{self.equation} is the first to go wrong"
        also = f". Wrong by itself too: {', '.join(self.also)}" if self.also else ""
        if self.rule is not None:
            return f"{first}: the derivative of {self.rule} is not what it says{also}"
        return f"{first}: every rule in it is right, so it is put together from the wrong parts{also}"

    def json(self) -> dict[str, Any]:
        """The culprit in `bpdebug.check/1`."""
        return {
            "equation": self.equation,
            "rule": self.rule,
            "wiring": self.rule is None,
            "also": [*self.also],
            "message": str(self),
        }


class Single(Struct, frozen=True):
    """What rounding to float32 does to a gradient: the entry furthest from the one computed in float64.

    `difference` is how far, `units` the same in units of float32 round-off (2⁻²⁴) of all the terms that add up to the
    entry, by size; `value` is what float32 makes of it. Where float64 has no number either, nothing is held against
    float32.
    """

    index: tuple[int, ...]
    difference: float
    units: float
    value: float

    @classmethod
    def of(cls, single: Array, double: Array, magnitude: Array) -> Single:
        """The gradient of a float32 run beside the same in float64."""
        with np.errstate(all="ignore"):
            values = np.broadcast_to(single, double.shape).astype(np.float64)
            gap = np.where((values == double) | np.isnan(double), 0.0, np.abs(values - double))
            gap = np.where(np.isnan(gap), np.inf, gap)
            units = np.where(gap > 0, gap / (SINGLE_UNIT * magnitude), 0.0)
        if not gap.size:
            return cls((), 0.0, 0.0, 0.0)
        place = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
        return cls(place, float(gap[place]), float(units[place]), float(values[place]))

    @property
    def lost(self) -> bool:
        """Whether float32 is off by far more than rounding: it overflows, underflows, or cancels all there is."""
        return not self.units * SINGLE_UNIT <= LOST

    def json(self) -> dict[str, Any]:
        """What float32 does to a gradient, in `bpdebug.check/1`."""
        return {
            "index": list(self.index),
            "difference": finite(self.difference),
            "units": finite(self.units),
            "value": finite(self.value),
            "lost": self.lost,
        }


class Kinks(Struct, frozen=True, eq=False):
    """The entries of a gradient that have no derivative: the slopes to both sides, and the rules that chose.

    `places` holds an index in each row; a rule reads "relu'(0) = 0". Of many that would take long to move only some
    are there, from all over; `count` is how many there are.
    """

    places: Array
    left: Array
    right: Array
    rules: tuple[str, ...]
    count: int

    def told(self, name: str) -> str:
        """One sentence of the first of them, under the name of the gradient."""
        place = ", ".join(str(int(each)) for each in self.places[0])
        others = f"; {self.count - 1:,} more likewise" if self.count > 1 else ""
        if len(self.places) < self.count:
            others += f", of which {len(self.places) - 1:,} were moved to both sides"
        sides = one_sided(float(self.left[0]), float(self.right[0]))
        rules = ", ".join(self.rules)
        return f"{name}{f'[{place}]' if place else ''} has no derivative: {sides}; the rule used: {rules}{others}"

    def json(self) -> dict[str, Any]:
        """The rules and up to a hundred entries, in `bpdebug.check/1`."""
        rows = zip(self.places[:LISTED].tolist(), self.left[:LISTED], self.right[:LISTED], strict=True)
        entries = [{"index": place, "left": finite(left), "right": finite(right)} for place, left, right in rows]
        return {"rules": list(self.rules), "entries": entries}


class Entrywise(Struct, frozen=True, eq=False, kw_only=True):
    """What has a verdict for each of its entries."""

    verdicts: Array

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many entries have each verdict."""
        return {verdict: int((self.verdicts == verdict).sum()) for verdict in Verdict}

    @property
    def verdict(self) -> Verdict:
        """Of the whole: that of the most alarming entry; untested only when every entry is."""
        return Verdict(int(self.verdicts.max())) if self.verdicts.size else Verdict.UNTESTED


class GradientCheck(Entrywise, frozen=True, eq=False, dict=True):
    """One gradient held against the numerical one. All arrays have the gradient's shape.

    `bound` says how far rounding alone can part the analytic and the numerical derivative; `verdicts` holds Verdict
    values. Where the gradient was accepted along random directions, `resolution` says how far any entry may be off,
    and the numerical derivatives are taken only when someone looks at them.
    """

    name: str
    of: str
    denotes: str
    shape: Shape
    analytic: Array
    bound: Array
    verdicts: Array
    exact: Callable[[], Array]
    """The complex-step derivatives, times what the gradient denotes."""
    textbook: Callable[[Array | None], Array]
    """The central differences of some entries, counted along the flattened gradient, or of all: they cost two
    evaluations each, and no verdict rests on them."""
    sides: Sides | None = None
    """The slopes to the left and to the right, where an entry reaches a kink."""
    rules: tuple[str, ...] = ()
    """The rules used at kinks ("relu'(0) = 0")."""
    measured: tuple[str, ...] = ()
    """The operations on the way that take no complex step: their slopes are Ridders', and the bound is wider by what
    those may be off."""
    resolution: float | None = None
    single: Single | None = None
    """What float32 did to it, in a float32 run: the verdicts are of the formulas, computed in float64."""
    untold: str = ""
    """Why nothing can be told of some entries, where that has a reason of its own."""
    culprit: Culprit | None = None
    """What broke it, where that was looked for and found."""
    idle: tuple[Expr, ...] = ()
    """The factors of its formula that are 0 where nothing was tested."""

    @cached_property
    def numerical(self) -> Array:
        """The complex-step derivative of every entry, times what the gradient denotes."""
        return self.exact()

    @property
    def left(self) -> Array:
        """The slope to the left of each entry: the numerical one away from kinks."""
        return self.numerical if self.sides is None else self.sides.left

    @property
    def right(self) -> Array:
        """The slope to the right of each entry: the numerical one away from kinks."""
        return self.numerical if self.sides is None else self.sides.right

    @property
    def kinks(self) -> Kinks | None:
        """The entries that have no derivative; None where all have one."""
        there = self.verdicts == Verdict.KINK
        if self.sides is None or not np.any(seen := there & self.sides.seen):
            return None
        return Kinks(np.argwhere(seen), self.left[seen], self.right[seen], self.rules, int(there.sum()))

    @cached_property
    def central(self) -> Array:
        """The textbook's central difference of every entry, times what the gradient denotes."""
        return self.textbook(None).reshape(self.shape)

    def central_at(self, index: tuple[int, ...]) -> float:
        """The textbook's central difference of one entry."""
        flat = int(np.ravel_multi_index(index, self.shape)) if index else 0
        return float(self.textbook(np.array([flat]))[0])

    @property
    def ok(self) -> bool:
        return self.verdict < Verdict.CANNOT_TELL

    @property
    def worst(self) -> tuple[int, ...]:
        """The entry with the largest disagreement, measured in its own bound.

        Of a gradient that is not all right it is one of those that made the verdict.
        """
        if not self.verdicts.size:
            return ()
        with np.errstate(all="ignore"):
            gap = np.abs(self.analytic - self.numerical) / np.maximum(self.bound, np.finfo(float).tiny)
        gap = np.where(np.isnan(gap), np.inf, gap)
        if not self.ok:
            gap = np.where(self.verdicts == self.verdict, gap, -1.0)
        return tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))

    def json(self) -> dict[str, Any]:
        """The object of one gradient in `bpdebug.check/1`; no entry is the worst of what was taken all together."""
        return {
            "name": self.name,
            "of": self.of,
            "denotes": self.denotes,
            "shape": list(self.shape),
            "verdict": self.verdict.word,
            "entries": {v.name.lower(): self.counts[v] for v in sorted(Verdict, reverse=True)},
            "worst": self._worst_json() if self.resolution is None and self.verdicts.size else None,
            "kinks": None if (kinks := self.kinks) is None else kinks.json(),
            "untold": self.untold or None,
            "float32": None if self.single is None else self.single.json(),
            "culprit": None if self.culprit is None else self.culprit.json(),
        }

    def _worst_json(self) -> dict[str, Any]:
        index = self.worst
        return {
            "index": list(index),
            "analytic": finite(self.analytic[index]),
            "numerical": finite(self.numerical[index]),
            "bound": finite(self.bound[index]),
        }


def one_sided(left: float, right: float) -> str:
    """The slopes on both sides of a kink, in words; of a leap there is none."""
    if np.isnan(left + right):
        return "the value leaps there"
    return f"slope {left + 0.0:.10g} to the left, {right + 0.0:.10g} to the right"


def finite(value: float) -> float | None:
    """A number as JSON can hold it: None for NaN and infinity."""
    return float(value) if np.isfinite(value) else None

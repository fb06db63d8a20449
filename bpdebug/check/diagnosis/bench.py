"""The workbench of one wrong line: its numbers on every draw, and what it should be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.diagnosis.draws import Draw
from bpdebug.check.diagnosis.evaluator import ratio, same
from bpdebug.check.diagnosis.scope import Scope
from bpdebug.check.diagnosis.simplify import simplified
from bpdebug.check.diagnosis.slopes import Slopes
from bpdebug.check.diagnosis.trees import Part, Path, exchanged, size
from bpdebug.language.expression import Expr, Name
from bpdebug.ops.table import Array, Shape

MOST, LEAST, TOTAL = 4e8, 6e7, 1e10
"""Entries that may be computed for one line, something like half a second; with many lines, less; for all of them."""
SEVERAL, BRACKETS, DIAGONAL, OTHERS = "several", "brackets", "diagonal", "others"
"""Why a repair is what it is: it drops more than one part, only puts brackets, or the line has of a derivative that is
a matrix the diagonal alone, or all but that."""


def broadcasts(shape: Shape, whole: Shape) -> bool:
    """Whether a shape is another, or has 1 where that has more."""
    return len(shape) == len(whole) and all(a in (1, b) for a, b in zip(shape, whole, strict=True))


def _widened(value: Array | None, target: Array | None) -> Array | None:
    """A term in the shape of the whole, where it is repeated to have that."""
    wide = value is not None and target is not None and broadcasts(value.shape, target.shape)
    return np.broadcast_to(value, target.shape) if wide and value is not None and target is not None else value


class Repair(Struct, frozen=True):
    """A change of the line. `cost` says how implausible it is that a person made just this mistake."""

    mended: Expr
    cost: float
    mistakes: tuple[str, ...]
    old: Expr | None = None
    """The sub-expression at fault; None where something is absent."""
    new: Expr | None = None
    """What belongs there; None where nothing does."""
    path: Path = ()
    """Where in the line."""
    why: str = ""
    """Which sentence explains it, where the class alone does not say."""

    @property
    def rank(self) -> tuple[float, int]:
        return self.cost, size(self.mended)

    def dearer(self, extra: float) -> Repair:
        return replace(self, cost=self.cost + extra)


class Bench(Struct, frozen=True, eq=False, dict=True):
    """One claim, to be mended."""

    scope: Scope
    draws: Sequence[Draw]
    slopes: Slopes
    resized: Callable[[], Draw | None]
    """The draw with other sizes, if there can be one."""

    written_out: Expr | None = None
    """The line with its helper lines in it, where it is looked at so."""

    start: float = 0.0
    """What had been computed before this line's turn."""
    most: float = MOST

    def begun(self, lines: int) -> Bench:
        """The same, its turn beginning now; one of so many lines."""
        return replace(self, start=self.draws[0].evaluator.work, most=max(LEAST, min(MOST, TOTAL / lines)))

    def exhausted(self) -> bool:
        """Whether enough has been computed for one line."""
        return self.draws[0].evaluator.work - self.start > self.most

    @property
    def expr(self) -> Expr:
        return self.written_out or self.scope.claim.expr

    @cached_property
    def targets(self) -> tuple[Array | None, ...]:
        """What the line should be on every draw."""
        return tuple(draw.true(self.scope.meaning) for draw in self.draws)

    @property
    def target(self) -> Array:
        first = self.targets[0]
        assert first is not None
        return first

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The helpers that have the value of a quantity of the forward pass, h = tanh(X @ W1 + b1), each with that."""
        return {
            own: name
            for own in self.scope.auxiliary
            for name in reversed(self.scope.quantities)
            if all(same(self.value(Name(own), draw), self.value(Name(name), draw)) for draw in (0, *self.usable))
        }

    @cached_property
    def right_line(self) -> Expr | None:
        """The right line, as short as it can be, in the names that the person has."""
        scope = self.scope
        line = scope.reference.line(scope.claim.name, scope.meaning)
        if line is None:
            return None
        fused = exchanged(line, scope.reference.fusions)
        return next(filter(self.fits, (simplified(fused, self.expr), simplified(line, self.expr), line)), None)

    @cached_property
    def usable(self) -> tuple[int, ...]:
        """The draws beside the first that say something."""
        return tuple(
            place
            for place, target in enumerate(self.targets)
            if place and target is not None and bool(np.isfinite(target).all())
        )

    def value(self, expr: Expr, draw: int = 0) -> Array | None:
        return self.draws[draw].evaluator.value(expr)

    def fits(self, expr: Expr) -> bool:
        """Whether an expression is the true gradient on all draws."""
        if not same(self.value(expr), self.target):
            return False
        return all(same(self.value(expr, draw), self.targets[draw]) for draw in self.usable)

    def holds(self, expr: Expr) -> bool:
        """Whether an expression is the true gradient with other sizes too; so it is where these cannot be changed."""
        draw = self.resized()
        target = None if draw is None else draw.true(self.scope.meaning)
        if draw is None or target is None or not np.isfinite(target).all():
            return True
        return same(draw.evaluator.value(expr), target)

    def ratios(self, expr: Expr, wanted: Sequence[Array | None] | None = None) -> tuple[float, ...]:
        """By what number an expression is off, on every draw; NaN where all is zero, empty where it is no number."""
        found = tuple(self.off_by(expr, wanted))
        return () if None in found else tuple(each for each in found if each is not None)

    def off_by(self, expr: Expr, wanted: Sequence[Array | None] | None = None) -> Iterator[float | None]:
        """The same, one draw after another; None where it is no number."""
        targets = self.targets if wanted is None else wanted
        for draw in (0, *self.usable):
            target, value = targets[draw], self.value(expr, draw)
            if (
                wanted is not None
                and target is not None
                and value is not None
                and broadcasts(value.shape, target.shape)
            ):
                value = np.broadcast_to(value, target.shape)
            if draw and target is not None and value is not None and not np.any(target) and not np.any(value):
                yield float("nan")
            else:
                yield None if target is None else ratio(target, value)

    def inside(self, bracket: Expr, rest: Expr, part: Part) -> tuple[Array | None, ...]:
        """What a summand of a bracket would have to be that `rest` multiplies, all else being right."""
        found: list[Array | None] = []
        for draw, target in enumerate(self.targets):
            inner, by, own = (self.value(each, draw) for each in (bracket, rest, part.node))
            if (
                inner is None
                or by is None
                or own is None
                or target is None
                or inner.shape != target.shape
                or (by.shape and not broadcasts(by.shape, target.shape))
            ):
                found.append(None)
            else:
                sign = -1.0 if part.negative else 1.0
                found.append(np.asarray(sign * (target / by - inner) + own))
        return tuple(found)

    def without(self, part: Expr, negative: bool) -> tuple[Array | None, ...]:
        """What a summand of the line would have to be, all others being right."""
        found: list[Array | None] = []
        for draw in range(len(self.draws)):
            whole, own, target = self.value(self.expr, draw), self.value(part, draw), self.targets[draw]
            if whole is None or own is None or target is None or whole.shape != target.shape:
                found.append(None)
                continue
            sign = -1.0 if negative else 1.0
            found.append(np.asarray(sign * (target - whole) + own))
        return tuple(found)

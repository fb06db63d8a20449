"""The facts of the table that follow from a function of someone's own: found from its values alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from bpdebug.ops import numerical
from bpdebug.ops.noise import WIDE
from bpdebug.ops.ridders import Slopes
from bpdebug.ops.rules import LIBRARY, spread_by, ulps
from bpdebug.ops.supplied import Rule
from bpdebug.ops.table import UNIT, Array

SHORT, SHORTEST = 2.0**-30, 2.0**-48
"""Ways beside a point, in sizes of the argument: what is as far off after the second as after the first has leapt."""


class Facts(Struct):
    """The facts of the table that follow from a rule of someone's own."""

    rule: Rule
    derivatives: tuple[Rule, ...]
    complex_step: bool
    of: Facts | None = None
    """Of a derivative, the facts of the rule that it belongs to."""
    _last: tuple[tuple[Array, ...], tuple[Slopes, ...]] | None = None

    def forward(self, *arrays: Array, branch: Array | None = None) -> Array:
        """On complex arrays by a complex step where the rule takes one; at recorded kinks by the slopes used there."""
        if not any(np.iscomplexobj(each) for each in arrays):
            return self.rule(*arrays)
        out = self._stepped(arrays)
        if branch is None or np.all(np.isnan(branch)):
            return out
        out = np.where(np.isinf(branch[0]), self._beside(arrays), out)
        used = sum(np.nan_to_num(each) * np.imag(x) for each, x in zip(branch, arrays, strict=True))
        out.imag[...] = np.where(np.isfinite(branch[0]), used, out.imag)
        return out

    def _beside(self, arrays: tuple[Array, ...]) -> Array:
        """By the slopes to the side that the step takes; where the value leaps, by how steep it is over a short way."""
        out, real = numerical.stepped(self.rule, *arrays), tuple(np.real(each) for each in arrays)
        leap = self.jumps(real) & np.isnan(np.imag(out))
        if not np.any(leap):
            return out
        way = [np.imag(each) for each in arrays]
        with np.errstate(all="ignore"):
            size = max(1.0, *(float(np.max(np.abs(x))) for x in real))
            share = SHORT * size / max(float(np.max(np.abs(each))) for each in way)
            moved = self.rule(*(x + share * each for x, each in zip(real, way, strict=True)))
            out.imag = np.where(leap, (moved - self.rule(*real)) / share, out.imag)
        return out

    def _stepped(self, arrays: tuple[Array, ...]) -> Array:
        if not self.complex_step:
            return numerical.stepped(self.rule, *arrays)
        out = self.rule(*arrays).astype(np.complex128, copy=False)
        value = self.rule(*(np.real(each) for each in arrays))
        with np.errstate(all="ignore"):
            strayed = np.isfinite(value) & ~(np.abs(np.real(out) - value) <= 1e-9 * np.abs(value) + 1e-12)
            strayed |= np.isfinite(value) & ~np.isfinite(np.imag(out))
        return np.where(strayed, numerical.stepped(self.rule, *arrays), out) if np.any(strayed) else out

    def slopes(self, arrays: tuple[Array, ...]) -> tuple[Slopes, ...]:
        """By each input; those of arrays that nobody can have changed since are remembered."""
        if self._last and len(self._last[0]) == len(arrays) and all(map(_unchanged, self._last[0], arrays)):
            return self._last[1]
        found = tuple(numerical.slopes(self.rule, place, *arrays) for place in range(len(arrays)))
        self._last = (arrays, found)
        return found

    def kink(self, *arrays: Array) -> Array:
        """Where any input's slopes to the left and to the right differ."""
        real = tuple(np.real(each) for each in arrays)
        kinked = np.any([each.kinked for each in self.slopes(real)], axis=0) | self.jumps(real)
        return np.broadcast_to(kinked, (len(arrays), *np.shape(kinked)))

    def jumps(self, real: tuple[Array, ...]) -> Array:
        """Where the value leaps at the very point, however near its neighbours are."""
        value, size = self.rule(*real), [np.maximum(1.0, np.abs(x)) for x in real]
        leap = np.zeros(np.shape(value), dtype=bool)
        with np.errstate(all="ignore"):
            for way in (1, -1):
                near, nearer = (
                    np.abs(self.rule(*(x + way * each * s for x, s in zip(real, size, strict=True))) - value)
                    for each in (SHORT, SHORTEST)
                )
                leap |= (nearer > 0.5 * near) & (nearer > 2.0**-20 * (1 + np.abs(value)))
        return leap

    def branch(self, *arrays: Array) -> Array:
        """At kinks the slope used for each input: the derivative's, if it lies between the slopes on both sides.

        NaN elsewhere; infinite where a complex direction leaves the kink, whose own side then counts.
        """
        kinked = self.kink(*arrays)
        if not np.any(kinked):
            return np.full(kinked.shape, np.nan)
        real = tuple(np.real(each) for each in arrays)
        leap = self.jumps(real)
        used = [
            np.where(leap, rule(*real), np.clip(rule(*real), *each.between))
            for rule, each in zip(self.derivatives, self.slopes(real), strict=True)
        ]
        leaving = np.any([np.broadcast_to(np.imag(x) != 0, kinked.shape[1:]) for x in arrays], axis=0)
        return np.where(kinked, np.where(leaving, np.inf, used), np.nan)

    def spread(self, deltas: tuple[Array, ...], out: Array, *arrays: Array) -> Array:
        """From the numerical slopes, the larger one at kinks."""
        found = self.slopes(arrays)
        steepest = [
            np.where(each.kinked, np.fmax(np.abs(each.left), np.abs(each.right)), np.abs(each.slope)) for each in found
        ]
        rules = [lambda out, *arrays, slope=slope, **options: np.nan_to_num(slope) for slope in steepest]
        return spread_by(*rules)(deltas, out, *arrays)

    def shifts(self, deltas: tuple[Array, ...], out: Array, *arrays: Array) -> Array:
        """The same, but no more than the value is seen to move: next to a jump the slopes of a rule know nothing."""
        total = np.zeros(np.shape(out))
        for place, delta in enumerate(deltas):
            for way in (delta, -delta):
                moved = self.rule(*(x + way if at == place else x for at, x in enumerate(arrays)))
                total = total + np.nan_to_num(np.abs(moved - out))
        return np.where(self._chosen(arrays), 0.0, np.fmin(self.spread(deltas, out, *arrays), total))

    def _chosen(self, arrays: tuple[Array, ...]) -> Array:
        """Where a derivative is what it is by choice: at the kinks of its rule."""
        return np.asarray(False) if self.of is None else self.of.kink(*arrays)[0]

    def rounding(self, out: Array, *arrays: Array) -> Array:
        """Generously: of the value, of what it is among neighbours, of how large it gets nearer to 0."""
        return self._rounding(WIDE, out, *arrays)

    def nearest(self, out: Array, *arrays: Array) -> Array:
        """The same from the nearest neighbours alone: what a derivative does further off is its own mistake."""
        return np.where(self._chosen(arrays), ulps(out, 8 * LIBRARY), self._rounding(WIDE[:1], out, *arrays))

    def _rounding(self, spacings: Sequence[float], out: Array, *arrays: Array) -> Array:
        sizes = [np.abs(self.rule(*(share * x for x in arrays))) for share in (0.5, 0.25, 0.0625)]
        around = np.max(np.where(np.isfinite(sizes), sizes, 0.0), axis=0)
        return np.asarray(
            ulps(out, 8 * LIBRARY)
            + 2 * UNIT * around
            + np.nan_to_num(8 * numerical.noise(self.rule, *arrays, spacings=spacings))
        )


def _unchanged(before: Array, now: Array) -> bool:
    return before is now and not now.flags.writeable

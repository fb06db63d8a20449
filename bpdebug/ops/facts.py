"""The facts of the table that follow from a function of someone's own: found from its values alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpdebug.ops import numerical
from bpdebug.ops.ridders import Slopes
from bpdebug.ops.rules import LIBRARY, spread_by, ulps
from bpdebug.ops.supplied import Rule
from bpdebug.ops.table import UNIT, Array


@dataclass(slots=True)
class Facts:
    """The facts of the table that follow from a rule of someone's own."""

    rule: Rule
    derivatives: tuple[Rule, ...]
    complex_step: bool
    _last: tuple[tuple[Array, ...], tuple[Slopes, ...]] | None = None

    def forward(self, *arrays: Array, branch: Array | None = None) -> Array:
        """On complex arrays by a complex step where the rule takes one; at recorded kinks by the slopes used there."""
        if not any(np.iscomplexobj(each) for each in arrays):
            return self.rule(*arrays)
        out = self._stepped(arrays)
        if branch is None or not np.any(np.isfinite(branch)):
            return out
        used = sum(np.nan_to_num(each) * np.imag(x) for each, x in zip(branch, arrays, strict=True))
        out.imag[...] = np.where(np.isfinite(branch[0]), used, out.imag)
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
        kinked = np.any([each.kinked for each in self.slopes(real)], axis=0)
        return np.broadcast_to(kinked, (len(arrays), *np.shape(kinked)))

    def branch(self, *arrays: Array) -> Array:
        """At kinks the slope used for each input: the derivative's, if it lies between the slopes on both sides.

        NaN elsewhere, and where a complex direction leaves the kink.
        """
        kinked = self.kink(*arrays)
        if not np.any(kinked):
            return np.full(kinked.shape, np.nan)
        real = tuple(np.real(each) for each in arrays)
        used = [
            np.clip(rule(*real), *each.between) for rule, each in zip(self.derivatives, self.slopes(real), strict=True)
        ]
        leaving = np.any([np.broadcast_to(np.imag(x) != 0, kinked.shape[1:]) for x in arrays], axis=0)
        return np.where(kinked & ~leaving, used, np.nan)

    def spread(self, deltas: tuple[Array, ...], out: Array, *arrays: Array) -> Array:
        """From the numerical slopes, the larger one at kinks."""
        found = self.slopes(arrays)
        steepest = [
            np.where(each.kinked, np.fmax(np.abs(each.left), np.abs(each.right)), np.abs(each.slope)) for each in found
        ]
        rules = [lambda out, *arrays, slope=slope, **options: np.nan_to_num(slope) for slope in steepest]
        return spread_by(*rules)(deltas, out, *arrays)

    def rounding(self, out: Array, *arrays: Array) -> Array:
        """Generously: of the value, of what it is among neighbours, of how large it gets nearer to 0."""
        sizes = [np.abs(self.rule(*(share * x for x in arrays))) for share in (0.5, 0.25, 0.0625)]
        around = np.max(np.where(np.isfinite(sizes), sizes, 0.0), axis=0)
        return np.asarray(
            ulps(out, 8 * LIBRARY) + 2 * UNIT * around + np.nan_to_num(8 * numerical.noise(self.rule, *arrays))
        )


def _unchanged(before: Array, now: Array) -> bool:
    return before is now and not now.flags.writeable

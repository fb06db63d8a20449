"""Entries that a function hardly feels: what of their slopes is tested, and what is left open."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from bpdebug.check.evaluation import Function
from bpdebug.check.surroundings import Surroundings
from bpdebug.check.verdict import Verdict
from bpdebug.ops.table import Array

LEVEL = 1e-6
"""Of the largest slope: a 0 that is known this well is nearly none."""
NOTHING = 1e-12
"""Of the largest slope: one as small may be what rounding leaves."""
MOST_ASKED = 32
"""Entries that are asked for one by one whether they are felt; the others are as all of these."""


class Felt(Struct, frozen=True, eq=False):
    """A gradient that was given, and the function that it is held against."""

    function: Function
    around: Surroundings
    analytic: Array

    def settle(self, verdicts: Array, entries: Array, numerical: Array, bound: Array) -> None:
        """What moves the function by less than its noise is untested where it moves it nowhere, and else left open."""
        analytic = self.analytic[entries]
        slope = np.fmax(np.abs(analytic), np.abs(numerical))
        unfelt = slope * self.function.size[entries] <= self.function.noise
        verdicts[(verdicts == Verdict.WRONG) & unfelt & (analytic == 0)] = Verdict.CANNOT_TELL
        in_question = ((verdicts == Verdict.WRONG) & unfelt) | (verdicts == Verdict.CANNOT_TELL)
        flat = self._flat(entries, in_question & (slope <= NOTHING * self._steepest))
        steady = self._steady(entries, flat & (verdicts == Verdict.WRONG), np.abs(analytic - numerical))
        verdicts[flat] = Verdict.UNTESTED
        verdicts[steady] = Verdict.CANNOT_TELL
        level = (analytic == 0) & (np.abs(numerical) <= bound) & (bound <= LEVEL * self._steepest)
        verdicts[level & (verdicts == Verdict.CANNOT_TELL)] = Verdict.UNTESTED

    def hide(self, verdicts: Array, entries: Array, numerical: Array, unseen: float) -> None:
        """What is off by less than a complex step may lose of a function is not wrong, where it may lose something."""
        felt = np.abs(self.analytic[entries] - numerical) * self.function.size[entries]
        hidden = (verdicts == Verdict.WRONG) & (felt <= unseen)
        if np.any(hidden) and self.function.dropped != ():
            verdicts[hidden] = Verdict.CANNOT_TELL

    def _flat(self, entries: Array, unfelt: Array) -> Array:
        """Which of the entries that f does not feel it feels nowhere around: the terms of their slope cancel.

        So does a bias before batch normalisation, or a key's in attention: what is given for it is rounding.
        """
        places, flat = np.flatnonzero(unfelt), np.zeros(len(entries), dtype=bool)
        for at in places[:MOST_ASKED]:
            flat[at] = not self.around.feels(int(entries[at]))
        flat[places[MOST_ASKED:]] = bool(np.all(flat[places[:MOST_ASKED]]))
        return flat

    def _steady(self, entries: Array, which: Array, gap: Array) -> Array:
        """Which of some numbers differ by more than the slopes scatter around: then no rounding made them."""
        steady, places = np.zeros(len(entries), dtype=bool), np.flatnonzero(which)[:MOST_ASKED]
        if places.size:
            noise = self.around.noise(entries[places])
            steady[places] = (noise > 0) & (gap[places] > noise)
        return steady

    @property
    def _steepest(self) -> float:
        """The largest slope that is given, or what would make f as large as it is."""
        known = np.abs(self.analytic[np.isfinite(self.analytic)])
        return max(abs(self.function.value) / float(np.max(self.function.size)), float(np.max(known, initial=0.0)))

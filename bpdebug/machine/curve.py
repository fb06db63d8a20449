"""The cost of every iteration of a run, as far as it is known."""

from __future__ import annotations

import numpy as np

from bpdebug.machine.findings import FEW, grown
from bpdebug.ops.table import Array


class Curve:
    """Costs by iteration, from the first; NaN where an iteration has none."""

    def __init__(self) -> None:
        self._costs = np.full(FEW, np.nan)
        self._known = 0

    @property
    def costs(self) -> Array:
        """Those known so far, in order: read-only, shape (iterations,)."""
        costs = self._costs[: self._known]
        costs.flags.writeable = False
        return costs

    def latest(self, iteration: int, count: int) -> list[float]:
        """The costs of an iteration and of those before it, so many together."""
        found: list[float] = self._costs[max(0, iteration + 1 - count) : iteration + 1].tolist()
        return found

    def note(self, iteration: int, cost: float) -> None:
        """The cost of an iteration, counted from 0."""
        if iteration >= len(self._costs):
            self._costs = grown(self._costs, iteration + 1)
        self._costs[iteration] = cost
        self._known = max(self._known, iteration + 1)

    def until(self, iteration: int) -> Curve:
        """The costs of the iterations before this one, for a run that goes on differently in it.

        They stay in the same memory: what both compute there is the same.
        """
        other = Curve()
        other._known = min(self._known, iteration)
        other._costs = self._costs[: other._known]
        return other

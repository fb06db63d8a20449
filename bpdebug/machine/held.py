"""Complete iterations that were passed last, with all that they computed: to go back into one executes nothing."""

from __future__ import annotations

from bpdebug.machine.checkpoints import OVERHEAD
from bpdebug.machine.iteration import Iteration

MOST = 64
AHEAD = 8
"""Iterations that are executed together where one walks back into them."""


class Held:
    """Iterations by number, at most `budget` bytes of what they computed, and at most 64."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._bytes = 0
        self._kept: dict[int, tuple[Iteration, int]] = {}

    @property
    def room(self) -> int:
        """How many iterations like those held there is room for, of few as many as are worth executing at once."""
        each = max((size for _, size in self._kept.values()), default=0)
        return max(1, min(AHEAD, self._budget // each)) if each else 1

    def get(self, number: int) -> Iteration | None:
        """The iteration of this number, if it is held."""
        found = self._kept.get(number)
        return None if found is None else found[0]

    def keep(self, iteration: Iteration, towards: int) -> None:
        """Hold a complete iteration that is left for another one; those go that lie farthest from that."""
        if len(iteration.record) < len(iteration.steps) or iteration.number in self._kept:
            return
        size = OVERHEAD + sum(value.nbytes + OVERHEAD for value in iteration.record)
        self._kept[iteration.number] = iteration, size
        self._bytes += size
        while self._bytes > self._budget or len(self._kept) > MOST:
            _, size = self._kept.pop(max(self._kept, key=lambda number: abs(number - towards)))
            self._bytes -= size

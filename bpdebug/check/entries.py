"""The derivative by one quantity, entry by entry: each entry a direction, all of them through the forward steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpdebug.check.lanes import summands
from bpdebug.check.paths import Route, reads
from bpdebug.check.tangents import Tangents
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

MEMORY = 32 * 2**20
"""Bytes that all copies together may take."""
CACHE = 2**20
"""Bytes that the largest array of copies should take, so that it is still at hand for the next step."""


@dataclass(frozen=True, eq=False)
class Entries:
    """One quantity of one forward run, moved entry by entry along its route to the cost.

    At first each entry keeps to itself: as long as only entrywise steps follow, one array holds every entry's own
    change. Where entries of a lane meet, each becomes a copy of its own; where lanes meet, they do.
    """

    tangents: Tangents
    route: Route

    def derivative(self) -> Array:
        """∂J by every entry, on the branch of the run."""
        shape, lanes = self.route.shape, self.route.lanes
        if not self.route.steps:
            return np.ones(shape) if self.route.name == self.tangents.forward.program.cost else np.zeros(shape)
        with np.errstate(all="ignore"):
            copies = len(self._rows(self.route.name))
            size = max(1, min(CACHE // (8 * self.route.largest), MEMORY // (8 * self.route.total)))
            rows = [self._run(start, min(start + size, copies)) for start in range(0, copies, size)]
        return lanes.ungrouped(rows[0] if len(rows) == 1 else np.concatenate(rows), shape)

    @cached_property
    def apart(self) -> dict[str, Array]:
        """What entrywise steps make of every entry's own change, all at once: one array a quantity."""
        found = {self.route.name: np.ones((1, *self.route.shape))}
        for step in self.route.apart:
            found[step.out] = self.tangents.push(step, found)
        return found

    def _rows(self, name: str) -> Array:
        return self.route.lanes.grouped(self.apart[name][0])

    def _run(self, start: int, stop: int) -> Array:
        """The derivatives of the copies from `start` to `stop`: an array (copies, lanes)."""
        cost = self.tangents.forward.program.cost
        if cost in self.apart:
            return self.apart[cost].reshape(1, 1)
        moving: dict[str, Array] = {}
        for step, spent in zip(self.route.rest, self.route.spent, strict=True):
            moving[step.out] = self._step(step, moving, start, stop)
            for name in spent:
                moving.pop(name, None)
        return moving[cost].reshape(stop - start, -1)

    def _step(self, step: Step, moving: dict[str, Array], start: int, stop: int) -> Array:
        read = reads(step)
        fresh = [name for name in read if name in self.apart and name not in moving]
        if len(fresh) == 1 and not any(name in moving for name in read):
            way = self._first_meeting(step, fresh[0], start, stop)
            if way is not None:
                return way
        for name in fresh:
            moving[name] = self._copies(name, start, stop)
        if step.out in self.route.lanes.closing:
            return self.route.lanes.close(step, moving[read[0]])
        return self.tangents.push(step, moving)

    def _copies(self, name: str, start: int, stop: int) -> Array:
        """Each entry of a lane as a copy of its own."""
        rows = self._rows(name)
        chunk = np.zeros((stop - start, *rows.shape))
        chunk[np.arange(stop - start), np.arange(start, stop)] = rows[start:stop]
        return self.route.lanes.restored(chunk, self.route.shape)

    def _first_meeting(self, step: Step, name: str, start: int, stop: int) -> Array | None:
        """A product in which only one row of each copy moves, or a sum over all there is: no zeros are multiplied."""
        lanes = self.route.lanes
        if lanes.axis is None:
            return None
        if step.out in lanes.closing and len(step.options["axis"]) == len(self.route.shape):
            return self._rows(name)[start:stop].reshape(-1, *(1,) * len(step.shape)) / summands(step)
        if step.op.name != "matmul" or step.options["ranks"] != (2, 2):
            return None
        place = [isinstance(each, Name) and each.id == name for each in step.inputs].index(True)
        other, rows = self.tangents.forward.arrays(step)[1 - place], self._rows(name)[start:stop]
        if place == 1 and lanes.axis == -1:
            return np.asarray(other.T[start:stop, :, None] * rows[:, None, :])
        if place == 0 and lanes.axis == -2:
            return np.asarray(rows[:, :, None] * other[start:stop, None, :])
        return None

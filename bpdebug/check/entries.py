"""The derivative by one quantity, entry by entry: each entry a direction, all of them through the forward steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpdebug.check.forward import reads
from bpdebug.check.lanes import Lanes
from bpdebug.check.tangents import Tangents
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step

MEMORY = 32 * 2**20
"""Bytes that all copies together may take."""
CACHE = 2**20
"""Bytes that the largest array of copies should take, so that it is still at hand for the next step."""


@dataclass(frozen=True, eq=False)
class Entries:
    """One quantity of one forward run, moved entry by entry through `steps`, which lead from it to the cost.

    At first each entry keeps to itself: as long as only entrywise steps follow, one array holds every entry's own
    change. Where entries of a lane meet, each becomes a copy of its own; where lanes meet, they do.
    """

    tangents: Tangents
    name: str
    steps: tuple[Step, ...]

    @cached_property
    def shape(self) -> Shape:
        return np.shape(self.tangents.forward.values[self.name])

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes.of(self.name, self.shape, self.steps, self.tangents.forward.values)

    def derivative(self) -> Array:
        """∂J by every entry, on the branch of the run."""
        if not self.steps:
            return np.zeros(self.shape)
        copies = len(self.lanes.grouped(np.empty(self.shape)))
        size = self._chunk()
        with np.errstate(all="ignore"):
            rows = [self._run(start, min(start + size, copies)) for start in range(0, copies, size)]
        return self.lanes.ungrouped(np.concatenate(rows), self.shape)

    @cached_property
    def apart(self) -> dict[str, Array]:
        """What entrywise steps make of every entry's own change, all at once: one array a quantity."""
        found = {self.name: np.ones((1, *self.shape))}
        reached = {self.name}
        for step in self.steps:
            moved = reached.intersection(reads(step))
            reached.add(step.out)
            if step.op.elementwise and step.shape == self.shape and moved <= found.keys():
                found[step.out] = self.tangents.push(step, found)
        return found

    @cached_property
    def _rest(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.out not in self.apart)

    def _run(self, start: int, stop: int) -> Array:
        """The derivatives of the copies from `start` to `stop`: an array (copies, lanes)."""
        cost = self.tangents.forward.program.cost
        moving: dict[str, Array] = {}
        if cost in self.apart:
            return self.apart[cost].reshape(1, 1)
        for index, step in enumerate(self._rest):
            moving[step.out] = self._step(step, moving, start, stop)
            for spent in self._spent[index]:
                moving.pop(spent, None)
        return moving[cost].reshape(stop - start, -1)

    def _step(self, step: Step, moving: dict[str, Array], start: int, stop: int) -> Array:
        fresh = [name for name in reads(step) if name in self.apart and name not in moving]
        others = [name for name in reads(step) if name in moving]
        if fresh and not others:
            way = self._first_meeting(step, fresh, start, stop)
            if way is not None:
                return way
        for name in fresh:
            moving[name] = self._copies(name, start, stop)
        if step.out in self.lanes.closing:
            return self.lanes.close(step, moving[reads(step)[0]])
        return self.tangents.push(step, moving)

    def _copies(self, name: str, start: int, stop: int) -> Array:
        """Each entry of a lane as a copy of its own."""
        rows = self.lanes.grouped(self.apart[name][0])
        chunk = np.zeros((stop - start, *rows.shape))
        chunk[np.arange(stop - start), np.arange(start, stop)] = rows[start:stop]
        return self.lanes.restored(chunk, self.shape)

    def _first_meeting(self, step: Step, fresh: list[str], start: int, stop: int) -> Array | None:
        """A product in which only one row of each copy moves, or a sum over all there is: no zeros are multiplied."""
        if len(fresh) > 1 or self.lanes.axis is None:
            return None
        rows = self.lanes.grouped(self.apart[fresh[0]][0])[start:stop]
        if step.out in self.lanes.closing and len(step.options["axis"]) == len(self.shape):
            return rows.reshape(-1, *(1,) * len(step.shape))
        if step.op.name != "matmul" or step.options["ranks"] != (2, 2):
            return None
        place = [isinstance(each, Name) and each.id == fresh[0] for each in step.inputs].index(True)
        other = self.tangents.forward.arrays(step)[1 - place]
        if place == 1 and self.lanes.axis == -1:
            return np.asarray(other.T[start:stop, :, None] * rows[:, None, :])
        if place == 0 and self.lanes.axis == -2:
            return np.asarray(rows[:, :, None] * other[start:stop, None, :])
        return None

    @cached_property
    def _spent(self) -> tuple[tuple[str, ...], ...]:
        """After each step, the directions that no later step reads."""
        last: dict[str, int] = {}
        for index, step in enumerate(self._rest):
            last |= dict.fromkeys((step.out, *reads(step)), index)
        last.pop(self.tangents.forward.program.cost, None)
        return tuple(tuple(name for name, index in last.items() if index == at) for at in range(len(self._rest)))

    def _chunk(self) -> int:
        """How many copies to run at once."""
        values = self.tangents.forward.values
        sizes = [int(np.prod(self.shape)), *(int(np.size(values[step.out])) for step in self._rest)]
        return max(1, min(CACHE // (8 * max(sizes)), MEMORY // (8 * sum(sizes))))

"""The derivative by one quantity, entry by entry: each entry a direction, all of them along one route to the cost."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bpdebug.check.routes import Route
from bpdebug.check.tangents import Tangents
from bpdebug.ops.table import Array

MEMORY = 32 * 2**20
"""Bytes that all copies together may take."""
CACHE = 2**20
"""Bytes that the largest array of copies should take, so that it is still at hand for the next step."""


def by_entry(tangents: Tangents, route: Route) -> Array:
    """∂J by every entry of the route's quantity, on the branch of the run."""
    cost = tangents.forward.program.cost
    if not route.reaches:
        return np.ones(route.shape) if route.name == cost else np.zeros(route.shape)
    with np.errstate(all="ignore"):
        apart = {route.name: np.ones((1, *route.shape))}
        for name, move in route.apart:
            apart[name] = move(tangents, apart)
        if cost in apart:
            return apart[cost].reshape(route.shape)
        copies = len(route.lanes.grouped(apart[route.name][0]))
        size = max(1, min(CACHE // (8 * route.largest), MEMORY // (8 * route.total)))
        chunks = (Chunk(tangents, route, apart, at, min(at + size, copies)) for at in range(0, copies, size))
        rows = [chunk.run()[cost].reshape(chunk.stop - chunk.start, -1) for chunk in chunks]
    return route.lanes.ungrouped(rows[0] if len(rows) == 1 else np.concatenate(rows), route.shape)


@dataclass(slots=True, eq=False)
class Chunk:
    """Some of the copies on their way: those from `start` to `stop`.

    `apart` holds what entrywise steps make of every entry's own change, all at once: one array a quantity.
    """

    tangents: Tangents
    route: Route
    apart: dict[str, Array]
    start: int
    stop: int
    moving: dict[str, Array] = field(default_factory=dict)

    def rows(self, name: str) -> Array:
        """The changes of a quantity whose entries keep to themselves, one row a copy."""
        return self.route.lanes.grouped(self.apart[name][0])

    def run(self) -> dict[str, Array]:
        """How everything at the end of the route moves."""
        for name, act, spent in self.route.rest:
            self.moving[name] = act(self)
            for each in spent:
                self.moving.pop(each, None)
        return self.moving

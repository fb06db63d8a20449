"""The derivative by one quantity, entry by entry: each entry a direction, all of them along one route to the cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

import numpy as np
from msgspec import Struct, field

from bpdebug.check.patience import pause
from bpdebug.check.routes import Route
from bpdebug.check.tangents import Tangents
from bpdebug.ops.table import Array

MEMORY = 32 * 2**20
"""Bytes that all copies together may take."""
CACHE = 2**20
"""Bytes that the largest array of copies should take, so that it is still at hand for the next step."""


NOBODY: Mapping[int, Route] = {}


def by_entry(tangents: Tangents, route: Route) -> Array:
    """∂J by every entry of the route's quantity, on the branch of the run."""
    cost = tangents.forward.program.cost
    if not route.reaches:
        return np.ones(route.shape) if route.name == cost else np.zeros(route.shape)
    with np.errstate(all="ignore"):
        alone = apart(tangents, route)
        if cost in alone:
            return alone[cost].reshape(route.shape)
        copies = route.copies
        size = max(1, min(CACHE // (8 * route.largest), MEMORY // (8 * route.total)))
        chunks = (Chunk(tangents, route, alone, at, min(at + size, copies)) for at in range(0, copies, size))
        rows = [chunk.run()[cost].reshape(chunk.stop - chunk.start, -1) for chunk in chunks]
    return route.lanes.ungrouped(rows[0] if len(rows) == 1 else np.concatenate(rows), route.shape)


def apart(tangents: Tangents, route: Route) -> dict[str, Array]:
    """What the entrywise steps at the start make of every entry's own change."""
    found = {route.name: np.ones((1, *route.shape))}
    for name, move in route.apart:
        found[name] = move(tangents, found)
    return found


class Journey(Struct, frozen=True, eq=False):
    """The copies of several quantities on one way to the cost: those of the furthest, and those that join at a step."""

    route: Route
    joining: Mapping[int, Route]

    @classmethod
    def all_of(cls, routes: Iterable[Route]) -> tuple[Journey, ...]:
        """As few as there can be; the copies of one must still fit the cache together."""
        waiting, found = sorted(routes, key=lambda route: len(route.rest)), []
        while waiting:
            first = waiting.pop()
            joining, copies = dict[int, Route](), first.copies
            for other in [*waiting]:
                at = first.joins(other)
                if at is not None and 8 * first.largest * (copies + other.copies) <= CACHE:
                    joining[at], copies = other, copies + other.copies
                    waiting.remove(other)
            found.append(cls(first, joining))
        return tuple(found)

    def derivatives(self, tangents: Tangents) -> dict[str, Array]:
        """∂J by every entry of every quantity on it."""
        if not self.joining:
            return {self.route.name: by_entry(tangents, self.route)}
        with np.errstate(all="ignore"):
            moved = Chunk.whole(tangents, self.route).run(self.joining)
        rows = moved[tangents.forward.program.cost]
        routes = [self.route, *(self.joining[at] for at in sorted(self.joining))]
        ends = list(accumulate(route.copies for route in routes))
        parts = np.split(rows.reshape(ends[-1], -1), ends[:-1])
        return {route.name: route.lanes.ungrouped(part, route.shape) for route, part in zip(routes, parts, strict=True)}


class Chunk(Struct, eq=False):
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

    @classmethod
    def whole(cls, tangents: Tangents, route: Route) -> Chunk:
        """All copies of a quantity in which no entry keeps to itself beyond it."""
        return cls(tangents, route, apart(tangents, route), 0, route.copies)

    def run(self, joining: Mapping[int, Route] = NOBODY) -> dict[str, Array]:
        """How everything at the end of the route moves, with the copies that join on the way behind its own."""
        for at, (name, act, spent) in enumerate(self.route.rest):
            pause()
            way = act(self)
            if at in joining:
                _, first, _ = joining[at].rest[0]
                way = np.concatenate([way, first(Chunk.whole(self.tangents, joining[at]))])
            self.moving[name] = way
            for each in spent:
                self.moving.pop(each, None)
        return self.moving

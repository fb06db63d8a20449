"""The numerical derivatives of one forward run: by each quantity entry by entry, or along one direction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from bpdebug.check.entries import Entries
from bpdebug.check.forward import Forward, summed_to
from bpdebug.check.lanes import summands
from bpdebug.check.paths import simple
from bpdebug.check.tangents import Tangents
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step

AGREEMENT = 1e-9
"""How closely a derivative put together must agree with the one along a random direction."""
COPIES = 2
"""Random directions at hand: an error that the first does not feel, the second does."""


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Derivatives through the forward steps alone, each found once."""

    forward: Forward
    _found: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def tangents(self) -> Tangents:
        return Tangents(self.forward)

    def of(self, name: str) -> Array:
        """∂J by every entry of a quantity, on the branch of the run."""
        if name not in self._found:
            self.find((name,))
        return self._found[name]

    def find(self, names: Collection[str]) -> None:
        """The derivatives by several quantities, which is less work than one by one."""
        paths, gathered = self.forward.paths, dict[str, Array]()
        for name in names:
            self._prepare(name)
            found = self._gathered(name) if name not in self._found and name not in paths.with_data else None
            if found is not None:
                gathered[name] = found
        if gathered and not self._confirmed(gathered):
            gathered = {name: found for name, found in gathered.items() if self._confirmed({name: found})}
        self._found.update(gathered)
        for name in names:
            if name not in self._found:
                self._found[name] = self._by_entry(name)

    def _prepare(self, name: str) -> None:
        """Find what the derivative by a quantity is made from, the nearest to the cost first: chains may be long."""
        waiting = [name]
        while waiting:
            open_ = [each for each in self.forward.paths.needed(waiting[-1]) if each not in self._found]
            waiting.extend(open_)
            if not open_:
                last = waiting.pop()
                if last != name:
                    self.find((last,))

    def _by_entry(self, name: str) -> Array:
        """Every entry moved; where each keeps to itself, only what the step that follows computes need be."""
        if not self.forward.paths.keeps_to_itself(name):
            return Entries(self.tangents, self.forward.paths.route(name)).derivative()
        ((step, place),) = self.forward.paths.uses(name)
        with np.errstate(all="ignore"):
            return self.tangents.along(step, place, self.of(step.out))

    def along(self, directions: Mapping[str, Array]) -> Array:
        """The slopes of the cost when these quantities move in these directions, all together: (copies,)."""
        moving = dict(directions)
        with np.errstate(all="ignore"):
            moving = self.tangents.carried(self.forward.paths.to_cost(*directions), moving)
        copies = len(next(iter(directions.values())))
        cost = self.forward.program.cost
        return moving[cost].reshape(copies) if cost in moving else np.zeros(copies)

    def _gathered(self, name: str) -> Array | None:
        """By a quantity that no example reaches: from the derivatives by what it is used in, where that is simple.

        An entry of W in W @ X changes one row of the product, in proportion to one row of X, so that its derivative
        adds up from those by the entries of that row, which no entry of W need be moved for. None: it is not simple.
        """
        shape = self.forward.program.shapes[name]
        terms = []
        with np.errstate(all="ignore"):
            for step, place in self.forward.paths.uses(name):
                if not simple(step):
                    return None
                terms.append(self._through(step, place, shape))
        return np.asarray(sum(terms[1:], terms[0])) if terms else np.zeros(shape)

    def _through(self, step: Step, place: int, shape: Shape) -> Array:
        """What the derivative by the output of a step says of that by one of its inputs."""
        if step.op.elementwise:
            return summed_to(self.tangents.slope(step, place) * self.of(step.out), shape)
        if step.op.name == "matmul":
            other = self.forward.arrays(step)[1 - place]
            return np.asarray(self.of(step.out) @ other.T if place == 0 else other.T @ self.of(step.out))
        if step.op.name == "transpose":
            return self.of(step.out).T
        kept = tuple(1 if axis - len(shape) in step.options["axis"] else n for axis, n in enumerate(shape))
        return np.broadcast_to(self.of(step.out).reshape(kept) / summands(step), shape)

    def _confirmed(self, derivatives: Mapping[str, Array]) -> bool:
        """Whether they agree with the slope along a random direction, taken through the forward steps themselves."""
        ways = {name: directions(np.shape(each))[0] for name, each in derivatives.items()}
        terms = [each * ways[name] for name, each in derivatives.items()]
        gap = abs(self.along({name: way[None] for name, way in ways.items()})[0] - sum(float(np.sum(t)) for t in terms))
        return bool(gap <= AGREEMENT * sum(float(np.sum(np.abs(each))) for each in terms))


@lru_cache(maxsize=64)
def directions(shape: Shape) -> Array:
    """Two random directions, (2, *shape): every entry moves by 1 to 2 either way, always the same for a shape."""
    random = np.random.default_rng([len(shape), *map(int, shape)])
    way = random.random((COPIES, *shape))
    way = np.where(way < 0.5, way * 2 - 2, way * 2)
    way.flags.writeable = False
    return way

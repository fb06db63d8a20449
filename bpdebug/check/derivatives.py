"""The numerical derivatives of one forward run: by each quantity entry by entry, or along one direction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct, field

from bpdebug.check.entries import Journey, by_entry
from bpdebug.check.forward import Forward, summed_to
from bpdebug.check.lanes import summands
from bpdebug.check.paths import paths
from bpdebug.check.tangents import Tangents
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Program, Step

AGREEMENT = 1e-9
"""How closely a derivative put together must agree with the one along a random direction."""
COPIES = 2
"""Random directions at hand: an error that the first does not feel, the second does."""

KEPT = 2**14
"""Entries of a shape up to which its directions are kept: those of larger ones are drawn anew sooner than found room
for."""


class Derivatives(Struct, frozen=True, eq=False, dict=True):
    """Derivatives through the forward steps alone, each found once."""

    forward: Forward
    found: dict[str, Array] = field(default_factory=dict)
    """By name, those that are known, be it from elsewhere."""

    @cached_property
    def tangents(self) -> Tangents:
        return Tangents(self.forward)

    def of(self, name: str) -> Array:
        """∂J by every entry of a quantity, on the branch of the run."""
        if name not in self.found:
            self.find((name,))
        return self.found[name]

    @np.errstate(all="ignore")
    def find(self, names: Collection[str]) -> None:
        """The derivatives by several quantities, which is less work than one by one."""
        missing = tuple(name for name in names if name not in self.found)
        order = self.forward.paths.order(missing, frozenset(self.found))
        for journey in journeys(self.forward.program, order):
            self.found.update(journey.derivatives(self.tangents))
        for name in order:
            if name not in self.found:
                self.found[name] = self._gathered(name) if self.forward.paths.gathers(name) else self._by_entry(name)
        gathered = tuple(name for name in order if self.forward.paths.gathers(name))
        if gathered and not self._confirmed(gathered):
            self._one_by_one(order)

    def _one_by_one(self, order: Collection[str]) -> None:
        """The same again: what no random direction confirms is taken entry by entry."""
        for name in order:
            if self.forward.paths.gathers(name):
                self.found[name] = self._gathered(name)
                if self._confirmed((name,)):
                    continue
            self.found[name] = self._by_entry(name)

    def _by_entry(self, name: str) -> Array:
        """Every entry moved; where each keeps to itself, only what the step that follows computes need be."""
        if not self.forward.paths.keeps_to_itself(name):
            return by_entry(self.tangents, self.forward.paths.route(name))
        ((step, place),) = self.forward.paths.uses(name)
        return self.tangents.along(step, place, self.found[step.out])

    def along(self, directions: Mapping[str, Array]) -> Array:
        """The slopes of the cost when these quantities move in these directions, all together: (copies,)."""
        with np.errstate(all="ignore"):
            moving = self.tangents.carried(self.forward.paths.carries(*directions), dict(directions))
        copies = len(next(iter(directions.values())))
        cost = self.forward.program.cost
        return moving[cost].reshape(copies) if cost in moving else np.zeros(copies)

    def _gathered(self, name: str) -> Array:
        """By a quantity that no example reaches: from the derivatives by what it is used in, where that is simple.

        An entry of W in W @ X changes one row of the product, in proportion to one row of X, so that its derivative
        adds up from those by the entries of that row, which no entry of W need be moved for.
        """
        shape = self.forward.program.shapes[name]
        terms = [self._through(step, place, shape) for step, place in self.forward.paths.uses(name)]
        return np.asarray(sum(terms[1:], terms[0])) if terms else np.zeros(shape)

    def _through(self, step: Step, place: int, shape: Shape) -> Array:
        """What the derivative by the output of a step says of that by one of its inputs."""
        found = self.found[step.out]
        if step.op.elementwise:
            return summed_to(self.tangents.slope(step, place) * found, shape)
        if step.op.name == "matmul":
            other = self.forward.arrays(step)[1 - place]
            return np.asarray(found @ other.T if place == 0 else other.T @ found)
        if step.op.name == "transpose":
            return found.T
        kept = tuple(1 if axis - len(shape) in step.options["axis"] else n for axis, n in enumerate(shape))
        return np.broadcast_to(found.reshape(kept) / summands(step), shape)

    def _confirmed(self, names: tuple[str, ...]) -> bool:
        """Whether they agree with the slope along a random direction, taken through the forward steps themselves."""
        ways = {name: directions(self.found[name].shape) for name in names}
        terms = np.concatenate([(self.found[name] * ways[name][0]).reshape(-1) for name in names])
        gap = abs(self.along({name: way[:1] for name, way in ways.items()})[0] - terms.sum())
        return bool(gap <= AGREEMENT * np.abs(terms).sum())


@lru_cache(maxsize=256)
def journeys(program: Program, names: tuple[str, ...]) -> tuple[Journey, ...]:
    """The ways to the cost of those quantities whose entries have to be moved; the furthest take others along."""
    known = paths(program)
    moved = (name for name in names if not known.gathers(name) and not known.keeps_to_itself(name))
    return Journey.all_of(known.route(name) for name in moved)


def directions(shape: Shape) -> Array:
    """Two random directions, (2, *shape): every entry moves by 1 to 2 either way, always the same for a shape."""
    return _kept(shape) if product(shape) <= KEPT else _drawn(shape)


def _drawn(shape: Shape) -> Array:
    random = np.random.default_rng([len(shape), *map(int, shape)])
    way = random.random((COPIES, *shape))
    way = np.where(way < 0.5, way * 2 - 2, way * 2)
    way.flags.writeable = False
    return way


_kept = lru_cache(maxsize=64)(_drawn)

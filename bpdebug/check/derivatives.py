"""The numerical derivatives of one forward run: by each quantity entry by entry, or along one direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bpdebug.check.entries import Entries
from bpdebug.check.forward import Forward, downstream, reads, summed_to
from bpdebug.check.lanes import summands
from bpdebug.check.tangents import Tangents
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step

AGREEMENT = 1e-9
"""How closely a derivative put together must agree with the one along a random direction."""


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
            gathered = self._gathered(name) if name not in self._with_data else None
            if gathered is None or not self._confirmed(name, gathered):
                gathered = Entries(self.tangents, name, self.steps(name)).derivative()
            self._found[name] = gathered
        return self._found[name]

    def along(self, directions: Mapping[str, Array]) -> float:
        """The slope of the cost when these quantities move in these directions, all together."""
        moving = {name: np.asarray(way)[None] for name, way in directions.items()}
        with np.errstate(all="ignore"):
            moving = self.tangents.carried(self.steps(*directions), moving)
        cost = self.forward.program.cost
        return float(moving[cost].reshape(())) if cost in moving else 0.0

    def steps(self, *names: str) -> tuple[Step, ...]:
        """The forward steps that the quantities reach and that bear on the cost."""
        return tuple(step for step in downstream(self.forward.steps, *names) if step.out in self._bearing)

    @cached_property
    def _bearing(self) -> frozenset[str]:
        bearing = {self.forward.program.cost}
        for step in reversed(self.forward.steps):
            if step.out in bearing:
                bearing.update(reads(step))
        return frozenset(bearing)

    @cached_property
    def _with_data(self) -> frozenset[str]:
        """What the examples reach."""
        data = self.forward.program.data
        return frozenset((*data, *(step.out for step in downstream(self.forward.steps, *data))))

    def _gathered(self, name: str) -> Array | None:
        """By a quantity that no example reaches: from the derivatives by what it is used in, where that is simple.

        An entry of W in W @ X changes one row of the product, in proportion to one row of X, so that its derivative
        adds up from those by the entries of that row, which no entry of W need be moved for. None: it is not simple.
        """
        shape = np.shape(self.forward.values[name])
        total = np.zeros(shape)
        with np.errstate(all="ignore"):
            for step, place in self._uses(name):
                term = self._through(step, place, shape)
                if term is None:
                    return None
                total = total + term
        return total

    def _uses(self, name: str) -> Iterator[tuple[Step, int]]:
        for step in self.steps(name):
            for place, given in enumerate(step.inputs):
                if isinstance(given, Name) and given.id == name:
                    yield step, place

    def _through(self, step: Step, place: int, shape: Shape) -> Array | None:
        """What the derivative by the output of a step says of that by one of its inputs."""
        if step.op.elementwise:
            return summed_to(self.tangents.slope(step, place) * self.of(step.out), shape)
        if step.op.name == "matmul" and step.options["ranks"] == (2, 2):
            other = self.forward.arrays(step)[1 - place]
            return np.asarray(self.of(step.out) @ other.T if place == 0 else other.T @ self.of(step.out))
        if step.op.name == "transpose" and len(shape) == 2:
            return self.of(step.out).T
        if step.op.name in ("sum", "mean"):
            kept = tuple(1 if axis - len(shape) in step.options["axis"] else n for axis, n in enumerate(shape))
            return np.broadcast_to(self.of(step.out).reshape(kept) / summands(step), shape)
        return None

    def _confirmed(self, name: str, derivative: Array) -> bool:
        """Whether it agrees with the slope along a random direction, taken through the forward steps themselves."""
        direction = np.random.default_rng(0).choice([-1.0, 1.0], size=derivative.shape)
        direction *= 1 + np.random.default_rng(1).random(derivative.shape)
        terms = derivative * direction
        gap = abs(self.along({name: direction}) - float(np.sum(terms)))
        return bool(gap <= AGREEMENT * float(np.sum(np.abs(terms))))

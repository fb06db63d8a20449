"""Derivatives along directions, carried forward through the forward steps: many directions at once, as one array.

Every slope is a complex step through an operation's own forward rule (h = 2⁻²⁵⁶, slope = Im / h; Squire and Trapp,
SIAM Review 40, 1998), on the branch that the run took. An entrywise operation needs one slope an entry, whoever asks
and however many directions there are; a product or a sum carries the directions themselves. No rule of the backward
pass is used anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bpdebug.check.forward import Forward, align
from bpdebug.check.rounding import slope_error
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

STEP = 2.0**-256
"""Of the complex step: nothing beside the smallest number that a cost takes the logarithm of, exact to divide by."""

Directions = Mapping[str, Array]
"""For each quantity that moves, the directions it moves in: (copies, *shape)."""


@dataclass(frozen=True, eq=False)
class Tangents:
    """The slopes of one forward run, found when they are first asked for."""

    forward: Forward
    _slopes: dict[tuple[str, int], Array] = field(default_factory=dict)
    _finite: dict[tuple[str, int], bool] = field(default_factory=dict)

    def push(self, step: Step, moving: Directions) -> Array:
        """How the output of a step moves, (copies, *shape), when its inputs move so."""
        if step.op.degree == 1:
            return self._linear(step, moving)
        if step.op.degree == 2:
            return self._bilinear(step, moving)
        if step.op.elementwise:
            return self._entrywise(step, moving)
        return self._stepped(step, moving)

    def slope(self, step: Step, place: int) -> Array:
        """The slope of an entrywise operation by one of its inputs, in every entry of the output."""
        key = (step.out, place)
        if key not in self._slopes:
            arrays = self.forward.arrays(step)
            stepped = [x + 1j * STEP if at == place else x for at, x in enumerate(arrays)]
            slope = np.imag(self._run(step, tuple(stepped))) / STEP
            self._slopes[key] = slope if slope.shape == step.shape else np.broadcast_to(slope, step.shape)
        return self._slopes[key]

    def along(self, step: Step, place: int, way: Array) -> Array:
        """The output's directions where one input moves so; nothing where nothing moves, be the slope infinite."""
        slope, key = self.slope(step, place), (step.out, place)
        if key not in self._finite:
            self._finite[key] = bool(np.isfinite(slope).all())
        out = np.asarray(slope * way)
        return out if self._finite[key] else np.where(way == 0, 0.0, out)

    def slope_error(self, step: Step, place: int) -> Array:
        """How far that slope may be off beside rounding: nothing for a complex step."""
        if step.op.complex_step:
            return np.zeros(np.shape(self.forward.values[step.out]))
        return slope_error(step, place, self.forward.values)

    def _run(self, step: Step, arrays: tuple[Array, ...]) -> Array:
        branch = self.forward.branches.get(step.out)
        chosen = {} if branch is None else {"branch": branch}
        return np.asarray(step.op.forward(*arrays, **step.options, **chosen))

    def _aligned(self, step: Step, ways: list[Array]) -> tuple[Array, ...]:
        return align(step, tuple(ways), tuple(np.ndim(each) for each in self.forward.arrays(step)))

    def _entrywise(self, step: Step, moving: Directions) -> Array:
        rank = len(step.shape)
        terms = [
            self.along(step, place, widened(moving[given.id], rank))
            for place, given in enumerate(step.inputs)
            if isinstance(given, Name) and given.id in moving
        ]
        return added(terms)

    def _linear(self, step: Step, moving: Directions) -> Array:
        """The rule itself on the directions, with nothing where an input rests."""
        if len(step.inputs) == 1:
            (given,) = step.inputs
            assert isinstance(given, Name)
            return np.asarray(step.op.forward(moving[given.id], **step.options))
        copies = next(len(moving[each.id]) for each in step.inputs if isinstance(each, Name) and each.id in moving)
        ways = [
            moving[given.id] if isinstance(given, Name) and given.id in moving else at_rest(step, real, copies)
            for given, real in zip(step.inputs, self.forward.arrays(step), strict=True)
        ]
        if step.op.elementwise:
            ways = [widened(way, len(step.shape)) if way.ndim else way for way in ways]
        out = np.asarray(step.op.forward(*ways, **step.options))
        shape = (copies, *step.shape)
        return out if out.shape == shape else np.broadcast_to(out, shape)

    def _bilinear(self, step: Step, moving: Directions) -> Array:
        arrays = self.forward.arrays(step)
        terms = []
        for place, given in enumerate(step.inputs):
            if isinstance(given, Name) and given.id in moving:
                ways = self._aligned(step, [moving[given.id] if at == place else x for at, x in enumerate(arrays)])
                terms.append(np.asarray(step.op.forward(*ways, **step.options)))
        return added(terms)

    def _stepped(self, step: Step, moving: Directions) -> Array:
        """A complex step in every direction, for what is neither entrywise nor linear."""
        ways = [
            real + 1j * STEP * moving[given.id] if isinstance(given, Name) and given.id in moving else real
            for given, real in zip(step.inputs, self.forward.arrays(step), strict=True)
        ]
        return np.asarray(np.imag(self._run(step, self._aligned(step, ways))) / STEP)

    def carried(self, steps: tuple[Step, ...], moving: dict[str, Array]) -> dict[str, Array]:
        """The directions of everything the steps reach; what moves by itself and is reached does both."""
        for step in steps:
            if any(isinstance(each, Name) and each.id in moving for each in step.inputs):
                way = self.push(step, moving)
                moving[step.out] = way + moving[step.out] if step.out in moving else way
        return moving


NOTHING = np.zeros(())


def at_rest(step: Step, real: Array, copies: int) -> Array:
    """The direction of what does not move."""
    return NOTHING if step.op.elementwise else np.zeros((copies, *real.shape))


def added(terms: list[Array]) -> Array:
    """The sum of one or two directions."""
    return terms[0] if len(terms) == 1 else terms[0] + terms[1] if len(terms) == 2 else np.sum(terms, axis=0)


def widened(way: Array, rank: int) -> Array:
    """Directions of a quantity with the axes that broadcasting puts before its own."""
    missing = rank + 1 - way.ndim
    return way.reshape(way.shape[0], *(1,) * missing, *way.shape[1:]) if missing > 0 else way

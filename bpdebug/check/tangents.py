"""Derivatives along directions, carried forward through the forward steps: many directions at once, as one array.

Every slope is a complex step through an operation's own forward rule (h = 2⁻²⁵⁶, slope = Im / h; Squire and Trapp,
SIAM Review 40, 1998), on the branch that the run took. An entrywise operation needs one slope an entry, whoever asks
and however many directions there are; a product or a sum carries the directions themselves. No rule of the backward
pass is used anywhere.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field

from bpdebug.check.forward import Forward, align
from bpdebug.check.lanes import ALONG
from bpdebug.check.moves import Directions
from bpdebug.check.paths import Carry
from bpdebug.check.patience import pause
from bpdebug.check.routes import reads
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

STEP = 2.0**-256
"""Of the complex step: nothing beside the smallest number that a cost takes the logarithm of, exact to divide by."""
ALONG_IMAGINARY = 1j * STEP
TINY, LEAST = 2.0**-190, -780
"""Beside which numbers the step is something; and the exponent of the least size that it is narrowed to."""
FADED = 2.0**-960
"""An imaginary part below this has lost digits: the wider step is the better one."""


class Tangents(Struct, frozen=True, eq=False):
    """The slopes of one forward run, found when they are first asked for."""

    forward: Forward
    _slopes: dict[tuple[str, int], tuple[Array, bool]] = field(default_factory=dict)
    """By the output's name and the input's number: the slope, and whether it is finite in every entry."""

    _jacobians: dict[str, Array] = field(default_factory=dict)

    def arrays(self, step: Step) -> tuple[Array, ...]:
        """The inputs the step had in the run."""
        return self.forward.arrays(step)

    def slope(self, step: Step, place: int) -> Array:
        """The slope of an entrywise operation by one of its inputs, in every entry of the output."""
        return self._slope(step, place)[0]

    def _slope(self, step: Step, place: int) -> tuple[Array, bool]:
        key = (step.out, place)
        if key not in self._slopes and step.op.degree == 1:
            self._slopes[key] = np.broadcast_to(straight(step, place), step.shape), True
        elif key not in self._slopes:
            slope = self._moved(step, place, STEP).imag / STEP
            if step.op.domain is not None and np.any(tiny := next_to_nothing(self.forward.arrays(step)[place])):
                width = narrow(self.forward.arrays(step)[place], tiny)
                moved = self._moved(step, place, width).imag
                slope = np.where(tiny & (np.abs(moved) > FADED), moved / width, slope)
            slope = slope if slope.shape == step.shape else np.broadcast_to(slope, step.shape)
            self._slopes[key] = slope, bool(np.isfinite(slope).all())
        return self._slopes[key]

    def _moved(self, step: Step, place: int, width: Array | float) -> Array:
        """The operation with one of its inputs moved by a complex step so wide."""
        arrays = [*self.forward.arrays(step)]
        arrays[place] = arrays[place] + 1j * width
        return self._run(step, tuple(arrays))

    def along(self, step: Step, place: int, way: Array) -> Array:
        """The output's directions where one input moves so; nothing where nothing moves, be the slope infinite."""
        slope, finite = self._slope(step, place)
        out = np.asarray(slope * way)
        return out if finite else np.where(way == 0, 0.0, out)

    def stepped(self, step: Step, moving: Directions) -> Array:
        """A complex step in every direction, for what is neither entrywise nor linear.

        What works in slices along an axis takes one for each place of a slice, where these are fewer.
        """
        if step.op.name in ALONG:
            way, axis = moving[reads(step)[0]], step.options["axis"]
            if way.shape[0] > step.shape[axis]:
                return in_slices(way, axis, self._jacobian(step, axis))
        reals = self.forward.arrays(step)
        if step.op.straight:
            return self._straight(step, moving, reals)
        ways = tuple(
            real + ALONG_IMAGINARY * moving[given.id] if isinstance(given, Name) and given.id in moving else real
            for given, real in zip(step.inputs, reals, strict=True)
        )
        return np.asarray(self._run(step, align(step, ways, tuple(real.ndim for real in reals))).imag / STEP)

    def _straight(self, step: Step, moving: Directions, reals: tuple[Array, ...]) -> Array:
        """What is linear on the branch of the run takes the directions themselves."""
        ways = tuple(
            real
            if place in step.op.guides
            else moving[given.id]
            if isinstance(given, Name) and given.id in moving
            else np.zeros(real.shape)
            for place, (given, real) in enumerate(zip(step.inputs, reals, strict=True))
        )
        return self._run(step, align(step, ways, tuple(real.ndim for real in reals)))

    def _jacobian(self, step: Step, axis: int) -> Array:
        """How each place of a slice moves each: (the other axes, places that move, places moved)."""
        if step.out not in self._jacobians:
            length, rank = step.shape[axis], len(step.shape)
            unit = np.eye(length).reshape(length, *(length if at == axis else 1 for at in range(-rank, 0)))
            moved = self.stepped(step, {reads(step)[0]: np.broadcast_to(unit, (length, *step.shape))})
            self._jacobians[step.out] = np.moveaxis(np.moveaxis(moved, axis, -1), 0, -2)
        return self._jacobians[step.out]

    def _run(self, step: Step, arrays: tuple[Array, ...]) -> Array:
        if step.op.branch is None:
            return np.asarray(step.op.forward(*arrays, **step.options))
        return np.asarray(step.op.forward(*arrays, **step.options, branch=self.forward.branches[step.out]))

    def carried(self, carries: tuple[Carry, ...], moving: dict[str, Array]) -> dict[str, Array]:
        """The directions of everything that is reached; what moves by itself and is reached does both."""
        for name, carry in carries:
            pause()
            way = carry(self, moving)
            moving[name] = way + moving[name] if name in moving else way
        return moving


def next_to_nothing(values: Array) -> Array:
    """Which entries are so small that the step is something beside them."""
    size = np.abs(values)
    return np.asarray((size < TINY) & (size > 0))


def narrow(values: Array, tiny: Array) -> Array:
    """A complex step for each entry, which is nothing beside one that is itself next to nothing."""
    _, exponent = np.frexp(values)
    return np.asarray(STEP * np.where(tiny, np.ldexp(1.0, np.maximum(exponent, LEAST)), 1.0))


def straight(step: Step, place: int) -> Array:
    """The slope of a linear entrywise operation, which is the same wherever it stands."""
    return np.asarray(step.op.forward(*(np.asarray(float(at == place)) for at in range(len(step.inputs)))))


def in_slices(way: Array, axis: int, jacobian: Array) -> Array:
    """Directions (copies, *shape) through what each slice along an axis does to itself."""
    apart = np.moveaxis(np.moveaxis(way, axis, -1), 0, -2)
    return np.moveaxis(np.moveaxis(np.matmul(apart, jacobian), -2, 0), -1, axis)

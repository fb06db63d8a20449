"""Examples do not meet before the sum of the cost: one copy can carry a change in every example at once.

As long as each slice of a quantity along an axis (a *lane*) reaches only its own slice of the next, changes in
different lanes do not touch. Where a sum over the lanes would mix them, each lane goes on as a copy of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from bpdebug.language.expression import Name
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step

ALONG = ("softmax", "log_softmax")
REDUCING = ("sum", "mean")


class Lanes(Struct, frozen=True, eq=False):
    """How a quantity's entries go into copies: along `axis` (negative) all at once, or one by one where it is None."""

    axis: int | None = None
    closing: Mapping[str, int] = field(default_factory=dict)
    """The steps that sum over the lanes, by the name they compute, and the axis the lanes lie along there."""

    @classmethod
    def of(cls, name: str, shape: Shape, steps: tuple[Step, ...], shapes: Mapping[str, Shape]) -> Lanes:
        """The longest axis whose lanes stay apart until they are summed, if there is one."""
        axes = sorted(range(-len(shape), 0), key=lambda axis: -shape[axis])
        for axis in axes:
            closing = trace(name, axis, steps, shapes) if shape[axis] > 1 else None
            if closing is not None:
                return cls(axis, closing)
        return cls()

    def grouped(self, array: Array) -> Array:
        """One row a copy: (copies, lanes)."""
        if self.axis is None:
            return array.reshape(-1, 1)
        moved = array if self.axis == -1 else np.moveaxis(array, self.axis, -1)
        return moved.reshape(-1, array.shape[self.axis])

    def restored(self, copies: Array, shape: Shape) -> Array:
        """Copies of the quantity as the steps take them, from rows (chunk, copies, lanes)."""
        if self.axis is None:
            return copies.reshape(-1, *shape)
        moved = [*shape]
        lane = moved.pop(self.axis)
        restored = copies.reshape(-1, *moved, lane)
        return restored if self.axis == -1 else np.moveaxis(restored, -1, self.axis)

    def ungrouped(self, rows: Array, shape: Shape) -> Array:
        """The entries of (copies, lanes) back in their places."""
        return np.asarray(self.restored(rows[None], shape)[0])

    def close(self, step: Step, way: Array) -> Array:
        """A sum over the lanes of directions, run so that each lane is a copy of its own from there on."""
        axis = self.closing[step.out]
        apart = np.moveaxis(way, axis, 1)
        alone = np.expand_dims(apart.reshape(-1, *apart.shape[2:]), axis)
        summed = np.sum(alone, axis=step.options["axis"], keepdims=step.options["keepdims"])
        return np.asarray(summed / summands(step))


def summands(step: Step) -> int:
    """What a sum or mean divides by."""
    return 1 if step.op.name == "sum" else int(np.prod([int(each) for each in step.options["dims"]]))


def trace(name: str, axis: int, steps: tuple[Step, ...], shapes: Mapping[str, Shape]) -> Mapping[str, int] | None:
    """The sums that end the lanes which start along this axis; None where lanes meet otherwise."""
    length = shapes[name][axis]
    open_, closed, closing = {name: axis}, set[str](), dict[str, int]()
    for step in steps:
        axes = [open_.get(each.id) if isinstance(each, Name) else None for each in step.inputs]
        if all(each is None for each in axes):
            closed.add(step.out)
        elif closed.intersection(each.id for each in step.inputs if isinstance(each, Name)):
            return None
        elif ends(step, axes):
            assert axes[0] is not None
            closing[step.out] = axes[0]
            closed.add(step.out)
        else:
            after = carried(step, axes, shapes)
            if after is None or step.shape[after] != length:
                return None
            open_[step.out] = after
    return closing if steps and steps[-1].out in closed else None


def ends(step: Step, axes: list[int | None]) -> bool:
    """A sum or mean over the lanes."""
    return step.op.name in REDUCING and axes[0] in step.options["axis"]


def carried(step: Step, axes: list[int | None], shapes: Mapping[str, Shape]) -> int | None:
    """The axis of the output along which the lanes go on; None where they meet."""
    lanes = {axis for axis in axes if axis is not None}
    if len(lanes) != 1:
        return None
    (axis,) = lanes
    name = step.op.name
    if step.op.elementwise:
        return axis
    if name in REDUCING:
        kept = step.options["keepdims"]
        return axis if kept else axis + sum(each > axis for each in step.options["axis"])
    if name in ALONG:
        return axis if step.options["axis"] != axis else None
    return step.op.lanes(tuple(axes), **step.options) if step.op.lanes else None

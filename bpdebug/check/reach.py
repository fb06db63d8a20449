"""Which entries of a quantity move something that stands at its kink: only these can have two slopes.

Followed back from the kinks by the op table's own rules, with sizes in place of values, so that nothing cancels. One
pass tells it of every entry of every quantity, where to try each of them would take a forward pass an entry.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from bpdebug.check.amounts import Amount, Frame
from bpdebug.check.forward import Forward, summed_to
from bpdebug.check.rounding import Backward, pulled
from bpdebug.check.routes import reads
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step


class Reach(Struct, frozen=True, eq=False):
    """For the quantities of a forward run, by name: which of their entries reach a kink, and by it the cost."""

    masks: Mapping[str, Array]

    @classmethod
    def of(cls, forward: Forward, backward: Backward) -> Reach:
        """Back over every forward step. `backward` says what moves the cost on the branch that was taken."""
        pulls, masks = dict(pulled(forward.program)), dict[str, Array]()
        frame = Frame(forward.values, {}, forward.single)

        def add(name: str, mask: Array) -> None:
            masks[name] = masks[name] | mask if name in masks else mask

        with np.errstate(all="ignore"):
            for step in reversed(forward.steps):
                reached = masks.get(step.out, np.zeros(step.shape, dtype=bool))
                if step.out in forward.kinks:
                    matters = reached | (backward.magnitude(step.out, step.shape) != 0)
                    for name, mask in standing(forward, step, matters).items():
                        add(name, mask)
                if reached.any():
                    frame.arriving = Amount(reached.astype(np.float64), np.zeros(step.shape))
                    for pull in pulls[step.out]:
                        add(pull.name, summed_to(pull.rule.run(frame).size, pull.shape) != 0)
        return cls(masks)

    def at(self, name: str, shape: Shape) -> Array:
        """Which entries of a quantity reach one."""
        return self.masks[name] if name in self.masks else np.zeros(shape, dtype=bool)


def standing(forward: Forward, step: Step, matters: Array) -> dict[str, Array]:
    """Of each input of a step that stands at kinks, the entries that do; all where that cannot be said of each.

    `matters` says which entries of the output the cost may feel.
    """
    assert step.op.kink is not None
    kinked = np.asarray(step.op.kink(*forward.deciding(step), **step.options))
    if step.op.elementwise:
        kinked = kinked & matters
    shapes = forward.program.shapes
    return {
        name: brought(kinked, shapes[name]) if matters.any() else np.zeros(shapes[name], dtype=bool)
        for name in reads(step)
    }


def brought(kinked: Array, shape: Shape) -> Array:
    """Kinks brought to the shape of an input; all of it where they lie otherwise."""
    extra = max(0, kinked.ndim - len(shape))
    here = np.asarray(kinked.any(axis=tuple(range(extra))))
    fits = all(one in (1, other) or other == 1 for one, other in zip(here.shape[::-1], shape[::-1], strict=False))
    return summed_to(here, shape) != 0 if fits else np.full(shape, bool(here.any()))

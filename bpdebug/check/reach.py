"""Which entries of a quantity move something that stands at its kink: only these can have two slopes.

Followed back from the kinks by the op table's own rules, with sizes in place of values, so that nothing cancels. One
pass tells it of every entry of every quantity, where to try each of them would take a forward pass an entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.check.amounts import Amount, Frame
from bpdebug.check.forward import Forward, summed_to
from bpdebug.check.rounding import Backward, pulled
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array, Op, Shape
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
    """Of each input of a step that stands at kinks, the entries that do; `matters` says which entries of its output
    the cost may feel."""
    arrays = forward.deciding(step)
    if step.op.elementwise:
        masks = bent(step.op, arrays, step.options, matters)
    else:
        masks = tuple(each & matters.any() for each in bent(step.op, arrays, step.options))
    found: dict[str, Array] = {}
    for given, mask in zip(step.inputs, masks, strict=True):
        if isinstance(given, Name):
            found[given.id] = found[given.id] | mask if given.id in found else mask
    return found


def bent(
    op: Op, arrays: Sequence[Array], options: Mapping[str, Any], matters: Array | None = None
) -> tuple[Array, ...]:
    """Of each input of an operation that stands at kinks, the entries whose slopes to both sides may differ."""
    if op.bent is not None:
        return op.bent(*arrays, **options)
    assert op.kink is not None
    kinked = np.asarray(op.kink(*arrays, **options))
    kinked = kinked if matters is None else kinked & matters
    return tuple(brought(kinked, np.shape(array)) for array in arrays)


def brought(kinked: Array, shape: Shape) -> Array:
    """Kinks brought to the shape of an input; all of it where they lie otherwise."""
    extra = max(0, kinked.ndim - len(shape))
    here = np.asarray(kinked.any(axis=tuple(range(extra))))
    fits = all(one in (1, other) or other == 1 for one, other in zip(here.shape[::-1], shape[::-1], strict=False))
    return summed_to(here, shape) != 0 if fits else np.full(shape, bool(here.any()))

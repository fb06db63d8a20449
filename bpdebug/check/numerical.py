"""Derivatives by moving one entry at a time: complex steps and central differences through the forward steps only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpdebug.check.forward import Choose, Forward, Values, downstream, reads
from bpdebug.check.lanes import Lanes
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

STEP = 2.0**-256
"""Of the complex step: nothing beside the smallest number that a cost takes the logarithm of, exact to divide by."""
MEMORY = 32 * 2**20
"""Bytes that all copies together may take."""
CACHE = 2**20
"""Bytes that the largest array of copies should take, so that it is still at hand for the next step."""


@dataclass(frozen=True, eq=False)
class Perturbation:
    """One quantity of one forward run, to be moved entry by entry: many copies at once, through what they reach."""

    forward: Forward
    name: str

    @cached_property
    def base(self) -> Array:
        return np.asarray(self.forward.values[self.name])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The forward steps that the quantity reaches, up to the last that bears on the cost."""
        after = downstream(self.forward.steps, self.name)
        needed = {self.forward.program.cost}
        bearing = []
        for step in reversed(after):
            if step.out in needed:
                needed.update(reads(step))
                bearing.append(step)
        return tuple(reversed(bearing))

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes.of(self.name, self.base.shape, self.steps, self.forward.values)

    def complex_step(self) -> Array:
        """The derivative on the branch of the real run."""
        return self._along(STEP, self.forward.frozen)

    def one_sided(self) -> tuple[Array, Array]:
        """The slopes to the left and to the right."""
        return self._along(-STEP, self.forward.sided), self._along(STEP, self.forward.sided)

    @property
    def kinks(self) -> tuple[str, ...]:
        """The rules used at the kinks that a change of the quantity reaches."""
        rules = (self.forward.kinks[step.out] for step in self.steps if step.out in self.forward.kinks)
        return tuple(dict.fromkeys(rules))

    def central(self) -> Array:
        """The textbook's central difference, each entry moved by a width that suits its size."""
        width = np.cbrt(np.finfo(float).eps) * np.maximum(1.0, np.abs(self.base))
        above, below = self.base + width, self.base - width
        gap = self._costs(above - self.base, self.forward.free) - self._costs(below - self.base, self.forward.free)
        return np.asarray(gap / (above - below))

    def _along(self, step: float, choose: Choose) -> Array:
        return np.asarray(np.imag(self._costs(np.full(self.base.shape, 1j * step), choose)) / step)

    def _costs(self, width: Array, choose: Choose) -> Array:
        """The cost with each entry moved by its width, the others at rest."""
        if not self.steps:
            return np.broadcast_to(self.forward.values[self.forward.program.cost], self.base.shape)
        lanes = self.lanes
        grouped, moves = lanes.grouped(self.base), lanes.grouped(width)
        size = self._chunk()
        with np.errstate(all="ignore"):
            chunks = [self._run(grouped, moves, start, size, choose) for start in range(0, len(grouped), size)]
        return lanes.ungrouped(np.concatenate(chunks), self.base.shape)

    def _run(self, grouped: Array, moves: Array, start: int, size: int, choose: Choose) -> Array:
        """The costs of the copies from `start` on: an array (copies, lanes)."""
        rows = np.arange(start, min(start + size, len(grouped)))
        copies = np.repeat(grouped[None], len(rows), axis=0).astype(moves.dtype)
        copies[np.arange(len(rows)), rows] += moves[rows]
        moved = {self.name: self.lanes.restored(copies, self.base.shape)}
        for index, step in enumerate(self.steps):
            moved[step.out] = self._step(step, moved, choose)
            for spent in self._spent[index]:
                del moved[spent]
        return moved[self.forward.program.cost].reshape(len(rows), -1)

    def _step(self, step: Step, moved: Values, choose: Choose) -> Array:
        close = self.lanes.closing.get(step.out)
        if close is not None:
            return close(step, moved, self.forward.values)
        return settled(self.forward.run(step, moved, choose), self.forward.values[step.out])

    @cached_property
    def _spent(self) -> tuple[tuple[str, ...], ...]:
        """After each step, the moved values that no later step reads."""
        last = {self.name: 0}
        for index, step in enumerate(self.steps):
            last.update({name: index for name in (step.out, *reads(step)) if name in last or name == step.out})
        last.pop(self.forward.program.cost, None)
        return tuple(tuple(name for name, index in last.items() if index == at) for at in range(len(self.steps)))

    def _chunk(self) -> int:
        """How many copies to run at once."""
        sizes = [self.base.size, *(int(np.size(self.forward.values[step.out])) for step in self.steps)]
        return max(1, min(CACHE // (16 * max(sizes)), MEMORY // (16 * sum(sizes))))


def settled(out: Array, real: Array) -> Array:
    """Complex copies with the real run's own numbers in their real parts.

    A product of many copies at once may round differently from that of one. With the last bits put back every
    slope is taken at the very point where the backward pass takes it.
    """
    if not np.iscomplexobj(out):
        return out
    if out.base is not None or not out.flags.writeable:
        out = out.copy()
    out.real[...] = real
    return out

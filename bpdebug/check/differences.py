"""Derivatives by evaluating moved copies: the textbook's central difference, and the slopes beside a kink."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.check.entries import CACHE, MEMORY
from bpdebug.check.forward import Choose, Forward
from bpdebug.check.rounding import longest
from bpdebug.check.routes import last_reads
from bpdebug.check.tangents import STEP
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

MOST_WORK, FEWEST = 2**30, 4
"""Numbers that are added up, about a second's worth, for the slopes to both sides; entries that are moved in any
case."""
EACH = 16
"""As many additions in a product as what is done to one number by itself takes as long as."""


class Differences(Struct, frozen=True, eq=False, dict=True):
    """One quantity of one forward run, moved entry by entry: many copies at once, each evaluated as a whole."""

    forward: Forward
    name: str
    steps: tuple[Step, ...]
    """The forward steps that lead from the quantity to the cost."""

    @cached_property
    def base(self) -> Array:
        return np.asarray(self.forward.values[self.name])

    def one_sided(self, entries: Array | None = None) -> tuple[Array, Array]:
        """The slopes to the left and to the right by these entries, counted along the flattened quantity; by all, in
        its shape, for None."""
        if entries is None:
            left, right = self.one_sided(np.arange(self.base.size))
            return left.reshape(self.base.shape), right.reshape(self.base.shape)
        return self._along(-STEP, entries), self._along(STEP, entries)

    def some(self, entries: Array) -> Array:
        """As many of some entries as can be moved to both sides in about a second, from all over: all where they are
        few."""
        most = max(FEWEST, MOST_WORK // self._work)
        return entries if len(entries) <= most else entries[np.linspace(0, len(entries) - 1, most).astype(int)]

    @property
    def kinks(self) -> tuple[str, ...]:
        """The rules used at the kinks that a change of the quantity reaches."""
        rules = (self.forward.kinks[step.out] for step in self.steps if step.out in self.forward.kinks)
        return tuple(dict.fromkeys(rules))

    def central(self, entries: Array | None = None) -> Array:
        """The textbook's central difference of these entries, counted along the flattened quantity; of all for None.

        Each entry is moved by a width that suits its size.
        """
        base = self.base.reshape(-1)
        entries = np.arange(base.size) if entries is None else entries
        width = np.cbrt(np.finfo(float).eps) * np.maximum(1.0, np.abs(base))
        above, below = base + width, base - width
        upper = self._costs(above - base, self.forward.free, entries)
        lower = self._costs(below - base, self.forward.free, entries)
        return np.asarray((upper - lower) / (above - below)[entries])

    def _along(self, step: float, entries: Array) -> Array:
        width = np.broadcast_to(1j * step, self.base.size)
        return np.asarray(np.imag(self._costs(width, self.forward.sided, entries)) / step)

    def _costs(self, width: Array, choose: Choose, entries: Array) -> Array:
        """The costs with each of the entries moved by its width, the others at rest."""
        if not self.steps:
            return np.full(len(entries), self.forward.values[self.forward.program.cost])
        size = self._chunk()
        with np.errstate(all="ignore"):
            chunks = [self._run(width, entries[at : at + size], choose) for at in range(0, len(entries), size)]
        return np.concatenate(chunks) if chunks else np.zeros(0)

    def _run(self, width: Array, entries: Array, choose: Choose) -> Array:
        copies = np.repeat(self.base.reshape(1, -1), len(entries), axis=0).astype(width.dtype)
        copies[np.arange(len(entries)), entries] += width[entries]
        moved = {self.name: copies.reshape(-1, *self.base.shape)}
        for index, step in enumerate(self.steps):
            moved[step.out] = settled(self.forward.run(step, moved, choose), self.forward.values[step.out])
            for spent in self._spent[index]:
                moved.pop(spent, None)
        return moved[self.forward.program.cost].reshape(-1)

    @cached_property
    def _spent(self) -> tuple[tuple[str, ...], ...]:
        """After each step, the moved values that no later step reads."""
        return last_reads(self.steps, self.forward.program.cost)

    @cached_property
    def _work(self) -> int:
        """How many numbers are added up where one copy goes all the way."""
        shapes = self.forward.program.shapes
        return sum(int(product(step.shape)) * (EACH + longest(step, shapes)) for step in self.steps) or 1

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

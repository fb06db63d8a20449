"""Where a motion ends: by operations, by equations, by phases, forwards and, landing on the same places, back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from bpdebug.program.equations import Phase, Program


class Rests(Struct, frozen=True):
    """The positions of a run at which something is complete: every iteration has them after the same steps."""

    ends: tuple[int, ...]
    """After how many steps of an iteration; the last is the end of the iteration itself."""
    steps: int

    def after(self, position: int, count: int) -> int:
        """The `count`-th such position beyond this one."""
        return self._place(self._passed(position) + count - 1)

    def before(self, position: int, count: int) -> int:
        """The `count`-th such position before this one, the start of the run being the first of all."""
        number = self._passed(position - 1) - count
        return self._place(number) if number >= 0 else 0

    def _passed(self, position: int) -> int:
        """How many there are up to a position."""
        iteration, step = divmod(position, self.steps)
        return iteration * len(self.ends) + bisect_right(self.ends, step)

    def _place(self, number: int) -> int:
        iteration, which = divmod(number, len(self.ends))
        return iteration * self.steps + self.ends[which]


def operations(program: Program) -> Rests:
    """After every operation."""
    return Rests(tuple(range(1, len(program.steps) + 1)), len(program.steps))


def equations(program: Program) -> Rests:
    """Where an equation is complete."""
    return _where_changes(program, [step.equation for step in program.steps])


def phases(program: Program) -> Rests:
    """Where a phase is complete."""
    return _where_changes(program, [program.equations[step.equation].phase for step in program.steps])


def _where_changes(program: Program, kinds: Sequence[int] | Sequence[Phase]) -> Rests:
    inner = (place for place, (here, then) in enumerate(pairwise(kinds), start=1) if here != then)
    return Rests((*inner, len(kinds)), len(program.steps))

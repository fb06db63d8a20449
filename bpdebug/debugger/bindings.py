"""Where a run gives a value to what formulas read: after steps of every iteration, and where it was written over."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bpdebug.debugger.formulas import Formula
from bpdebug.debugger.wholes import wholes
from bpdebug.machine.edits import Edit
from bpdebug.machine.timeline import Timeline
from bpdebug.program.equations import Program


class Bindings(Struct, frozen=True):
    """The places of a run after which formulas may have another value than before: all they read is known there."""

    reads: frozenset[str]
    steps: frozenset[int]
    """After these of every iteration something that is read is computed."""
    first: int
    """After how many steps of an iteration all of it is known: 0 where all of it is from the start."""

    @classmethod
    def of(cls, program: Program, formulas: Iterable[Formula]) -> Bindings:
        """Those of formulas that are computed together."""
        reads = frozenset(name for each in formulas for name in each.reads)
        lasting = {*program.crossing, *program.data, *program.constants}
        bound = {step.out: at for at, step in enumerate(program.steps, start=1) if step.out in reads}
        bound |= dict.fromkeys(wholes(program, reads), len(program.steps))
        first = max((at for name, at in bound.items() if name not in lasting), default=0)
        return cls(reads, frozenset(at for at in bound.values() if at >= first), first)

    def looks(self, timeline: Timeline) -> frozenset[int]:
        """After which steps of an iteration one has to look: in some of them it is for one edit only."""
        return self.steps.union(_within(position, timeline) for position in self._written(timeline))

    def here(self, timeline: Timeline) -> bool:
        """Whether a run stands at such a place, for a caller that looks at none but those after `looks`."""
        return not timeline.edits or timeline.step in self.steps or timeline.position in self._written(timeline)

    def before(self, timeline: Timeline) -> int | None:
        """The last such place before where a run stands, its start being the first; None where nothing is known yet."""
        computed = self._computed(timeline)
        written = [place for place in self._written(timeline) if place < timeline.position] if timeline.edits else []
        return max((place for place in written if computed is None or place > computed), default=computed)

    def edits(self, timeline: Timeline) -> tuple[Edit, ...]:
        """What is written over where a run stands."""
        return tuple(edit for edit in timeline.edits if edit.position == timeline.position and edit.name in self.reads)

    def _computed(self, timeline: Timeline) -> int | None:
        """The last place before here at which a step computed something that is read."""
        start = timeline.position - timeline.step
        if inside := [step for step in self.steps if step < timeline.step]:
            return start + max(inside)
        if start and self.steps:
            return start - timeline.steps + max(self.steps)
        return None if self.first else 0

    def _written(self, timeline: Timeline) -> list[int]:
        """Where something that is read was written over, and all of it is known."""
        return [
            edit.position
            for edit in timeline.edits
            if edit.position and edit.name in self.reads and _within(edit.position, timeline) >= self.first
        ]


def _within(position: int, timeline: Timeline) -> int:
    """How many steps of its iteration lie before a position other than the start."""
    return (position - 1) % timeline.steps + 1

"""Where a NaN or an infinity came from: followed back, entry by entry, to the operation that made it of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct

from bpdebug.debugger.body import first_not_finite
from bpdebug.errors import UsageError
from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.machine.edits import Edit
from bpdebug.machine.kernels import compute, operand
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program, Step

Index = tuple[int, ...]

KEEPING = frozenset({"add", "subtract", "negate", "identity", "multiply"})
"""Operations that never make a number of NaN or infinity, whatever the other operand is."""


class Writer(Struct, frozen=True):
    """What gave a quantity its value: a step of the program, an edit, or neither where it is given."""

    position: int
    """After it the value stands; 0 where it is given."""
    step: int | None = None
    """Which step of the program, from 0."""
    edit: Edit | None = None


class Link(Struct, frozen=True):
    """One entry on the way back, and what wrote it."""

    name: str
    index: Index
    value: float
    writer: Writer


class Tracing(Struct, frozen=True, eq=False, dict=True):
    """Follows entries back along a run of its own, which it moves."""

    timeline: Timeline
    cancelled: Callable[[], bool] | None = None

    @property
    def program(self) -> Program:
        return self.timeline.program

    def back(self, name: str, index: Index, position: int) -> tuple[Link, ...]:
        """The way of an entry that is NaN or infinite at a position, back to the first one.

        The last link is the operation all of whose inputs are finite, what was written over, or what is given.
        """
        links: list[Link] = []
        while True:
            if self.cancelled is not None and self.cancelled():
                raise UsageError("stopped on the way back: nothing has moved")
            writer = self._earliest(name, index, self.writer(name, index, position))
            links.append(Link(name, index, self.value(name, index, writer.position), writer))
            found = self._spoilt(links[-1])
            if found is None:
                return tuple(links)
            (name, index), position = found, writer.position - 1

    def earliest(self, birth: Link, until: int) -> Link:
        """The first step that gave NaN or infinity in the iteration of a birth, or before as long as the cost was so.

        What that step was given is finite; where it is not, the birth itself is answered.
        """
        timeline, costs = self.timeline, self.timeline.costs
        run = (birth.writer.position - 1) // timeline.steps
        while run and not np.isfinite(costs[run - 1]):
            run -= 1
        timeline.seek(min((run + 1) * timeline.steps, until))
        first = first_not_finite(timeline)
        if first is None:
            return birth
        name, value = self.program.steps[first].out, timeline.results[first]
        index = tuple(map(int, np.argwhere(~np.isfinite(value))[0]))
        position = timeline.position - timeline.step + first + 1
        link = Link(name, index, float(value[index]), self.writer(name, index, position))
        return link if self._spoilt(link) is None else birth

    def nan_after(self, birth: Link, until: int) -> tuple[Link, ...]:
        """The way back from the first NaN after a birth, in its iteration and up to a position, if it leads there."""
        timeline = self.timeline
        begin = (birth.writer.position - 1) // timeline.steps * timeline.steps
        timeline.seek(min(begin + timeline.steps, until))
        here = dict(timeline.here)
        for at, step in enumerate(self.program.steps[: timeline.step], start=1):
            if np.isnan(here[step.out]).any():
                index = tuple(map(int, np.argwhere(np.isnan(here[step.out]))[0]))
                links = self.back(step.out, index, begin + at)
                return links if links[-1].writer.position == birth.writer.position else ()
        return ()

    def value(self, name: str, index: Index, position: int) -> float:
        """An entry as it stands at a position."""
        self.timeline.seek(position)
        return float(self.timeline.here[name][index])

    def writer(self, name: str, index: Index, position: int) -> Writer:
        """What wrote an entry last, up to a position."""
        written = [
            edit for edit in self.timeline.edits if edit.position <= position and self._writes(edit, name, index)
        ]
        last = written[-1] if written else None
        begin, step = 0, self.steps.get(name)
        if step is not None:
            steps = self.timeline.steps
            begin = max(0, (position - step - 1) // steps * steps + step + 1)
        if last is not None and last.position >= begin:
            return Writer(last.position, edit=last)
        return Writer(begin, step) if begin else Writer(0)

    @cached_property
    def steps(self) -> dict[str, int]:
        """The step that computes each quantity and each part of a formula."""
        return {step.out: at for at, step in enumerate(self.program.steps)}

    def _writes(self, edit: Edit, name: str, index: Index) -> bool:
        if edit.name != name:
            return False
        touched = np.zeros([int(length) for length in self.program.shapes[name]], dtype=bool)
        touched[edit.index] = True
        return bool(touched[index])

    def _earliest(self, name: str, index: Index, writer: Writer) -> Writer:
        """For a parameter that keeps what it once was, the first update that made it NaN or infinite.

        From that update on, until it is written over, it is so at the end of every iteration: halving finds it.
        """
        if writer.step is None or name not in self.keeping:
            return writer
        steps, first = self.timeline.steps, writer.step + 1
        edits = [edit.position for edit in self.timeline.edits if edit.name == name and edit.position < writer.position]
        low, high = max(0, max(edits, default=0) - first + steps) // steps, (writer.position - first) // steps
        while low < high:
            middle = (low + high) // 2
            if np.isfinite(self.value(name, index, middle * steps + first)):
                low = middle + 1
            else:
                high = middle
        return Writer(high * steps + first, writer.step)

    @cached_property
    def keeping(self) -> frozenset[str]:
        """Parameters whose update never makes a number of what was NaN or infinite."""
        updates = {each.name: each.expr for each in self.program.equations if each.name in self.program.crossing}
        return frozenset(name for name, expr in updates.items() if _kept(expr, Name(name)))

    def _spoilt(self, link: Link) -> tuple[str, Index] | None:
        """An entry that went into this one and is not finite: what is given before what was computed."""
        if link.writer.step is None:
            return None
        found = list(self._inputs(link))
        return min(found, key=lambda each: self._rank(each[0], link.writer.step or 0), default=None)

    def _inputs(self, link: Link) -> Iterator[tuple[str, Index]]:
        step, arrays, out = self.executed(link)
        if all(np.isfinite(each).all() for each in arrays):
            return
        with np.errstate(all="ignore"):
            terms = step.op.contributions(link.index, out, *arrays, **step.options)
        for term in terms:
            for place, index in term.entries:
                given = step.inputs[place]
                if isinstance(given, Name) and not np.isfinite(arrays[place][index]):
                    yield given.id, index

    def executed(self, link: Link) -> tuple[Step, tuple[Array, ...], Array]:
        """The step of a link, what it was given and what it gave; the run stands before it then."""
        assert link.writer.step is not None
        step = self.program.steps[link.writer.step]
        self.timeline.seek(link.writer.position - 1)
        here, dtype = self.timeline.here, self.timeline.dtype
        arrays = tuple(operand(each, here, dtype) for each in step.inputs)
        with np.errstate(all="ignore"):
            return step, arrays, compute(step, here, dtype)

    def _rank(self, name: str, at: int) -> int:
        """What is looked at first: data, then parameters as the iteration found them, then the earliest step."""
        step = self.steps.get(name)
        if step is None:
            return -2
        return -1 if step >= at else step


def _kept(expr: Expr, name: Name) -> bool:
    """Whether a name reaches an expression through operations that keep what is not finite so."""
    if expr == name:
        return True
    return isinstance(expr, Apply) and expr.op in KEEPING and any(_kept(each, name) for each in expr.inputs)


def strange(timeline: Timeline, wanted: Callable[[Array], Array]) -> tuple[str, Index, int] | None:
    """The first entry of what shows here that is as wanted (np.isnan, np.isinf), and a position where it stands.

    What the iteration began with comes before what it has computed.
    """
    program, values, inputs = timeline.program, timeline.values, timeline.inputs
    begin = timeline.iteration * timeline.steps
    given = [(name, inputs[name], begin) for name in (*program.data, *program.constants, *program.crossing)]
    computed = [step.out for step in program.steps[: timeline.step]]
    here = [(name, values[name], timeline.position) for name in (*program.data, *program.constants, *computed, *values)]
    for name, value, position in [*given, *here]:
        if wanted(value).any():
            return name, tuple(map(int, np.argwhere(wanted(value))[0])), position
    return None

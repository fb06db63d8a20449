"""Time: a program, a position in its run, and the values there. Every move is one verb, `seek`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from bpdebug.errors import UsageError
from bpdebug.machine.checkpoints import Checkpoints, State
from bpdebug.machine.curve import Curve
from bpdebug.machine.digests import Digests, Diverged
from bpdebug.machine.edits import Edit, edited
from bpdebug.machine.kernels import Precision, compute
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

Progress: TypeAlias = Callable[[int, int], None]
Cancelled: TypeAlias = Callable[[], bool]
Visits: TypeAlias = Mapping[int, Callable[[], bool]]
"""After which steps of every iteration somebody looks, and whether the run is to end there."""

BUDGET = 64 * 2**20
BREATH = 0.02
"""Seconds of work after which progress is told and cancelling is possible."""


class Timeline:
    """The run of a program, entered at any position.

    Position k·S + s, with S steps in an iteration, is that after s steps of iteration k; for s = 0 and k > 0 it
    counts as the end of iteration k - 1, whose values still show. Beside the checkpoints one iteration's values
    are held, so that going back within it executes nothing. `edits` are written over the values where they stand;
    what they write to parameters, data and constants lasts. A step that is executed again has to compute what it
    did before: Diverged names the one that does not.
    """

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Array],
        *,
        iterations: int,
        budget: int = BUDGET,
        dtype: Precision = np.float64,
        edits: Sequence[Edit] = (),
    ) -> None:
        self.program = program
        self.steps = len(program.steps)
        """How many steps an iteration has."""
        self.iterations = iterations
        self.dtype = dtype
        self.budget = budget
        self.edits = tuple(edits)
        self._values = values
        first = [edit for edit in self.edits if not edit.position]
        given = {name: frozen(value, dtype) for name, value in program.constants.items()}
        given |= {name: frozen(values[name], dtype) for name in program.data}
        self._first = edited(given, first)
        self._given = self._first
        start = {name: frozen(values[name], dtype) for name in program.parameters}
        self._start: State = edited(start, first)
        self._checkpoints = Checkpoints(self._start, budget)
        self._digests = Digests()
        self._edits: dict[int, list[Edit]] = {}
        for edit in self.edits:
            if edit.position:
                self._edits.setdefault(edit.position, []).append(edit)
        self._run = 0
        self._pointer = 0
        self._record: list[Array] = []
        self._bound: dict[str, Array] = {**self._given, **self._start}
        self._curve = Curve()

    @property
    def last(self) -> int:
        """The greatest position of the run."""
        return self.iterations * self.steps

    @property
    def position(self) -> int:
        """How many steps of the run have been executed."""
        return self._run * self.steps + self._pointer

    @property
    def iteration(self) -> int:
        """The iteration whose values show, from 0: where one has just been completed, that one."""
        return self._run

    @property
    def step(self) -> int:
        """How many steps of that iteration have been executed."""
        return self._pointer

    @property
    def values(self) -> Mapping[str, Array]:
        """Every value there is at this position, by name; it does not change with later moves."""
        return MappingProxyType(dict(self._bound))

    @property
    def here(self) -> Mapping[str, Array]:
        """The same without a copy, for a glance in passing: it changes with the next move."""
        return self._bound

    @property
    def inputs(self) -> Mapping[str, Array]:
        """What the iteration that shows began with: data, constants, and parameters before their update."""
        return MappingProxyType({**self._given, **self._start})

    def found(self, number: int) -> Mapping[str, Array]:
        """What the step of this number, from 0, was given in the iteration that shows: all that was bound by then.

        What was written over before it counts, what was written over later does not.
        """
        bound, start = {**self._given, **self._start}, self._run * self.steps
        for at, step in enumerate(self.program.steps[:number]):
            bound[step.out] = self._record[at]
            if self._edits:
                bound = edited(bound, self._edits.get(start + at + 1, ()))
        return MappingProxyType(bound)

    def gave(self, number: int) -> Array:
        """What the step of this number, from 0, gave in the iteration that shows, before anything was written over."""
        return self._record[number]

    @property
    def touched(self) -> bool:
        """Whether something was written over since the iteration that shows began."""
        start = self._run * self.steps
        return any(start < position <= self.position for position in self._edits)

    @property
    def costs(self) -> Array:
        """The cost of each iteration computed so far, NaN where it has none."""
        return self._curve.costs

    @property
    def stored(self) -> int:
        """The bytes that checkpoints take."""
        return self._checkpoints.bytes

    def digest(self, position: int) -> int | None:
        """32 bits that tell what the step which leads to a position computed; None where it was not executed yet."""
        return self._digests.at(position)

    def digest_over(self, first: int, last: int) -> int | None:
        """The same of all steps that lead to the positions from `first` to `last`, together."""
        return self._digests.over(first, last)

    def fork(self, *edits: Edit, budget: int | None = None) -> Timeline:
        """Another run that is this one up to here; with edits, which stand here, it goes on differently."""
        budget = self.budget if budget is None else budget
        other = Timeline(
            self.program,
            self._values,
            iterations=self.iterations,
            budget=budget,
            dtype=self.dtype,
            edits=(*(edit for edit in self.edits if not edits or edit.position <= self.position), *edits),
        )
        if self.position:
            known = self.program.cost in {step.out for step in self.program.steps[: self._pointer]}
            other._checkpoints = self._checkpoints.until(self._run, budget)
            other._digests = self._digests.until(self.position)
            other._curve = self._curve.until(self._run + known)
            other._return(self._run, self._start, self._record[: self._pointer], self._pointer)
        return other

    def walk(
        self,
        position: int,
        visits: Visits,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bool:
        """Go on to `position` through every step, letting `visits` look; whether one of them ended it on the way."""
        if not self.position <= position <= self.last:
            raise UsageError(f"expected a position from {self.position} to {self.last}, got {position}")
        before = (self._run, self._start, self._record, self._pointer)
        try:
            with np.errstate(all="ignore"):
                return self._execute(position, progress, cancelled, visits)
        except BaseException:
            self._return(*before)
            raise

    def seek(self, position: int, progress: Progress | None = None, cancelled: Cancelled | None = None) -> int:
        """Go to `position`, in either direction; answers where it got to: elsewhere only when cancelled.

        The values afterwards are bit for bit those of a fresh run to that position. `progress` hears of (steps
        done, steps to do). An exception on the way leaves everything as it was.
        """
        if not 0 <= position <= self.last:
            raise UsageError(f"expected a position from 0 to {self.last}, got {position}")
        if position == self.position:
            return position
        run, pointer = self._place(position)
        if run == self._run and pointer <= len(self._record):
            self._point(pointer)
            return position
        before = (self._run, self._start, self._record, self._pointer)
        try:
            self._approach(run)
            with np.errstate(all="ignore"):
                self._execute(position, progress, cancelled, {})
        except BaseException:
            self._return(*before)
            raise
        return self.position

    def _place(self, position: int) -> tuple[int, int]:
        """Which iteration shows at a position, and how many of its steps."""
        if position and position % self.steps == 0:
            return position // self.steps - 1, self.steps
        return divmod(position, self.steps)

    def _point(self, pointer: int) -> None:
        """Show the first `pointer` steps of those on record."""
        if pointer < self._pointer:
            self._bound = {**self._given, **self._start}
            self._pointer = 0
        between = slice(self._pointer, pointer)
        for step, value in zip(self.program.steps[between], self._record[between], strict=True):
            self._bound[step.out] = value
            self._pointer += 1
            if self._edits:
                self._edit()

    def _edit(self) -> None:
        """Write over what is to be written over here."""
        self._bound = edited(self._bound, self._edits.get(self.position, ()))

    def _approach(self, run: int) -> None:
        """Go to the nearest place from which the iteration `run` can be reached by executing."""
        if self._run <= run <= self._run + 1:
            self._point(len(self._record))
            return
        iteration, state = self._checkpoints.latest(run)
        if iteration <= self._run <= run:
            self._point(len(self._record))
        else:
            self._enter(iteration, state)

    def _enter(self, iteration: int, state: State) -> None:
        """Begin an iteration anew; its first step must follow, for here the one before should show."""
        self._run, self._pointer, self._record, self._start = iteration, 0, [], state
        self._begin()

    def _begin(self) -> None:
        """Bind what the iteration begins with."""
        if self._edits:
            before = self._run * self.steps
            self._given = edited(self._first, (edit for edit in self.edits if 0 < edit.position <= before))
        self._bound = {**self._given, **self._start}

    def _return(self, run: int, start: State, record: list[Array], pointer: int) -> None:
        """Show again what was left; the record may have grown, by values that are right."""
        self._run, self._start, self._record, self._pointer = run, start, record, 0
        self._begin()
        self._point(pointer)

    def _execute(self, position: int, progress: Progress | None, cancelled: Cancelled | None, visits: Visits) -> bool:
        begin, told = self.position, monotonic()
        total = position - begin
        for done in range(1, total + 1):
            if self._pointer == self.steps:
                self._cross()
            self._advance(begin + done)
            if self._pointer in visits and visits[self._pointer]():
                return True
            now = monotonic()
            if now - told >= BREATH:
                told = now
                if progress is not None:
                    progress(done, total)
                if cancelled is not None and cancelled():
                    return False
        return False

    def _cross(self) -> None:
        """Leave a complete iteration for the next: what crosses is copied into arrays of its own.

        The copy is made whether a checkpoint is kept or not. A parameter that is a view would hold on to its base,
        and products round differently for another layout in memory.
        """
        state = {name: frozen(self._bound[name], self.dtype) for name in self.program.parameters}
        self._enter(self._run + 1, state)
        self._checkpoints.keep(self._run, state)

    def _advance(self, position: int) -> None:
        """Execute the step that leads to `position`, or bind again what it gave."""
        if self._pointer < len(self._record):
            self._point(self._pointer + 1)
            return
        step = self.program.steps[self._pointer]
        value = compute(step, self._bound, self.dtype)
        if not self._digests.agree(position, value):
            raise self._diverged()
        self._record.append(value)
        self._bound[step.out] = value
        self._pointer += 1
        if step.out == self.program.cost:
            self._curve.note(self._run, float(value.item()))
        if self._edits:
            self._edit()

    def _diverged(self) -> Diverged:
        step = self.program.steps[self._pointer]
        name = self.program.equations[step.equation].name
        return Diverged(
            f"step {self._pointer + 1} of iteration {self._run + 1}, which belongs to {name}, computed other bits than "
            "when it was executed first, from what should be the same: memory or an operation is not to be relied on. "
            "Nothing of it is shown; the session is where it was"
        )


def frozen(value: Array | float, dtype: Precision = np.float64) -> Array:
    """The value as a read-only array of this precision in plain order; itself where it is one already."""
    array = np.asarray(value, dtype=dtype)
    if array.flags.writeable or array.base is not None or not array.flags.c_contiguous:
        array = np.array(array, order="C")
        array.flags.writeable = False
    return array

"""Time: a program, a position in its run, and the values there. Every move is one verb, `seek`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import TypeAlias

import numpy as np

from bpdebug.errors import UsageError
from bpdebug.machine.edits import Edit, edited
from bpdebug.machine.findings import Findings
from bpdebug.machine.iteration import Iteration
from bpdebug.machine.kernels import Precision, compute
from bpdebug.machine.live import Live
from bpdebug.machine.moment import Moment
from bpdebug.machine.past import Past, begins, frozen
from bpdebug.machine.showing import Showing
from bpdebug.machine.sprint import BREATH, Plans, Runs, Sprint
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

Progress: TypeAlias = Callable[[int, int], None]
Cancelled: TypeAlias = Callable[[], bool]
Visits: TypeAlias = Mapping[int, Callable[[], bool]]
"""After which steps of every iteration somebody looks, and whether the run is to end there."""

BUDGET = 64 * 2**20


class Timeline(Showing):
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
        self._program = program
        self.steps = len(program.steps)
        """How many steps an iteration has."""
        self.iterations = iterations
        self.dtype = dtype
        self.budget = budget
        self.edits = tuple(edits)
        self._values = values
        first = [edit for edit in self.edits if not edit.position]
        data = {name: frozen(values[name], dtype) for name in program.data}
        self._given = {
            each: edited({name: frozen(value, dtype) for name, value in each.constants.items()} | data, first)
            for each in (program, program.rest or program)
        }
        """What the iterations of each program are given."""
        self._written: dict[int, dict[int, list[Edit]]] = {}
        for edit in self.edits:
            if edit.position:
                run, step = self._place(edit.position)
                self._written.setdefault(run, {}).setdefault(step, []).append(edit)
        start = edited(begins(program, values, dtype), first)
        self._past = Past(program, start, budget, dtype)
        self._now = self._begun(0, start)
        self._live: Live | None = None
        """The iteration that a plan is running, while somebody looks at it."""
        self._plans = Plans(program, dtype)

    @property
    def program(self) -> Program:
        """The program of the iteration that shows."""
        return self._program.of(self.iteration)

    @property
    def last(self) -> int:
        """The greatest position of the run."""
        return self.iterations * self.steps

    @property
    def shown(self) -> Moment:
        """The iteration that shows. What it found and recorded up to here stays so, whatever the next moves are."""
        return self._live or self._now

    @property
    def costs(self) -> Array:
        """The cost of each iteration computed so far, NaN where it has none."""
        return self._past.curve.costs

    def latest_costs(self, count: int) -> list[float]:
        """Those of the iteration that shows and of the ones before it, so many together."""
        return self._past.curve.latest(self.iteration, count)

    @property
    def findings(self) -> Findings:
        """What those who looked found out about the run."""
        return self._past.findings

    def lasting(self, name: str) -> Array | None:
        """What a name stands for throughout the run; None where it may stand for another value later."""
        later = any(edit.name == name for edit in self.edits if edit.position)
        found = [given[name] for given in self._given.values() if name in given]
        same = all(each.tobytes() == found[0].tobytes() for each in found[1:])  # m is another where batches differ
        return found[0] if found and same and not later else None

    @property
    def stored(self) -> int:
        """The bytes that checkpoints take."""
        return self._past.checkpoints.bytes

    def kept(self, iteration: int) -> int:
        """The last iteration not after this one, both from 0, at whose start the run can be entered."""
        return self._past.checkpoints.latest(iteration)[0]

    def digest(self, position: int) -> int | None:
        """32 bits that tell what the step which leads to a position computed; None where that was not noted."""
        run, step = self._place(position)
        return self._past.digests.at(run, step - 1)

    def digest_of_states(self, first: int, last: int) -> int | None:
        """The same of what the iterations from `first` to `last`, counted from 0, began with, together."""
        return self._past.digests.states(first, last)

    def fork(self, *edits: Edit, budget: int | None = None) -> Timeline:
        """Another run that is this one up to here; with edits, which stand here, it goes on differently."""
        budget = self.budget if budget is None else budget
        other = Timeline(
            self._program,
            self._values,
            iterations=self.iterations,
            budget=budget,
            dtype=self.dtype,
            edits=(*(edit for edit in self.edits if not edits or edit.position <= self.position), *edits),
        )
        if self.position:
            self._past.until(other._past, self.iteration, self.step, budget)
            other._now = self._now.until(self.step, other._written.get(self.iteration, {}))
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
        now, step = self._now, self.step
        try:
            self._leave(position)
            with np.errstate(all="ignore"):
                return self._execute(position, progress, cancelled, visits)
        except BaseException:
            self._now = now
            now.show(step)
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
        run, to = self._place(position)
        there = self._now if run == self.iteration else self._past.held.get(run)
        if there is not None and to <= len(there.record):
            self._past.held.keep(self._now, run)
            self._now = there
            self._now.show(to)
            return position
        now, step = self._now, self.step
        try:
            self._approach(run)
            self._leave(position)
            with np.errstate(all="ignore"):
                self._execute(position, progress, cancelled, {})
        except BaseException:
            self._now = now
            now.show(step)
            raise
        return self.position

    def _place(self, position: int) -> tuple[int, int]:
        """Which iteration shows at a position, and how many of its steps."""
        if position and position % self.steps == 0:
            return position // self.steps - 1, self.steps
        return divmod(position, self.steps)

    def _approach(self, run: int) -> None:
        """Go to the nearest place from which the iteration `run` can be reached by executing.

        Where one walks back, some iterations before it are executed as well, and held for the next steps back.
        """
        back = run == self.iteration - 1
        iteration, state = self._past.checkpoints.latest(max(0, run - self._past.held.room + 1) if back else run)
        if self.iteration <= run and (iteration <= self.iteration or run == self.iteration + 1):
            self._now.show(len(self._now.record))
        else:
            self._past.same(iteration, state)
            self._now = self._begun(iteration, self._past.layout.unpack(state))

    def _leave(self, position: int) -> None:
        """Go on in an iteration of its own, where this one is left: who looks at this one holds no more of it then."""
        if self._place(position)[0] > self.iteration and self.step < self.steps:
            step, self._now = self.step, self._now.until(len(self._now.record))
            self._now.show(step)

    def _begun(self, run: int, start: Mapping[str, Array]) -> Iteration:
        """An iteration of which nothing has been executed; its first step must follow, or the one before should show.

        What was written over data and constants in the iterations before it still holds.
        """
        program = self._program.of(run)
        given = self._given[program]
        if self._written:
            given = edited(given, (edit for edit in self.edits if 0 < edit.position <= run * self.steps))
        return Iteration(run, program.steps, {**given, **start}, self._written.get(run, {}))

    def _execute(self, position: int, progress: Progress | None, cancelled: Cancelled | None, visits: Visits) -> bool:
        begin, told = self.position, monotonic()
        total = position - begin

        def breathe(reached: int) -> bool:
            if progress is not None:
                progress(reached - begin, total)
            return cancelled is None or not cancelled()

        while self.position < position:
            if plans := self._plans.towards(position // self.steps, self._now, self._written):
                ended = self._sprint(plans, visits, breathe)
                if ended is not None:
                    return ended
                continue
            if self._now.complete:
                self._cross()
            self._advance()
            if self._now.step in visits and visits[self._now.step]():
                return True
            if (now := monotonic()) - told >= BREATH:
                told = now
                if not breathe(self.position):
                    return False
        self._plans.rest()
        return False

    def _sprint(self, plans: tuple[Runs, int], visits: Visits, breathe: Callable[[int], bool]) -> bool | None:
        """Run the iterations after this one up to another by a plan: whether a visit ended it, None if nothing did."""

        def looking(step: int) -> Callable[[Live], bool]:
            def look(live: Live) -> bool:
                self._live = live
                return visits[step]()

            return look

        looks = {step: looking(step) for step in visits if step}
        sprint = Sprint(*plans, self._past, self._now)
        self._now = self._now.until(0)  # what it computed is not held on to meanwhile
        try:
            self._now = sprint.run(looks, lambda number: breathe((number + 1) * self.steps))
        finally:
            self._live = None
        return True if sprint.ended else None if self.iteration == sprint.last - 1 else False

    def _cross(self) -> None:
        """Leave a complete iteration for the next: what crosses is copied into arrays of its own.

        The copy is made whether a checkpoint is kept or not. A parameter that is a view would hold on to its base,
        and products round differently for another layout in memory.
        """
        bound = self._now.bound
        state = {name: frozen(bound[name], self.dtype) for name in self._program.crossing}
        number = self.iteration + 1
        pack, packed = self._past.layout.pack, self._past.layout.pack(state)
        self._past.measured.ends(self._now, pack(self._now.inputs), packed)
        self._past.begins(number, packed)
        self._past.held.keep(self._now, number)
        self._now = self._begun(number, state)

    def _advance(self) -> None:
        """Execute the next step of the iteration, or bind again what it gave."""
        now = self._now
        if now.step < len(now.record):
            now.show(now.step + 1)
            return
        value = compute(now.steps[now.step], now.bound, self.dtype)
        self._past.gives(now.number, now.step, value)
        now.take(value)

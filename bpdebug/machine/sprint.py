"""Whole iterations run at full speed: a bare loop over a plan's calls, which is left only where somebody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import TypeAlias

from bpdebug.machine.iteration import Iteration
from bpdebug.machine.kernels import Precision
from bpdebug.machine.live import Live
from bpdebug.machine.past import Past
from bpdebug.machine.plan import Calls, Plan
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

SPRINT = 32
"""Whole iterations from which on they are run by a plan."""
BREATH = 0.02
"""Seconds of work after which progress is told and cancelling is possible."""
LARGE = 2**23
"""Bytes of plans that are not kept for later."""

Look: TypeAlias = Callable[[Live], bool]
Runs: TypeAlias = Sequence[Plan]
"""The plans of as many iterations as come again and again in their order: iteration k is run by number k, and so on."""


class Plans:
    """The plans of a run, one for each of its programs, made where many iterations are to be run; others where what is
    given is another."""

    def __init__(self, program: Program, dtype: Precision) -> None:
        self._program, self._dtype = program, dtype
        self._plans: dict[Program, Plan] = {}
        self._plannable = True
        """Whether plans compute what the steps do."""

    def towards(self, end: int, now: Iteration, written: Iterable[int]) -> tuple[Runs, int] | None:
        """Plans, and the iteration before which they are to end, for the way from a complete iteration to the begin of
        iteration `end`; None: step by step. In iterations where values are written over steps are taken.
        """
        first = now.number + 1
        if first + SPRINT > end or not now.complete or now.edits or self._crowded(now):
            return None
        last = min([end, *(each for each in written if each >= first)])
        if first + SPRINT > last or not self._made(now):
            return None
        last = min(last, self._unplanned(first))
        return (self._runs, last) if first + SPRINT <= last else None

    def _crowded(self, done: Iteration) -> bool:
        """Whether several programs take turns and each would have a large plan: large steps are hardly slower."""
        return self._program.rest is not None and sum(value.nbytes for value in done.record) > LARGE

    def rest(self) -> None:
        """The run has come to where it was to go: large plans make room, and are made anew when they are needed."""
        if sum(each.nbytes for each in self._plans.values()) > LARGE:
            self._plans.clear()

    def _made(self, done: Iteration) -> bool:
        """Whether there is a plan of the program of this iteration now."""
        program = self._program.of(done.number)
        plan = self._plans.get(program)
        if plan is not None and not plan.fits(done.inputs):
            self._plans.clear()
            plan = None
        if plan is None and self._plannable:
            rooms = next((each.rooms for each in self._plans.values()), None)
            plan = Plan(program, done, self._dtype, rooms)
            self._plannable = plan.agrees(done)
            self._plans[program] = plan
        return self._plannable

    def _unplanned(self, first: int) -> int:
        """The next iteration from `first` on whose program has no plan yet."""
        around = range(first, first + self._program.batches)
        return next((each for each in around if self._program.of(each) not in self._plans), sys.maxsize)

    @property
    def _runs(self) -> Runs:
        some = next(iter(self._plans.values()))
        period = self._program.batches if self._program.rest is not None else 1
        return [self._plans.get(self._program.of(each), some) for each in range(period)]


class Sprint:
    """A run by plans of the iterations after a complete one and before `last`, and what is kept of it."""

    def __init__(self, plans: Runs, last: int, past: Past, done: Iteration) -> None:
        self.plans, self.last, self.past = plans, last, past
        self.first = done.number + 1
        self.ended = False
        """Whether somebody who looked ended it."""
        plan = plans[self.first % len(plans)]
        plan.begin(self.first, done.bound)
        self._passage = past.along(plan, done)

    def run(self, looks: Mapping[int, Look], breathe: Callable[[int], bool]) -> Iteration:
        """Run them; what shows in the end.

        `looks` are asked after their steps, and `breathe` now and then, with the number of the iteration that has
        just been completed: whether to go on.
        """
        note, passage = self.past.curve.note, self._passage
        number, plan = self.first, self.plans[self.first % len(self.plans)]
        told, costs, turns = monotonic(), plan.costs, self._turns(looks)
        for number in range(self.first, self.last):
            plan, stretches, cost, gradients = turns[number % len(turns)]
            for calls, step, look in stretches:
                for call in calls:
                    call()
                if step == costs and cost is not None:
                    note(number, cost.item())
                if look is not None and look(Live(plan, number, step)):
                    self.ended = True
                    passage.settle()
                    return plan.iteration(number, step)
            passage.take(number, gradients)
            now = monotonic()
            if now - told >= BREATH:
                told = now
                if not breathe(number):
                    break
        passage.settle()
        return plan.iteration(number, len(plan.program.steps))

    def _turns(self, looks: Mapping[int, Look]) -> list[Turn]:
        """What each of the iterations does that come again and again: their plans' turns, one after the other."""
        cut = {}
        for plan in self.plans:
            if plan not in cut:
                cut[plan] = [
                    [(calls, step, looks.get(step)) for calls, step in stretches]
                    for stretches in plan.cut([*looks, plan.costs])
                ]
        period = len(self.plans)
        rounds = range(period if period % 2 == 0 else 2 * period)
        return [(plan := self.plans[at % period], cut[plan][at & 1], plan.cost, plan.gradients) for at in rounds]


Turn: TypeAlias = tuple[Plan, Sequence[tuple[Calls, int, "Look | None"]], "Array | None", Array]
"""The plan of an iteration, its calls up to where somebody looks, and where its cost and its gradients stand."""

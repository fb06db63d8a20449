"""Whole iterations run at full speed: a bare loop over a plan's calls, which is left only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from bpdebug.machine.iteration import Iteration
from bpdebug.machine.kernels import Precision
from bpdebug.machine.live import Live
from bpdebug.machine.past import Past
from bpdebug.machine.plan import Plan
from bpdebug.program.equations import Program

SPRINT = 32
"""Whole iterations from which on they are run by a plan."""
BREATH = 0.02
"""Seconds of work after which progress is told and cancelling is possible."""


class Plans:
    """The plan of a run, made where many iterations are to be run; of another one where what is given is another."""

    def __init__(self, program: Program, dtype: Precision) -> None:
        self._program, self._dtype = program, dtype
        self._plan: Plan | None = None
        self._plannable = True
        """Whether a plan computes what the steps do."""

    def towards(self, end: int, now: Iteration, written: Iterable[int]) -> tuple[Plan, int] | None:
        """A plan, and the iteration before which it is to end, for the way from a complete iteration to the begin of
        iteration `end`; None: step by step. In iterations where values are written over steps are taken.
        """
        first = now.number + 1
        if first + SPRINT > end or not now.complete or now.edits:
            return None
        last = min([end, *(each for each in written if each >= first)])
        if first + SPRINT > last or (plan := self._after(now)) is None:
            return None
        return plan, last

    def _after(self, done: Iteration) -> Plan | None:
        """The plan for the iterations after this one."""
        if self._plan is None or not self._plan.fits(done.inputs):
            self._plan = None
            if self._plannable:
                plan = Plan(self._program, done, self._dtype)
                self._plannable = plan.agrees(done)
                self._plan = plan if self._plannable else None
        return self._plan


class Sprint:
    """A run by a plan of the iterations before `last`, and what is kept of it."""

    def __init__(self, plan: Plan, last: int, past: Past) -> None:
        self.plan, self.last, self.past = plan, last, past
        self.ended = False
        """Whether somebody who looked ended it."""

    def run(
        self, done: Iteration, looks: Mapping[int, Callable[[Live], bool]], breathe: Callable[[int], bool]
    ) -> Iteration:
        """Run the iterations after a complete one; what shows in the end.

        `looks` are asked after their steps, and `breathe` now and then, with the number of the iteration that has
        just been completed: whether to go on.
        """
        plan, note, begins = self.plan, self.past.curve.note, self.past.begins
        first = number = done.number + 1
        plan.begin(first, done.bound)
        begins(first, plan.room(first))
        told, cost, costs = monotonic(), plan.cost, plan.costs
        cuts = plan.cut([*looks, costs])
        turns = [[(calls, step, looks.get(step)) for calls, step in stretches] for stretches in cuts]
        for number in range(first, self.last):
            for calls, step, look in turns[number & 1]:
                for call in calls:
                    call()
                if step == costs and cost is not None:
                    note(number, cost.item())
                if look is not None and look(Live(plan, number, step)):
                    self.ended = True
                    return plan.iteration(number, step)
            begins(number + 1, plan.room(number + 1), passing=True)
            now = monotonic()
            if now - told >= BREATH:
                told = now
                if not breathe(number):
                    break
        return plan.iteration(number, len(plan.program.steps))

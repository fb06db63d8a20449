"""Whole iterations run at full speed: a bare loop over a plan's calls, which is left only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from bpdebug.machine.checkpoints import Checkpoints
from bpdebug.machine.curve import Curve
from bpdebug.machine.digests import Digests
from bpdebug.machine.iteration import Iteration
from bpdebug.machine.live import Live
from bpdebug.machine.plan import Plan

BREATH = 0.02
"""Seconds of work after which progress is told and cancelling is possible."""


class Sprint:
    """A run of whole iterations by a plan, and what is kept of it."""

    def __init__(self, plan: Plan, curve: Curve, digests: Digests, checkpoints: Checkpoints) -> None:
        self.plan = plan
        self.curve, self.digests, self.checkpoints = curve, digests, checkpoints
        self.ended = False
        """Whether somebody who looked ended it."""

    def run(
        self,
        first: int,
        last: int,
        looks: Mapping[int, Callable[[Live], bool]],
        breathe: Callable[[int], bool],
    ) -> tuple[Iteration, int]:
        """Run the iterations from `first` up to, not including, `last`; `plan.begin` said with what.

        `looks` are asked after their steps, and `breathe` now and then, with the number of the iteration that has
        just been completed: whether to go on. What shows where it ended, and the iteration whose state diverged from
        what it was before (-1 if none did).
        """
        plan, note, keep, begins = self.plan, self.curve.note, self.checkpoints.keep, self.digests.begins
        told, cost, costs = monotonic(), plan.cost, plan.costs
        cuts = plan.cut([*looks, costs])
        turns = [[(calls, step, looks.get(step)) for calls, step in stretches] for stretches in cuts]
        number = first
        for number in range(first, last):
            for calls, step, look in turns[number & 1]:
                for call in calls:
                    call()
                if step == costs and cost is not None:
                    note(number, cost.item())
                if look is not None and look(Live(plan, number, step)):
                    self.ended = True
                    return self._shown(number, step), -1
            after = plan.room(number + 1)
            if not begins(number + 1, after):
                return self._shown(number, len(plan.program.steps)), number + 1
            keep(number + 1, after, passing=True)
            now = monotonic()
            if now - told >= BREATH:
                told = now
                if not breathe(number):
                    break
        return self._shown(number, len(plan.program.steps)), -1

    def _shown(self, number: int, step: int) -> Iteration:
        return self.plan.iteration(number, step)

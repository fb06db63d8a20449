"""What is kept of a run: the cost and a digest of every iteration, the states of some, and the latest ones whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bpdebug.machine.checkpoints import Checkpoints
from bpdebug.machine.curve import Curve
from bpdebug.machine.digests import Digests, Diverged
from bpdebug.machine.findings import Findings
from bpdebug.machine.held import Held
from bpdebug.machine.kernels import Precision
from bpdebug.machine.measured import Measured
from bpdebug.machine.state import Layout
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

if TYPE_CHECKING:
    from bpdebug.machine.iteration import Iteration
    from bpdebug.machine.plan import Plan

HELD = 8
"""Of the budget this part holds iterations passed last, as they are."""


class Past:
    """The past of a run that began with some parameters.

    Its states take at most `budget` bytes, numbers of its iterations some more than twice as many; beside that there
    are digests and costs.
    """

    def __init__(self, program: Program, start: Mapping[str, Array], budget: int, dtype: Precision) -> None:
        self._program = program
        self.layout = Layout({name: value.shape for name, value in start.items()}, dtype)
        self.checkpoints = Checkpoints(self.layout.pack(start), budget - budget // HELD)
        self.held = Held(budget // HELD)
        self.digests = Digests(len(program.steps), self.layout.nbytes)
        self.curve = Curve()
        self.findings = Findings(budget)
        self.measured = Measured(program, self.layout, self.findings, budget)

    def begins(self, number: int, state: Array, *, passing: bool = False) -> None:
        """Note what an iteration begins with; Diverged where it began with something else before."""
        self.same(number, state)
        self.checkpoints.keep(number, state, passing=passing)

    def began(self, first: int, states: Array) -> None:
        """The same of iterations that were passed, one after the other from `first` on, with a state in each row."""
        if (number := self.digests.begin(first, states)) is not None:
            raise self._diverged(number)
        for at, state in enumerate(states, start=first):
            self.checkpoints.keep(at, state, passing=True)

    def along(self, plan: Plan, done: Iteration) -> Passage:
        """What keeps of the iterations after a complete one, which a plan runs, what is to be kept."""
        self.begins(done.number + 1, plan.room(done.number + 1))
        if not self.measured.on:
            return Each(self, plan)
        measuring = self.measured.by(plan, done.number + 1, self.began)
        self.measured.ends(done, self.layout.pack(done.inputs), plan.room(done.number + 1))
        return measuring

    def same(self, number: int, state: Array) -> None:
        """Diverged where an iteration began with something else before."""
        if not self.digests.begins(number, state):
            raise self._diverged(number)

    @staticmethod
    def _diverged(number: int) -> Diverged:
        return Diverged(
            f"iteration {number} ended with other bits than when it was run first, from what should be the same: "
            "memory or an operation is not to be relied on. Nothing of it is shown; the session is where it was"
        )

    def gives(self, number: int, step: int, value: Array) -> None:
        """Note what a step of an iteration, both from 0, gave; Diverged where it gave something else before."""
        given = self._program.steps[step]
        if not self.digests.agree(number, step, value):
            name = self._program.equations[given.equation].name
            raise Diverged(
                f"step {step + 1} of iteration {number + 1}, which belongs to {name}, computed other bits than when it "
                "was executed first, from what should be the same: memory or an operation is not to be relied on. "
                "Nothing of it is shown; the session is where it was"
            )
        if given.out == self._program.cost:
            self.curve.note(number, float(value.item()))

    def until(self, other: Past, number: int, step: int, budget: int) -> None:
        """Let `other` have the same past, up to a place."""
        known = self._program.cost in {each.out for each in self._program.steps[:step]}
        other.checkpoints = self.checkpoints.until(number, budget - budget // HELD)
        other.digests = self.digests.until(number, step)
        other.curve = self.curve.until(number + known)
        other.findings = self.findings.until(number, len(self._program.steps), budget)
        other.measured = Measured(self._program, self.layout, other.findings, budget)


class Passage(Protocol):
    """What is told of every iteration that a plan runs, as it ends."""

    def take(self, number: int, gradients: Array) -> None:
        """The iteration of this number has been run, and computed these gradients."""

    def settle(self) -> None:
        """No more is run for now."""


class Each:
    """Keeps what the next iteration begins with, of each by itself: of large states few are kept."""

    def __init__(self, past: Past, plan: Plan) -> None:
        self._begins, self._room = past.begins, plan.room

    def take(self, number: int, gradients: Array) -> None:
        self._begins(number + 1, self._room(number + 1), passing=True)

    def settle(self) -> None:
        return


def begins(program: Program, values: Mapping[str, Array], dtype: Precision = np.float64) -> dict[str, Array]:
    """What crosses into the first iteration: the parameters as they are given, and zeros."""
    zeros = {name: np.zeros(program.shapes[name]) for name in program.states}
    return {name: frozen({**values, **zeros}[name], dtype) for name in program.crossing}


def frozen(value: Array | float, dtype: Precision = np.float64) -> Array:
    """The value as a read-only array of this precision in plain order; itself where it is one already."""
    array = np.asarray(value, dtype=dtype)
    if array.flags.writeable or array.base is not None or not array.flags.c_contiguous:
        array = np.array(array, order="C")
        array.flags.writeable = False
    return array

"""One iteration of a run: what it begins with, what its steps gave, and what is bound after so many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdebug.machine.edits import edited
from bpdebug.machine.moment import Moment, Written
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step


class Iteration(Moment):
    """An iteration, shown after `step` of its steps; what they gave is kept, so that going back executes nothing.

    `inputs` are what it begins with: data, constants, and parameters before their update.
    """

    def __init__(self, number: int, steps: Sequence[Step], inputs: Mapping[str, Array], edits: Written) -> None:
        self.number = number
        self.steps = steps
        self.inputs = inputs
        self.edits = edits
        self.step = 0
        self.record: list[Array] = []
        """What its steps gave, before anything was written over; it may reach beyond `step`."""
        self.bound: dict[str, Array] = dict(inputs)
        """Every value there is after `step` steps, by name; the next move may change it."""

    def show(self, step: int) -> None:
        """Bind what the first `step` steps gave, which has to be on record."""
        if step < self.step:
            self.step, self.bound = 0, dict(self.inputs)
        for value in self.record[self.step : step]:
            self._bind(value)

    def take(self, value: Array) -> None:
        """Put what the next step gave on record, and bind it."""
        self.record.append(value)
        self._bind(value)

    def until(self, step: int, edits: Written | None = None) -> Iteration:
        """One of its own that is this one up to there; with `edits`, which this one has too before that step."""
        other = Iteration(self.number, self.steps, self.inputs, self.edits if edits is None else edits)
        other.record = self.record[:step]
        other.show(step)
        return other

    def _bind(self, value: Array) -> None:
        self.bound[self.steps[self.step].out] = value
        self.step += 1
        if made := self.edits.get(self.step):
            self.bound = edited(self.bound, made)

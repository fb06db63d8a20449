"""One iteration of a run: what it begins with, what its steps gave, and what is bound after so many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from bpdebug.machine.edits import Edit, edited
from bpdebug.machine.kernels import finite
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

Written: TypeAlias = Mapping[int, Sequence[Edit]]
"""What is written over within an iteration, by how many of its steps have been executed then."""


class Iteration:
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

    @property
    def complete(self) -> bool:
        """Whether all of its steps show."""
        return self.step == len(self.steps)

    @property
    def touched(self) -> bool:
        """Whether something has been written over by now."""
        return bool(self.edits) and any(at <= self.step for at in self.edits)

    @property
    def finite(self) -> bool:
        """Whether all that its steps gave so far is finite."""
        return all(map(finite, self.record[: self.step]))

    @property
    def passing(self) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
        """What it begins with and what is bound by now, to be read and not kept: entries may change later."""
        return self.inputs, self.bound

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

    def found(self, number: int) -> Mapping[str, Array]:
        """What the step of this number, from 0, was given: all that was bound by then.

        What was written over before it counts, what was written over later does not.
        """
        return MappingProxyType(self.until(number).bound)

    @property
    def computed(self) -> Mapping[str, Array]:
        """What is bound by now, without what was written over after just so many steps."""
        if not self.step:
            return MappingProxyType(self.bound)
        done = self.step - 1
        return MappingProxyType({**self.until(done).bound, self.steps[done].out: self.record[done]})

    def _bind(self, value: Array) -> None:
        self.bound[self.steps[self.step].out] = value
        self.step += 1
        if made := self.edits.get(self.step):
            self.bound = edited(self.bound, made)

"""What shows of an iteration after so many of its steps, wherever its values lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from bpdebug.machine.edits import Edit
from bpdebug.machine.kernels import finite
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

Written: TypeAlias = Mapping[int, Sequence[Edit]]
"""What is written over within an iteration, by how many of its steps have been executed then."""


class Moment:
    """An iteration of this number, shown after `step` of its steps.

    `inputs` are what it begins with, `record` what its steps gave, before anything was written over, and `bound` every
    value there is, by name.
    """

    number: int
    step: int
    steps: Sequence[Step]
    edits: Written
    inputs: Mapping[str, Array]
    record: Sequence[Array]
    bound: Mapping[str, Array]

    def until(self, step: int, edits: Written | None = None) -> Moment:
        """The same up to a step, in arrays of its own; with `edits`, which this one has too before that step."""
        raise NotImplementedError

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

"""What can be read of a run at its position: where it stands, and the values there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bpdebug.machine.moment import Moment
from bpdebug.ops.table import Array


class Showing:
    """A run as those see it who only look. A position is how many steps of the run have been executed."""

    steps: int

    @property
    def shown(self) -> Moment:
        """The iteration that shows."""
        raise NotImplementedError

    @property
    def position(self) -> int:
        """How many steps of the run have been executed."""
        return self.shown.number * self.steps + self.shown.step

    @property
    def iteration(self) -> int:
        """The iteration whose values show, from 0: where one has just been completed, that one."""
        return self.shown.number

    @property
    def step(self) -> int:
        """How many steps of that iteration have been executed."""
        return self.shown.step

    @property
    def values(self) -> Mapping[str, Array]:
        """Every value there is at this position, by name; it does not change with later moves."""
        return MappingProxyType(dict(self.shown.bound))

    @property
    def passing(self) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
        """What the iteration that shows began with, and what there is by now, to be read and not kept: the entries of
        the arrays may change with the next move."""
        return self.shown.passing

    @property
    def here(self) -> Mapping[str, Array]:
        """The same without a copy, for a glance in passing: it changes with the next move."""
        return self.shown.bound

    @property
    def inputs(self) -> Mapping[str, Array]:
        """What the iteration that shows began with: data, constants, and parameters before their update."""
        return MappingProxyType(dict(self.shown.inputs))

    def found(self, number: int) -> Mapping[str, Array]:
        """What the step of this number, from 0, was given in the iteration that shows: all that was bound by then.

        What was written over before it counts, what was written over later does not.
        """
        return self.shown.found(number)

    @property
    def results(self) -> Sequence[Array]:
        """What the steps of the iteration that shows gave so far, in their order, before anything was written over."""
        return self.shown.record[: self.shown.step]

    @property
    def finite(self) -> bool:
        """Whether all that the steps of the iteration that shows gave so far is finite."""
        return self.shown.finite

    @property
    def computed(self) -> Mapping[str, Array]:
        """Every value there is at this position before anything was written over here."""
        return self.shown.computed

    @property
    def touched(self) -> bool:
        """Whether something was written over since the iteration that shows began."""
        return self.shown.touched

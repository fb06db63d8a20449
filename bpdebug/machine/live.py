"""An iteration that a plan is running: what shows of it is copied as it is looked at, for it changes with the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from bpdebug.machine.moment import Moment, Written
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.machine.plan import Plan


class Copies(Mapping[str, Array]):
    """Arrays that change, by name: each as it is when it is looked at first."""

    def __init__(self, changing: Mapping[str, Array]) -> None:
        self._changing = changing
        self._found: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if (found := self._found.get(name)) is None:
            found = self._found[name] = copied(self._changing[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._changing)

    def __len__(self) -> int:
        return len(self._changing)

    def __contains__(self, name: object) -> bool:
        return name in self._changing


class Results(Sequence[Array]):
    """Arrays that change, in their order: each copied as it is looked at."""

    def __init__(self, changing: Sequence[Array]) -> None:
        self._changing = changing

    @overload
    def __getitem__(self, at: int) -> Array: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Array]: ...
    def __getitem__(self, at: int | slice) -> Array | Sequence[Array]:
        return Results(self._changing[at]) if isinstance(at, slice) else copied(self._changing[at])

    def __len__(self) -> int:
        return len(self._changing)


class Live(Moment):
    """An iteration in the arrays of a plan, after so many of its steps."""

    def __init__(self, plan: Plan, number: int, step: int) -> None:
        self.plan = plan
        self.number, self.step = number, step
        self.steps, self.edits = plan.program.steps, {}
        self.inputs, self.bound = Copies(plan.bound(number, 0)), Copies(plan.bound(number, step))
        self.record = Results(plan.given(number, step))

    @property
    def passing(self) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
        return self.plan.bound(self.number, 0), self.plan.bound(self.number, self.step)

    @property
    def finite(self) -> bool:
        return self.plan.finite(self.number) if self.complete else super().finite

    def until(self, step: int, edits: Written | None = None) -> Moment:
        return self.plan.iteration(self.number, self.step).until(step, edits)


def copied(value: Array) -> Array:
    """A copy in the same layout, read-only; what nobody can write to is its own copy."""
    if not value.flags.writeable and value.base is None:
        return value
    copy = np.array(value, order="K")
    copy.flags.writeable = False
    return copy

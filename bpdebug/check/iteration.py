"""The check of one iteration of a training run: the run up to it, then its gradients against its forward pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from bpdebug.check.forward import Values
from bpdebug.check.full import check
from bpdebug.check.verdict import GradientCheck
from bpdebug.errors import UsageError
from bpdebug.machine.drawn import found
from bpdebug.machine.kernels import PRECISIONS
from bpdebug.machine.timeline import Progress, Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program
from bpdebug.program.settled import settled


class Training(Protocol):
    """What there is to run: a program, and the data and parameters it starts from."""

    @property
    def program(self) -> Program: ...

    @property
    def values(self) -> Mapping[str, Array]: ...

    @property
    def dtype(self) -> str: ...


def check_iteration(
    scenario: Training,
    iteration: int,
    names: Iterable[str] | None = None,
    *,
    entries: bool = False,
    progress: Progress | None = None,
) -> tuple[GradientCheck, ...]:
    """Every gradient (or those named: dW2) of an iteration, counted from 0, after training up to it.

    With `entries` every entry is gone through, however many there are. `progress` hears of the training before it.
    """
    if iteration < 0:
        raise UsageError(f"expected an iteration from 0 on, got {iteration}")
    values = trained(scenario, iteration, progress)
    return check(settled(scenario.program.of(iteration)), values, names, entries=entries)


def trained(scenario: Training, iterations: int, progress: Progress | None = None) -> Values:
    """The values of the iteration after so many, its parameters not yet updated."""
    program = scenario.program
    updates = sum(program.equations[step.equation].phase is Phase.UPDATE for step in program.steps)
    timeline = Timeline(program, scenario.values, iterations=iterations + 1, budget=0, dtype=PRECISIONS[scenario.dtype])
    timeline.seek(timeline.last - updates, progress)
    return found(timeline)

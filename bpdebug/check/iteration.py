"""The check of one iteration of a training run: the run up to it, then its gradients against its forward pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from bpdebug.check.forward import Values, operand
from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import GradientCheck
from bpdebug.errors import UsageError
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program, Step


class Training(Protocol):
    """What there is to run: a program, and the data and parameters it starts from."""

    @property
    def program(self) -> Program: ...

    @property
    def values(self) -> Mapping[str, Array]: ...


def check_iteration(
    scenario: Training, iteration: int, names: Iterable[str] | None = None
) -> tuple[GradientCheck, ...]:
    """Every gradient (or those named: dW2) of an iteration, counted from 0, after training up to it."""
    if iteration < 0:
        raise UsageError(f"expected an iteration from 0 on, got {iteration}")
    return check_gradients(scenario.program, trained(scenario, iteration), names)


def trained(scenario: Training, iterations: int) -> Values:
    """The values of the iteration after so many, its parameters not yet updated."""
    program = scenario.program
    state = {name: np.asarray(value) for name, value in scenario.values.items()}
    constants = {name: np.asarray(value) for name, value in program.constants.items()}
    for _ in range(iterations):
        values = executed(program.steps, {**constants, **state})
        state = {name: values[name] for name in state}
    steps = (step for step in program.steps if program.equations[step.equation].phase is not Phase.UPDATE)
    return executed(steps, {**constants, **state})


def executed(steps: Iterable[Step], given: Values) -> dict[str, Array]:
    """The values after these steps."""
    values = dict(given)
    with np.errstate(all="ignore"):
        for step in steps:
            arrays = tuple(operand(each, values) for each in step.inputs)
            values[step.out] = np.asarray(step.op.forward(*arrays, **step.options))
    return values

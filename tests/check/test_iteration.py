"""The values that an iteration's check rests on are those of the time machine, and of a plain run."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import Training, trained
from bpdebug.program.equations import Phase
from tests.machine.runs import LEAVES, PROGRAM, Straight, same_bits


class Small(Training):
    """A two-layer network."""

    program = PROGRAM
    values = LEAVES
    dtype = "float64"


@pytest.mark.parametrize("iterations", [0, 1, 7])
def test_values_after_training_are_bit_for_bit_those_of_a_plain_run(iterations: int) -> None:
    steps = len(PROGRAM.steps)
    updates = [step for step in PROGRAM.steps if PROGRAM.equations[step.equation].phase is Phase.UPDATE]
    expected = Straight.of(PROGRAM, LEAVES, iterations).at(iterations * steps + steps - len(updates))
    assert same_bits(trained(Small(), iterations), expected)

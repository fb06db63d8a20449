"""The law of seek on the bundled scenarios: their own programs, with relu, softmax, penalties and all."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.machine.timeline import Timeline
from bpdebug.scenario.load import load
from tests.bundled import TURNED
from tests.machine.runs import Straight, random_walk, same_bits, state_size

ITERATIONS = 12


@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
@pytest.mark.parametrize(("name", "orientation"), [each for each in TURNED if load(each[0]).program.rest is None])
def test_any_walk_shows_what_a_fresh_run_does(name: str, orientation: str, bookkeeping: str) -> None:
    scenario = load(name, orientation=orientation, bookkeeping=bookkeeping)
    constants = {each: np.asarray(value) for each, value in scenario.program.constants.items()}
    kept = {each: np.zeros(scenario.program.shapes[each]) for each in scenario.program.states}
    begun = {**scenario.values, **kept}
    straight = Straight.of(scenario.program, {**constants, **begun}, ITERATIONS)
    state = state_size({each: begun[each] for each in scenario.program.crossing})
    for states in (0, 4):
        walker = Timeline(scenario.program, scenario.values, iterations=ITERATIONS, budget=states * state)
        for position in random_walk(np.random.default_rng(states), walker.last, 12):
            walker.seek(position)
            assert same_bits(walker.values, straight.at(position))

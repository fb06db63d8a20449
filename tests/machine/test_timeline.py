"""The law of seek, and what holds of the values, the costs, the memory and a cancelled move."""

from __future__ import annotations

import os

import numpy as np
import pytest

from bpdebug.errors import UsageError
from bpdebug.language.expression import Name, apply
from bpdebug.machine import sprint as sprinting
from bpdebug.machine import timeline as module
from bpdebug.machine.timeline import Timeline
from bpdebug.program.equations import Phase
from tests.check.lowering import program
from tests.machine.runs import LEAVES, PROGRAM, Straight, random_walk, same_bits, state_size

STEPS = len(PROGRAM.steps)
STATE = state_size({name: LEAVES[name] for name in PROGRAM.parameters})
BUDGETS = [0, 2 * STATE, 6 * STATE, 20 * STATE, module.BUDGET]
"""None, one state for each half, three, ten, all."""
STEPWISE = 10**9
"""Iterations from which on a plan runs them: never."""
WALKS = int(os.environ.get("BPDEBUG_WALKS", "4"))
"""How many walks the slow test takes; 500 to be thorough."""


def timeline(iterations: int = 40, budget: int = module.BUDGET) -> Timeline:
    return Timeline(PROGRAM, LEAVES, iterations=iterations, budget=budget)


@pytest.fixture(scope="module")
def straight() -> Straight:
    return Straight.of(PROGRAM, LEAVES, 40)


@pytest.mark.parametrize("sprint", [1, 5, STEPWISE])
@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("seed", range(4))
def test_any_walk_shows_what_a_fresh_run_does(
    seed: int, budget: int, sprint: int, straight: Straight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sprinting, "SPRINT", sprint)
    walker = timeline(budget=budget)
    for position in random_walk(np.random.default_rng([seed, budget]), walker.last, 50):
        assert walker.seek(position) == walker.position == position
        assert same_bits(walker.values, straight.at(position))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_long_walks_show_what_a_fresh_run_does() -> None:
    straight = Straight.of(PROGRAM, LEAVES, 300)
    for seed in range(WALKS):
        walker = timeline(300, BUDGETS[seed % len(BUDGETS)])
        for position in random_walk(np.random.default_rng(seed), walker.last, 50):
            walker.seek(position)
            assert same_bits(walker.values, straight.at(position)), (seed, position)


@pytest.mark.parametrize("budget", BUDGETS)
def test_stepping_back_through_everything(budget: int, straight: Straight) -> None:
    walker = timeline(budget=budget)
    walker.seek(walker.last)
    for position in reversed(range(walker.last)):
        walker.seek(position)
        if position % 7 == 0 or position % STEPS in (0, 1):
            assert same_bits(walker.values, straight.at(position))


def test_two_runs_are_the_same_run() -> None:
    one, other = timeline(), timeline()
    one.seek(one.last)
    other.seek(other.last)
    assert same_bits(one.values, other.values)
    assert one.costs.tobytes() == other.costs.tobytes()


def test_the_end_of_an_iteration_still_shows_it() -> None:
    walker = timeline()
    walker.seek(3 * STEPS)
    assert (walker.iteration, walker.step) == (2, STEPS)
    assert {"Z1", "J", "dW1"} <= walker.values.keys()
    walker.seek(3 * STEPS + 1)
    assert (walker.iteration, walker.step) == (3, 1)
    assert "Z1" not in walker.values


def test_inputs_are_the_parameters_before_their_update() -> None:
    walker = timeline()
    walker.seek(STEPS)
    assert same_bits({"W1": walker.inputs["W1"]}, {"W1": LEAVES["W1"]})
    assert not np.array_equal(walker.values["W1"], LEAVES["W1"])
    walker.seek(STEPS + 1)
    assert not np.array_equal(walker.inputs["W1"], LEAVES["W1"])


def test_nothing_computed_at_the_start() -> None:
    walker = timeline()
    walker.seek(2 * STEPS)
    walker.seek(0)
    assert walker.values.keys() == LEAVES.keys()
    assert (walker.iteration, walker.step) == (0, 0)


def test_values_do_not_change_with_later_moves() -> None:
    walker = timeline()
    walker.seek(5)
    values = walker.values
    kept = {name: (value, value.copy()) for name, value in values.items()}
    for position in (6, 3 * STEPS, 2, 0, STEPS):
        walker.seek(position)
    assert values.keys() == kept.keys()
    assert all(values[name] is value and np.array_equal(value, copy) for name, (value, copy) in kept.items())
    with pytest.raises(TypeError):
        values["Z1"] = np.zeros(())  # type: ignore[index]


@pytest.mark.parametrize("position", [0, 4, STEPS - 1, STEPS, STEPS + 1, 5 * STEPS + 3])
def test_nobody_can_write_to_a_value(position: int) -> None:
    walker = timeline()
    walker.seek(position)
    for value in (*walker.values.values(), *walker.inputs.values()):
        assert value.dtype == np.float64
        held: object = value
        while isinstance(held, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                held[...] = 0.0
            held = held.base
    with pytest.raises(ValueError, match="read-only"):
        walker.costs[...] = 0.0


def test_what_was_given_stays_the_callers_own() -> None:
    leaves = {name: value.copy() for name, value in LEAVES.items()}
    walker = Timeline(PROGRAM, leaves, iterations=3)
    leaves["W1"][...] = 0.0
    assert np.array_equal(walker.values["W1"], LEAVES["W1"])


@pytest.mark.parametrize("states", [0, 1, 2, 5, 12])
def test_checkpoints_stay_within_their_budget(states: int) -> None:
    walker = timeline(300, states * STATE)
    for position in (walker.last, 10, walker.last // 2, walker.last):
        walker.seek(position)
        assert walker.stored <= states * STATE


@pytest.mark.slow
def test_ten_thousand_iterations_on_a_few_states() -> None:
    walker = timeline(10_000, 8 * STATE)
    walker.seek(walker.last)
    assert walker.stored <= 8 * STATE
    at_the_end = walker.values
    executed = counted(walker)
    walker.seek(walker.last // 3)
    assert len(executed) <= walker.last // 3
    walker.seek(walker.last)
    assert same_bits(walker.values, at_the_end)


def counted(walker: Timeline) -> list[int]:
    """A list that grows with every step the timeline executes."""
    executed: list[int] = []
    advance = walker._advance

    def counting() -> None:
        executed.append(walker.position)
        advance()

    walker._advance = counting  # type: ignore[method-assign]
    return executed


def test_going_back_within_an_iteration_executes_nothing() -> None:
    walker = timeline()
    walker.seek(4 * STEPS + 9)
    executed = counted(walker)
    walker.seek(4 * STEPS + 2)
    walker.seek(4 * STEPS + 9)
    assert executed == []


@pytest.mark.parametrize("states", [8, 40, 1000])
def test_walking_back_executes_each_iteration_a_few_times(states: int) -> None:
    walker = timeline(200, states * STATE)
    walker.seek(walker.last)
    executed = counted(walker)
    for iteration in reversed(range(200)):
        walker.seek(iteration * STEPS + 1)
    assert len(executed) <= 200 * STEPS * (2 if states > 8 else 200 / states)


def test_the_cost_of_every_iteration_is_remembered() -> None:
    walker = timeline()
    assert walker.costs.shape == (0,)
    walker.seek(3 * STEPS)
    costs = walker.costs
    assert costs.shape == (3,)
    walker.seek(0)
    assert np.array_equal(walker.costs, costs)
    walker.seek(walker.last)
    assert walker.costs.shape == (40,)
    assert walker.costs[-1] < walker.costs[0]
    assert costs.shape == (3,)


def test_a_cost_without_a_number_is_kept_as_it_is() -> None:
    lines = [("J", apply("log", Name("w")), Phase.COST), ("w", Name("w") - 1.0, Phase.UPDATE)]
    leaves = {"w": np.asarray(1.0)}
    walker = Timeline(program(lines, leaves, ["w"]), leaves, iterations=3)
    walker.seek(walker.last)
    assert walker.costs[0] == 0.0
    assert walker.costs[1] == -np.inf
    assert np.isnan(walker.costs[2])


def test_a_cancelled_move_stays_where_it_is(straight: Straight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BREATH", 0.0)
    monkeypatch.setattr(sprinting, "SPRINT", STEPWISE)
    walker = timeline()
    told: list[tuple[int, int]] = []
    reached = walker.seek(
        walker.last, lambda done, total: told.append((done, total)), lambda: len(told) == 2 * STEPS + 5
    )
    assert reached == walker.position == 2 * STEPS + 5
    assert told[-1] == (2 * STEPS + 5, walker.last)
    assert same_bits(walker.values, straight.at(reached))
    walker.seek(walker.last)
    assert same_bits(walker.values, straight.at(walker.last))


@pytest.mark.parametrize("after", [1, STEPS, STEPS + 1, 3 * STEPS + 2])
def test_a_move_that_fails_leaves_everything_as_it_was(
    after: int, straight: Straight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sprinting, "SPRINT", STEPWISE)
    walker = timeline(budget=4 * STATE)
    walker.seek(2 * STEPS + 3)
    real, calls = module.compute, 0

    def failing(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == after:
            raise MemoryError
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "compute", failing)
    for target in (walker.last, 1 if after == 1 else walker.last):
        calls = 0
        with pytest.raises(MemoryError):
            walker.seek(target)
        assert walker.position == 2 * STEPS + 3
        assert same_bits(walker.values, straight.at(2 * STEPS + 3))
    monkeypatch.setattr(module, "compute", real)
    walker.seek(walker.last)
    assert same_bits(walker.values, straight.at(walker.last))


@pytest.mark.parametrize("position", [-1, 40 * STEPS + 1])
def test_there_is_nothing_outside_the_run(position: int) -> None:
    with pytest.raises(UsageError, match=f"expected a position from 0 to {40 * STEPS}, got {position}"):
        timeline().seek(position)


def test_a_program_without_parameters_or_steps() -> None:
    leaves = {"x": np.asarray(2.0)}
    walker = Timeline(program([("J", Name("x") * 1.0, Phase.COST)], leaves, []), leaves, iterations=5)
    for position in (5, 2, 4, 0, 5):
        walker.seek(position)
    assert list(walker.costs) == [2.0] * 5
    empty = Timeline(program([], leaves, []), leaves, iterations=5)
    assert empty.seek(0) == empty.last == 0

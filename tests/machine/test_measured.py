"""Numbers kept of every iteration without being asked for: to the bit what each iteration alone gives."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.evaluate import Evaluator
from bpdebug.language.expression import Name
from bpdebug.machine import measured as module
from bpdebug.machine import sprint as sprinting
from bpdebug.machine.edits import Edit
from bpdebug.machine.findings import Series
from bpdebug.machine.measured import LARGEST, Measuring, largest, squares
from bpdebug.machine.timeline import Timeline
from bpdebug.scenario.load import load
from tests.bundled import TURNED
from tests.machine.runs import LEAVES, PROGRAM

ITERATIONS = 50
STEPS = len(PROGRAM.steps)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan runs whatever there are two whole iterations of, and all networks are small."""
    monkeypatch.setattr(sprinting, "SPRINT", 2)
    monkeypatch.setattr(module, "SMALL", 10**9)


def kept(walker: Timeline) -> dict[object, Series]:
    """Everything that was measured of a run, by what it is."""
    table = walker.findings.table
    assert table is not None
    return {key: table.series(key) for key in table.rows}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "orientation"), TURNED)
def test_what_is_kept_is_what_a_formula_gives_there(name: str, orientation: str, dtype: type) -> None:
    scenario = load(name, orientation=orientation)
    program = scenario.program
    walker = Timeline(program, scenario.values, iterations=ITERATIONS, dtype=dtype)
    walker.seek(walker.last)
    found, evaluator = kept(walker), Evaluator(program)
    weights = {name for name in program.parameters if squares(name) in [expr for expr, _ in found]}
    assert weights
    assert {program.gradients[name] for name in weights} <= {
        expr.inputs[0].inputs[0].id for expr, _ in found if expr != Name(LARGEST)
    }
    plain = Timeline(program, scenario.values, iterations=ITERATIONS, dtype=dtype)
    for iteration in (0, 1, 2, 31, 33, 48):
        for (expr, step), series in found.items():
            plain.seek(iteration * walker.steps + step)
            with np.errstate(all="ignore"):
                if expr == Name(LARGEST):
                    value = largest(plain.inputs, plain.values, program)
                else:
                    value = evaluator.value(f"sum({expr.inputs[0].inputs[0].id} ** 2)", plain.values)[1]
            assert series.known.on(iteration) > iteration
            assert np.array(series.values[iteration]).tobytes() == np.array(float(value)).tobytes(), (expr, step)


def test_an_iteration_taken_by_steps_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    for pause in (None, 20):
        walker = Timeline(PROGRAM, LEAVES, iterations=ITERATIONS)
        if pause:
            walker.seek(pause * STEPS + 3)
            for _ in range(5 * STEPS):
                walker.seek(walker.position + 1)
        walker.seek(walker.last)
        runs.append(kept(walker))
    assert runs[0].keys() == runs[1].keys()
    for key, series in runs[0].items():
        assert series.known.on(0) == runs[1][key].known.on(0) == ITERATIONS
        assert np.array_equal(series.values[:ITERATIONS], runs[1][key].values[:ITERATIONS])


def test_nothing_is_measured_beyond_the_budget_or_of_large_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=2_000, budget=10_000)
    walker.seek(walker.last)
    series = next(iter(kept(walker).values()))
    rows = len(kept(walker))
    assert 0 < series.known.on(0) * rows * 8 <= 12_500 * 2
    monkeypatch.setattr(module, "SMALL", 8)
    walker = Timeline(PROGRAM, LEAVES, iterations=200)
    walker.seek(walker.last)
    assert walker.findings.table is None


def test_a_fork_measures_its_own_iterations() -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=ITERATIONS)
    walker.seek(30 * STEPS)
    fork = walker.fork()
    fork.seek(fork.last)
    walker.seek(walker.last)
    for key, series in kept(walker).items():
        assert np.array_equal(series.values[:ITERATIONS], kept(fork)[key].values[:ITERATIONS])


@pytest.mark.parametrize("changing", [0, 1, 2])
def test_what_changes_in_one_of_the_iterations_measured_together_is_noted(changing: int) -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=ITERATIONS)
    walker.seek(walker.last)
    (plan,), first = walker._plans._plans.values(), 1_000
    begun = plan.room(first).copy()
    plan.room(first + 1)[:] = begun
    measuring = Measuring(walker._past.measured, plan, first, lambda number, states: None)
    for row in range(3):
        begun[2] += row == changing
        plan.room(first + row + 1)[:] = begun
        measuring.take(first + row, plan.gradients)
    measuring.settle()
    changes, found = walker.findings.changes, dict(kept(walker))
    assert changes.on(first, np.array([0, 1, 3])) == first + 3
    assert changes.on(first, np.array([2])) == first
    series = next(each for (expr, _), each in found.items() if expr == Name(LARGEST))
    assert list(series.values[first : first + 3]) == [float(row == changing) for row in range(3)]


def test_the_entries_that_change_are_those_of_a_straight_run() -> None:
    still = [Edit(position * STEPS + 1, "rate", (), np.asarray(rate)) for position, rate in ((20, 0.0), (100, 0.01))]
    walker = Timeline(PROGRAM, LEAVES, iterations=140, edits=still)
    walker.seek(walker.last)
    changes, every = walker.findings.changes, np.arange(12)
    assert changes.places["W1"] == (0, 12, (4, 3))
    assert (changes.back(96, every), changes.on(32, every)) == (32, 96)
    assert (changes.back(99, every), changes.on(96, every)) == (99, 96)  # one of those that share their bits did

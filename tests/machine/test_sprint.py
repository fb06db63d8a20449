"""Iterations that a plan runs: to the bit what the steps compute, stopped and looked at like them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from bpdebug.machine import held, past
from bpdebug.machine import plan as planning
from bpdebug.machine import sprint as sprinting
from bpdebug.machine import timeline as module
from bpdebug.machine.digests import Diverged
from bpdebug.machine.edits import Edit
from bpdebug.machine.plan import Plan, into
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array, Call, Op
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load
from tests.bundled import TURNED
from tests.machine.runs import LEAVES, PROGRAM, Straight, same_bits

STEPS = len(PROGRAM.steps)
ITERATIONS = 60


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan runs whatever there are two whole iterations of."""
    monkeypatch.setattr(sprinting, "SPRINT", 2)


@pytest.fixture(scope="module")
def straight() -> Straight:
    return Straight.of(PROGRAM, LEAVES, ITERATIONS)


def timeline(*edits: Edit) -> Timeline:
    return Timeline(PROGRAM, LEAVES, iterations=ITERATIONS, edits=edits)


def executed(walker: Timeline, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows with every step that is not a plan's."""
    found: list[int] = []
    advance = walker._advance
    monkeypatch.setattr(walker, "_advance", lambda: (found.append(walker.position + 1), advance()))
    return found


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize(("name", "orientation"), TURNED)
def test_a_plan_of_every_scenario_computes_what_its_steps_do(
    name: str, orientation: str, fused: bool, dtype: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load(name, orientation=orientation, fused=fused)
    runs = []
    for soon in (2, 10**9):
        monkeypatch.setattr(sprinting, "SPRINT", soon)
        walker = Timeline(scenario.program, scenario.values, iterations=20, dtype=dtype)
        steps = executed(walker, monkeypatch)
        walker.seek(19 * walker.steps + walker.steps // 2)
        runs.append((walker.values, walker.costs.tobytes(), len(steps)))
    assert same_bits(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]
    assert runs[0][2] <= (1 + scenario.program.batches) * walker.steps < runs[1][2]


def test_most_of_a_run_is_no_step(monkeypatch: pytest.MonkeyPatch, straight: Straight) -> None:
    walker = timeline()
    steps = executed(walker, monkeypatch)
    walker.seek(50 * STEPS + 3)
    assert len(steps) == STEPS + 3
    assert same_bits(walker.values, straight.at(50 * STEPS + 3))
    walker.seek(50 * STEPS)
    assert same_bits(walker.values, straight.at(50 * STEPS))


def test_visits_look_at_what_a_walk_by_steps_shows(straight: Straight) -> None:
    walker, seen = timeline(), list[tuple[int, dict[str, Array]]]()

    def look() -> bool:
        seen.append((walker.position, dict(walker.here)))
        return False

    assert not walker.walk(walker.last, {3: look, STEPS - 1: look, STEPS: look})
    assert [position for position, _ in seen] == [
        iteration * STEPS + step for iteration in range(ITERATIONS) for step in (3, STEPS - 1, STEPS)
    ]
    for position, values in seen:  # what was looked at does not change with what came later
        assert same_bits(values, straight.at(position)), position


@pytest.mark.parametrize("step", [1, 4, STEPS - 1, STEPS])
def test_a_visit_ends_a_walk_where_it_says(step: int, straight: Straight) -> None:
    walker = timeline()
    assert walker.walk(walker.last, {step: lambda: walker.iteration == 41})
    assert walker.position == 41 * STEPS + step
    assert same_bits(walker.values, straight.at(walker.position))
    walker.seek(walker.position - 1)
    assert same_bits(walker.values, straight.at(walker.position))
    walker.seek(walker.last)
    assert same_bits(walker.values, straight.at(walker.last))


def test_what_a_visit_asks_of_the_timeline_is_of_its_place(straight: Straight) -> None:
    walker, places = timeline(), [(20, 5), (33, STEPS)]

    def look(step: int) -> Callable[[], bool]:
        def looked() -> bool:
            if (walker.iteration, step) in places:
                values = straight.at(walker.position)
                assert walker.step == step
                assert same_bits(walker.computed, values)
                assert all(value.tobytes() == values[each.out].tobytes() for value, each in results(walker))
                assert not walker.touched
                begun = walker.inputs["W1"].tobytes()
                assert begun == straight.starts[walker.iteration]["W1"].tobytes()
                places.remove((walker.iteration, step))
            return False

        return looked

    def results(walker: Timeline) -> Iterator[tuple[Array, object]]:
        return zip(walker.results, PROGRAM.steps, strict=False)

    walker.walk(walker.last, {5: look(5), STEPS: look(STEPS)})
    assert not places


def test_a_visit_that_fails_leaves_everything_as_it_was(straight: Straight) -> None:
    walker = timeline()
    walker.seek(7 * STEPS + 2)

    def look() -> bool:
        if walker.iteration == 30:
            raise MemoryError
        return False

    with pytest.raises(MemoryError):
        walker.walk(walker.last, {4: look})
    assert walker.position == 7 * STEPS + 2
    assert same_bits(walker.values, straight.at(7 * STEPS + 2))
    walker.seek(walker.last)
    assert same_bits(walker.values, straight.at(walker.last))


def test_a_cancelled_run_ends_behind_an_iteration(monkeypatch: pytest.MonkeyPatch, straight: Straight) -> None:
    monkeypatch.setattr(sprinting, "BREATH", 0.0)
    walker, told = timeline(), list[tuple[int, int]]()
    reached = walker.seek(
        walker.last, lambda done, total: told.append((done, total)), lambda: walker.iteration >= 0 and len(told) == 9
    )
    assert reached == walker.position
    assert reached % STEPS == 0
    assert told[-1] == (reached, walker.last)
    assert same_bits(walker.values, straight.at(reached))


def test_where_values_are_written_over_steps_are_taken() -> None:
    edits = [Edit(position, "W1", (0, 0), np.asarray(0.5)) for position in (10 * STEPS + 3, 30 * STEPS)]
    edits.append(Edit(40 * STEPS + 1, "X", (0, 0), np.asarray(2.0)))
    runs = []
    for soon in (2, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sprinting, "SPRINT", soon)
            walker = timeline(*edits)
            found = []
            for position in (9 * STEPS, 31 * STEPS + 4, 12 * STEPS, walker.last, 40 * STEPS + 2, 5, walker.last - 3):
                walker.seek(position)
                found.append(dict(walker.values))
            runs.append(found)
    assert all(same_bits(one, other) for one, other in zip(*runs, strict=True))


def test_a_plan_that_computes_other_bits_is_not_used(monkeypatch: pytest.MonkeyPatch, straight: Straight) -> None:
    def lying(op: Op, out: Array, arrays: Sequence[Array], options: dict[str, object]) -> Sequence[Call]:
        calls = into(op, out, arrays, options)
        return [*calls, lambda: np.multiply(out, 1 + 2**-52, out)] if op.name == "tanh" else calls

    monkeypatch.setattr(planning, "into", lying)
    walker = timeline()
    steps = executed(walker, monkeypatch)
    walker.seek(walker.last)
    assert len(steps) == walker.last
    assert same_bits(walker.values, straight.at(walker.last))


def test_bits_that_a_second_run_computes_otherwise_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=ITERATIONS, budget=0)
    walker.seek(walker.last)
    walker.seek(2)
    begin = Plan.begin

    def spoilt(self: Plan, number: int, inputs: dict[str, Array]) -> None:
        begin(self, number, {**inputs, "b1": inputs["b1"] * (1 + 2**-52)})

    monkeypatch.setattr(Plan, "begin", spoilt)
    with pytest.raises(Diverged, match="other bits"):
        walker.seek(walker.last)
    assert walker.position == 2


def test_bits_that_come_out_otherwise_on_the_way_are_told_and_not_kept(straight: Straight) -> None:
    walker = timeline()
    walker.seek(walker.last)
    walker.seek(2)

    def spoil() -> bool:
        if walker.iteration == 41:
            walker._live.plan.room(42)[0] *= 1 + 2**-52
        return False

    with pytest.raises(Diverged, match="iteration 42 ended with other bits"):
        walker.walk(walker.last, {STEPS: spoil})
    assert walker.position == 2
    for position in (42 * STEPS, 44 * STEPS + 3, walker.last):
        walker.seek(position)
        assert same_bits(walker.values, straight.at(position))


def test_no_memory_is_taken_by_more_iterations() -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=4_000, budget=20_000)
    walker.seek(500 * STEPS)
    tracemalloc.start()
    walker.seek(3_500 * STEPS)
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now < 200_000


def test_walking_back_executes_each_iteration_once(monkeypatch: pytest.MonkeyPatch, straight: Straight) -> None:
    walker = timeline()
    walker.seek(walker.last)
    steps = executed(walker, monkeypatch)
    for position in reversed(range(walker.last)):
        walker.seek(position)
        if position % 13 == 0:
            assert same_bits(walker.values, straight.at(position))
    assert len(steps) <= walker.last


@pytest.mark.parametrize("budget", [0, 3_000, 20_000, module.BUDGET])
def test_what_is_held_stays_within_its_budget(budget: int, straight: Straight) -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=ITERATIONS, budget=budget)
    random = np.random.default_rng(3)
    for _ in range(300):
        walker.seek(int(random.integers(walker.last + 1)) if random.random() < 0.1 else max(0, walker.position - 3))
        assert same_bits(walker.values, straight.at(walker.position))
        assert walker._past.held._bytes <= budget // past.HELD
        assert len(walker._past.held._kept) <= held.MOST


@pytest.mark.parametrize("name", [each.name for each in bundled()])
@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_wherever_something_not_finite_arises_it_is_noticed(name: str, strange: float) -> None:
    """Not every array is looked at, but those are in which it shows."""
    scenario = load(name)
    walker = Timeline(scenario.program, scenario.values, iterations=20)
    walker.seek(walker.last)
    plans, _ = walker._plans.towards(walker.iteration + 100, walker.shown, ()) or ((), 0)
    for plan in {*plans}:
        _noticed(plan, walker, strange)


def _noticed(plan: Plan, walker: Timeline, strange: float) -> None:
    turn = plan.turns[0]
    with np.errstate(all="ignore"):
        for spoilt, calls in enumerate(turn.calls):
            if not calls:
                continue
            plan.begin(0, walker.inputs)
            for number, others in enumerate(turn.calls):
                for call in others:
                    call()
                if number == spoilt:
                    turn.outs[number].reshape(-1)[-1:] = strange
                    assert not np.isfinite(turn.outs[number]).all()
            assert not plan.finite(0), walker.program.steps[spoilt].out
        plan.begin(0, walker.inputs)
        for each in turn.calls:
            for call in each:
                call()
        assert plan.finite(0)

"""Iterations are counted from 1, and every place is called the same by goto, the place line and the costs."""

from __future__ import annotations

import pytest

from tests.debugger.scenes import opened, said

SESSION = opened("xor", iterations=9)
STEPS = SESSION.timeline.steps


@pytest.mark.parametrize("iteration", [1, 2, 5, 9])
@pytest.mark.parametrize("step", [1, 2, 17, STEPS])
def test_goto_goes_to_the_place_it_says(iteration: int, step: int) -> None:
    for line in (f"goto {iteration}:{step}", f"g {iteration} : {step}", f"goto {iteration}", f"goto :{step}"):
        place = SESSION.execute(line).view.place
        expected = 1 if ":" not in line else step
        assert (place.iteration, place.step) == (iteration, expected)
        assert place.position == (iteration - 1) * STEPS + expected
        assert place.words.startswith(f"iteration {iteration} / 9 · ")
        assert place.words.endswith(f" · step {expected} / {STEPS}")


def test_a_name_is_where_it_is_computed() -> None:
    for equation in SESSION.program.equations:
        view = SESSION.execute(f"goto 3:{equation.name}").view
        assert view.place.iteration == 3
        assert view.place.phase == equation.phase
        assert view.operation.equation is equation
        assert view.operation.part == view.operation.parts


@pytest.mark.parametrize("phase", ["cost", "backward", "update"])
def test_a_phase_is_where_it_begins_with_its_first_operation_next(phase: str) -> None:
    for motion in (f"goto {phase}", f"goto 4:{phase}", f"until {phase}"):
        said(SESSION, "goto 4:1")
        reply = SESSION.execute(motion)
        assert (reply.view.place.iteration, reply.view.place.phase != phase) == (4, True), motion
        assert reply.text.endswith(f"The {phase} phase begins next.") == motion.startswith("goto")
        said(SESSION, "step")
        assert (SESSION.view.place.iteration, SESSION.view.place.phase, SESSION.view.operation.part) == (4, phase, 1)


def test_the_first_phase_of_an_iteration_begins_with_its_first_operation_but_at_the_start() -> None:
    said(SESSION, "goto 4:J", "goto forward")
    assert (SESSION.view.place.iteration, SESSION.view.place.step) == (4, 1)
    said(SESSION, "goto 1:forward")
    assert SESSION.view.place.position == 0


def test_a_stop_at_a_phase_is_at_its_first_operation() -> None:
    said(SESSION, "goto 4:J", "tbreak backward", "continue")
    assert (SESSION.view.place.iteration, SESSION.view.place.phase, SESSION.view.operation.part) == (4, "backward", 1)


def test_the_end_of_an_iteration_belongs_to_it() -> None:
    said(SESSION, "goto 3:1", "rs")
    place = SESSION.view.place
    assert (place.iteration, place.step, place.phase) == (2, STEPS, "update")
    said(SESSION, "goto dW1")
    assert SESSION.view.place.iteration == 2


def test_the_start_and_the_end() -> None:
    place = SESSION.execute("start").view.place
    assert (place.position, place.iteration, place.step, place.phase) == (0, 1, 0, "forward")
    place = SESSION.execute("end").view.place
    assert (place.position, place.iteration, place.step) == (place.last, 9, STEPS)


def test_stops_know_the_start_and_the_end() -> None:
    said(SESSION, "start")
    for end, step in (("start", 1), ("end", 9 * STEPS)):
        said(SESSION, f"tbreak {end}")
        reply = SESSION.execute("continue")
        assert f"(tbreak {end})" in reply.text
        assert reply.view.place.position == step


def test_the_cost_of_an_iteration_is_in_its_place() -> None:
    session = opened("xor", iterations=9)
    for iteration in (1, 4, 9):
        view = session.execute(f"goto {iteration}:J").view
        assert len(view.costs) == iteration
        assert view.costs[iteration - 1] == view.cost == float(view.values["J"])
        assert session.execute(f"goto {iteration}").view.cost is None

"""What set writes over within an iteration: shown, explained and held against as each step found it."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from bpdebug.ops import write
from tests.debugger.scenes import opened, said, small


def operand(session: Session, name: str) -> float:
    """The first entry of an operand of the operation that shows."""
    shown = session.view.operation.operands
    (found,) = [each for each in shown if write(each.label, "ascii") == name]
    assert found.value is not None
    return float(found.value.ravel()[0])


def test_an_operand_is_what_the_step_was_given() -> None:
    session = opened("xor")
    said(session, "goto 5:J", "set W2[0,0] = 7", "goto 5:30")
    assert operand(session, "W2") == 7
    said(session, "goto 5:W2")
    assert operand(session, "W2") == 7
    said(session, "goto 5:Z2", "rs")
    assert operand(session, "W2") != 7


def test_an_entry_is_made_of_what_its_step_read() -> None:
    session = opened("xor")
    said(session, "goto 5:J", "set W2[0,1] = 7")
    assert " 7 · " in said(session, "goto 5:dA1", "explain dA1[1,0]")
    before = said(session, "explain Z2[0,0]")
    assert " 7 · " not in before
    assert "by hand" not in before
    said(session, "set X[0,2] = 50")
    assert "50" not in said(session, "explain Z1[0,2]")
    assert "by hand" in said(session, "set Z1[0,2] = 3", "explain Z1[0,2]")


def test_nan_that_was_written_in_is_passed_on() -> None:
    session = opened("xor")
    assert "NaN is passed on here" in said(session, "goto 5:J", "set W2[0,1] = nan", "c")


def test_a_large_update_is_one_that_training_made() -> None:
    session = opened("xor")
    assert "large-update" not in said(session, "goto 9:J", "set W1 = W1 + 5", "goto 9:b2", "s 3")
    assert "large-update" not in said(session, "goto 16:b2", "set W1 = W1 + 5", "s 3")
    session = opened("xor")
    assert "large-update" in said(session, "goto 17:J", "set learning_rate = 300", "c")


def test_the_rate_that_made_an_update_too_long_is_the_one_it_was_made_with() -> None:
    session = opened("xor")
    assert "smaller learning_rate than 1e+300" in said(
        session, "goto 3:J", "set learning_rate = 1e300", "end", "origin nan"
    )


def beside() -> Session:
    """An infinity from the fifth iteration on, which reaches neither the cost nor a parameter."""
    equations = {"Z": "w * X", "J": "mean((Z - Y) ** 2)", "M": "exp(700 * w * w)"}
    data = {"X": [[1.0, 2.0, 3.0, 4.0]], "Y": [[4.0, 8.0, 12.0, 16.0]]}
    return small(equations, data, {"w": [[0.1]]}, learning_rate=0.005, iterations=40)


@pytest.mark.parametrize("motion", ["c", "s 200", "n 80"])
def test_an_infinity_beside_the_cost_is_met_where_it_comes_about_and_once(motion: str) -> None:
    session = beside()
    assert "health (nan)" in said(session, motion)
    assert session.view.place.iteration == 5
    assert np.isinf(session.timeline.here["M"]).all()
    assert "health (nan)" not in said(session, "s 100")
    assert "health (nan)" not in said(session, "c")
    assert "health (nan)" in said(session, "goto 30", "rc")
    assert session.view.place.iteration == 5
    assert "health (nan)" not in said(session, "rc")


def test_what_was_made_infinite_by_hand_is_met_at_its_first_effect() -> None:
    session = opened("xor")
    said(session, "disable vanishing")
    met = said(session, "goto 18:dW1", "set dW1[1,1] = inf", "c")
    assert "iteration 18" in met
    assert "infinity is passed on here" in met
    assert "iteration 20" in said(session, "c")


def test_what_a_deleted_branch_wrote_over_is_told_of_those_that_left_from_it() -> None:
    session = opened("xor")
    said(session, "goto 5:J", "set learning_rate = 0.3", "goto 9:dW1", "set learning_rate = 0.1", "branch delete try1")
    told = said(session, "branch").splitlines()[-1]
    assert "from main at iteration 5" in told
    assert "learning_rate = 0.3; at iteration 9" in told
    said(session, "goto 9:J")
    assert float(session.timeline.here["learning_rate"]) == 0.3


def test_nan_in_a_parameter_after_its_update_is_met_where_it_is_read() -> None:
    session = opened("xor")
    met = said(session, "goto 5:b2", "set W2[0,1] = nan", "c")
    assert "iteration 6 / 20 · forward · step 4" in met
    assert "health (nan)" in met


def test_an_infinity_beside_the_cost_is_found_going_back_from_before_its_step() -> None:
    session = beside()
    assert "health (nan)" in said(session, "goto 7:2", "rc")
    assert session.view.place.iteration == 5


def test_a_gradient_written_over_after_it_was_used_is_no_sign_of_ill_health() -> None:
    session = opened("xor")
    told = said(session, "goto 17:W1", "set dW1 = 1e9 * dW1", "goto 17:b2", "health")
    assert "here:" not in told
    session = opened("xor")
    told = said(session, "goto 17:dW1", "set dW1 = 1e9 * dW1", "goto 17:b2", "health")
    assert "norm(dW1)" in told


@pytest.mark.parametrize("motion", ["c", "s 1000", "n 200"])
def test_an_infinity_that_comes_and_goes_is_met_each_time_it_comes(motion: str) -> None:
    equations = {"Z": "w * X", "J": "mean((Z - Y) ** 2)", "M": "exp(700 * w)"}
    data = {"X": [[1.0, 2.0, 3.0, 4.0]], "Y": [[1.0, 2.0, 3.0, 4.0]]}
    session = small(equations, data, {"w": [[1.3]]}, learning_rate=0.12, iterations=14)
    straight, infinite = session.timeline.fork(), list[int]()
    for iteration in range(1, 15):
        straight.seek(iteration * straight.steps)
        infinite += [iteration] * bool(np.isinf(straight.here["M"]).any())
    assert np.all(np.diff(infinite) > 1)
    said(session, "disable health", "enable nan")
    came = []
    while "health (nan)" in said(session, motion):
        came.append(session.view.place.iteration)
    assert came == infinite
    assert all("health (nan)" in said(session, "rc") for _ in came)
    assert "health (nan)" not in said(session, "rc")


def test_a_cost_that_becomes_infinite_is_told_beside_a_value_that_is_so_already() -> None:
    equations = {"M": "exp(900 * X)", "Z": "w * X", "J": "mean(exp(Z))"}
    session = small(equations, {"X": [[1.0]]}, {"w": [[2.0]]}, learning_rate=-0.5, iterations=20)
    said(session, "disable health", "enable nan")
    assert "health (nan)" in said(session, "c")
    assert session.view.place.iteration == 1
    assert "health (nan)" in said(session, "c")
    assert session.program.steps[session.timeline.step - 1].op.name == "exp"
    assert np.isinf(session.timeline.here["M"]).all()
    assert "health (nan)" not in said(session, "c")


def test_what_stands_here_by_hand_is_told_apart_from_what_was_computed() -> None:
    session = opened("xor")
    told = said(session, "goto 3:dW1", "set dW1[1,1] = inf", "s", "rs")
    assert "set by hand here: dW1[1,1] = inf" in told
    assert "arises" not in told
    assert "then set by hand" in said(session, "goto 3:W1", "inputs W1")


def test_inputs_tell_the_number_of_now_and_what_was_set_by_hand() -> None:
    session = opened("xor")
    told = said(session, "goto 3:W1", "set learning_rate = 0.25", "set W2[0,1] = 5", "inputs W2")
    assert "a constant, 0.25, set by hand" in told
    assert "a parameter, set by hand in this iteration" in told
    assert "as the iteration began" in said(session, "inputs Z2")
    assert "as the iteration began" in said(session, "goto 4:W1", "inputs W2")


@pytest.mark.parametrize("at", ["J", "Z2", "A2", "dA3", "W1"])
@pytest.mark.parametrize("edit", ["Z3[0,0] = nan", "A1[0,0] = inf", "W2[0,1] = nan", "b2[0,0] = inf"])
def test_nan_that_was_set_by_hand_stops_at_one_place_from_wherever_one_comes(at: str, edit: str) -> None:
    session = opened("three-layer", iterations=12)
    said(session, "disable health", "enable nan", f"goto 6:{at}")
    if not session.execute(f"set {edit}").ok:  # nothing to write over yet
        return
    here = session.timeline.position
    met = "health (nan)" in said(session, "c")
    position = session.timeline.position
    said(session, "start")
    assert ("health (nan)" in said(session, "c")) == met
    assert session.timeline.position == position
    assert not met or position > here
    said(session, "end")
    assert ("health (nan)" in said(session, "rc")) == met
    assert session.timeline.position == (position - 1 if met else 0)


def test_what_a_rate_set_by_hand_does_is_looked_at_in_its_iteration_and_the_next() -> None:
    session = opened("three-layer")
    assert "health (large-update): the update of W1" in said(session, "goto 5:dW1", "set learning_rate = 100", "c")
    assert "iteration 5 /" in session.view.place.words
    assert "health (large-update)" in said(session, "goto 5:J", "c")
    assert "health (large-update)" in said(session, "goto 6:J", "rc")
    session = opened("three-layer")
    told = said(session, "goto 5:dW1", "set learning_rate = 0", "c")
    assert "iteration 5 /" in told
    assert "what is made of dW1 to change it is 0" in told


def test_what_a_set_wrote_over_is_what_was_computed_there() -> None:
    session = opened("xor")
    was = said(session, "goto 6:dZ1", "set dZ1[1,1] = 9").split("it was ")[1].split(". ")[0]
    assert f"{was} → 9" in said(session, "goto 7:J", "last dZ1[1,1]")
    assert f"{was} → 9" in said(session, "start", "watch dZ1[1,1]", "goto 6:J", "c")


def test_costs_are_compared_of_places_in_one_iteration() -> None:
    session = opened("xor")
    said(session, "goto 3:dW1", "set learning_rate = 0.5", "goto 6:J")
    assert "costs: they part in iteration 4" in said(session, "diff main")
    assert "costs" not in said(session, "diff main 3:J")


def test_an_empty_line_repeats_only_what_moved_or_looked_right_before() -> None:
    session = opened("xor")
    said(session, "s")
    for line in ("set W1[0,0] = 2", "break dW1", "print Q"):
        said(session, "s")
        session.execute(line)
        here = session.timeline.position
        assert "nothing to repeat" in said(session, "")
        assert session.timeline.position == here
    said(session, "s", "# on", "")
    assert session.timeline.position == here + 2

"""Stops and health: they fire where they should, from wherever one comes, and other runs leave no trace."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.debugger.health import SIGNS
from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load
from tests.debugger.scenes import opened, refused, said, small


def places(session: Session, line: str) -> list[int]:
    """Where a motion ends, again and again."""
    found = []
    while True:
        before = session.timeline.position
        said(session, line)
        if session.timeline.position in (before, 0, session.timeline.last):
            return found
        found.append(session.timeline.position)


@pytest.mark.parametrize("stop", ["break dW2", "break if J > previous(J)", "watch W1[0,1]", "watch J > 0.65"])
def test_the_way_back_meets_the_stops_of_the_way_there(stop: str) -> None:
    session = opened("three-layer", iterations=12)
    said(session, "disable health", stop)
    there = places(session, "c")
    assert there or "previous" in stop
    said(session, "end")
    assert places(session, "rc") == [place - 1 for place in reversed(there)]


def test_a_count_passes_over_the_stops_before_the_last() -> None:
    session = opened("three-layer", iterations=9)
    said(session, "disable health", "break dW2", "tbreak J")
    assert said(session, "continue 4").startswith("iteration 3 / 9 · backward · step 39")
    assert [stop.hits for stop in session.stops.own.values()] == [3]
    assert said(session, "2 rc").startswith("iteration 2 / 9 · backward · step 38")
    assert said(session, "c 100").startswith("iteration 9 / 9 · update · step 62")


def test_a_stop_like_another_one_is_said_to_be() -> None:
    session = opened("three-layer")
    firsts = ("break dW2", "break if J > previous(J)", "watch W1[0,1]", "break 4:dW2 if J < 1", "tbreak dW2", "watch J")
    assert "same" not in "".join(said(session, first) for first in firsts)
    seconds = ("b :39", "b if J>previous(J)", "w W1[0, 1]", "b 4:dW⁽²⁾ if J<1.0")
    for number, second in enumerate(seconds, start=1):
        assert said(session, second).endswith(f", the same as stop {number}")


def test_a_stop_is_found_from_wherever_one_comes() -> None:
    session = opened("xor", iterations=30)
    said(session, "disable health", "break if J < 0.98 * previous(J)", "watch b2[0,0]")
    there = places(session, "c")
    assert len(there) >= 2
    for start in (0, 100, there[1] - 1, there[0] + 3):
        session.timeline.seek(start)
        said(session, "c")
        assert session.timeline.position == next(place for place in there if place > start)


def test_what_a_branch_taught_a_stop_does_not_hold_of_another() -> None:
    session = opened("three-layer", iterations=6)
    said(session, "disable health", "watch J", "goto 3:dW1")
    said(session, "c")
    said(session, "goto 3:dW1", "set W1 = 0 * W1", "goto 4:1", "branch main", "goto 4:A3")
    before = float(session.timeline.costs[2])
    assert f"{before:.10g} → " in said(session, "c")


def test_ignored_and_temporary_stops() -> None:
    session = opened("three-layer")
    said(session, "break dW3", "tbreak dW2", "ignore 1 2", "c")
    assert session.view.operation.equation.name == "dW2"
    assert list(session.stops.own) == [1]
    said(session, "c")
    assert session.view.place.iteration == 3
    assert session.stops.own[1].hits == 3


def test_the_view_says_where_stops_stand() -> None:
    session = opened("three-layer")
    said(session, "break dW2", "break dW3", "disable 2-2", "watch W1")
    names = {session.program.equations[at].name: on for at, on in session.view.stops.items()}
    assert names == {"dW2": True, "dW3": False}
    said(session, "delete all")
    assert session.view.stops == {}


SIGMOIDS = {"Z1": "X @ W1", "A1": "sigmoid(Z1)", "Z2": "A1 @ W2", "J": "sum((Z2 - Y) ** 2) / m"}
random = np.random.default_rng(0)
X, Y = random.normal(size=(6, 3)), random.normal(size=(6, 2))


def told(session: Session, *lines: str) -> str:
    return said(session, *lines, "c")


def test_nan_stops_at_the_operation_that_made_it() -> None:
    session = opened("three-layer", iterations=40)
    text = told(session, "disable rising large-update exploding dead", "goto 5:W1", "set learning_rate = 1e4")
    assert "health (nan)" in text
    step = session.program.steps[session.timeline.step - 1]
    values = session.timeline.values
    assert not np.isfinite(values[step.out]).all()
    earlier = [each.out for each in session.program.steps[: session.timeline.step - 1]]
    assert all(np.isfinite(values[name]).all() for name in earlier)


@pytest.mark.parametrize(("edit", "place"), [("learning_rate = -0.5", "9:14"), ("Z1[0,0] = 0/0", "3:44")])
def test_nan_is_found_on_the_way_back_from_wherever_one_comes(edit: str, place: str) -> None:
    session = opened("three-layer")
    said(session, "disable health", "enable nan", "goto 3:J", f"set {edit}", f"goto {place}")
    arises = session.timeline.position
    for start in (0, 1, 5, 48, 60, 62 * 4):
        session.timeline.seek(arises + start)
        assert "health (nan)" in said(session, "rc")
        assert session.timeline.position == arises - 1
    assert "health (nan)" in said(session, "step")
    assert "health" not in said(session, "step")


def test_saturation_is_noticed() -> None:
    session = small(
        SIGMOIDS, {"X": 100 * X, "Y": Y}, {"W1": random.normal(size=(3, 4)), "W2": random.normal(size=(4, 2))}, m=6.0
    )
    assert "of the entries of A1 are where sigmoid is flat" in told(session, "disable large-update exploding")


def test_weights_that_do_not_change_are_noticed() -> None:
    session = small(
        SIGMOIDS,
        {"X": X, "Y": Y},
        {"W1": random.normal(size=(3, 4)), "W2": random.normal(size=(4, 2))},
        m=6.0,
        iterations=30,
        learning_rate=0.01,
    )
    text = told(session, "disable saturated vanishing", "goto 5:dW1", "set learning_rate = 1e-20")
    assert "health (unchanged)" in text
    assert "left every entry of W1 as it was: what dW1 changes is lost in it" in text


def test_weights_that_never_change_are_noticed_at_the_second_look_and_once() -> None:
    session = opened("three-layer", iterations=40)
    assert "left every entry of W1 as it was" in said(session, "set learning_rate = 1e-30", "c")
    assert session.view.place.iteration == 9
    assert "health" not in said(session, "c")
    assert "left every entry of W1 as it was" in said(session, "rc")
    assert session.view.place.iteration == 9


def test_a_rising_cost_is_noticed() -> None:
    session = small({"J": "sum((W1 - Y) ** 2)"}, {"Y": Y}, {"W1": np.zeros((6, 2))}, iterations=40, learning_rate=1.1)
    assert "J rose in 3 iterations running" in told(session, "disable large-update exploding")
    assert session.view.place.iteration == 4


def test_vanishing_and_exploding_gradients_and_large_updates_are_noticed() -> None:
    deep = {"A1": "tanh(X @ W1)", "A2": "1e-9 * (A1 @ W2)", "J": "sum((A2 - 100) ** 2) + 1e4 * sum((W3 - Y) ** 2)"}
    parameters = {"W1": random.normal(size=(3, 4)), "W2": random.normal(size=(4, 2)), "W3": 100 + np.zeros((6, 2))}
    session = small(deep, {"X": X, "Y": Y}, parameters, iterations=9, learning_rate=1e-5)
    said(session, "goto 1:update", "finish")
    health = said(session, "health")
    assert "norm(dW1) is" in health
    assert health.index("vanishing") < health.index("norm(dW1) is") < health.index("exploding")
    assert "norm(dW3) is" in health
    session = small({"J": "sum((W1 - Y) ** 2)"}, {"Y": Y}, {"W1": 0.1 + np.zeros((6, 2))}, learning_rate=1.0)
    assert "the update of W1 has norm" in told(session)


def test_dead_units_are_noticed_where_they_die() -> None:
    session = opened("three-layer", iterations=40)
    text = told(session, "disable large-update rising", "goto 6:b1", "set b1[2,0] = -100")
    assert "health (dead): unit 2 of A1 is 0 for every example" in text
    assert session.view.place.iteration <= 6 + 8


@pytest.mark.parametrize("name", ["three-layer", "xor", "logistic", "linear-regression", "iris", "digits", "two-moons"])
def test_a_healthy_run_is_never_stopped(name: str) -> None:
    session = Session(replace(load(name), iterations=min(120, load(name).iterations)))
    text = said(session, "c")
    assert "health" not in text, text


def test_every_sign_says_what_it_means_and_what_helps() -> None:
    session = opened()
    for name in SIGNS:
        text = said(session, f"health {name}")
        assert "What helps:" in text
    refused(session, "health nonsense")


def test_a_hundred_stops_are_told_apart_and_a_thousand_are_enough() -> None:
    session = opened()
    for _ in range(1000):
        said(session, "break dW2")
    assert "delete some" in refused(session, "break dW2")
    said(session, "delete all", "break dW2")


def test_a_branch_is_compared_with_its_edits_wherever_it_stands() -> None:
    session = opened("three-layer")
    said(session, "goto 3:dW2", "set learning_rate = 2", "end")
    ahead = float(session.timeline.values["J"])
    said(session, "start", "branch main", "end")
    assert f"2  J = {ahead:.10g}" in said(session, "diff try1 of J")


def test_what_would_be_met_later_on_is_not_told_at_the_place_before_it() -> None:
    session = opened("three-layer")
    met = said(session, "disable large-update", "goto 6:dW2", "set learning_rate = 100", "c")
    assert "iteration 9 / 20 · cost · step 14 / 62" in met
    assert "health (nan)" in met
    assert "health (dead)" not in met
    further = said(session, "c")
    assert "iteration 9 / 20 · update · step 62 / 62" in further
    assert "health (dead)" in further


def test_the_ends_of_the_run_are_places_and_diff_names_the_branches() -> None:
    session = opened("three-layer")
    assert "iteration 20 / 20 · update · step 62 / 62" in said(session, "goto end")
    assert "step 0 / 62" in said(session, "goto start")
    assert refused(session, "diff try").endswith("got 'try'; the branches are main")
    assert refused(session, "diff 1 20 of J").startswith("J has no value yet at iteration 1 / 20 · forward · step 1")

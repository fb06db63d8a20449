"""What is kept of a run, and what of it is found again."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.machine.checkpoints import Checkpoints, size


def state(number: int) -> np.ndarray:
    return np.full(4, float(number))


def kept(room: int, run: range) -> Checkpoints:
    checkpoints = Checkpoints(state(0), 2 * room * size(state(0)))
    for iteration in run:
        checkpoints.keep(iteration, state(iteration))
    return checkpoints


def test_the_start_comes_free() -> None:
    nothing = kept(0, range(100))
    assert nothing.latest(99)[0] == 0
    assert nothing.bytes == 0


def test_some_are_spread_over_the_run_and_some_are_near() -> None:
    assert list(kept(4, range(1, 101))) == [0, 32, 64, 80, 96, 97, 98, 99, 100]


@pytest.mark.parametrize("room", [0, 1, 3, 10])
@pytest.mark.parametrize("length", [1, 5, 64, 1000])
def test_the_latest_is_the_one_to_start_from(room: int, length: int) -> None:
    checkpoints = kept(room, range(1, length + 1))
    for wanted in range(0, length + 1, max(1, length // 50)):
        iteration, found = checkpoints.latest(wanted)
        assert iteration == max(each for each in checkpoints if each <= wanted)
        assert found[0] == iteration


def test_the_budget_is_kept_and_used() -> None:
    for length in range(1, 400):
        checkpoints = kept(6, range(1, length))
        assert checkpoints.bytes <= 12 * size(state(0))
        assert len(list(checkpoints)) >= min(length, 7)


def test_a_second_visit_is_near_again() -> None:
    checkpoints = kept(3, range(1, 101))
    for iteration in (41, 42, 43):
        checkpoints.keep(iteration, state(iteration))
    assert {41, 42, 43} <= set(checkpoints)
    assert not {99, 98} & set(checkpoints)


def test_states_without_arrays_are_states_too() -> None:
    checkpoints = Checkpoints(np.zeros(0), 10_000)
    checkpoints.keep(3, np.zeros(0))
    assert checkpoints.latest(5)[0] == 3


@pytest.mark.parametrize("room", [0, 1, 2, 5])
@pytest.mark.parametrize("again", range(1, 30))
def test_iterations_run_through_again_leave_room_for_what_follows(room: int, again: int) -> None:
    checkpoints = kept(4, range(1, 31))
    for iteration in range(again, 31):
        checkpoints.keep(iteration, state(iteration))
    assert checkpoints.bytes <= 8 * size(state(0))
    assert checkpoints.until(again, 2 * room * size(state(0))).bytes <= 2 * room * size(state(0))

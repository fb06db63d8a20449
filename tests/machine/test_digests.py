"""Digests: those of many states at once are those of each."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.machine.digests import Digests, digest, digests


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [0, 1, 5, 1_000, 1_024, 1_025, 2_048, 2_049, 5_000])
def test_the_digests_of_rows_are_those_of_each(size: int, dtype: type) -> None:
    states = np.random.default_rng(size).normal(size=(7, size)).astype(dtype)
    assert digests(states) == [digest(row.copy()) for row in states]


@pytest.mark.parametrize("size", [4, 20_000])
@pytest.mark.parametrize("first", [0, 1, 5])
def test_many_iterations_at_once_are_noted_like_each(first: int, size: int) -> None:
    states = np.random.default_rng(0).normal(size=(30, size))
    one, many = Digests(9, 8 * size), Digests(9, 8 * size)
    for number, state in enumerate(states[:first]):
        assert one.begins(number, state)
        assert many.begins(number, state)
    for number, state in enumerate(states[first:], start=first):
        assert one.begins(number, state)
    for _ in range(2):
        assert many.begin(first, states[first:]) is None
    assert one.states(1, 29) == many.states(1, 29) is not None
    changed = states.copy()
    changed[20:, 3] += 1e-9
    told = -(-20 // one.gap) * one.gap
    assert many.begin(first, changed[first:]) == told
    assert not one.begins(told, changed[told])

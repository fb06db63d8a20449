"""One wrong entry among all, in networks with shared weights, skip connections, penalties and every kind of branch."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from tests.program.networks import draw, run

NETWORKS = 40
CHUNK = 10
SLIGHTLY = 1.001


@pytest.mark.parametrize("first", range(0, NETWORKS, CHUNK))
def test_one_entry_off_by_a_tenth_of_a_percent_is_found_and_no_other_is_blamed(first: int) -> None:
    found = 0
    for seed in range(first, first + CHUNK):
        network, random = draw(seed), np.random.default_rng(seed)
        values = run(network)
        for right in check_gradients(network.program, values):
            size = np.abs(right.numerical.reshape(-1))
            tested = np.flatnonzero(right.bound.reshape(-1) < (SLIGHTLY - 1) / 4 * size)
            if not len(tested):
                continue  # rounding leaves no digits: softmax does not feel a common bias
            entry = random.choice(tested)
            wrong = values[right.name].copy()
            wrong.reshape(-1)[entry] *= SLIGHTLY
            (check,) = check_gradients(network.program, {**values, right.name: wrong}, [right.name])
            blamed = np.flatnonzero(check.verdicts.reshape(-1) == Verdict.WRONG)
            assert list(blamed) == [entry], f"{network.description}: {right.name} blames {blamed}, not {entry}"
            found += 1
    assert found > 5 * CHUNK

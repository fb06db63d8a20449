"""Which entries can have two slopes: found in one pass back, it is what moving every entry to both sides finds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from bpdebug.check import differences
from bpdebug.check.differences import Differences
from bpdebug.check.gradients import Checker, check_gradients
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from tests.check.networks import draw, lowered

SEEDS = range(25)


def drawn(regime: str, seed: int) -> tuple[Program, dict[str, Array]]:
    """A network that stands on kinks, and its values."""
    return lowered(draw(regime, np.random.default_rng(seed), square=False))


@pytest.mark.parametrize("regime", ["on a kink", "ties", "relu"])
def test_only_entries_that_reach_a_kink_have_two_slopes(regime: str) -> None:
    felt, parted = 0, 0
    for seed in SEEDS:
        program, values = drawn(regime, seed)
        checker = Checker(program, values, tuple(program.gradients.values()))
        for of in program.gradients:
            moving = Differences(checker.forward, of, checker.forward.paths.to_cost(of))
            left, right = moving.one_sided()
            reached = checker.reach.at(of, left.shape)
            apart = np.abs(left - right) > 1e-9 * checker.backward.magnitude(of, left.shape)
            assert not np.any(apart & ~reached), f"{seed}: {of}"
            felt, parted = felt + int(reached.sum()), parted + int(apart.sum())
    assert (parted > 0.9 * felt > 0) or regime == "relu"


def kinked(found: tuple[GradientCheck, ...]) -> Iterator[tuple[str, dict[Verdict, int]]]:
    for each in found:
        yield each.name, dict(each.counts)


@pytest.mark.parametrize("regime", ["on a kink", "ties"])
def test_a_few_entries_moved_to_both_sides_stand_for_all(regime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in SEEDS:
        program, values = drawn(regime, seed)
        every = dict(kinked(check_gradients(program, values)))
        with monkeypatch.context() as patched:
            patched.setattr(differences, "MOST_WORK", 1)
            few = check_gradients(program, values)
        assert [name for name, counts in kinked(few) if counts != every[name]] == []

"""Which entries can have two slopes: found in one pass back, it is what moving every entry to both sides finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bpdebug.check import differences
from bpdebug.check.differences import Differences
from bpdebug.check.gradients import Checker, check_gradients
from bpdebug.check.reach import bent
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Op
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


BENDING = [op for op in OPS.values() if op.kink is not None and op.branch is not None]


@pytest.mark.parametrize("op", BENDING, ids=lambda op: op.name)
def test_entries_of_an_operation_that_do_not_stand_at_a_kink_have_one_slope(op: Op) -> None:
    for inputs, written in op.examples(np.random.default_rng(7)):
        options = dict(op.resolve(*map(np.shape, inputs), **written))
        for place, (mask, given) in enumerate(zip(bent(op, inputs, options), inputs, strict=True)):
            assert mask.shape == np.shape(given)
            apart = np.reshape([two_slopes(op, inputs, place, at, options) for at in range(mask.size)], mask.shape)
            assert not np.any(apart & ~mask)
            if op.bent is not None:
                np.testing.assert_array_equal(mask, apart)


def two_slopes(op: Op, inputs: tuple[Array, ...], place: int, at: int, options: dict[str, Any]) -> bool:
    """Whether the operation moves otherwise where one entry grows than where it shrinks."""
    unit = np.zeros(np.shape(inputs[place]))
    unit.reshape(-1)[at] = 1.0
    sides = [
        np.imag(op.forward(*inputs[:place], inputs[place] + 1j * step * unit, *inputs[place + 1 :], **options)) / step
        for step in (2.0**-256, -(2.0**-256))
    ]
    return bool(np.any(np.abs(sides[0] - sides[1]) > 1e-12))

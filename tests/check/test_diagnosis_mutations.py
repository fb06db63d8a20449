"""Mistakes made at random in random derivations, knowing nothing of the repairs: all found, hardly one misnamed."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from benchmarks.claims_mutations import MARKS, Outcome, all_tried, failures

MISTAKES = int(os.environ.get("BPDEBUG_MISTAKES", "0"))
"""How many single mistakes the long run makes, and of the others as many as go with them."""


def shares(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of those tried, how many have each mark."""
    done = [each for each in outcomes if each.state == "tried"]
    assert len(done) > 0.8 * len(outcomes)
    return {mark: sum(mark in each.marks for each in done) / len(done) for mark in MARKS}


def held(counts: Sequence[tuple[str, int]], seed: int) -> None:
    """No right line is called wrong, no wrong one right, and the rates of names and mended lines are kept."""
    outcomes = list(all_tried(counts, seed, 1))
    told = "\n".join(failures(outcomes))

    assert not any(each.alarms for each in outcomes), told
    updates = shares([each for each in outcomes if each.kind == "updates"])
    singles = shares([each for each in outcomes if each.kind == "singles"])
    doubles = shares([each for each in outcomes if each.kind == "doubles"])
    assert singles["detected"] == singles["first"] == doubles["detected"] == updates["detected"] == 1, told
    assert updates["main"] == updates["mended"] == 1, told
    assert singles["main"] >= 0.95, told
    assert singles["mended"] >= 0.98, told
    assert doubles["main"] >= 0.8, told
    assert doubles["mended"] >= 0.9, told


def test_mistakes_are_found_named_and_mended() -> None:
    held([("singles", 24), ("doubles", 6), ("right", 10), ("updates", 4)], seed=20)


@pytest.mark.slow
@pytest.mark.timeout(36000)
@pytest.mark.skipif(not MISTAKES, reason="BPDEBUG_MISTAKES says how many")
def test_many_mistakes_are_found_named_and_mended() -> None:
    held([("singles", MISTAKES), ("doubles", MISTAKES // 3), ("right", MISTAKES // 2), ("updates", MISTAKES // 4)], 21)

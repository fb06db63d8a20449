"""What is kept of a run's numbers and places: as sets of whole numbers would have it, and within its budget."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from bpdebug.machine import findings
from bpdebug.machine.changes import BLOCK, Changes
from bpdebug.machine.findings import Findings, Looked, Series
from bpdebug.machine.stretches import Stretches
from bpdebug.machine.timeline import Timeline
from tests.machine.runs import LEAVES, PROGRAM

ends = st.tuples(st.integers(0, 30), st.integers(0, 30))


@given(done=st.lists(st.tuples(st.booleans(), ends), max_size=12), cut=st.integers(0, 30))
def test_stretches_are_sets_of_numbers(done: list[tuple[bool, tuple[int, int]]], cut: int) -> None:
    stretches, numbers = Stretches(), set[int]()
    for put, (low, high) in done:
        (stretches.add if put else stretches.take)(low, high)
        numbers = numbers | {*range(low + 1, high + 1)} if put else numbers - {*range(low + 1, high + 1)}
    for whole, left in ((stretches, numbers), (stretches.until(cut), {each for each in numbers if each <= cut})):
        assert bool(whole) == bool(left)
        for at in range(-2, 33):
            assert whole.back(at) == next(low for low in range(at, -3, -1) if low not in left)
            assert whole.on(at) == next(high for high in range(at, 40) if high + 1 not in left)


@given(walks=st.lists(st.tuples(ends, st.sets(st.integers(0, 30))), max_size=8), cut=st.integers(0, 30))
def test_places_are_found_where_they_were_looked_for(walks: list[tuple[tuple[int, int], set[int]]], cut: int) -> None:
    looked, there = Looked(), set[int]()
    for (low, high), places in walks:
        inside = {place for place in places if low < place <= high}
        looked.note(low, high, sorted(inside, reverse=True))
        there |= inside
    assert list(looked.within(3, 25)) == sorted(place for place in there if 3 < place <= 25)
    assert list(looked.until(cut).within(-1, 40)) == sorted(place for place in there if place <= cut)


@given(
    puts=st.lists(
        st.tuples(st.integers(0, 200), st.integers(1, 40), st.sets(st.integers(0, 19), max_size=3)), max_size=8
    ),
    asked=st.sets(st.integers(0, 19), min_size=1, max_size=4),
    cut=st.integers(0, 240),
)
def test_what_is_said_to_rest_did_not_change(puts: list[tuple[int, int, set[int]]], asked: set[int], cut: int) -> None:
    changes, stirred, known = Changes({"W": (0, 20, (4, 5))}), set[int](), set[int]()
    for first, count, entries in puts:
        changed = np.zeros(20, dtype=bool)
        changed[list(entries)] = True
        changes.put(first, first + count, changed)
        known |= {*range(first, first + count)}
        stirred |= {*range(first, first + count)} if entries & asked else set()
    rest, near = (
        known - stirred,
        {at for each in stirred for at in range(each // BLOCK * BLOCK, (each // BLOCK + 1) * BLOCK)},
    )
    for whole, left in ((changes, rest), (changes.until(cut), {each for each in rest if each < cut})):
        for at in range(245):
            back, on = whole.back(at, np.array(sorted(asked))), whole.on(at, np.array(sorted(asked)))
            assert {*range(back, at)} | {*range(at, on)} <= left
            assert back < at or at - 1 not in left - near
            assert on > at or at not in left - near


def test_where_too_much_is_found_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MOST", 10)
    looked = Looked()
    looked.note(0, 20, range(1, 11))
    assert looked.through.on(0) == 20
    looked.note(20, 25, [22])
    assert not looked.through
    assert not looked.within(0, 30)


def test_numbers_of_iterations_are_kept_as_far_as_they_are_settled() -> None:
    series = Series()
    for iteration in range(300):
        series.note(iteration, float(iteration))
    series.settle(100, 300)
    assert np.array_equal(series.values[100:300], np.arange(100, 300))
    assert (series.known.back(300), series.known.on(99)) == (100, 99)


def test_a_run_that_parts_keeps_what_was_noted_before_and_changes_nothing_of_it() -> None:
    series = Series()
    for iteration in range(200):
        series.note(iteration, 1.0)
    series.settle(0, 200)
    other = series.until(150)
    assert other.known.on(0) == 150
    other.note(150, 2.0)
    other.settle(150, 151)
    assert series.values[150] == 1.0
    assert (other.values[149], other.values[150]) == (1.0, 2.0)


def test_the_numbers_asked_for_long_ago_go_where_there_is_no_room() -> None:
    kept = Findings(budget=3 * Series().nbytes)
    first = kept.begin("first")
    for key in ("second", "third"):
        kept.begin(key)
    assert kept.begin("first") is first
    kept.begin("fourth")
    assert not list(kept.series("second"))
    assert list(kept.series("first")) == [first]


def test_many_things_are_looked_for_and_the_latest_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "KINDS", 5)
    kept = Findings(0)
    for key in range(9):
        kept.looked(key).note(0, 5, [key])
    assert list(kept.looked(8).within(0, 10)) == [8]
    assert not kept.looked(1).through


def test_a_fork_knows_of_the_iterations_before_its_own() -> None:
    walker, steps = Timeline(PROGRAM, LEAVES, iterations=9), len(PROGRAM.steps)
    walker.seek(5 * steps + 3)
    walker.findings.looked("it").note(0, walker.position, [steps, 5 * steps + 2])
    series = walker.findings.begin("so much")
    for iteration in range(6):
        series.note(iteration, 0.5)
    series.settle(0, 6)
    costs = walker.costs
    fork = walker.fork()
    assert fork.findings.looked("it").through.on(0) == 5 * steps
    assert list(fork.findings.looked("it").within(0, 99 * steps)) == [steps]
    assert fork.findings.begin("so much").known.on(0) == 5
    assert np.array_equal(fork.costs, costs[:5])
    fork.seek(fork.last)
    walker.seek(walker.last)
    assert np.array_equal(fork.costs, walker.costs)


def test_what_is_given_lasts_unless_it_is_written_over() -> None:
    walker = Timeline(PROGRAM, LEAVES, iterations=9)
    assert walker.lasting("rate") == LEAVES["rate"]
    assert walker.lasting("W1") is None

"""A large network is opened, run, checked and gone back in like a small one, in memory that has a bound."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check import differences
from bpdebug.check.differences import Differences
from bpdebug.check.full import check
from bpdebug.check.iteration import check_iteration, trained
from bpdebug.check.verdict import Verdict
from bpdebug.debugger.session import Session
from bpdebug.machine.sprint import LARGE
from bpdebug.ops.table import Array
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario

UNITS, EXAMPLES, CLASSES = 400, 256, 10
LABELS = np.eye(CLASSES, dtype=int)[np.arange(EXAMPLES) % CLASSES].T.tolist()
SCENARIO = f"""
[data]
X = {{ shape = [64, {EXAMPLES}], init = "normal" }}
Y = {{ values = {LABELS} }}
[network]
layers = [
  {{ units = {UNITS}, activation = "relu", init = "he" }},
  {{ units = {UNITS}, activation = "relu", init = "he" }},
  {{ units = {CLASSES}, activation = "softmax" }},
]
cost = "categorical-cross-entropy"
[training]
learning_rate = 0.01
iterations = 50
"""
BUDGET, SLACK = 4 * 2**20, 2**20
"""Bytes of the time machine, and of all that does not grow with the network."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("large") / "large.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return load(str(path))


def values(scenario: Scenario) -> dict[str, Array]:
    """Those of the first iteration, with the parameters as it found them."""
    return {**trained(scenario, 0), **scenario.values}


def size(session: Session) -> int:
    """Bytes of the parameters and of all values of an iteration that is complete; what only looks at another counts
    with that."""
    timeline = session.timeline
    own = {id(owner): owner.nbytes for owner in map(owned, timeline.results)}
    return sum(timeline.inputs[name].nbytes for name in timeline.program.crossing) + sum(own.values())


def owned(array: Array) -> Array:
    return owned(array.base) if isinstance(array.base, np.ndarray) else array


def test_no_more_than_three_iterations_are_in_memory_and_four_in_a_check(large: Scenario) -> None:
    check_iteration(load("three-layer"), 0)  # what is loaded for it counts for nobody
    tracemalloc.start()
    try:
        session = Session(large, budget=BUDGET)
        for line in ("goto 1:dW2", "finish", "goto 2", "end", "goto 20:dW2", "reverse-finish", "goto 3", "end"):
            assert session.execute(line).ok
        moves = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert session.execute("check all").ok
        checked = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    each = size(session)
    assert each > LARGE, "what plans compute into is kept for smaller ones"
    assert moves <= 3 * each + BUDGET + SLACK
    assert checked <= 4 * each + BUDGET + SLACK


def test_a_check_holds_on_to_little(large: Scenario) -> None:
    known = values(large)
    check(large.program, known)
    tracemalloc.start()
    try:
        found = check(large.program, known)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held <= 1.5 * sum(each.analytic.nbytes for each in found)


def test_all_entries_are_taken_along_directions_and_that_is_said(large: Scenario) -> None:
    session = Session(large)
    session.execute("goto 2:W1")
    reply = session.execute("check all")
    assert all(each.verdict is Verdict.MATCH and each.resolution is not None for each in reply.check)
    assert reply.text.count("taken all together, along two random directions") == len(reply.check) == 12


@pytest.mark.parametrize("name", ["dW2", "dZ1", "dW1"])
def test_one_entry_among_many_is_found_where_it_is_wrong(name: str, large: Scenario) -> None:
    known = values(large)
    wrong = known[name].copy()
    place = tuple(int(each) for each in np.unravel_index(int(np.argmax(np.abs(wrong))), wrong.shape))
    wrong[place] *= 1.001
    (found,) = check(large.program, {**known, name: wrong}, [name])
    assert found.counts[Verdict.WRONG] == 1
    assert found.worst == place


def test_what_is_wrong_throughout_is_told_of_all_of_it(large: Scenario) -> None:
    known = values(large)
    found = check(large.program, {**known, "dW2": -known["dW2"]})
    assert [each.name for each in found if each.verdict is Verdict.WRONG] == ["dW2"]
    assert found[[each.name for each in found].index("dW2")].culprit is not None


def test_a_blank_example_moves_few_entries_to_both_sides(large: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    x = large.values["X"].copy()
    x[:, 5] = 0.0
    blank = replace(large, values={**large.values, "X": x})
    moved = list[int]()
    one_sided = Differences.one_sided

    def counted(self: Differences, entries: Array) -> tuple[Array, Array]:
        moved.append(len(entries))
        return one_sided(self, entries)

    monkeypatch.setattr(Differences, "one_sided", counted)
    monkeypatch.setattr(differences, "MOST_WORK", 2**26)
    found = {each.name: each for each in check(blank.program, values(blank))}
    assert {name: each.counts[Verdict.KINK] for name, each in found.items() if each.kinks} == dict.fromkeys(
        ("dZ1", "dA1", "dZ2", "db1", "db2"), UNITS
    )
    assert sum(moved) < 5 * UNITS
    kinks = found["dZ1"].kinks
    assert kinks is not None
    assert len(kinks.places) < kinks.count == UNITS
    assert f"{UNITS - 1} more likewise, of which {len(kinks.places) - 1} were moved" in kinks.told("dZ1")

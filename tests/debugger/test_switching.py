"""Another form of the program, live: the numbers are those of a fresh session of it, and there and back restores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdebug.debugger.journal import journal
from bpdebug.debugger.records import Changed, JournalError, read
from bpdebug.debugger.resuming import resumed
from bpdebug.debugger.session import Session
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load
from tests.bundled import TURNED
from tests.debugger.scenes import opened, refused, said, small

SCENARIOS = sorted(each.name for each in bundled())
OTHERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "bookkeeping": ({"bookkeeping": "total"}, {"bookkeeping": "per-example"}),
    "orientation": ({"orientation": "columns"}, {"orientation": "rows"}),
    "fused": ({"fused": False}, {"fused": True}),
}
WORDS = {True: "on", False: "off"}
HAND = """
[sizes]
m = 3
[data]
X.values = [[1, 2, 3], [4, 5, 6]]
Y.values = [[1, 0, 1]]
[network]
layers = [{ units = 2, activation = "tanh" }, { units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"
[training]
iterations = 4
learning_rate = %s
"""
VECTOR = """
[sizes]
m = 3
[data]
X.values = [[1, 2], [3, 4], [5, 6]]
[parameters]
w.values = [1, 2]
[network]
orientation = "rows"
forward = "P = X @ w\\nJ = sum(P * P) / m"
[training]
iterations = 2
"""


def other(session: Session, what: str) -> tuple[str, dict[str, Any]]:
    """To what a session can be switched, in its words and as an override."""
    said_ = said(session, "switch").splitlines()
    which = next(line for line in said_ if line.startswith(what)).rpartition(" ")[2]
    return which, next(each for each in OTHERS[what] if WORDS.get(each[what], each[what]) == which)


def bits(session: Session) -> dict[str, tuple[Any, ...]]:
    return {name: (value.shape, value.tobytes()) for name, value in session.timeline.values.items()}


def standing(session: Session) -> tuple[object, ...]:
    place = session.view.place
    return place.iteration, place.step, session.view.operation.equation, bits(session)


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_switched_session_is_a_fresh_one_of_the_other_form(name: str, what: str) -> None:
    session = opened(name, iterations=5)
    which, override = other(session, what)
    reply = session.execute(f"switch {what} {which}")
    if not reply.ok:
        turned = (name, "columns") in TURNED
        other_way = () if turned else ("which has no transpose", "there is no other orientation")
        assert any(words in reply.text for words in ("makes no difference", *other_way))
        return
    said(session, f"switch {what}")
    fresh = opened(name, iterations=5, **override)
    random = np.random.default_rng(len(name))
    places = [0, session.timeline.last, *random.integers(session.timeline.last, size=3).tolist()]
    for place in places:
        session.timeline.seek(place)
        session.changed()
        before = standing(session)
        said(session, f"switch {what} {which}")
        fresh.timeline.seek(session.timeline.position)
        assert bits(session) == bits(fresh)
        assert session.timeline.costs[0] == fresh.timeline.costs[0] if place else not session.timeline.position
        assert [each.expr for each in session.claims] == [each.expr for each in fresh.claims]
        said(session, f"switch {what}")
        assert standing(session) == before


@pytest.mark.parametrize("what", OTHERS)
def test_from_every_step_one_comes_to_the_same_equation_or_the_nearest(what: str) -> None:
    session = opened("three-layer", iterations=2)
    for place in range(session.timeline.steps, session.timeline.last + 1, 5):
        session.timeline.seek(place)
        session.changed()
        name, whole = session.view.operation.equation.name, session.view.operation
        said(session, f"switch {what}")
        view = session.view
        assert view.place.iteration == (place - 1) // session.branches.trunk.timeline.steps + 1 or view.place.step
        known = name in [each.name for each in session.program.equations]
        assert view.operation.equation.name == (name if known else "dZ3")
        if known and whole.part == whole.parts:
            assert view.operation.part == view.operation.parts
        said(session, f"switch {what}")
        assert session.timeline.position == place


def test_what_was_computed_already_still_shows() -> None:
    session = opened("xor", iterations=9)
    said(session, "disable health", "end", "goto 2:dW1", "switch orientation")
    assert len(session.view.costs) == 9
    assert session.view.place.iteration == 2


def test_what_a_person_put_in_comes_along_turned() -> None:
    session = opened("three-layer")
    said(session, "break 2:dZ3", "tbreak :30", "watch W1[0,1]", "break if W1[2,3] > previous(W1[2,3])", "ignore 1 4")
    said(session, "disable 2", "disable dead", "display norm(dW1)", "display W1[4,0]", "goto 2:dW2", "mark here")
    answer = said(session, "switch orientation rows")
    assert answer.splitlines()[-1] == "not carried over: stop 4 (break if W1[2,3] > previous(W1[2,3]))"
    assert [each.words for each in session.stops.own.values()] == ["break 2:dZ3", "tbreak :30", "watch W1[1, 0]"]
    assert [(each.enabled, each.ignored) for each in session.stops.own.values()] == [(True, 4), (False, 0), (True, 0)]
    assert not session.stops.health["dead"].enabled
    assert session.displays.own == {1: "norm(dW1)", 2: "W1[0, 4]"}
    assert said(session, "info marks") == "@here  iteration 2 / 20 · backward · step 39 / 62"
    assert said(session, "break dW1").startswith("stop 5 ")


def test_a_step_by_its_number_is_the_same_operation_in_the_other_program() -> None:
    session = opened("three-layer")
    said(session, "goto 2:dW1", "mark last", "goto 2:dA3", "mark lost", "break 3:48", "break dA3")
    answer = said(session, "switch fused on")
    assert "not carried over: stop 2 (break dA3); mark @lost" in answer
    assert said(session, "c").splitlines()[0].partition(": ")[2].startswith("dW⁽¹⁾")
    said(session, "goto @last")
    assert session.view.operation.equation.name == "dW1"


def test_equations_of_ones_own_are_turned_and_come_back_as_they_were_written() -> None:
    session = opened("three-layer")
    said(session, "claim dZ3 = A3 - Y", "claim dW3 = np.dot(dZ3, A2.T)", "claim dW3 = np.dot(dZ3, A2.T) / m")
    claims, replaced = session.claims, session.replaced
    said(session, "switch orientation rows")
    assert [each.text for each in session.claims] == ["dZ3 = A3 - Y", "dW3 = A2.T @ dZ3 / m"]
    assert said(session, "claims").count("right") >= 2
    said(session, "switch orientation")
    assert (session.claims, session.replaced) == (claims, replaced)
    said(session, "switch orientation", "unmend dW3")
    assert session.claims[1].text == "dW3 = A2.T @ dZ3"


def test_the_claims_of_a_scenario_are_those_of_the_other_form() -> None:
    session = opened("gradient-checking")
    said(session, "switch orientation rows")
    assert session.claims == load("gradient-checking", orientation="rows").claims
    said(session, "switch orientation")
    assert session.claims == session.opened.claims
    assert session.scenario is session.opened


def test_the_answer_says_how_far_the_numbers_differ() -> None:
    session = opened("xor", notation="ascii")
    said(session, "goto 1:dW1")
    answer = said(session, "switch bookkeeping total")
    assert "dZ1: largest difference 0 (m*dJ(Z1) before, dJ(Z1) now: 1/4 of it)" in answer
    assert answer.isascii()
    assert "the same to the last bit" in answer


def test_saved_and_brought_back_in_the_form_it_was_in() -> None:
    session = opened("xor", iterations=6)
    said(session, "goto 2:dW1", "switch orientation rows", "switch bookkeeping total", "watch W1[1,0]", "goto 3:dZ1")
    said(session, "claim dZ2 = (A2 - Y) / m", "set W1[0,0] = 1", "s", "mark a")
    found = resumed(read(journal(session)), opened("xor", iterations=6).scenario)
    assert not found.parted
    assert journal(found.session) == journal(session)
    assert bits(found.session) == bits(session)
    assert found.session.claims == session.claims
    said(session, "branch main", "branch delete try1", "switch orientation", "switch bookkeeping")
    assert "\nform " not in journal(session)


def test_a_journal_of_another_form_is_refused() -> None:
    session = opened("xor", iterations=6)
    said(session, "goto 2:dW1", "switch orientation rows")
    text = journal(session)
    form = text.splitlines()[5]
    assert form.startswith("form rows per-example off ")
    for broken, kind in (
        (text.replace("form rows per-example", "form rows total"), Changed),
        (text.replace("form rows", "form across"), JournalError),
        (f"{text}{form}\n", JournalError),
    ):
        with pytest.raises(kind):
            resumed(read(broken), session.opened)


def test_a_recording_begins_as_the_scenario_was_opened(tmp_path: Path) -> None:
    session = Session(load("xor", bookkeeping="total"))
    said(session, "switch bookkeeping", "goto 2:dW1", f"record {tmp_path / 'it.replay'}", "s")
    lines = (tmp_path / "it.replay").read_text(encoding="utf-8").splitlines()
    assert lines == ["@ xor bookkeeping=total", "switch bookkeeping", "goto 2:dW1", "s"]


def test_what_was_set_by_hand_is_not_switched() -> None:
    session = opened("xor")
    said(session, "goto 2:1", "set W1 = 0")
    assert "branch delete NAME" in refused(session, "switch bookkeeping total")


def test_without_its_file_a_session_has_no_other_form() -> None:
    session = small({"P": "X @ W", "J": "sum(P)"}, {"X": [[1.0]]}, {"W": [[2.0]]})
    assert "came in without" in refused(session, "switch fused")


def test_a_file_that_was_changed_since_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HAND % "0.1", encoding="utf-8")
    session = Session(load(str(path)))
    said(session, "switch bookkeeping per-example")
    path.write_text(HAND % "0.2", encoding="utf-8")
    assert "open it anew" in refused(session, "switch bookkeeping total")


def test_what_has_no_transpose_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "vector.toml"
    path.write_text(VECTOR, encoding="utf-8")
    session = Session(load(str(path)))
    assert "w is a vector, which has no transpose" in refused(session, "switch orientation columns")


def test_stopped_on_the_way_nothing_is_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("three-layer")
    said(session, "disable health", "end")
    monkeypatch.setattr("bpdebug.machine.timeline.BREATH", 0.0)
    view = session.view
    reply = session.execute("switch orientation rows", cancelled=lambda: True)
    assert (reply.ok, reply.text) == (False, "stopped on the way: nothing was switched")
    assert session.view is view

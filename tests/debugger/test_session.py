"""The engine behind every key: repeating, cancelling, progress, stops, checks in another thread, and its speed."""

from __future__ import annotations

import string
import threading
from time import process_time
from typing import Any

import numpy as np
import pytest

from bpdebug.check import full
from bpdebug.check.verdict import Verdict
from bpdebug.debugger.session import Session
from bpdebug.debugger.triggers import Trigger
from bpdebug.machine import sprint
from bpdebug.machine import timeline as machine
from bpdebug.machine.timeline import Timeline
from tests.debugger.scenes import opened, refused, said


def test_an_empty_line_repeats_what_moved_or_looked_last_and_nothing_else() -> None:
    session = opened("xor")
    assert session.execute("").ok
    assert session.timeline.position == 0
    said(session, "s 2", "   \n")
    assert session.timeline.position == 4
    said(session, "break J", "", "mark here", "", "set W1[0,0] = 0", "", "echo so", "", "display J", "")
    refused(session, "nonsense")
    said(session, "")
    assert session.timeline.position == 4
    assert (len(session.stops.own), len(session.branches.names), len(session.displays.own)) == (1, 2, 1)
    said(session, "rs", "")
    assert session.timeline.position == 2
    assert said(session, "shape W1", "") == said(session, "shape W1")


def test_an_empty_line_goes_on_with_what_explain_goes_on_with() -> None:
    session = opened("xor")
    walked = opened("xor")
    said(session, "goto 2:dW2", "explain dW2[0,0]", "explain 1", "")
    said(walked, "goto 2:dW2", "explain dW2[0,0]", "explain 1", "explain 1")
    assert len(session.explained) == 3
    assert session.explained == walked.explained


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("step 3  # go on", "step 3"),
        ("::step", "step"),
        (": step", "step"),
        ('print "W1"# x', 'print "W1"# x'),
        ("shape W1#", "shape W1#"),
        ('expect text "a # b" # it does not', 'expect text "a # b"'),
        ("print W1' # turned", "print W1'"),
        ("  # only a remark", ""),
    ],
)
def test_a_comment_behind_a_line_and_colons_before_it_are_not_read(line: str, same: str) -> None:
    assert opened("xor").execute(line).text == (opened("xor").execute(same).text if same else "")


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("run", "start goes to the start of the run"),
        ("checkpoint", "mark gives this place a name"),
        ("help jump", "goto PLACE"),
        ("break W1[0,1]", "watch W1[0,1] stops where it changes"),
        ("break J > 0.5", "break if J > 0.5 stops where it holds"),
        ("where dW2", "goto dW2 goes there"),
        ('source "a', "expected a name in quotes"),
    ],
)
def test_habits_from_other_debuggers_are_told_the_way(line: str, way: str) -> None:
    assert way in refused(opened("xor"), line)


def test_a_variable_may_be_set_as_in_gdb() -> None:
    session = opened("xor")
    assert said(session, "set var W1[0,1] = 3").startswith("W1[0,1] = 3, it was")
    assert said(session, "where").splitlines()[1] == "next: W⁽¹⁾ · X, of Z⁽¹⁾"


def test_what_is_refused_changes_nothing() -> None:
    session = opened("xor")
    said(session, "goto 2:dW2")
    for line in ("goto 99", "step x", "print Q", "check Q", "x" * 3000, "print " + "(" * 1500, "\x1b[2J", "s\x00"):
        text = refused(session, line)
        assert text
        assert len(text) < 2000
        assert "\x1b" not in text
        assert "\x00" not in text


def test_any_line_gets_an_answer() -> None:
    session = opened("xor", iterations=3)
    random = np.random.default_rng(0)
    words = [*string.printable, "s", "goto ", "print ", "W1", "12:", "dW2", "check ", "⁽²⁾", "é", "👾", "((", " "]
    for _ in range(1500):
        reply = session.execute("".join(random.choice(words, size=random.integers(1, 8))))
        assert isinstance(reply.text, str)
        assert 0 <= session.timeline.position <= session.timeline.last


def test_quit_says_so() -> None:
    assert opened("xor").execute("q").quit


def test_a_cancelled_motion_stops_in_a_valid_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BREATH", 0.0)
    monkeypatch.setattr(sprint, "SPRINT", 10**9)
    session, straight = opened("xor", iterations=50), opened("xor", iterations=50)
    told: list[tuple[int, int]] = []
    reply = session.execute(
        "c", progress=lambda done, total: told.append((done, total)), cancelled=lambda: len(told) >= 100
    )
    assert reply.ok
    assert reply.view.place.position == 100
    assert told[-1] == (100, session.timeline.last)
    assert "Stopped on the way to the end of the run." in reply.text
    straight.timeline.seek(100)
    assert all(np.array_equal(straight.timeline.values[name], value) for name, value in reply.view.values.items())
    said(session, "rs", "c")
    assert session.timeline.position == session.timeline.last


class Everywhere(Trigger):
    """A stop that is asked after every step, and fires at some places."""

    def __init__(self, session: Session, *places: int) -> None:
        self.steps = frozenset(range(1, session.timeline.steps + 1))
        self.places = places
        self.seen: list[int] = []

    def fires(self, timeline: Timeline) -> str | None:
        self.seen.append(timeline.position)
        return "" if timeline.position in self.places else None


def test_motions_heed_the_stops_in_both_directions() -> None:
    session = opened("xor", iterations=5)
    steps = session.timeline.steps
    first, second, third = 7, steps, 3 * steps + 11
    session.stops.add("break", "", Everywhere(session, first, third))
    session.stops.add("break", "", Everywhere(session, second))
    said(session, "disable health")
    visited = []
    for line in ("c", "c", "c", "c", "rc", "c", "rc", "rc", "rc", "rc", "f 99", "rn 2", "rn 99"):
        said(session, line)
        visited.append(session.timeline.position)
    back = [third - 1, third, third - 1, second - 1, first - 1, 0, first, first - 1, 0]
    assert visited == [first, second, third, 5 * steps, *back]


def test_places_are_reached_whatever_the_stops() -> None:
    session = opened("xor", iterations=5)
    session.stops.add("break", "", Everywhere(session, *range(1, 1000)))
    for line, position in [("end", session.timeline.last), ("goto 2:1", session.timeline.steps + 1), ("start", 0)]:
        said(session, line)
        assert session.timeline.position == position
    said(session, "c")
    assert session.timeline.position == 1


def test_a_stop_sees_every_position_on_the_way() -> None:
    session = opened("xor", iterations=3)
    never = Everywhere(session)
    session.stops.add("break", "", never)
    said(session, "disable health", "c")
    assert never.seen == list(range(1, session.timeline.last + 1))
    again = Everywhere(session)
    session.stops.add("break", "", again)
    never.seen.clear()
    said(session, "rc")
    assert sorted(again.seen) == list(range(1, session.timeline.last + 1))
    assert not never.seen  # what it saw on the way there is known on the way back
    assert session.timeline.position == 0


def test_a_cancelled_motion_says_where_it_was_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BREATH", 0.0)
    session = opened("xor", iterations=50)
    told: list[int] = []
    stopping: dict[str, Any] = {
        "progress": lambda done, total: told.append(done),
        "cancelled": lambda: len(told) >= 10,
    }
    assert "Stopped on the way to step 1 of iteration 12." in session.execute("goto 12", **stopping).text


def test_a_run_without_iterations_says_so() -> None:
    session = opened("xor", iterations=0)
    assert session.view.place.words == "no iterations"
    for motion in ("s", "c", "end", "start"):
        assert session.execute(motion).text == "no iterations: the scenario says iterations = 0"
    for motion in ("goto 1", "goto +1", "until +1"):
        assert "this run has no iterations" in session.execute(motion).text
    assert "/ 0" not in session.execute("info").text


def test_motions_with_stops_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BREATH", 0.0)
    session = opened("xor", iterations=9)
    session.stops.add("break", "", Everywhere(session))
    told: list[tuple[int, int]] = []
    answer = session.execute("c", progress=lambda *both: told.append(both), cancelled=lambda: len(told) == 100).text
    assert session.timeline.position == 100
    assert told[-1] == (100, session.timeline.last)
    assert "Stopped on the way" in answer
    said(session, "end")
    told.clear()
    session.execute("rc", progress=lambda *both: told.append(both), cancelled=lambda: len(told) == 2)
    assert 0 < session.timeline.position < session.timeline.last


def test_checking_rests_on_a_snapshot_and_runs_in_any_thread() -> None:
    session = opened("three-layer")
    said(session, "goto 3:W1")
    check = session.checking(["dW1"])
    said(session, "end")
    found = []
    thread = threading.Thread(target=lambda: found.extend(check()))
    thread.start()
    thread.join()
    (one,) = found
    assert (one.name, one.verdict) == ("dW1", Verdict.MATCH)
    said(session, "goto 3:dW1")
    assert np.array_equal(one.analytic, session.view.values["dW1"])


def test_the_parameters_of_a_check_are_those_before_the_update() -> None:
    session = opened("three-layer")
    said(session, "goto 2:62")
    assert all(each.ok for each in session.checking()())
    assert len(session.checking()()) == 12


def test_a_check_that_is_stopped_tells_of_the_gradients_it_has_done(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("three-layer")
    said(session, "goto 2:62")
    done: list[str] = []
    blamed = full.blamed
    monkeypatch.setattr(full, "blamed", lambda *rest: done.append(rest[-1].name) or blamed(*rest))

    reply = session.execute("check all", cancelled=lambda: len(done) == 2)
    assert (reply.ok, reply.text) == (False, "stopped: 2 gradients checked by then, all right")
    assert session.execute("check all", cancelled=lambda: True).text == "stopped: nothing was checked by then"


def test_a_view_is_made_quickly_and_a_run_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened("three-layer", iterations=300)
    made: list[int] = []
    picture = session.picture.view
    monkeypatch.setattr("bpdebug.debugger.picture.Picture.view", lambda *rest: made.append(1) or picture(*rest[1:]))
    said(session, "c")
    assert len(made) == 2
    monkeypatch.undo()
    said(session, "goto 100:dW2")
    times = []
    for _ in range(30):
        session._view = None
        begin = process_time()
        assert session.view.place.iteration == 100
        times.append(process_time() - begin)
    assert np.median(times) < 0.002

"""Long motions and checks: beside the screen, never in its way."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Reply
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from bpdebug.tui import checks, dialogue
from bpdebug.tui.app import Debugger
from bpdebug.tui.motion import Errand, Worker, duration
from bpdebug.tui.panes.check import CheckState
from bpdebug.tui.panes.operation import OperationPane
from bpdebug.tui.panes.program import ProgramPane
from tests.tui.driving import burst, debugger, place, said, settled, shown, strike, until

LONG = 1_000_000


async def test_esc_stops_a_long_motion_where_it_is():
    app = debugger(iterations=LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, "c")
        await until(pilot, lambda: app.motion is not None)
        motion = app.motion
        assert motion is not None
        await until(pilot, lambda: motion.done)
        await until(pilot, lambda: "a second" in said(app))
        assert f"of {LONG * 62:,} operations" in said(app)
        await strike(pilot, "right")
        await until(pilot, lambda: app.dialogue.ignored)
        await until(pilot, lambda: "keys that move are not heard" in said(app))
        assert "Esc stops" in said(app)
        await strike(pilot, "escape")
        await until(pilot, lambda: app.motion is None)
        reached = app.view.place.position
        assert 0 < reached < LONG * 62
        assert "Stopped on the way" in said(app)
        await pilot.press("right")
        await settled(pilot)
        assert app.view.place.position == reached + 1
        assert app.view.place.words in place(app)


class Slow(Session):
    """Takes a while for a step, until it is told to go on."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.go = threading.Event()

    def execute(self, line: str, **rest: Any) -> Reply:
        assert self.go.wait(10)
        return super().execute(line, **rest)


async def test_keys_wait_for_a_command_that_takes_a_moment_and_one_that_is_held_does_not_pile_up(monkeypatch):
    monkeypatch.setattr(dialogue, "YOUNG", 10.0)
    session = Slow(load("scenarios/three-layer.toml"))
    app = Debugger(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, *["right"] * 9, "n", "n", "left")
        assert list(app.dialogue.waiting) == ["step", "next", "reverse-step"]
        session.go.set()
        await until(pilot, lambda: app.view.place.position)
        await settled(pilot)
        assert [each.line for each in session.history.done] == ["step", "step", "next", "reverse-step"]


async def test_of_keys_that_come_all_at_once_none_is_lost(monkeypatch):
    monkeypatch.setattr(dialogue, "YOUNG", 10.0)
    monkeypatch.setattr(dialogue, "BURST", 1.0)
    session = Slow(load("scenarios/three-layer.toml"))
    app = Debugger(session)
    async with app.run_test(size=(80, 24)) as pilot:
        burst(pilot, "n" * 10)
        await until(pilot, lambda: len(app.dialogue.waiting) == 9)
        session.go.set()
        await until(pilot, lambda: len(session.history.done) == 10)
        await settled(pilot)
        assert [each.line for each in session.history.done] == ["next"] * 10


async def test_keys_that_waited_are_not_heard_where_it_takes_longer(monkeypatch):
    monkeypatch.setattr(dialogue, "YOUNG", 0.3)
    session = Slow(load("scenarios/three-layer.toml"))
    app = Debugger(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, "right", "n")
        assert list(app.dialogue.waiting) == ["next"]
        await until(pilot, lambda: app.dialogue.ignored)
        assert not app.dialogue.waiting
        session.go.set()
        await until(pilot, lambda: app.view.place.position)
        await settled(pilot)
        assert app.view.place.position == 1


async def test_ctrl_c_stops_a_motion_before_it_leaves():
    app = debugger(iterations=LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, "c", "ctrl+c")
        await until(pilot, lambda: app.view.place.position)
        await until(pilot, lambda: app.motion is None)
        assert app.is_running
        assert app.view.place.position > 0


async def test_q_leaves_while_a_motion_runs():
    app = debugger(iterations=LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, "c", "q")
        await until(pilot, lambda: app.return_value is not None)
    assert app.return_value == 0


async def test_the_panes_can_be_looked_at_while_a_motion_runs():
    app = debugger(iterations=LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await strike(pilot, "c", "1")
        await until(pilot, lambda: isinstance(app.stage.arrangement.current, ProgramPane))
        assert app.motion is not None
        await strike(pilot, "escape")
        await until(pilot, lambda: app.motion is None)


async def test_nothing_is_said_of_a_motion_that_is_over_at_once():
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        messages = []
        app.say = lambda text, kind="message": messages.append((kind, text))
        await pilot.press("n", "n")
        await settled(pilot)
    assert all(kind == "message" for kind, _ in messages)


async def test_a_gradient_is_checked_as_soon_as_it_is_computed():
    app = debugger(lines=["goto dZ3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        state = app.check_pane.check
        assert (state.status, state.name, state.serial) == ("done", "dW3", app.view.serial)
        assert app.stage.pane(ProgramPane).verdicts["dW3"].word == "match"


async def test_a_check_that_comes_too_late_is_noted_but_not_shown():
    app = debugger(lines=["goto J"])
    gate, checking = threading.Event(), app.session.checking

    def slow(names):
        check = checking(names)
        return lambda: gate.wait(60) and check()

    app.session.checking = slow
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: app.check_pane.check.status == "running")
        await pilot.press("right")
        assert app.view.checked is None
        gate.set()
        await until(pilot, lambda: app.checks.verdicts)
        assert app.check_pane.check.status == "none"
        assert set(app.stage.pane(ProgramPane).verdicts) == {"dA3"}


async def test_of_the_checks_asked_for_meanwhile_only_the_last_is_made():
    app = debugger(lines=["goto J"])
    gate, checking, made = threading.Event(), app.session.checking, []

    def slow(names):
        check = checking(names)
        return lambda: (gate.wait(60), made.append(names[0]), check())[2]

    app.session.checking = slow
    async with app.run_test(size=(80, 24)) as pilot:
        for name in ("dA3", "dZ3", "dW3", "db3"):
            await pilot.press("n")
            assert app.view.checked == name
            await pilot.pause()
        gate.set()
        await settled(pilot)
        await until(pilot, lambda: app.check_pane.check.name == "db3")
    assert made == ["dA3", "db3"]


async def test_what_was_asked_for_stays_while_nothing_moves():
    app = debugger(lines=["goto dW2"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("k")
        await settled(pilot)
        found = app.check_pane.check
        assert len(found.checks) > 1
        await pilot.press("b")
        await settled(pilot)
        assert app.view.stops
        assert app.check_pane.check is found


async def test_a_check_that_was_begun_before_does_not_stand_for_the_one_that_was_asked_for():
    app = debugger()
    async with app.run_test(size=(120, 40)) as pilot:
        held = threading.Event()
        app.session.checking = lambda names: lambda: held.wait() and ()
        app.perform("goto dW2")
        asked = CheckState("running", "", app.view.serial)
        app.checks.asked(app.view, ())
        assert app.check_pane.check == asked
        told = []
        app.check_pane.told = told.append
        held.set()
        await until(pilot, lambda: told)
        assert [each.name for each in told] == [""]


async def test_marks_belong_to_their_iteration():
    app = debugger(lines=["goto dW3"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("right_square_bracket")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert set(app.stage.pane(ProgramPane).verdicts) == {"dW3", "db3"}
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert set(app.stage.pane(ProgramPane).verdicts) == {"dW3", "db3"}
        assert {iteration for _, iteration, _ in app.checks.verdicts} == {1, 2}


async def test_nothing_runs_on_a_timer_while_idle():
    app = debugger(lines=["goto dW3"])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        nodes = [app, app.screen, *app.screen.walk_children()]
        assert not [timer for node in nodes for timer in node._timers if timer._active.is_set()]


@pytest.mark.parametrize("early", [True, False], ids=["before", "in the worker"])
async def test_a_check_that_breaks_is_told_in_its_pane_and_the_session_goes_on(early: bool):
    app = debugger(lines=["goto J"])
    checking = app.session.checking

    def fail(*arguments, **named):
        raise ZeroDivisionError("broken")

    async with app.run_test(size=(120, 40)) as pilot:
        app.session.checking = fail if early else lambda names: fail
        await pilot.press("n")
        await until(pilot, lambda: app.check_pane.check.status == "failed")
        await pilot.pause()
        assert "The check of dA⁽³⁾ came to no" in shown(app)
        assert "ZeroDivisionError: broken" in shown(app)
        app.session.checking = checking
        await pilot.press("n")
        await settled(pilot)
        assert (app.check_pane.check.status, app.check_pane.check.name) == ("done", "dZ3")


@pytest.mark.parametrize("line", ["check all", "next"])
async def test_a_command_that_breaks_is_told_and_the_session_goes_on(line: str):
    app = debugger(lines=["goto dW3"])
    executed = app.session._execute

    def fail(*arguments, **named):
        raise ZeroDivisionError("broken")

    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        before = app.view
        app.session._execute = fail
        app.perform(line)
        await pilot.pause()
        assert said(app) == f"{line} could not be done, by a mistake of bpdebug's own: ZeroDivisionError: broken"
        assert app.view is before
        await pilot.press("colon", *line, "enter")
        await pilot.pause()
        assert "ZeroDivisionError: broken" in shown(app)
        assert "Traceback" not in shown(app)
        app.session._execute = executed
        await pilot.press("escape", "n")
        await settled(pilot)
        assert app.view.checked == "db3"


@pytest.mark.parametrize("key", ["n", "k"])
async def test_central_differences_are_taken_beside_the_screen_and_may_break(key: str, monkeypatch):
    app = debugger(lines=["goto dZ3"])
    threads = []

    def fail(check):
        threads.append(threading.current_thread())
        raise ZeroDivisionError("broken")

    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(checks, "samples", fail)
        await pilot.press(key)
        await until(pilot, lambda: app.check_pane.check.status == "failed")
        await pilot.pause()
        assert threading.main_thread() not in threads
        assert app.check_pane.check.message == "ZeroDivisionError: broken"
        assert "The check of" in shown(app)
        monkeypatch.undo()
        await pilot.press("n")
        await settled(pilot)
        assert app.check_pane.check.status == "done"


async def test_a_mistake_of_our_own_in_drawing_ends_the_screen_and_is_passed_on(monkeypatch):
    app = debugger(lines=["goto J"])

    def fail(*arguments, **named):
        raise ZeroDivisionError("broken")

    async def press() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            monkeypatch.setattr(OperationPane, "lines", fail)
            await pilot.press("n")
            await until(pilot, lambda: not app.is_running)

    with pytest.raises(ZeroDivisionError):
        await press()
    with pytest.raises(ZeroDivisionError):
        app.raise_crash()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "less than a second"), (30, "30 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_times_are_told_in_words(seconds: float, words: str):
    assert duration(seconds) == words


def test_a_thread_ends_with_its_worker():
    before = set(threading.enumerate())
    worker = Worker()
    (thread,) = set(threading.enumerate()) - before
    assert Errand(worker, lambda: 6 * 7).ends_within(10)
    assert thread.is_alive()
    del worker
    thread.join(10)
    assert not thread.is_alive()

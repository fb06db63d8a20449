"""Autoplay: it steps at a speed, until something is there to be looked at or a key says otherwise."""

from __future__ import annotations

import pytest

from bpdebug.tui.app import Debugger
from bpdebug.tui.configuration import Configuration
from bpdebug.tui.settings import SPEEDS, Preferences
from tests.tui.driving import debugger, place, said, settled, until


def timers(app: Debugger) -> int:
    """Timers that are wound up, wherever they hang."""
    nodes = [app, app.screen, *app.screen.walk_children()]
    return len([timer for node in nodes for timer in node._timers if timer._active.is_set()])


def ticked(app: Debugger, times: int = 1) -> None:
    """As when the time of so many ticks has passed."""
    for _ in range(times):
        app.player._tick()


async def test_it_steps_by_itself_and_has_a_timer_only_while_it_plays() -> None:
    app = debugger()
    app.player.speed = len(SPEEDS) - 1
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert (app.player.playing, timers(app)) == (False, 0)
        await pilot.press("p")
        assert (app.player.playing, timers(app)) == (True, 1)
        assert said(app) == "playing: 16 operations a second; + faster, - slower, p or Esc stops"
        await until(pilot, lambda: app.view.place.position >= 2)
        await pilot.press("p")
        stopped = app.view.place.position
        assert (app.player.playing, timers(app), said(app)) == (False, 0, "")
        await pilot.press("s")
        await settled(pilot)
        assert app.view.place.position == stopped + 1


async def test_it_goes_faster_and_slower_as_far_as_there_are_speeds() -> None:
    app = debugger()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        assert SPEEDS[app.player.speed] == Preferences().speed
        await pilot.press(*["plus"] * len(SPEEDS))
        assert said(app).startswith("playing: 16 operations a second")
        await pilot.press(*["minus"] * len(SPEEDS))
        assert said(app).startswith("playing: 0.5 operations a second")
        await pilot.press("plus")
        assert said(app).startswith("playing: 1 operation a second")
        assert timers(app) == 1
        await pilot.press("escape", "p")
        assert SPEEDS[app.player.speed] == 1, "the speed stays"
        await pilot.press("escape")


@pytest.mark.parametrize("key", ["escape", "n", "left", "f", "home", "right_square_bracket", "k"])
async def test_a_key_that_moves_or_asks_stops_it(key: str) -> None:
    app = debugger(lines=["goto 2:J"])
    app.player.speed = 0
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", key)
        await settled(pilot)
        assert (app.player.playing, timers(app)) == (False, 0)
        assert "playing" not in said(app)


async def test_it_stops_at_a_stop_and_goes_on_behind_it() -> None:
    app = debugger(lines=["goto 1:dA3", "break dZ3", "break dW3", "disable 2"])
    app.player.speed = 0
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        ticked(app)
        assert said(app).startswith("playing"), "within the equation"
        ticked(app)
        await settled(pilot)
        assert (app.player.playing, said(app)) == (False, "a stop: p goes on")
        assert "backward · step 27 / 62" in place(app)
        await pilot.press("p")
        ticked(app, 4)
        assert app.player.playing, "a stop that is off"
        await pilot.press("escape")


async def test_it_stops_at_the_end_of_the_run() -> None:
    app = debugger(iterations=2, lines=["end", "reverse-step"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        ticked(app, 2)
        await settled(pilot)
        assert (app.player.playing, timers(app), said(app)) == (False, 0, "the end of the run")


async def test_while_something_runs_it_waits() -> None:
    app = debugger()
    app.player.speed = 0
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        app.dialogue.motion = app.dialogue  # type: ignore[assignment]
        ticked(app)
        app.dialogue.motion = None
        assert (app.view.place.position, app.player.playing) == (0, True)
        ticked(app)
        assert app.view.place.position == 1
        await pilot.press("p")


@pytest.mark.parametrize("line", ["tour", "print W1"])
async def test_the_tour_stops_it_and_what_is_typed_does_not(line: str) -> None:
    app = debugger()
    app.player.speed = 0
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", "colon", *line, "enter")
        await settled(pilot)
        assert app.player.playing == (line != "tour")
        await pilot.press("escape", "escape", "escape")
        assert not app.player.playing


async def test_it_begins_at_the_speed_that_is_set() -> None:
    preferences = Preferences().but(speed=4.0)
    app = Debugger(debugger().session, configuration=Configuration(preferences=preferences))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        assert said(app).startswith("playing: 4 operations a second")
        await pilot.press("p")

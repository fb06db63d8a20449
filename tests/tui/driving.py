"""Driving the screen without a terminal: scenarios, waiting for a state, and what is to be seen."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from msgspec.structs import replace
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from bpdebug.tui.app import Debugger
from bpdebug.tui.configuration import Configuration
from bpdebug.tui.keymap import KEYMAP, Keymap

PLACE = re.compile(r"\s*(branch .+ · )?iteration [\d,]+ / [\d,]+ ·")
MOST = 3_000
"""Looks at a state that does not come; each takes some milliseconds."""


@cache
def scenario(name: str = "three-layer") -> Scenario:
    return load(name)


def debugger(
    name: str = "three-layer",
    *,
    notation: str = "unicode",
    lines: Iterable[str] = (),
    keys: Keymap = KEYMAP,
    **changes: Any,
) -> Debugger:
    """The screen on a session that has executed some lines, of a scenario with some changes."""
    session = Session(replace(scenario(name), **changes), notation=notation)
    for line in lines:
        assert session.execute(line).ok, line
    return Debugger(session, configuration=Configuration(keys=keys))


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait for a state, never for a time."""
    for _ in range(MOST):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the state did not come")


async def strike(pilot: Pilot[int], *keys: str) -> None:
    """Press keys without waiting until the processor is idle, which it is not while a motion runs."""
    for key in keys:
        pilot.app.simulate_key(key)
        await asyncio.sleep(0.02)


def burst(pilot: Pilot[int], text: str) -> None:
    """Send characters as a terminal does that hands them over all at once; a line break is Enter."""
    for letter in text:
        named = {"\n": "enter", "\x1b": "escape"}.get(letter)
        pilot.app.post_message(events.Key(named or _character_to_key(letter), "\r" if named == "enter" else letter))


async def settled(pilot: Pilot[int]) -> None:
    """Wait until no motion runs, neither a check nor a judgement is to come, and nothing moves on the screen."""
    app = pilot.app
    assert isinstance(app, Debugger)
    await until(pilot, lambda: app.motion is None and "running" not in (app.check_pane.check.status, judged(app)))
    before: list[str] = []
    while before != (before := rows(app)):
        await pilot.pause()


def judged(app: Debugger) -> str:
    """How far the judgement of the claims has come."""
    return app.claims.state.status


def typed(app: Debugger) -> str:
    """What stands on the console's line, once there is one."""
    return "" if app.command_line.input is None else app.command_line.input.value


def rows(app: Debugger) -> list[str]:
    """What is to be seen, line by line."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips()]


def shown(app: Debugger) -> str:
    return "\n".join(rows(app))


def styles(app: Debugger) -> str:
    """A digest of the styles of all that is to be seen."""
    told = hashlib.sha256()
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            told.update(f"{len(segment.text)} {segment.style}\n".encode())
    return told.hexdigest()[:16]


def grounds(app: Debugger) -> set[str]:
    """The colours that things stand on."""
    strips = app.screen._compositor.render_strips()
    styles = (segment.style for strip in strips for segment in strip if segment.style is not None)
    return {style.bgcolor.name for style in styles if style.bgcolor is not None}


def said(app: Debugger) -> str:
    """What stands in place of the hints."""
    return app.stage.message


def place(app: Debugger) -> str:
    """The line that says where we are."""
    return next(row for row in reversed(rows(app)) if PLACE.match(row))

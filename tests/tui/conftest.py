"""How the tests of the screen wait: until it has done what it was given, not until the processor looks idle."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest
import textual.app
import textual.pilot
from textual import _wait
from textual._context import active_app

from bpdebug.tui.app import Debugger


@pytest.fixture(autouse=True)
def at_rest(monkeypatch) -> None:
    """Keys and pauses wait for the event loop; Textual's own wait, twice for each key, takes 20 ms at the least."""
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", rest)


async def rest(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is ready to run and everything is drawn; with a thread at work, until it sleeps as well."""
    app, end = active_app.get(), monotonic() + max_sleep
    while monotonic() < end:
        await asyncio.sleep(0)
        if ready():
            continue
        if app._resize_event is not None:  # given out a moment later, many in a row as one
            await asyncio.sleep(0.001)
            continue
        if drawn(app):
            break
        app.screen._on_timer_update()
    if isinstance(app, Debugger) and at_work(app):
        await _wait.wait_for_idle(min_sleep, max_sleep)


def ready() -> bool:
    """Whether the event loop has something to go on with at once."""
    return bool(asyncio.get_running_loop()._ready)


def drawn(app: textual.app.App) -> bool:
    """Whether the screen shows all that was told to it, and nobody waits for it to; one that is left has no more to."""
    if not app.screen_stack:
        return True
    screen = app.screen
    to_do = (screen._layout_required, screen._scroll_required, screen._repaint_required, screen._recompose_required)
    return not (any(to_do) or screen._dirty_widgets or screen._callbacks)


def at_work(app: Debugger) -> bool:
    """Whether a motion, a check or a judgement runs in its thread."""
    return app.motion is not None or "running" in (app.check_pane.check.status, app.claims.state.status)

"""How the screen ends, whatever ends it: the terminal is clean, the session kept, and the code says what happened."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminals import START, Terminal, terminals

CLEAN = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l")
"""The other screen is gone, the cursor is back, the mouse is free."""


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    with terminals() as found:
        yield found


def stepped(terminal: type[Terminal], state: Path, **more: str) -> Terminal:
    """A screen on which two operations were executed."""
    run = terminal("three-layer", BPDEBUG_STATE=str(state), **more)
    run.wait_for("step 0 / 62")
    for step in (1, 2):  # one after the other: a key is not heard while a command takes long
        run.type("s")
        run.wait_for(f"step {step} / 62")
    return run


def kept(state: Path) -> str:
    """What is saved of the session."""
    (found,) = state.glob("*.journal")
    return found.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_in_order(name: str, terminal, tmp_path):
    run = stepped(terminal, tmp_path)
    run.process.send_signal(signal.Signals[name])

    assert run.left() == 128 + signal.Signals[name]
    assert all(each in run.seen for each in CLEAN)
    assert "Traceback" not in run.seen
    assert kept(tmp_path)


def test_a_terminal_that_is_closed_loses_nothing(terminal, tmp_path):
    run = stepped(terminal, tmp_path)
    run.close()

    assert run.process.wait(timeout=30) == 128 + signal.SIGHUP
    assert kept(tmp_path)


def test_a_byte_that_is_no_text_is_passed_over(terminal, tmp_path):
    run = stepped(terminal, tmp_path)
    run.type(b"\xff\xfe\xc3(")
    run.type("s")
    run.wait_for("step 3 / 62")
    run.type("q")

    assert run.left() == 0
    assert "Traceback" not in run.seen
    assert "UnicodeDecodeError" not in run.seen


DRAWING = (
    "import bpdebug.tui.stage as stage; own = stage.Stage.draw; "
    "stage.Stage.draw = lambda self: 1 / 0 if self.page else own(self); "
)


def test_a_mistake_of_our_own_while_drawing_gives_the_terminal_back_and_keeps_the_session(terminal, tmp_path):
    run = stepped(terminal, tmp_path, code=DRAWING + START, XDG_STATE_HOME=str(tmp_path / "reports"))
    run.type("?")

    assert run.left() == 3
    assert all(each in run.seen for each in CLEAN)
    assert "Traceback" not in run.seen
    assert "internal error (ZeroDivisionError)" in run.seen.rpartition("\x1b[?1049l")[2]
    assert kept(tmp_path)

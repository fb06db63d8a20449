"""Ctrl+Z stops bpdebug in the background: the terminal is given back, and all is there again on fg."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.terminals import terminals

SHELL = "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])"
GIVEN_BACK = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l")
"""The other screen is gone, the cursor is back, the mouse is free."""


def test_the_terminal_is_given_back_and_drawn_anew(tmp_path: Path) -> None:
    with terminals() as terminal:
        run = terminal(code=SHELL, BPDEBUG_STATE=str(tmp_path), PS1="ready> ")
        run.wait_for("ready> ")
        run.type(f"{sys.executable} -m bpdebug three-layer\r")
        run.wait_for("step 0 / 62")
        run.type("ss")
        run.wait_for("step 2 / 62")
        for where, key in (("Program", ""), ("Help", "?")):
            run.type(key)
            run.wait_for(where)
            run.seen = ""
            run.type("\x1a")
            run.wait_for("Stopped")
            assert all(each in run.seen for each in GIVEN_BACK)
            run.type("echo $((6 * 7))\r")
            run.wait_for("42\r\n")
            run.seen = ""
            run.type("fg\r")
            run.wait_for("\x1b[?1049h")
            run.wait_for(where)
        run.type("?")
        run.type("s")
        run.wait_for("step 3 / 62")


def test_without_a_shell_that_waits_it_is_refused(tmp_path: Path) -> None:
    with terminals() as terminal:
        run = terminal("three-layer", BPDEBUG_STATE=str(tmp_path))
        run.wait_for("step 0 / 62")
        run.type("\x1a")
        run.wait_for("no shell waits here")
        run.type("s")
        run.wait_for("step 1 / 62")
        run.type("q")
        assert run.left() == 0

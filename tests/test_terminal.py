"""bpdebug in a real terminal: what a person who sits at one meets."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

import pytest


def _controlled() -> None:
    """The terminal is the process's own, so that ctrl+c is a signal, as it is for a person."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """One run of bpdebug in a terminal of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bpdebug", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_controlled,  # noqa: PLW1509 - no threads run here yet
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30", **environment},
        )
        os.close(slave)
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait_for(self, words: str, seconds: float = 30) -> None:
        """Read on until the words are there."""
        until = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < until, f"{words!r} never came; seen: {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += self._read()

    def left(self) -> int:
        """The exit code, once everything is read."""
        while select.select([self.master], [], [], 30)[0] and (piece := self._read()):
            self.seen += piece
        return self.process.wait(timeout=30)

    def _read(self) -> str:
        try:
            return os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:  # the other side has gone
            return ""


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    """Terminal(...) starts one; none outlives its test."""
    opened: list[Terminal] = []

    class Kept(Terminal):
        def __init__(self, *arguments: str, **environment: str) -> None:
            super().__init__(*arguments, **environment)
            opened.append(self)

    yield Kept
    for each in opened:
        each.process.kill()
        each.process.wait()
        os.close(each.master)


def test_without_a_scenario_one_is_chosen_by_number_or_name(terminal):
    run = terminal()
    run.wait_for("Open which one [three-layer]: ")
    assert "7  xor " in run.seen
    run.type("three-layr\n")

    assert run.left() == 2
    assert 'did you mean "three-layer"?' in run.seen


def test_ctrl_c_at_the_choice_leaves(terminal):
    run = terminal()
    run.wait_for("Open which one")
    run.type("\x03")

    assert run.left() == 130
    assert "Traceback" not in run.seen


def test_a_terminal_that_cannot_draw_gets_lines(terminal):
    run = terminal("xor", TERM="dumb")
    run.wait_for("(bpdebug) ")
    run.type("s\n")
    run.wait_for("step 1 / ")
    run.type("q\n")

    assert run.left() == 0
    assert "\x1b" not in run.seen


def test_lines_are_had_on_request(terminal):
    run = terminal("--plain", "logistic")
    run.wait_for("(bpdebug) ")
    run.type("\x04")

    assert run.left() == 0
    assert "\x1b" not in run.seen

"""bpdebug in a real terminal of its own: what is typed into it, and what it shows."""

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
from contextlib import contextmanager
from typing import Any, BinaryIO

START = "from bpdebug.cli import main; main()"


def _controlled() -> None:
    """The terminal is the process's own, so that ctrl+c is a signal, as it is for a person."""
    fcntl.ioctl(1, termios.TIOCSCTTY, 0)


class Terminal:
    """One run of bpdebug in a terminal of its own."""

    def __init__(self, *arguments: str, stdin: BinaryIO | None = None, code: str = START, **environment: str) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (30, 100))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=stdin or slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_controlled,  # noqa: PLW1509 - no threads run here yet
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
        os.close(slave)
        self.seen = ""
        self.closed = False

    def close(self) -> None:
        """Take the terminal away, as when its window is closed."""
        if not self.closed:
            self.closed = True
            os.close(self.master)

    def type(self, text: str | bytes) -> None:
        os.write(self.master, text.encode() if isinstance(text, str) else text)

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


@contextmanager
def terminals() -> Iterator[type[Terminal]]:
    """Terminal(...) starts one; none outlives the block."""
    opened: list[Terminal] = []

    class Kept(Terminal):
        def __init__(self, *arguments: str, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            opened.append(self)

    yield Kept
    for each in opened:
        each.process.kill()
        each.process.wait()
        each.close()

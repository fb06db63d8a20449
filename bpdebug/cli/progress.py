"""How far a training run has come, on a terminal, while nothing else can be seen of it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from time import monotonic

from bpdebug.cli.group import Settings

PATIENCE, EVERY = 0.5, 0.1
"""Seconds before anything is said, and between two lines."""


@contextlib.contextmanager
def training() -> Iterator[Callable[[int, int], None] | None]:
    """What a run tells (steps done, steps to do) to; the line is wiped away in the end. None where nobody looks."""
    if Settings.current().quiet or not sys.stderr.isatty():
        yield None
        return
    shown, due = 0, monotonic() + PATIENCE

    def tell(done: int, total: int) -> None:
        nonlocal shown, due
        if monotonic() < due:
            return
        line = f"training: {100 * done // total} %"
        sys.stderr.write("\r" + line.ljust(shown))
        sys.stderr.flush()
        shown, due = max(shown, len(line)), monotonic() + EVERY

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r" + " " * shown + "\r")
            sys.stderr.flush()

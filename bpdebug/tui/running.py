"""The screen opened on a session in this terminal, until the user leaves it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.tui.app import Debugger


def run(session: Session, *, ascii: bool = False, mouse: bool = True, kept: Kept | None = None) -> int:
    """Open the screen on a session, which `kept` saves; the exit code.

    A mistake of bpdebug's own is raised once the screen is closed.
    """
    app = Debugger(session, ascii=ascii, kept=kept)
    session.draw = _drawing(app)
    gc.freeze()  # what is loaded by now stays: looking through it for garbage would stop a key for 80 ms now and then
    gc.enable()  # a start is not slowed down by it
    code = app.run(mouse=mouse)
    app.raise_crash()
    return 0 if code is None else code


def _drawing(app: Debugger) -> Callable[[Path], None]:
    """What draws the screen of an app into a file."""

    def draw(path: Path) -> None:
        from bpdebug.tui.snapshot import drawing

        drawing(app)(path)

    return draw

"""The screen opened on a session in this terminal, until the user leaves it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.debugger.keeping import Kept
from bpdebug.debugger.session import Session
from bpdebug.tui import terminal
from bpdebug.tui.configuration import Configuration

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger


def run(session: Session, *, configuration: Configuration, kept: Kept | None = None) -> int:
    """Open the screen on a session, which `kept` saves; the exit code.

    A mistake of bpdebug's own is raised once the screen is closed.
    """
    terminal.tell(configuration.preferences.colours, os.environ)
    from bpdebug.tui.app import Debugger  # Textual asks for the colours as it is loaded

    app = Debugger(session, kept=kept, configuration=configuration)
    session.draw = _drawing(app)
    gc.freeze()  # what is loaded by now stays: looking through it for garbage would stop a key for 80 ms now and then
    gc.enable()  # a start is not slowed down by it
    code = app.run(mouse=configuration.preferences.mouse)
    app.raise_crash()
    return 0 if code is None else code


def _drawing(app: Debugger) -> Callable[[Path], None]:
    """What draws the screen of an app into a file."""

    def draw(path: Path) -> None:
        from bpdebug.tui.snapshot import drawing

        drawing(app)(path)

    return draw

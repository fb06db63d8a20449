"""The command that draws the screen into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bpdebug.debugger import files
from bpdebug.debugger.commands.table import Say, command
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("snapshot FILE")
def snapshot(session: Session, argument: str) -> Say:
    """Draw the screen as it is here into a file: text (.txt), a picture (.svg) or a page (.html).

    snapshot dW3.svg

    The same place gives the same bytes. For scripts there is the shell's bpdebug snapshot three-layer --at dW3.
    """
    session.recording.aside()
    if not argument:
        raise UsageError("expected a file after snapshot: snapshot dW3.svg, dW3.html or dW3.txt")
    if session.recording.folder is not None:
        raise UsageError("a script writes no file: bpdebug snapshot SCENARIO --at PLACE -o FILE draws one")
    if session.draw is None:
        raise UsageError("there is no screen to draw here: bpdebug snapshot SCENARIO --at PLACE -o FILE draws one")
    try:
        path = Path(files.named(argument)).expanduser()
    except RuntimeError as error:  # ~somebody who is not here
        raise UsageError(str(error)) from None
    session.draw(path)
    return Say(f"{path.name} shows {session.view.place.words}")

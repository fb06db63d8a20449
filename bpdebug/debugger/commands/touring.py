"""The command that shows around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.folding import PAGE, folded
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

CLOSING = (
    "Now you: s executes one operation, rs takes it back; n goes by equations, f by phases, c runs on. explain shows "
    "how a number was made, claim takes an equation of your own and says whether it is right. help lists everything."
)


@command("tour")
def tour(session: Session, argument: str) -> Say:
    """Show around, in about a minute: what is computed first, and then what.

    tour   on the screen it goes from place to place, and back at its end; line by line it is read at once
    """
    if argument:
        raise UsageError(f"expected nothing after tour, got {quoted(argument)}")
    from bpdebug.debugger.tour import stations

    room, lines = min(PAGE, session.columns), list[str]()
    found = stations(session.program, session.view.place.iterations, session.notation)
    for number, each in enumerate(found, 1):
        text = f"{number:2}  {each.title}\n    {each.text}\n    goto {each.place}\n"
        lines += [part for line in text.split("\n") for part in folded(line, room)]
    return Say("\n".join([*lines, *folded(CLOSING, room)]))

"""The command that shows around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("tour")
def tour(session: Session, argument: str) -> Say:
    """Show around, in about a minute: what is computed first, and then what.

    tour   on the screen it goes from place to place, and back at its end; line by line it is read at once
    """
    if argument:
        raise UsageError(f"expected nothing after tour, got {quoted(argument)}")
    from bpdebug.debugger.tour import stations

    found = stations(session.program, session.notation)
    parts = (f"{number}  {each.title}\n   {each.text}\n   goto {each.place}" for number, each in enumerate(found, 1))
    return Say("\n\n".join(parts))

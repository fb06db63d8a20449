"""The command that goes back to where NaN, infinity or an entry came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Go, Say, command

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("origin nan | inf | NAME[i,j]")
def origin(session: Session, argument: str) -> Go | Say:
    """Go to the operation that made the first NaN or infinity out of finite numbers, and say why.

    origin nan         from what is NaN here, or where nothing is infinite, through all iterations before
    origin inf         the same from what is infinite
    origin dW2[0,3]    from this entry; where it is finite, to the operation that wrote it last
    """
    from bpdebug.debugger.births import born

    return born(session, argument)

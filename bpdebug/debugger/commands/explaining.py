"""The command that takes one entry apart, and goes on to what it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("explain NAME[i,j] | N | up", "e", repeats=True)
def explain(session: Session, argument: str) -> Say:
    """Take an entry apart: the terms that add up to it, largest first, each with the entries that made it.

    explain dW2[0,3]   the products that were added up, and from which example each is
    explain 2          go on to what line 2 was made of
    explain 2.1        to its first factor, explain 2.2 to its second
    explain up         go back to the entry before

    So it goes from a gradient back to the data and the parameters.
    """
    from bpdebug.debugger.explanation import explained_at

    return explained_at(session, argument)

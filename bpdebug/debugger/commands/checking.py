"""The command that checks gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("check [NAME]", "k", repeats=True)
def check(session: Session, argument: str) -> Say:
    """Hold a gradient against the numerical one, entry by entry.

    check dW2 and check W2 are the same; check all checks what this iteration has computed so far. Without NAME: the
    gradient that has just been computed, or else all.
    """
    from bpdebug.debugger.checked import checked

    return checked(session, argument)

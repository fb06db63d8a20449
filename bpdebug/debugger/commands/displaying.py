"""The commands that say what is shown after every motion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.commands.understand import count
from bpdebug.debugger.formulas import formula

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("display [EXPR]")
def display(session: Session, argument: str) -> Say:
    """Show an expression after every motion; without EXPR show all of them now.

    display norm(dW1)
    """
    if argument:
        formula(session.evaluator, argument, session.timeline.dtype)
        session.displays.add(argument)
    return Say("\n".join(session.displays.shown(session)) or "nothing is displayed: display norm(dW1)")


@command("undisplay [N]")
def undisplay(session: Session, argument: str) -> Say:
    """Show the displayed expression of this number no more; without N none of them.

    undisplay 1   the numbers of the others stay as they are
    """
    if not argument:
        session.displays.own.clear()
        return Say("nothing is displayed any more")
    return Say(f"{session.displays.remove(count(argument))} is displayed no more")

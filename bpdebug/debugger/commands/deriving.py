"""The commands that tell how quantities hang together, and why a gradient's equation is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.looking import known
from bpdebug.debugger.commands.table import Say, command
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("inputs NAME", repeats=True)
def inputs(session: Session, argument: str) -> Say:
    """Show what a quantity is computed from: the shape of each, and where it comes from.

    inputs dW2
    """
    from bpdebug.debugger import relations

    return Say(relations.inputs(session.picture, _named(session, argument, "inputs dW2"), session.timeline))


@command("uses NAME", repeats=True)
def uses(session: Session, argument: str) -> Say:
    """Show which equations read a quantity, with their phases and steps.

    uses A1
    """
    from bpdebug.debugger import relations

    return Say(relations.uses(session.picture, _named(session, argument, "uses A1")))


@command("why NAME", repeats=True)
def why(session: Session, argument: str) -> Say:
    """Derive a gradient's equation from its forward equation, sentence by sentence.

    why dW2   where W2 is used, the chain rule, the rule of the operation
              and why it is so, why something is transposed or summed, and
              where the 1/m is
    why Z2    what a quantity is there for, and who uses it
    """
    from bpdebug.debugger.derivation import derivation

    return Say(derivation(session.picture, _named(session, argument, "why dW2"), session.timeline))


def _named(session: Session, argument: str, example: str) -> str:
    if not argument:
        raise UsageError(f"expected a quantity: {example}")
    return known(session, argument)

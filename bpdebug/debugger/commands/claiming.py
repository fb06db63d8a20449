"""The commands that judge equations of the user's own: claim, claims, and mend and unmend for what is wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("claim NAME = EXPR", repeats=True)
def claim(session: Session, argument: str) -> Say:
    """Judge an equation of your own for a gradient, on the values of this iteration.

    claim dW2 = dZ2 @ A1.T / m        is it ∂J/∂W2?
    claim dW2 = np.dot(dZ2, A1.T)/m   NumPy's spelling, and that of code: grads["dW2"] = …
    claim W2 = W2 - 0.1 * dW2         an update: for the lines typed below it W2 is the updated one

    Names like dZ2 in it stand for your own line, where you have claimed one, or else for the true gradient. The same
    name again replaces the line; claims judges all of them together, and mend puts right what is wrong.
    """
    from bpdebug.debugger import handwork

    return handwork.claim(session, argument)


@command("claims", repeats=True)
def claims(session: Session, argument: str) -> Say:
    """Judge all equations of your own together: those of the scenario, and those of claim.

    claims   each line with its verdict, then what is missing, then one sentence for the whole

    A line that is right by itself and wrong only through an earlier one is said to inherit; what is missing between
    them is told with its line.
    """
    from bpdebug.debugger import handwork

    return handwork.claims(session, argument)


@command("mend [NAME]")
def mend(session: Session, argument: str) -> Say:
    """Put the mended line in place of your own, or write the one that is missing.

    mend dW2   the line that claims gives as mended, or as missing
    mend       the first line that is wrong, or else the first that is missing

    The other lines are judged anew at once. unmend takes it back.
    """
    from bpdebug.debugger import handwork

    return handwork.mend(session, argument)


@command("unmend [NAME]", repeats=True)
def unmend(session: Session, argument: str) -> Say:
    """Take back the last change of a line, by mend or by claim.

    unmend dW2   the last change of this line: the one before it stands again
    unmend       the last change of all; an empty line takes back the next
    """
    from bpdebug.debugger import handwork

    return handwork.unmend(session, argument)

"""The command that shows the same run in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("switch [bookkeeping | orientation | fused] [WHICH]", "sw")
def switch(session: Session, argument: str) -> Say:
    """Switch where the 1/m stands, which way the examples lie, or what is derived in one, and stay at this place.

    switch bookkeeping total      dZ2 is ∂J/∂Z2; per-example: it is m times that, with the 1/m in dW2 and db2
    switch orientation rows       an example is a row of X, and Z = X·W + b; columns: it is a column
    switch fused on               the last activation and the cost are derived in one; off: one after the other
    switch fused                  to the other one; switch alone says how things are

    The run is executed anew, so that the numbers can be compared: the answer says how far they differ. Stops,
    displays, marks and claims come along.
    """
    from bpdebug.debugger import switched

    return switched.switched(session, argument)

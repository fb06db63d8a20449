"""What is shown after every motion: expressions, each by a number that stays its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.looked_up import looked_up
from bpdebug.debugger.words import counted, valued
from bpdebug.errors import ExpressionError, UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

MOST = 20


class Displays:
    """The expressions by number; the number of one that is gone is not given again."""

    def __init__(self) -> None:
        self.own: dict[int, str] = {}
        self.last = 0
        """The number that was given last."""

    def add(self, text: str) -> int:
        """Show one more; the number it is called by."""
        if len(self.own) >= MOST:
            raise UsageError(f"{counted(MOST, 'expression')} are displayed already: undisplay N takes one away")
        self.last += 1
        self.own[self.last] = text
        return self.last

    def remove(self, number: int) -> str:
        """Show one no more; which it was."""
        if not self.own:
            raise UsageError("nothing is displayed: display norm(dW1)")
        if number not in self.own:
            known = ", ".join(map(str, self.own))
            raise UsageError(f"nothing is displayed as {number}; the numbers are {known}")
        return self.own.pop(number)

    def shown(self, session: Session) -> list[str]:
        """Each of them over the values here."""
        return [_shown(session, number, text) for number, text in self.own.items()]


def _shown(session: Session, number: int, text: str) -> str:
    try:
        value = looked_up(session.evaluator, session.timeline, text)
    except (ExpressionError, UsageError) as error:
        return f"{number}: {text}: {error.message if isinstance(error, ExpressionError) else error}"
    return f"{number}: {valued(text, value)}"

"""Statements that move a parameter: what it is afterwards, and what is said where a name in them stands for nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from bpdebug.check.called import RATE, RATES
from bpdebug.language.expression import Expr, names
from bpdebug.scenario.naming import Naming
from bpdebug.scenario.respelling import Respelled, joined
from bpdebug.scenario.statements import Statement, Unread
from bpdebug.scenario.wording import guessed

KEPT = "an update by another rule, from what is kept elsewhere: the gradients in it are judged, the step is not"
"""What is said of an update from a velocity, or from what Adam keeps, that begins in code that is not there."""
UPHILL = "this step goes up along its gradient, whatever the usual decay: the cost grows by it"
BACK = "The gradient says where the cost grows; the update goes the other way, with a minus."
UNJUDGED = "The update is not judged without it: write the line that gives it above, or its value."
AS_RATE = "The update is judged as if it were the learning rate: write the line that gives it above, or its value."
_WORD = re.compile(r"[^\W\d]\w*")


def stepped(statement: Statement) -> Respelled | None:
    """What a statement makes of a parameter, W - (rate * dW) of W -= rate * dW; None where entries are set alone."""
    if statement.condition is not None or statement.sign not in ("", "+", "-", "*", "/"):
        return None
    if not statement.sign:
        return statement.right
    return joined(f"{statement.name} {statement.sign} (", statement.right, ")")


def moves(statement: Statement, naming: Naming) -> bool:
    """Whether a statement that cannot be read moves a parameter: it says so by its sign, a rate or a gradient."""
    words = _WORD.findall(statement.right.text)
    along = any(word.lower() in RATES or naming.of(word) for word in words)
    return bool(statement.sign) or (along and statement.name in words)


def reached(expr: Expr, lines: Mapping[str, Expr], naming: Naming) -> tuple[str, ...]:
    """The names that an expression reads, and those that the lines above do which give them."""
    found, left = dict[str, None](), [expr]
    while left:
        for name in names(left.pop()):
            if name not in found and name in lines and not naming.usual(name):
                left.append(lines[name])
            found[name] = None
    return (*found,)


def undefined(expr: Expr, lines: Mapping[str, Expr], lost: Collection[str], naming: Naming) -> tuple[str, ...]:
    """The names that an expression reads, or a line above that it reads, and nothing gives.

    `lines` are what those above give, `lost` the names of such as are not read.
    """
    known = {*lines, *lost, *naming.single}
    return tuple(
        name
        for name in reached(expr, lines, naming)
        if name not in known and not naming.usual(name) and not naming.spells(name)
    )


def not_defined(name: str, lines: Collection[str], unread: Iterable[Unread], naming: Naming) -> str:
    """What is said of a name in an update that stands for nothing; `lines` are the names that lines above give."""
    if any(name in each.defines for each in unread):
        return f"what {name} holds is not known here"
    known = [RATE, *lines, *naming.every, *(f"d{each}" for each in naming.every)]
    return guessed(f"{name} is not defined", name, known)

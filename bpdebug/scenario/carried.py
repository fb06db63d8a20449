"""Lines about what the program's update keeps from step to step, velocities and the like: they are no gradients.

What is kept depends on all steps before, so that such a line belongs to the update and is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.errors import ExpressionError
from bpdebug.language.chance import COUNT
from bpdebug.language.expression import Expr, Number, names
from bpdebug.ops import write_equation
from bpdebug.program.equations import Phase
from bpdebug.scenario.statements import Passed, Statement, Unread

if TYPE_CHECKING:
    from bpdebug.scenario.collected import Work


def carried(work: Work, statement: Statement) -> bool:
    """Pass over a line that gives or reads what the update keeps; False of any other."""
    if not work.program.states:
        return False
    try:
        expr = work.read(statement.right).expr
    except ExpressionError:
        return False
    name = statement.name
    read = next((each for each in names(expr) if each != name and _is_kept(work, each)), "")
    if _keeps(work, name, statement.sign, expr):
        reason = f"{name} is kept from step to step by the update and not judged"
    elif read:
        reason = f"{name} reads {read}, so that it belongs to the update and is not judged"
    else:
        return False
    work.found.passed.append(Passed(statement.place, f"{reason}{_own(work, name)}"))
    work.carried.add(name)
    if name not in (*work.program.states, *work.program.parameters):
        work.lose(Unread(None, (name,)))
    return True


def _is_kept(work: Work, name: str) -> bool:
    """Whether a name means what the update keeps, or is made of it: no line of the person's own gives it."""
    return name in {*work.program.states, *work.carried} - {*work.latest, *work.above, *work.program.parameters}


def _keeps(work: Work, name: str, sign: str, expr: Expr) -> bool:
    """Whether a line gives what the update keeps; a t that is no count is a helper of the person's own."""
    if name not in work.program.states or name in work.latest or name in work.above:
        return False
    return name != COUNT or bool(sign) or name in names(expr) or isinstance(expr, Number)


def _own(work: Work, name: str) -> str:
    """The program's line for a name in its update."""
    lines = (each for each in work.program.equations if each.name == name and each.phase is Phase.UPDATE)
    own = next(lines, None)
    return f"; the program has {write_equation(name, own.expr, 'ascii')}" if own else ""

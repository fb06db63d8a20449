"""Parameters that the lines of a block move: their updates are kept, and meant by the lines below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bpdebug.check.called import RATE
from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.scenario import text
from bpdebug.scenario.kept import Kept
from bpdebug.scenario.optimizers import USUAL
from bpdebug.scenario.owners import meant
from bpdebug.scenario.respelling import Respelled
from bpdebug.scenario.statements import Passed, Statement, Unread
from bpdebug.scenario.stepped import (
    AS_RATE,
    BACK,
    KEPT,
    UNJUDGED,
    UPHILL,
    moves,
    not_defined,
    reached,
    stepped,
    undefined,
)
from bpdebug.scenario.terms import scales, step_of
from bpdebug.scenario.updates import Update, Updates

if TYPE_CHECKING:
    from bpdebug.scenario.collected import Work


def see_parameter(work: Work, statement: Statement) -> None:
    """A parameter that is updated in another spelling, w1 -= …, is the program's from there on."""
    said = statement.name
    own = "" if work.naming.given(said) or said in work.latest else meant(said, work.program.parameters)
    if own and (statement.sign in ("+", "-") or re.search(rf"\b{said}\b", statement.right.text)):
        work.respelt[said] = work.spelled[said] = own


def forget_updates(work: Work, statement: Statement) -> None:
    """A parameter is the updated one for the lines below, until another function or forward pass begins."""
    part = work.found.part(statement.place)
    forward = work.naming.forward(statement.name)
    for name in [each for each, where in work.updated.items() if forward or where != part]:
        del work.updated[name]
        work.latest.pop(name, None)


def updated(work: Work, statement: Statement) -> bool:
    """Keep the update of a parameter; False of any other change of what is the program's own."""
    name, right = statement.name, stepped(statement)
    if right is None:
        return False
    try:
        line = work.read(right)
    except ExpressionError as error:
        work.unread += [Unread(error)] * (moved := moves(statement, work.naming))
        return moved
    updates = Updates(work.lines, work.numbers, work.naming)
    found = updates.judged(name, line.expr) or updates.other(name, line.expr, statement.sign)
    if found is None:
        return False
    for at in {at for each, at in work.latest.items() if not work.naming.usual(each)}:
        work.kept[at] = work.kept[at].having(updates.with_rate(work.kept[at].line.expr))
    unknown = undefined(found.expr, work.lines, work.lost, work.naming)
    rated = _at_unknown_rate(updates, name, line.expr, unknown)
    if unknown and not found.denotes and not work.elsewhere.isdisjoint(reached(found.expr, work.lines, work.naming)):
        if _goes_up(updates, name, line.expr, statement.sign):
            raise ExpressionError(UPHILL, work.found.block, statement.place, BACK)
        work.found.passed.append(Passed(statement.place, f"{name}: {KEPT}"))
        return True
    if unknown:
        said = not_defined(unknown[0], work.lines, work.unread, work.naming)
        read = (right.placed(each.span) for each in walk(line.expr) if each == Name(unknown[0]))
        place, hint = next(read, statement.place), AS_RATE if rated else UNJUDGED
        work.unread.append(Unread(ExpressionError(said, work.found.block, place, hint)))
    if rated or not unknown:
        _keep(work, statement, rated or found, right, line)
    return True


def _goes_up(updates: Updates, of: str, expr: Expr, sign: str) -> bool:
    """Whether a step by what an optimizer keeps goes uphill with the usual numbers for those that nobody gives."""
    usual: dict[str, Expr] = {name: Number(value) for name, value in USUAL.items()}
    lines = {name: substitute(each, usual) for name, each in updates.lines.items()}
    found = replace(updates, lines=lines).other(of, substitute(expr, usual), sign)
    return found is not None and bool(found.denotes)


def _at_unknown_rate(updates: Updates, of: str, expr: Expr, unknown: Sequence[str]) -> Update | None:
    """An update that adds its step, judged with the one name that stands for nothing taken for the rate.

    None of any other, and where that name may be no rate.
    """
    step, naming = step_of(of, expr), updates.naming
    if step is None or not isinstance(expr, Apply) or expr.op != "add":
        return None
    if len(unknown) != 1 or RATE in names(updates.rated(expr)) or not scales(unknown[0], step):
        return None
    along = any(name in updates.lines or naming.of(name) for name in names(step) if name not in updates.numbers)
    return updates.judged(of, substitute(expr, {unknown[0]: Name(RATE)})) if along else None


def _keep(work: Work, statement: Statement, found: Update, right: Respelled, line: text.Line) -> None:
    name = statement.name
    if found.carried is not None:
        at = work.latest[found.carrier]
        work.kept[at] = replace(work.kept[at].having(found.carried), denotes=found.holds)
    line, reads = replace(line, expr=found.expr), work.reads(line)
    reads.pop(name, None)
    work.updated[name] = work.found.part(statement.place)
    work.latest[name] = len(work.kept)
    work.kept.append(Kept(name, work.own(name), right, line, statement.place, reads, found.denotes))

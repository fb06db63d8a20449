"""Parameters that the lines of a block move: their updates are kept, and meant by the lines below."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Name, walk
from bpdebug.scenario import text
from bpdebug.scenario.kept import Kept
from bpdebug.scenario.owners import meant
from bpdebug.scenario.respelling import Respelled
from bpdebug.scenario.statements import Passed, Statement, Unread
from bpdebug.scenario.stepped import KEPT, UNJUDGED, moves, not_defined, reached, stepped, undefined
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
    if not _is_unknown(work, statement, found, right, line):
        _keep(work, statement, found, right, line)
    return True


def _is_unknown(work: Work, statement: Statement, found: Update, right: Respelled, line: text.Line) -> bool:
    """Whether an update reads what nothing gives, and cannot be judged: that is said of it."""
    lines = work.lines
    unknown = undefined(found.expr, lines, work.lost, work.naming)
    if not unknown:
        return False
    if not found.denotes and not work.elsewhere.isdisjoint(reached(found.expr, lines, work.naming)):
        work.found.passed.append(Passed(statement.place, f"{statement.name}: {KEPT}"))
        return True
    said = not_defined(unknown[0], lines, work.unread, work.naming)
    read = (right.placed(each.span) for each in walk(line.expr) if each == Name(unknown[0]))
    place = next(read, statement.place)
    work.unread.append(Unread(ExpressionError(said, work.found.block, place, UNJUDGED)))
    return True


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

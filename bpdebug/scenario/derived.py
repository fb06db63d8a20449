"""Calls of the person's own functions on a right side: worked out, or passed over where their lines are read anyway."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario import text
from bpdebug.scenario.brackets import listed
from bpdebug.scenario.calls import put_in
from bpdebug.scenario.owners import meant, owner
from bpdebug.scenario.respelling import Around, Respelled, renamed
from bpdebug.scenario.statements import Homework, Passed, Unread


def worked_out(found: Homework, left: Respelled, sign: str, right: Respelled, around: Around) -> Respelled | None:
    """The right side with the person's functions put in; None where it is passed over."""
    right = renamed(right, found.caches)
    if not sign and _derived(found, left, right, around):
        return None
    try:
        return put_in(right, found.functions, found.block, around, len(listed(left)))
    except ExpressionError:
        if sign or not _passed(found, left, right, around.quantities):
            raise
        return None


def _derived(found: Homework, left: Respelled, right: Respelled, around: Around) -> bool:
    """Pass over a call of the derivation, whose lines are read where they stand: for what they give, or hold."""
    called = _called(right)
    if called not in found.judged or (called in found.functions and _crossed(left, found.functions[called].returns)):
        return False
    name, given = text.spelled(left.text), {each.name for each in found.statements}
    if not text.NAME.match(name) or name in given or owner(name, around.quantities):
        return _passed(found, left, right, given)
    found.passed.append(Passed(right.placed(Span(0, len(right.text))), f"{name}: its lines are read where they stand"))
    found.unread.append(Unread(None, (name,), len(found.statements)))
    return True


def _crossed(left: Respelled, returns: Sequence[str]) -> bool:
    """Whether what is returned by its names is taken in another order: dW2, db2 = f(x), which returns db2, dW2."""
    names, given = [text.spelled(each.text) for each in listed(left)], [text.spelled(each) for each in returns]
    return names != given and sorted(names) == sorted(given)


def _passed(found: Homework, left: Respelled, right: Respelled, own: Collection[str]) -> bool:
    """Pass over a call of one of the functions that gives what there is already: `own` are the names of that."""
    names = [text.spelled(each.text) for each in listed(left)]
    if _called(right) not in found.functions or not all(name in own or meant(name, own) for name in names):
        return False
    said = f"{', '.join(names)}: what '{right.text:.30}' holds is not seen here"
    found.passed.append(Passed(right.placed(Span(0, len(right.text))), said))
    return True


def _called(right: Respelled) -> str:
    """The function that a text is nothing but a call of; "" where it is anything else."""
    called = re.match(r"(?:self\.)?(?P<name>\w+)\s*\(", right.text)
    return called["name"] if called and right.text.endswith(")") else ""

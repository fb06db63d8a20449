"""What a function that is part of the derivation is given: its numbers are lines, of all else nobody knows it."""

from __future__ import annotations

from bpdebug.check.called import RATES
from bpdebug.errors import Span
from bpdebug.scenario.batches import counts_examples
from bpdebug.scenario.functions import defaults
from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import placed_over
from bpdebug.scenario.running import Running
from bpdebug.scenario.statements import Homework, Statement, Unread


def enter(found: Homework, name: str, place: Span, running: Running) -> None:
    """Forget what was kept in another function, and take beta = 0.9 of def train(…, beta=0.9) as a line.

    A rate, and what the program has itself, need no number; what else it is given nobody knows.
    """
    found.caches.clear()
    if name not in found.judged & found.functions.keys():
        return
    known, numbers = {*running.quantities, *running.given}, defaults(found.functions[name])
    given = dict.fromkeys((*numbers, *(each.arg for each in found.functions[name].parameters)))
    for each in given:
        if each in known or each.lower() in RATES or counts_examples(each) or owner(each, running.quantities):
            continue
        if each in numbers:
            found.statements.append(Statement(each, "", placed_over(numbers[each], place), place))
        else:
            found.unread.append(Unread(None, (each,), len(found.statements)))

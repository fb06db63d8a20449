"""The commands that say where motions are to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bpdebug.debugger import places
from bpdebug.debugger.commands.branching import sizes
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.formulas import Formula, formula
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.triggers import Changing, Holding, Passing, Trigger
from bpdebug.debugger.wholes import wholes
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

WHERE = re.compile(r"(?P<place>.*?)(?:(?:^|\s)(?P<if>if)(?:\s+(?P<condition>.*))?)?", re.DOTALL)
VALUE, COMPARED = re.compile(r"[\[(<>=]"), re.compile(r"[<>]|[=!]=")
"""What no place has in it, and of that what makes it a condition."""
STOPPING = {"value": "changes", "condition": "holds"}


@command("break [PLACE] [if COND]", "b")
def break_(session: Session, argument: str) -> Say:
    """Stop where a place is passed, or where a condition holds.

    break dW2                  wherever dW2 has been computed
    break backward             at the first operation of the backward phase
    break 40:dW2               in iteration 40 only; break 40 where it begins
    break dW2 if norm(dW2) < 1e-6
    break if J > previous(J)   wherever the condition holds after something it reads was computed
    break                      here

    On the way back it stops before the operation, which is undone. Conditions are formulas over the values there;
    of a matrix every entry has to fulfil it: any(…) asks for one. previous(x) is x in the iteration before.
    """
    return _broken(session, argument, temporary=False)


@command("tbreak [PLACE] [if COND]", "tb")
def tbreak(session: Session, argument: str) -> Say:
    """Stop like break, but once only.

    tbreak dW2          the next time it is computed
    tbreak if J < 0.5   the first time that this holds
    """
    return _broken(session, argument, temporary=True)


def _broken(session: Session, argument: str, *, temporary: bool) -> Say:
    found = WHERE.fullmatch(argument)
    assert found is not None
    place, condition = found["place"].strip(), (found["condition"] or "").strip()
    if found["if"] and not condition:
        raise UsageError("expected a condition after if: break if J > previous(J)")
    if not place and not condition:
        place = here(session)
    _refuse_value(place)
    trigger = _trigger(session, place, condition)
    kind = "tbreak" if temporary else "break"
    words = " ".join(each for each in (kind, place, f"if {condition}" if condition else "") if each)
    return _added(session, session.stops.add(kind, words, trigger, temporary=temporary))


def _added(session: Session, stop: Stop) -> Say:
    """What is said of a new stop: that there is one like it, too, and that only an edit can make it stop."""
    like = session.stops.like(stop)
    same = "" if like is None else f", the same as stop {like.number}{'' if like.enabled else ', which is off'}"
    given = "" if stop.trigger.steps else ": nothing computes it, so it changes where set writes over it"
    return Say(f"{stop.called}{' once' if stop.temporary else ''}{same}{given}")


def _refuse_value(place: str) -> None:
    """An entry is no place, and a comparison stands behind if."""
    if VALUE.search(place):
        kind, way = ("condition", f"break if {place}") if COMPARED.search(place) else ("value", f"watch {place}")
        raise UsageError(f"{quoted(place)} is a {kind}, not a place: {way} stops where it {STOPPING[kind]}")


def here(session: Session) -> str:
    """The place that shows, as break takes it."""
    view = session.view
    name = view.operation.equation.name
    return name if view.operation.part == view.operation.parts else f":{max(1, view.place.step)}"


def _trigger(session: Session, place: str, condition: str) -> Trigger:
    if not place:
        return _whenever(session, condition)
    iteration, step = places.spot(place, session.timeline)
    passing = Passing(step, iteration)
    return _conditional(session, passing, condition) if condition else passing


def _whenever(session: Session, condition: str) -> Trigger:
    found = _formula(session, condition)
    _refuse_fixed(session, condition, found, ": break PLACE if …")
    return Holding(found, session.program)


def _refuse_fixed(session: Session, text: str, found: Formula, way: str = "") -> None:
    """Refuse what reads nothing that is computed, or that set may write over."""
    if not {name for each in (found, *found.earlier.values()) for name in each.reads} - sizes(session.program):
        raise UsageError(f"{text} never changes: it reads nothing that is computed or can be set{way}")


def _conditional(session: Session, passing: Passing, condition: str) -> Trigger:
    found = _formula(session, condition)
    (step,) = passing.steps
    program = session.program
    known = {each.out for each in program.steps[:step]} | {*program.crossing, *program.data, *program.constants}
    known |= wholes(program) if step == len(program.steps) else set()
    for each in (found, *found.earlier.values()):
        late = next((name for name in sorted(each.reads) if name not in known), None)
        if late is not None:
            raise UsageError(f"at step {step} {session.evaluator.missing(late)}")
    return Holding(found, program, passing)


def _formula(session: Session, text: str) -> Formula:
    return formula(session.evaluator, text, session.timeline.dtype)


@command("watch EXPR", "w")
def watch(session: Session, argument: str) -> Say:
    """Stop where a value changes, and show what it was and what it is.

    watch W1[0,1]      an entry
    watch J            a quantity: compared with what it was when last it was computed
    watch norm(dW1) > 1

    What set writes over changes too. On the way back it stops before the operation that changed it.
    """
    if not argument:
        raise UsageError("expected an expression after watch: watch W1[0,1], watch J, watch norm(dW1)")
    found = _formula(session, argument)
    if found.earlier:
        raise UsageError("watch compares with the value before by itself: previous belongs into break if")
    _refuse_fixed(session, argument, found)
    return _added(session, session.stops.add("watch", f"watch {argument}", Changing(found, session.program)))


@command("condition N [COND]")
def condition_(session: Session, argument: str) -> Say:
    """Give a stop another condition; without COND take its condition away.

    condition 1 norm(dW2) > 1   from now on it stops only where this holds
    condition 1                 it stops every time again
    """
    number, _, condition = argument.partition(" ")
    stop, condition = session.stops.numbered(number), condition.strip().removeprefix("if ").strip()
    if stop.kind not in ("break", "tbreak"):
        raise UsageError(f"{stop.called} takes no condition: break PLACE if COND does")
    found = WHERE.fullmatch(stop.words.partition(" ")[2])
    place = found["place"].strip() if found else ""
    if not place and not condition:
        raise UsageError(f"{stop.called} is nothing but its condition: delete {stop.number} takes it away")
    stop.trigger = _trigger(session, place, condition)
    stop.words = " ".join(each for each in (stop.kind, place, f"if {condition}" if condition else "") if each)
    return Say(stop.called)

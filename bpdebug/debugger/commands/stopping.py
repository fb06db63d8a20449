"""The commands that say where motions are to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from bpdebug.debugger import places
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.formulas import Formula, formula
from bpdebug.debugger.health import SIGNS, Body, explained
from bpdebug.debugger.stops import Stop, listed
from bpdebug.debugger.triggers import Changing, Holding, Passing, Trigger
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

WHERE = re.compile(r"(?P<place>.*?)(?:(?:^|\s)(?P<if>if)(?:\s+(?P<condition>.*))?)?", re.DOTALL)
VALUE, COMPARED = re.compile(r"[\[(<>=]"), re.compile(r"[<>]|[=!]=")
"""What no place has in it, and of that what makes it a condition."""
STOPPING = {"value": "changes", "condition": "holds"}
MOST = 1_000


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

    tbreak dW2
    tbreak if J < 0.5
    """
    return _broken(session, argument, temporary=True)


def _broken(session: Session, argument: str, *, temporary: bool) -> Say:
    found = WHERE.fullmatch(argument)
    assert found is not None
    place, condition = found["place"].strip(), (found["condition"] or "").strip()
    if found["if"] and not condition:
        raise UsageError("expected a condition after if: break if J > previous(J)")
    if not place and not condition:
        place = _here(session)
    _refuse_value(place)
    trigger = _trigger(session, place, condition)
    kind = "tbreak" if temporary else "break"
    words = " ".join(each for each in (kind, place, f"if {condition}" if condition else "") if each)
    return _added(session, session.stops.add(kind, words, trigger, temporary=temporary))


def _added(session: Session, stop: Stop) -> Say:
    """What is said of a new stop: that there is one like it, too."""
    like = session.stops.like(stop)
    same = "" if like is None else f", the same as stop {like.number}{'' if like.enabled else ', which is off'}"
    return Say(f"{stop.called}{' once' if stop.temporary else ''}{same}")


def _refuse_value(place: str) -> None:
    """An entry is no place, and a comparison stands behind if."""
    if VALUE.search(place):
        kind, way = ("condition", f"break if {place}") if COMPARED.search(place) else ("value", f"watch {place}")
        raise UsageError(f"{quoted(place)} is a {kind}, not a place: {way} stops where it {STOPPING[kind]}")


def _here(session: Session) -> str:
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
    holding = Holding(_formula(session, condition), session.program)
    if not holding.steps:
        raise UsageError(f"{condition} reads nothing that is computed, so it never changes: break PLACE if …")
    return holding


def _conditional(session: Session, passing: Passing, condition: str) -> Trigger:
    found = _formula(session, condition)
    (step,) = passing.steps
    program = session.program
    known = {each.out for each in program.steps[:step]} | {*program.parameters, *program.data, *program.constants}
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

    On the way back it stops before the operation that changed it.
    """
    if not argument:
        raise UsageError("expected an expression after watch: watch W1[0,1], watch J, watch norm(dW1)")
    found = _formula(session, argument)
    if found.earlier:
        raise UsageError("watch compares with the value before by itself: previous belongs into break if")
    trigger = Changing(found, session.program)
    if not trigger.steps:
        raise UsageError(f"{argument} never changes: it reads nothing that is computed")
    return _added(session, session.stops.add("watch", f"watch {argument}", trigger))


@command("condition N [COND]")
def condition_(session: Session, argument: str) -> Say:
    """Give a stop another condition; without COND take its condition away.

    condition 1 norm(dW2) > 1
    condition 1
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


@command("ignore N COUNT")
def ignore(session: Session, argument: str) -> Say:
    """Pass over a stop the next COUNT times it is met.

    ignore 1 5   continue then ends at the sixth
    """
    number, _, times = argument.partition(" ")
    stop = session.stops.numbered(number)
    if not (times.strip().isascii() and times.strip().isdecimal() and len(times.strip()) <= 9):
        raise UsageError(f"expected how many times after {quoted(number)}, got {quoted(times)}")
    stop.ignored = int(times.strip()[:18])
    return Say(f"{stop.called} is passed over the next {stop.ignored} times it is met")


@command("delete N… | all")
def delete(session: Session, argument: str) -> Say:
    """Take stops away by their numbers; delete all takes all of yours.

    delete 2
    delete 1 3-5
    """
    if argument == "all":
        stops, lacking = list(session.stops.own.values()), ""
    else:
        stops, lacking = _several(session, argument, "delete")
    for stop in stops:
        session.stops.delete(stop)
    lines = [f"{stop.called}: {'off' if stop.name else 'deleted'}" for stop in stops]
    return Say("\n".join(filter(None, [*lines, lacking])) or "there were no stops")


@command("clear [PLACE]")
def clear(session: Session, argument: str) -> Say:
    """Take away the stops at a place, or at the equation at hand.

    clear dW2
    """
    program = session.program
    _, step = places.spot(argument or _here(session), session.timeline)
    at = program.steps[step - 1].equation
    found = [
        stop
        for stop in session.stops.own.values()
        if stop.kind != "watch" and any(program.steps[each - 1].equation == at for each in stop.trigger.steps)
    ]
    if not found:
        raise UsageError(f"no stop stands at {program.equations[at].name}: info breakpoints lists them")
    for stop in found:
        session.stops.delete(stop)
    return Say("\n".join(f"{stop.called}: deleted" for stop in found))


@command("enable N… | all | health")
def enable(session: Session, argument: str) -> Say:
    """Switch stops on again, by number, by the name of a health condition, or all.

    enable 2
    enable nan
    """
    return _switched(session, argument, on=True)


@command("disable N… | all | health")
def disable(session: Session, argument: str) -> Say:
    """Switch stops off without forgetting them; disable health silences all health conditions.

    disable 2
    disable rising
    """
    return _switched(session, argument, on=False)


def _switched(session: Session, argument: str, *, on: bool) -> Say:
    stops, lacking = _several(session, argument, "enable" if on else "disable")
    for stop in stops:
        stop.enabled = on
    lines = [f"{stop.called}: {'on' if on else 'off'}" for stop in stops]
    return Say("\n".join(filter(None, [*lines, lacking])) or "there are no stops")


def _several(session: Session, argument: str, name: str) -> tuple[list[Stop], str]:
    """The stops that are meant, and of which numbers there is none; UsageError where there is not one."""
    if argument in ("all", "health"):
        return list((session.stops.own if argument == "all" else session.stops.health).values()), ""
    if not argument:
        raise UsageError(f"expected numbers after {name}: info breakpoints lists the stops")
    words = [each for word in argument.replace(",", " ").split() for each in _range(word)]
    lacking = [word for word in words if word.isdecimal() and int(word[:9]) not in session.stops.own]
    if len(lacking) == len(words):
        raise session.stops.unknown(lacking[0])
    stops = dict.fromkeys(session.stops.numbered(word) for word in words if word not in lacking)
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return list(stops), f"there is no stop {', '.join(lacking[:3])}{more}" if lacking else ""


def _range(word: str) -> list[str]:
    """The numbers that 2-5 stands for; any other word itself."""
    first, dash, last = word.partition("-")
    if not (dash and first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal()):
        return [word]
    if len(first) > 9 or len(last) > 9 or not int(first) <= int(last) < int(first) + MOST:
        raise UsageError(f"expected the first and the last number of some stops, got {quoted(word)}")
    return [str(each) for each in range(int(first), int(last) + 1)]


@command("health [NAME]", repeats=True)
def health(session: Session, argument: str) -> Say:
    """Say how the training is, and which health conditions stop it.

    Each of them stops a motion where it shows first: NaN or infinity, dead units, saturation, vanishing and exploding
    gradients, weights that do not change, a cost that rises, updates larger than the weight.

    health dead   explains one
    disable dead silences it, disable health all of them.
    """
    if argument:
        if argument not in SIGNS:
            raise UsageError(f"there is no health condition {quoted(argument)}; there are {', '.join(SIGNS)}")
        return Say(explained(SIGNS[argument]))
    body = Body(session.program)
    known = session.timeline.step == session.timeline.steps
    lines = []
    for sign in SIGNS.values():
        with np.errstate(all="ignore"):
            found = list(sign.found(body, session.timeline).values()) if known else []
        state = "" if session.stops.health[sign.name].enabled else " (off)"
        lines.append(f"{sign.name + state:14} {sign.summary}")
        lines += [f"{'':14} here: {words}" for words in found[:3]]
        if len(found) > 3:
            lines.append(f"{'':14} and {len(found) - 3} more")
    if not known:
        steps = session.timeline.steps
        lines.append(f"What of it shows is told at the end of an iteration: goto :{steps} goes there.")
    elif not any("here: " in line for line in lines):
        lines.append("Nothing of it shows here.")
    return Say("\n".join(lines))


@command("info [breakpoints | display | marks | branches]", "i", repeats=True)
def info(session: Session, argument: str) -> Say:
    """List the stops, what is displayed, the marks and the branches, or one of these.

    info breakpoints
    """
    kinds = {
        "breakpoints": [listed(stop) for stop in session.stops.own.values()],
        "display": session.displays.shown(session),
        "marks": [f"@{name}  {words}" for name, words in session.marks.listed()],
        "branches": session.branched(),
    }
    if not argument:
        found = [f"{kind}:\n" + "\n".join(f"  {line}" for line in lines) for kind, lines in kinds.items() if lines]
        return Say("\n".join(found))
    chosen = [kind for kind in kinds if kind.startswith(argument) or (kind, argument) == ("breakpoints", "watch")]
    if not chosen:
        raise UsageError(f"expected one of {', '.join(kinds)}, got {quoted(argument)}")
    none = "nothing is displayed" if chosen == ["display"] else f"there are no {chosen[0]}"
    return Say("\n".join(kinds[chosen[0]]) or none)

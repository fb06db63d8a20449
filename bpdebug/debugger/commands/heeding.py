"""The commands that say which of the stops are heeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger import places
from bpdebug.debugger.commands.stopping import here
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

MOST = 1_000
"""Stops that one range may name."""


def _times(count: int) -> str:
    return "the next time" if count == 1 else f"the next {count:,} times"


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
    return Say(f"{stop.called} is passed over {_times(stop.ignored)} it is met")


@command("delete N… | all")
def delete(session: Session, argument: str) -> Say:
    """Take stops away by their numbers; delete all takes all of yours.

    delete 2       the second
    delete 1 3-5   several
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
    _, step = places.spot(argument or here(session), session.timeline)
    at = program.steps[step - 1].equation
    found = [
        stop
        for stop in session.stops.own.values()
        if stop.kind != "watch" and any(program.steps[each - 1].equation == at for each in stop.trigger.steps)
    ]
    if not found:
        raise UsageError(f"no stop stands at {argument or program.equations[at].name}: info breakpoints lists them")
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

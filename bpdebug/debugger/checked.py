"""Gradients held against numerical ones, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bpdebug.check.idle import nothing
from bpdebug.check.patience import patient
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.debugger.commands.looking import known
from bpdebug.debugger.commands.table import Say
from bpdebug.debugger.words import counted, index, number, quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

EVERY = "all"
HEADER = ("gradient", "verdict", "entries", "worst entry", "program", "numerical", "central", "may differ by")
ROUNDED = (
    "The verdicts are of the formulas, computed in float64 on the branches of this float32 run. What float32 does to a "
    "gradient stands apart: u is its round-off, 6e-08, of the terms that add up to an entry."
)
SINGLE = "float32 is off by"


def checked(session: Session, argument: str) -> Say:
    """What `check` answers."""
    names = _asked(session, argument)
    with patient(session.cancelled):
        found = session.checking(names, session.cancelled)()
        if session.cancelled is not None and session.cancelled():
            raise UsageError(stopped(found))
        if not found:
            raise UsageError("no gradient is computed yet in this iteration: goto backward, then n, goes to the first")
        told = "\n".join([f"iteration {session.view.place.iteration}", *table(found), *remarks(found)])
    return Say(told, found)


def stopped(found: Sequence[GradientCheck]) -> str:
    """What is said of a check that the user stopped."""
    wrong = ", ".join(each.name for each in found if not each.ok)
    so_far = f"{counted(len(found), 'gradient')} checked by then" if found else "nothing was checked by then"
    return f"stopped: {so_far}{f', not all right: {wrong}' if wrong else ', all right' if found else ''}"


def _asked(session: Session, argument: str) -> list[str] | None:
    if not argument:
        return [session.view.checked] if session.view.checked else None
    if argument == EVERY and EVERY not in session.program.shapes:
        return None
    name = known(session, argument)
    name = session.program.gradients.get(name, name)
    if name not in session.program.gradients.values():
        gradients = ", ".join(session.program.gradients.values())
        raise UsageError(f"{quoted(argument)} has no gradient to check; there are {gradients}")
    if name not in session.timeline.values:
        raise UsageError(session.evaluator.missing(name))
    return [name]


def table(found: Sequence[GradientCheck]) -> Iterator[str]:
    """One line a gradient: verdicts, and the entry that agrees least."""
    rows = [HEADER, *(_row(each) for each in found)]
    if any(each.single is not None for each in found):
        rows = [(*row, cell) for row, cell in zip(rows, [SINGLE, *map(rounded, found)], strict=True)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(check: GradientCheck) -> tuple[str, ...]:
    counts = (f"{count} {verdict.word}" for verdict, count in sorted(check.counts.items(), reverse=True) if count)
    if not check.verdicts.size:
        return (check.name, check.verdict.word, "none", "", "", "", "", "")
    if check.resolution is not None:
        taken = "taken all together, along two random directions"
        return (check.name, check.verdict.word, ", ".join(counts), taken, "", "", "", f"{check.resolution:.1e}")
    place = check.worst
    values = (check.analytic[place], check.numerical[place], check.central_at(place))
    bound = f"{float(check.bound[place]):.1e}"
    return (check.name, check.verdict.word, ", ".join(counts), index(place), *(number(float(v)) for v in values), bound)


def rounded(check: GradientCheck) -> str:
    """How far a float32 run's own gradient is from the one in float64."""
    single = check.single
    if single is None or not check.verdicts.size:
        return ""
    place = f" at {index(single.index)}" if single.index else ""
    if single.lost:
        return f"all of it: {number(single.value)} for {number(float(check.analytic[single.index]))}{place}"
    return f"{single.difference:.1e} = {single.units:.2g} u{place}" if single.difference else "0"


def remarks(found: Sequence[GradientCheck]) -> Iterator[str]:
    """The rules used at kinks with both slopes, and what was covered."""
    yield from dict.fromkeys(str(check.culprit) for check in found if check.culprit is not None)
    for check in found:
        if (kinks := check.kinks) is not None:
            yield kinks.told(check.name)
    yield from dict.fromkeys(check.untold for check in found if check.untold)
    if any(check.single is not None for check in found):
        yield ROUNDED
    lost = [check.name for check in found if check.single is not None and check.single.lost]
    if lost:
        yield f"float32 loses {', '.join(lost)}: it is off by far more than its round-off."
    yield covered(found)


def covered(found: Sequence[GradientCheck]) -> str:
    """How many entries were tested, and why the others were not."""
    entries = sum(check.verdicts.size for check in found)
    untested = sum(check.counts[Verdict.UNTESTED] for check in found)
    unsure = sum(check.counts[Verdict.CANNOT_TELL] for check in found)
    tested = counted(entries - untested - unsure, "entry", "entries")
    dead = f", {untested:,} not ({nothing(found, 'ascii')})" if untested else ""
    lacking = f", {unsure:,} cannot be told (they have no digits that can be trusted)" if unsure else ""
    return f"{tested} of {counted(len(found), 'gradient')} tested{dead}{lacking}"

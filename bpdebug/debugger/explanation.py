"""One entry taken apart, and the way on to what it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bpdebug.debugger.commands.looking import known
from bpdebug.debugger.commands.table import Say
from bpdebug.debugger.entries import Entries
from bpdebug.debugger.entry import Explained, Factor, Index, Part, whose, written
from bpdebug.debugger.entry_words import MANY, NOTHING_COMES, Words, functional, left
from bpdebug.debugger.folding import PAGE, folded
from bpdebug.debugger.largest import Rest
from bpdebug.debugger.words import KEPT, counted, number, quoted, shaped
from bpdebug.debugger.words import index as bracketed
from bpdebug.errors import UsageError
from bpdebug.language.expression import Expr, Name, names
from bpdebug.ops import OPS, write_equation

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

SHOWN = 8
"""Terms that are told one by one."""
Aim: TypeAlias = "tuple[str, Index, int | None]"
"""An entry that is explained: the quantity, the index, and the step that found it so; None for as it stands here."""
ENTRY = re.compile(r"(?P<name>[^\[\]]+?)\s*(?:\[(?P<index>[^\[\]]*)\])?")
UP = "up"
DIGITS = ((6, 10), (6, 6), (4, 4))
"""Of the entries of a term, and of what it gives: as many as there is room for."""


def explained_at(session: Session, argument: str) -> Say:
    """What `explain` answers."""
    trail = session.explained
    if argument == UP:
        if len(trail) < 2:
            raise UsageError("there is no entry to go back to: explain dW2[0,3] begins with one")
        return _told(session, trail[:-1])
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", argument, re.ASCII):
        return _told(session, (*trail, _followed(session, argument)))
    return _told(session, (asked(session, argument),))


def asked(session: Session, argument: str, verb: str = "explain") -> Aim:
    """The entry that was typed after a command."""
    found = ENTRY.fullmatch(argument)
    if found is None or not argument:
        raise UsageError(f"expected an entry after {verb}: {verb} dW2[0,3]; got {quoted(argument)}")
    name = known(session, found["name"])
    shape = session.program.shapes[name]
    texts = [each.strip() for each in (found["index"] or "").split(",") if each.strip()]
    if len(texts) != len(shape) or not all(re.fullmatch(r"-?\d{1,9}", each, re.ASCII) for each in texts):
        form = f"{name}[{', '.join(str(int(each) - 1) for each in shape)}]" if shape else name
        raise UsageError(f"{name} has shape {shaped(shape)}: expected one entry of it, as in {verb} {form}")
    index = []
    for text, length in zip(texts, shape, strict=True):
        if not -length <= int(text) < length:
            raise UsageError(f"{name} has shape {shaped(shape)}: there is no entry {quoted(argument)}")
        index.append(int(text) % int(length))
    return name, tuple(index), None


def _followed(session: Session, argument: str) -> Aim:
    """The entry that a line of the last answer leads to."""
    if not session.explained:
        raise UsageError("nothing is explained yet: explain dW2[0,3] begins with an entry")
    found = _entered(session, session.explained[-1])
    parts = found.parts
    if not parts:
        why = "nothing comes to this entry" if found.empty else "this entry is given, not made of others"
        raise UsageError(f"{why}: explain up goes back")
    line, _, place = argument.partition(".")
    if not 1 <= int(line) <= min(len(parts), SHOWN):
        raise UsageError(f"expected a line from 1 to {min(len(parts), SHOWN)}, got {quoted(argument)}")
    factors = _leading(session, parts[int(line) - 1], session.explained[-1][1])
    if place:
        factors = [each for each in parts[int(line) - 1].factors if each.name]
    if not 1 <= int(place or 1) <= len(factors):
        known_ = f"line {line} has {counted(len(factors), 'entry', 'entries')} to go on to"
        raise UsageError(f"{known_}, got {quoted(argument)}")
    factor = factors[int(place or 1) - 1]
    at = next(at for at, step in enumerate(session.program.steps) if step.out == session.explained[-1][0])
    return factor.name, factor.index, at


def _leading(session: Session, part: Part, index: Index) -> list[Factor]:
    """The entries of a term that one can go on to: first what was computed, last what is constant."""
    program = session.program
    computed = {each.name for each in program.equations} - set(program.crossing)

    def rank(each: Factor) -> tuple[int, bool]:
        given = 0 if computed & set(names(each.formula)) else 1 if each.name not in program.constants else 2
        return given, each.index != index

    return sorted((each for each in part.factors if each.name), key=rank)


def _entered(session: Session, aim: Aim) -> Explained:
    """An entry as it stands here, or as a step of this iteration found it."""
    return explained(session, *aim)


def explained(session: Session, name: str, index: Index, number: int | None = None) -> Explained:
    """An entry taken apart, as it stands here, or as it was when so many steps of the iteration had been executed."""
    entries = Entries(session.program, session.timeline.shown, session.timeline.step, session.scenario.axes)
    try:
        return entries.explained(name, index, number)
    except KeyError:
        raise UsageError(session.evaluator.missing(name)) from None


def _told(session: Session, trail: tuple[Aim, ...]) -> Say:
    found = _entered(session, trail[-1])
    session.explained = trail
    room = min(PAGE, session.columns)
    return Say("\n".join(part for line in _lines(session, found, room) for part in folded(line, room)))


def _lines(session: Session, found: Explained, room: int) -> Iterator[str]:
    head = f"{written(_formula(session, found.name), found.index, session.notation)} = {number(found.value)}"
    if not found.parts and not found.empty:
        yield f"{head} {_given(session, found)}"
        return
    yield head
    yield f"  {_equation(session, found.name)}  (step {found.step})"
    if found.empty:
        yield f"  {NOTHING_COMES}"
        return
    shown = [part for part in found.parts[:SHOWN] if part.value or len(found.parts) == 1]
    yield from _rows(session, found, shown, room)
    yield from _rest(found.parts[len(shown) :], found.rest)
    yield from _total(found)
    functions = dict.fromkeys(part.op for part in shown if functional(part))
    yield from (f"     {name}: {OPS[name].does}" for name in functions)
    yield from _ways(session, found, shown)


def _formula(session: Session, name: str) -> Expr:
    """What is written for a quantity or a part of a formula."""
    return session.picture.labels.get(name, Name(name))


def _equation(session: Session, name: str) -> str:
    """The equation of a quantity; of a part of a formula, of what it is a part."""
    step = next(step for step in session.program.steps if step.out == name)
    equation = session.program.equations[step.equation]
    written = write_equation(equation.name, equation.expr, session.notation)
    return written if name == equation.name else f"a part of {written}"


def _rows(session: Session, found: Explained, shown: Sequence[Part], room: int) -> Iterator[str]:
    """The terms that are told one by one; with their shares of the sum where none takes away from it.

    Where products are too wide they have fewer digits, and then a line more each.
    """
    ends, words = _ends(found, shown), _words(session)
    for digits in DIGITS:
        rows = [words.row(part, found.name, digits) for part in shown]
        lines = list(_columns(rows, ends))
        if all(len(line) <= room or functional(part) for line, part in zip(lines, shown, strict=True)):
            yield from lines
            return
    halves = [row.partition(" = ") for row in rows]
    for line, (_, sign, reckoned) in zip(_columns([each[0] for each in halves], ends), halves, strict=True):
        yield line
        yield from [f"       = {reckoned}"] * bool(sign)


def _columns(rows: Sequence[str], ends: Sequence[str]) -> Iterator[str]:
    """The terms with their numbers before them, and what stands behind them in a column."""
    width = max((len(row) for row in rows), default=0)
    for line, (row, end) in enumerate(zip(rows, ends, strict=True), start=1):
        yield f"  {line}  {row:{width}}{end}".rstrip()


def _ends(found: Explained, shown: Sequence[Part]) -> list[str]:
    """What stands behind each term: its share of the sum, and which example or unit it comes from."""
    total = found.total
    agreeing = len({part.value > 0 for part in found.parts if part.value}) == 1 and np.isfinite(total)
    told = len(found.parts) > 1 and agreeing and bool(total)
    return [
        f"{f'  {part.value / total:4.0%}' if told else ''}{f'  {part.along}' if part.along else ''}" for part in shown
    ]


def _total(found: Explained) -> Iterator[str]:
    """What the terms add up to, and where that is something else than the entry why."""
    total, weight = found.total, sum(abs(part.value) for part in found.parts)
    if len(found.parts) > 1:
        yield f"     added up: {number(total)}"
    if np.isfinite(weight) and not np.isclose(total, found.value, rtol=1e-6, atol=1e-9 * weight):
        yield "     the value was written over by hand"


def _ways(session: Session, found: Explained, shown: Sequence[Part]) -> Iterator[str]:
    """What one can go on to, and by which command."""
    ways = ((at, part, _leading(session, part, found.index)) for at, part in enumerate(shown, start=1))
    line, part, leading = next((way for way in ways if way[2]), (0, None, []))
    if part is None:
        return
    words = _words(session)
    first, *others = leading
    places = [each for each in part.factors if each.name]
    said = [f"explain {line} goes on to {words.label(first)}"]
    said += [f"explain {line}.{places.index(each) + 1} to {words.label(each)}" for each in others[:MANY]]
    more = "; explain N to that of line N" if len(shown) > 1 else ""
    yield ", ".join(said) + more


def _rest(parts: tuple[Part, ...], others: Rest) -> Iterator[str]:
    """The terms that are not told one by one."""
    rest = left(parts) + others
    if rest.count:
        yield f"     and {counted(rest.count, 'smaller term')}, together {number(rest.value)}"
    if rest.zeros:
        yield f"     and {counted(rest.zeros, 'term')} more, {'which is 0' if rest.zeros == 1 else 'all of them 0'}"


def _words(session: Session) -> Words:
    return Words(session.program, session.notation)


def _given(session: Session, found: Explained) -> str:
    """What an entry is that no equation has computed here."""
    program = session.program
    of = whose(program, found.name, found.index, session.scenario.axes)
    if found.name in program.states:
        return f"is {KEPT}"
    if found.name in program.parameters:
        if session.timeline.step > session.picture.rebound.get(found.name, session.timeline.steps):
            began = "it was before its update" if session.timeline.touched else "this iteration began"
            return f"is a parameter, as {began}"
        changed = f"last {found.name}{bracketed(found.index)} goes to what gave it this value"
        return f"is a parameter; {changed}"
    kind = "data" if found.name in program.data else "a constant"
    return f"is {kind}{f': {of}' if of else ''}"

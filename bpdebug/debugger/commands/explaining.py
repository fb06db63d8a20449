"""The command that takes one entry apart, and goes on to what it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from bpdebug.debugger.commands.looking import known
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.entry import Explained, Factor, Index, Part, Taking, called
from bpdebug.debugger.words import counted, number, quoted, shaped
from bpdebug.errors import UsageError
from bpdebug.language.expression import Expr, Name, Number
from bpdebug.ops import write, write_equation
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

SHOWN = 8
"""Terms that are told one by one."""
ENTRY = re.compile(r"(?P<name>[^\[\]]+?)\s*(?:\[(?P<index>[^\[\]]*)\])?")
UP = "up"
TAKEN = frozenset({"add", "subtract", "sum", "mean", "negate", "identity", "transpose", "reshape", "index"})
"""Operations that take an entry as it is."""


@command("explain NAME[i,j] | N | up", "e")
def explain(session: Session, argument: str) -> Say:
    """Take an entry apart: the terms that add up to it, largest first, each with the entries that made it.

    explain dW2[0,3]   the products that were added up, and from which example each is
    explain 2          go on to the first factor of line 2
    explain 2.2        to its second one
    explain up         go back to the entry before

    So it goes from a gradient back to the data and the parameters.
    """
    trail = session.explained
    if argument == UP:
        if len(trail) < 2:
            raise UsageError("there is no entry to go back to: explain dW2[0,3] begins with one")
        return _told(session, trail[:-1])
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", argument, re.ASCII):
        return _told(session, (*trail, _followed(session, argument)))
    return _told(session, (_asked(session, argument),))


def _asked(session: Session, argument: str) -> tuple[str, Index]:
    """The entry that was typed."""
    found = ENTRY.fullmatch(argument)
    if found is None or not argument:
        raise UsageError(f"expected an entry after explain: explain dW2[0,3]; got {quoted(argument)}")
    name = known(session, found["name"])
    shape = session.program.shapes[name]
    texts = [each.strip() for each in (found["index"] or "").split(",") if each.strip()]
    if len(texts) != len(shape) or not all(re.fullmatch(r"-?\d{1,9}", each, re.ASCII) for each in texts):
        form = f"{name}[{', '.join(str(int(each) - 1) for each in shape)}]" if shape else name
        raise UsageError(f"{name} has shape {shaped(shape)}: expected one entry of it, as in explain {form}")
    index = []
    for text, length in zip(texts, shape, strict=True):
        if not -length <= int(text) < length:
            raise UsageError(f"{name} has shape {shaped(shape)}: there is no entry {quoted(argument)}")
        index.append(int(text) % int(length))
    return name, tuple(index)


def _followed(session: Session, argument: str) -> tuple[str, Index]:
    """The entry that a line of the last answer leads to."""
    if not session.explained:
        raise UsageError("nothing is explained yet: explain dW2[0,3] begins with an entry")
    parts = explained(session, *session.explained[-1]).parts
    line, _, place = argument.partition(".")
    if not 1 <= int(line) <= min(len(parts), SHOWN):
        raise UsageError(f"expected a line from 1 to {min(len(parts), SHOWN)}, got {quoted(argument)}")
    factors = [each for each in parts[int(line) - 1].factors if each.name]
    if not 1 <= int(place or 1) <= len(factors):
        known_ = f"line {line} has {counted(len(factors), 'entry', 'entries')} to go on to"
        raise UsageError(f"{known_}, got {quoted(argument)}")
    factor = factors[int(place or 1) - 1]
    return factor.name, factor.index


def explained(session: Session, name: str, index: Index) -> Explained:
    """An entry taken apart, as it stands here."""
    timeline, program = session.timeline, session.program
    steps = [at for at, step in enumerate(program.steps) if step.out == name]
    if not steps or (name in program.parameters and timeline.step <= steps[0]):
        return Explained(name, index, float(timeline.values[name][index]), 0, ())
    if name not in timeline.values:
        raise UsageError(session.evaluator.missing(name))
    taking = Taking(program, steps[0], _found(session, steps[0]))
    return Explained(name, index, float(timeline.values[name][index]), steps[0] + 1, taking.parts(index))


def _found(session: Session, at: int) -> Mapping[str, Array]:
    """The values as a step found them: a parameter that is updated there or later stands as it was before."""
    rebound = session.picture.rebound
    before = {name: session.timeline.inputs[name] for name, step in rebound.items() if step >= at}
    return {**session.timeline.values, **before}


def _told(session: Session, trail: tuple[tuple[str, Index], ...]) -> Say:
    found = explained(session, *trail[-1])
    session.explained = trail
    return Say("\n".join(_lines(session, found)))


def _lines(session: Session, found: Explained) -> Iterator[str]:
    head = f"{_entry(session, Name(found.name), found.index)} = {number(found.value)}"
    if not found.parts:
        yield f"{head} {_given(session, found)}"
        return
    equation = next(each for each in session.program.equations if each.name == found.name)
    yield head
    yield f"  {write_equation(equation.name, equation.expr, session.notation)}  (step {found.step})"
    shown = [part for part in found.parts[:SHOWN] if part.value or len(found.parts) == 1]
    rows = [_row(session, part) for part in shown]
    width = max((len(row) for row in rows), default=0)
    total = sum(part.value for part in found.parts)
    weight = sum(abs(part.value) for part in found.parts)
    for line, (row, part) in enumerate(zip(rows, shown, strict=True), start=1):
        share = f"  {abs(part.value) / weight:4.0%}" if len(found.parts) > 1 and 0 < weight < np.inf else ""
        yield f"  {line}  {row:{width}}{share}{f'  {part.along}' if part.along else ''}".rstrip()
    yield from _rest(found.parts[len(shown) :])
    if len(found.parts) > 1:
        yield f"     added up: {number(total)}"
    if not np.isclose(total, found.value, rtol=1e-6, atol=1e-9 * weight) and np.isfinite(total):
        yield "     the value was written over by hand, or what it was made of"
    ahead = [each for part in shown for each in part.factors if each.name]
    if ahead:
        first = _entry(session, Name(ahead[0].name), ahead[0].index)
        yield f"explain 1 goes on to {first}{'; explain N to that of line N' if len(shown) > 1 else ''}"


def _rest(parts: tuple[Part, ...]) -> Iterator[str]:
    """The terms that are not told one by one."""
    some = [part.value for part in parts if part.value]
    if some:
        yield f"     and {counted(len(some), 'smaller term')}, together {number(sum(some))}"
    if len(parts) > len(some):
        nothing = len(parts) - len(some)
        yield f"     and {counted(nothing, 'term')} more, {'which is 0' if nothing == 1 else 'all of them 0'}"


def _row(session: Session, part: Part) -> str:
    """A term: the entries it is made of, their numbers, and what they give."""
    labels = [_label(session, each) for each in part.factors]
    numbers = [f"{each.value + 0.0:.6g}" for each in part.factors]
    if part.op not in ("multiply", "matmul", "outer", "divide") and len(labels) == 1 and part.op not in TAKEN:
        return f"{part.op} of {labels[0]} = {numbers[0]}: {number(part.value)}"
    if len(labels) > 1 and part.op not in ("multiply", "matmul", "outer", "divide"):
        return f"{part.op} of {', '.join(labels[:4])}{' …' if len(labels) > 4 else ''}: {number(part.value)}"
    sign = " / " if part.op == "divide" else _times(session)
    said, reckoned = sign.join(labels) or number(part.value), sign.join(numbers)
    scaled = _scaled(session, part.scale)
    said = f"{scaled[0]}{said}{scaled[1]}"
    if len(labels) <= 1 and part.scale == 1:
        return f"{said} = {number(part.value)}" if labels else said
    return f"{said} = {scaled[0]}{reckoned}{scaled[2]} = {number(part.value)}"


def _scaled(session: Session, scale: float) -> tuple[str, str, str]:
    """What stands before and behind a product that is multiplied by a number: by its name, and as a number."""
    before = "-" if scale < 0 else ""
    count = session.program.constants.get(session.program.examples, 0.0)
    if count and np.isclose(abs(scale) * count, 1.0, rtol=1e-12) and count != 1:
        return before, f" / {session.program.examples}", f" / {count:.6g}"
    behind = "" if abs(scale) == 1 else f"{_times(session)}{abs(scale):.6g}"
    return before, behind, behind


def _times(session: Session) -> str:
    return " * " if session.notation == "ascii" else " · "


def _label(session: Session, factor: Factor) -> str:
    return _entry(session, factor.formula, factor.index)


def _entry(session: Session, formula: Expr, index: Index) -> str:
    text = write(formula, session.notation)
    alone = isinstance(formula, Name | Number) or (text.endswith(")") and " " not in text)
    text = text if alone else f"({text})"
    return f"{text}[{', '.join(map(str, index))}]" if index else text


def _given(session: Session, found: Explained) -> str:
    """What an entry is that no equation has computed here."""
    program = session.program
    shape = program.shapes[found.name]
    of = ", ".join(filter(None, (called(program, length, at) for length, at in zip(shape, found.index, strict=True))))
    if found.name in program.parameters:
        changed = f"last {found.name}[{', '.join(map(str, found.index))}] goes to what gave it this value"
        return f"is a parameter; {changed}"
    kind = "data" if found.name in program.data else "a constant"
    return f"is {kind}{f': {of}' if of else ''}"

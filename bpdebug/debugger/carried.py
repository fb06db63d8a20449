"""What a person has put into a session, carried over to another form of its program, and what has no place there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from bpdebug.debugger.commands import understand
from bpdebug.debugger.commands.stopping import WHERE
from bpdebug.debugger.formulas import PREVIOUS, formula, words
from bpdebug.debugger.session import Session
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.wholes import wholes
from bpdebug.errors import BpdebugError, ExpressionError
from bpdebug.language import parser
from bpdebug.language.expression import Apply, walk
from bpdebug.ops import expand, write
from bpdebug.program.equations import Program
from bpdebug.scenario.orientation import turned_claim
from bpdebug.scenario.record import Claim
from bpdebug.scenario.transpose import rank_of, transposed

NUMBERED = re.compile(r"(?P<before>[^:]*:\s*)(?P<step>\d+)\s*")
"""A place by the number of its step, which is another one in another program."""


@dataclass(frozen=True, eq=False)
class Ways:
    """From the places and formulas of one form of a program to those of another."""

    old: Program
    new: Program
    turned: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turned", self.old.orientation != self.new.orientation)

    def step(self, number: int) -> int | None:
        """After how many steps of an iteration one is at the same place; None where there is no such place."""
        if number in (0, len(self.old.steps)):
            return number and len(self.new.steps)
        at = self.old.steps[number - 1].equation
        here = _steps(self.old, self.old.equations[at].name)
        there = _steps(self.new, self.old.equations[at].name)
        if not there:
            return None
        part = here.index(number)
        return there[-1] if part == len(here) - 1 else there[min(part, max(0, len(there) - 2))]

    def nearest(self, number: int) -> int:
        """The same, or where there is no such place the equation after it in its phase, or else the one before it."""
        exact = self.step(number)
        if exact is not None:
            return exact
        at = self.old.steps[number - 1].equation
        rows = self.old.equations
        after = [each.name for each in rows[at + 1 :] if each.phase is rows[at].phase]
        before = [each.name for each in rows[:at]][::-1]
        return next(steps[-1] for name in (*after, *before) if (steps := _steps(self.new, name)))

    def position(self, position: int, step: Callable[[int], int | None]) -> int | None:
        """A position of the other run, given where each step of an iteration is in it."""
        run = max(0, position - 1) // len(self.old.steps)
        found = step(position - run * len(self.old.steps))
        return None if found is None else run * len(self.new.steps) + found

    def text(self, text: str) -> str:
        """A formula over the quantities of the other program; ExpressionError where none says the same."""
        if not self.turned:
            return text
        shapes = {**self.old.shapes, **dict.fromkeys(wholes(self.old), ())}
        expr = expand(parser.parse(text, words(), shapes), self.old.examples)
        if any(isinstance(each, Apply) and each.op == PREVIOUS.name for each in walk(expr)):
            raise ExpressionError("previous is not turned to the other orientation", text)
        other = transposed(expr, {name: len(shape) for name, shape in shapes.items()})
        return text if other == expr else write(other, "ascii")


def _steps(program: Program, name: str) -> list[int]:
    """After how many steps of an iteration each part of an equation is done; none where there is no such equation."""
    return [
        number for number, step in enumerate(program.steps, start=1) if program.equations[step.equation].name == name
    ]


def stops(session: Session, old: list[Stop], last: int, ways: Ways) -> Iterator[str]:
    """Make the stops of a person's own anew; of health conditions only what was said of them stands."""
    for stop in old:
        kept = session.stops.health.get(stop.name) if stop.name else _again(session, stop, ways)
        if kept is None:
            yield stop.called
        else:
            kept.enabled, kept.ignored, kept.hits = stop.enabled, stop.ignored, stop.hits
    session.stops.last = last


def _again(session: Session, stop: Stop, ways: Ways) -> Stop | None:
    session.stops.last = stop.number - 1
    try:
        found = understand(_reworded(stop, ways))
        found.command.run(session, found.argument)
    except BpdebugError:
        return None
    return session.stops.own[stop.number]


def _reworded(stop: Stop, ways: Ways) -> str:
    """The words of a stop, for the other program."""
    kind, _, said = stop.words.partition(" ")
    if stop.kind == "watch":
        return f"{kind} {ways.text(said)}"
    found = WHERE.fullmatch(said)
    assert found is not None
    place, condition = found["place"].strip(), (found["condition"] or "").strip()
    numbered = NUMBERED.fullmatch(place)
    if numbered:
        step = ways.step(int(numbered["step"]))
        if step is None:
            raise ExpressionError("there is no such step", place)
        place = f"{numbered['before']}{step}"
    return " ".join(each for each in (kind, place, f"if {ways.text(condition)}" if condition else "") if each)


def displays(session: Session, old: Mapping[int, str], last: int, ways: Ways) -> Iterator[str]:
    """Display the same."""
    for number, text in old.items():
        try:
            said = ways.text(text)
            formula(session.evaluator, said, session.timeline.dtype)
        except BpdebugError:
            yield f"display {number} ({text})"
        else:
            session.displays.own[number] = said
    session.displays.last = last


def marks(session: Session, old: Mapping[str, tuple[str, int]], ways: Ways) -> Iterator[str]:
    """Mark the same places."""
    for name, (branch, position) in old.items():
        there = ways.position(position, ways.step)
        if there is None:
            yield f"mark @{name}"
        else:
            session.marks.kept[name] = branch, there


class Claims(Struct, frozen=True, eq=False):
    """The equations of a person's own, over the quantities of the other program."""

    ways: Ways
    ours: Mapping[Claim, Claim]
    """The scenario's own, as they are in the other form."""
    known: dict[Claim, Claim]
    """Those that were turned before, there and back."""

    def carried(
        self, session: Session, old: tuple[Claim, ...], replaced: Mapping[str, tuple[Claim | None, ...]]
    ) -> Iterator[str]:
        """Claim the same, with what stood in the place of each line before."""
        ranks = {name: len(shape) for name, shape in self.ways.old.shapes.items()}
        pairs = [(claim, self._other(claim, ranks)) for claim in old]
        session.claims = tuple(other for _, other in pairs if other is not None)
        kept = {claim.name for claim, other in pairs if other is not None}
        session.replaced = {
            name: tuple(other for each in before for other in self._before(each, ranks))
            for name, before in replaced.items()
            if name in kept
        }
        yield from (f"claim {claim.said}" for claim, other in pairs if other is None)

    def _other(self, claim: Claim, ranks: dict[str, int]) -> Claim | None:
        """A claim in the other form; None where it has none there."""
        if not self.ways.turned:
            return self.ours.get(claim, claim)
        try:
            found = self.ours.get(claim) or self.known.get(claim) or turned_claim(claim, ranks)
            ranks[claim.name] = rank_of(claim.expr, ranks)
        except ExpressionError:
            return None
        self.known[claim], self.known[found] = found, claim
        return found

    def _before(self, claim: Claim | None, ranks: dict[str, int]) -> Iterator[Claim | None]:
        """What stood in a line's place, which may be nothing; none where it cannot stand there again."""
        other = claim and self._other(claim, dict(ranks))
        if claim is None or other is not None:
            yield other

"""Expectations: whether something holds here, and where it does not, the values that made it so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from bpdebug.debugger import places
from bpdebug.debugger.formulas import formula, words
from bpdebug.debugger.looked_up import looked_up
from bpdebug.debugger.words import counted, index, number, quoted, shaped, valued
from bpdebug.errors import BpdebugError, ExpressionError, UsageError
from bpdebug.language import parser
from bpdebug.language.expression import Apply, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

SHAPE = re.compile(r"shape\s*\((?P<of>.*)\)\s*==\s*\((?P<lengths>[\d\s,]*)\)", re.ASCII)
MOST = 40
"""Entries of a matrix that is shown whole where an expectation fails."""
LINES = 6
"""Lines of an answer that are shown where it does not contain a text."""


class Unmet(BpdebugError):
    """An expectation that does not hold."""


def text(answer: str, wanted: str) -> str:
    """Whether an answer contains a text, wherever the lines break."""
    found = re.fullmatch(r"\"(.*)\"|'(.*)'", wanted)
    if found is None or not (found[1] or found[2] or "").strip():
        raise UsageError(
            f'expected a text in quotes after expect text: expect text "no value yet"; got {quoted(wanted)}'
        )
    if " ".join((found[1] or found[2]).split()) in " ".join(answer.split()):
        return "holds"
    lines = answer.splitlines()
    shown = [*lines[:LINES], *([f"… {len(lines) - LINES} more lines"] if len(lines) > LINES else [])]
    raise Unmet("\n".join([f"the answer before does not contain {wanted}; it was", *(f"  {each}" for each in shown)]))


def at(session: Session, wanted: str) -> str:
    """Whether `goto` would stay here."""
    if wanted.startswith("@"):
        branch, position = session.marks.at(wanted[1:])
    else:
        branch, position = session.branches.current.name, places.position(wanted, session.timeline)
    if (branch, position) == (session.branches.current.name, session.timeline.position):
        return "holds"
    there = places.place(session.branches.named(branch).timeline, session.notation, branch, position).words
    raise Unmet(f"this is not {wanted}\n  here      {session.view.place.words}\n  expected  {there}")


def iteration(session: Session, wanted: str) -> str:
    """Whether this iteration shows."""
    if session.view.place.iteration == places.whole(wanted):
        return "holds"
    raise Unmet(f"this is not iteration {wanted}\n  here  {session.view.place.words}")


def condition(session: Session, wanted: str) -> str:
    """Whether a condition holds of every entry."""
    if shape := SHAPE.fullmatch(wanted):
        return _shape(session, shape)
    found = _Condition(session, wanted)
    value = found.value(wanted)
    holds = (value != 0) & ~np.isnan(value)
    if not holds.all():
        raise Unmet(found.failed(holds))
    known = "; ".join(f"{side} = {number(float(at.flat[0]))}" for side, at in found.sides.items() if at.size == 1)
    spread = f" in all {value.size:,} entries" if value.size != 1 else ""
    return f"holds{spread}" + (f": {known}" if known else "")


def _shape(session: Session, wanted: re.Match[str]) -> str:
    _, shape = session.evaluator.shape(wanted["of"])
    lengths = [each.strip() for each in wanted["lengths"].split(",")]
    if [each for each in lengths if each] == [str(int(length)) for length in shape]:
        return "holds"
    raise Unmet(f"{wanted[0]} does not hold\n  {wanted['of'].strip()} has shape {shaped(shape)}")


class _Condition(Struct, frozen=True, eq=False):
    """A condition over the values of a session, and of the iteration before."""

    session: Session
    text: str

    def value(self, text: str) -> Array:
        """What an expression is here."""
        return looked_up(self.session.evaluator, self.session.timeline, text)

    @property
    def _reads(self) -> frozenset[str]:
        return formula(self.session.evaluator, self.text, self.session.timeline.dtype).reads

    @property
    def sides(self) -> Mapping[str, Array]:
        """What is compared: both sides with their values, those that say more than their number."""
        try:
            expr = parser.parse(self.text, words(), self.session.program.shapes)
        except ExpressionError:
            return {}
        if not isinstance(expr, Apply):
            return {}
        op = OPS.get(expr.op)
        if op is None or op.family != "comparison" or len(op.inputs) != 2:
            return {}
        spans = [side.span for side in expr.inputs if not isinstance(side, Number)]
        texts = [self.text[span.start : span.end] for span in spans if span]
        return {text: self.value(text) for text in texts}

    def failed(self, holds: Array) -> str:
        """What there is to say where it does not hold."""
        head = f"{self.text} does not hold"
        if holds.ndim:
            head += f" in {int((~holds).sum())} of {counted(holds.size, 'entry', 'entries')}; {self._first(holds)}"
        return "\n".join([head, *(f"  {line}" for line in self._values())])

    def _first(self, holds: Array) -> str:
        """The first entry of which it does not hold, and both sides there."""
        first = tuple(np.argwhere(~holds)[0])
        sides = {text: np.broadcast_to(value, holds.shape)[first] for text, value in self.sides.items()}
        known = ", ".join(f"{text} {number(float(at))}" for text, at in sides.items())
        return f"the first is {index(first)}" + (f": {known}" if known else "")

    def _values(self) -> Iterator[str]:
        """The sides, and the names in them, with their values here."""
        known = dict(self.sides)
        here = self.session.timeline.here
        known |= {name: here[name] for name in sorted(self._reads)}
        for text, value in known.items():
            if value.size > MOST:
                yield f"{text} {shaped(value.shape)}, too large to show here: print {text}"
            else:
                yield from valued(text, value).splitlines()

"""The pane of one number: the terms that add up to it, largest first, each with the entries that it was made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from bpdebug.debugger.entries import Entries, uses
from bpdebug.debugger.entry import Explained, Index, Part, whose, written
from bpdebug.debugger.entry_words import NOTHING_COMES, Words, functional, left
from bpdebug.debugger.view import View
from bpdebug.debugger.words import KEPT, counted, number
from bpdebug.language.expression import Name
from bpdebug.language.names import write_name
from bpdebug.ops import OPS, write_equation
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import wrapped
from bpdebug.tui.prose import plain, sentence
from bpdebug.tui.signs import signs

DIGITS = (4, 4)
"""Of the entries of a term, and of what it gives."""
GAP = 2
"""Cells between columns."""
NARROW = 26
"""Where there is less room than this beside the value, what a term is made of stands beneath it."""
MOST = 50
"""Terms that are listed one by one."""


def entry_lines(view: View, name: str, index: Index, width: int, look: Look, *, most: int = MOST) -> list[Text]:
    """How an entry of a quantity was made, in lines of at most `width` cells, with at most so many terms one by one.

    An index that the quantity does not have, or a quantity that has no value here, gives a sentence that says so.
    """
    shape = view.shapes.get(name, ())
    if view.entries is None or len(index) != len(shape) or not all(map(_inside, index, shape)):
        return list(plain(f"{write_name(name, view.notation)} has no such entry.", width, look.quiet))
    if name not in view.values:
        return list(plain(f"{_called(view, name, index)} is not computed yet.", width, look.odd))
    found = view.entries.explained(name, index, kept=most)
    return list(_Lines(view, view.entries, found, width, look, most).all())


def _inside(at: int, length: int) -> bool:
    return 0 <= at < length


def _called(view: View, name: str, index: Index) -> str:
    formula = view.entries.label(name) if view.entries else Name(name)
    return written(formula, index, view.notation)


class _Lines(Struct, frozen=True, eq=False):
    view: View
    entries: Entries
    found: Explained
    width: int
    look: Look
    most: int

    def all(self) -> Iterator[Text]:
        """The entry and its value, its equation, its terms, and where it goes."""
        value = self._signed(number(self.found.value))
        style = self.look.strong if math.isfinite(self.found.value) else self.look.palette.strange
        head = _called(self.view, self.found.name, self.found.index)
        if cell_len(head) + 3 + len(value) <= self.width:
            yield Text.assemble((head, self.look.strong), " = ", (value, style))
        else:
            yield from plain(f"{head} = {value}", self.width, style)
        if self.found.parts:
            yield from self._say(self._equation())
            yield from self._terms()
        elif self.found.empty:
            yield from self._say(self._equation())
            yield from self._say(NOTHING_COMES)
        else:
            yield from self._say(self._given())
        yield from self._goes()

    def _say(self, text: str) -> Iterator[Text]:
        yield from plain(sentence(text, self.view.notation), self.width, self.look.quiet)

    def _equation(self) -> str:
        program, name = self.entries.program, self.found.name
        step = program.steps[self.found.step - 1]
        equation = program.equations[step.equation]
        formula = write_equation(equation.name, equation.expr, self.view.notation)
        whole = formula if name == equation.name else f"a part of {formula}"
        of = whose(program, name, self.found.index, self.view.axes)
        return f"{whole}  (step {self.found.step}{f'; {of}' if of else ''})"

    def _given(self) -> str:
        """What an entry is that no equation has computed here."""
        program, name = self.entries.program, self.found.name
        of = whose(program, name, self.found.index, self.view.axes)
        kinds = (program.parameters, "a parameter"), (program.states, KEPT), (program.data, "data")
        kind = next((words for names, words in kinds if name in names), "a constant")
        return f"{kind}, given to this iteration{f': {of}' if of else ''}"

    def _terms(self) -> Iterator[Text]:
        """The terms one by one, with how much of the whole they make together so far, and the others together."""
        parts = [part for part in self.found.parts[: self.most] if part.value or len(self.found.parts) == 1]
        if len(self.found.parts) > 1:
            count = len(self.found.parts) + self.found.rest.count + self.found.rest.zeros
            yield from self._say(f"{counted(count, 'term')} added up, the largest first, and the share so far:")
        yield from self._rows(parts)
        rest = left(self.found.parts[len(parts) :]) + self.found.rest
        if rest.count:
            text = f"{counted(rest.count, 'smaller term')}, together {self._signed(f'{rest.value:.4g}')}"
            yield from self._say(f"and {text}")
        if rest.zeros:
            yield from self._say(f"and {counted(rest.zeros, 'term')} more: 0")
        total, weight = self.found.total, sum(abs(part.value) for part in self.found.parts)
        if math.isfinite(weight) and not math.isclose(total, self.found.value, rel_tol=1e-6, abs_tol=1e-9 * weight):
            yield from plain("The value was written over by hand.", self.width, self.look.odd)
        for op in dict.fromkeys(part.op for part in parts if functional(part)):
            yield from self._say(f"{op}: {OPS[op].does}")

    def _rows(self, parts: Sequence[Part]) -> Iterator[Text]:
        """Value, share so far, and what the term is made of: with numbers and the example where there is room."""
        words = Words(self.entries.program, self.view.notation)
        values = [self._signed(f"{part.value:+.4g}") if part.value else "0" for part in parts]
        wide = max((len(each) for each in values), default=0)
        greatest = max((abs(part.value) for part in parts if math.isfinite(part.value)), default=0.0)
        for part, value, share in zip(parts, values, self._shares(parts), strict=True):
            fraction = part.value / greatest if greatest and math.isfinite(part.value) else 0.0
            shade = self.look.palette.shade(fraction) if math.isfinite(part.value) else self.look.palette.strange
            head = Text.assemble((value.rjust(wide), shade), (share, self.look.quiet))
            beside = self.width - head.cell_len - GAP
            said, *more = self._made(words, part, beside if beside >= NARROW else self.width - GAP)
            if beside < NARROW:
                yield head
                more, indent = [said, *more], GAP
            else:
                yield Text.assemble(head, " " * GAP, said)
                indent = head.cell_len + GAP
            yield from (Text(" " * indent + each) for each in more)

    def _made(self, words: Words, part: Part, room: int) -> list[str]:
        """What a term is made of, on one line where that fits, else its names and numbers on lines of their own."""
        said, reckoned = (self._signed(each) for each in words.sides(part, self.found.name, DIGITS))
        if functional(part):
            return wrapped(f"{said}{reckoned}", room, "")
        along = f"  {part.along}" if part.along else ""
        whole = f"{said} = {reckoned}" if reckoned else said
        for line in (f"{whole}{along}", whole):
            if cell_len(line) <= room:
                return [line]
        return [*wrapped(said, room, ""), *(wrapped(f"= {reckoned}", room, "") if reckoned else [])]

    def _shares(self, parts: Sequence[Part]) -> list[str]:
        """How much of the entry the terms up to each make together; nothing where one cannot say so."""
        total = self.found.total
        if len(self.found.parts) < 2 or not total or not math.isfinite(total):
            return [""] * len(parts)
        return [f"  {so_far / total:5.0%}" for so_far in accumulate(part.value for part in parts)]

    def _goes(self) -> Iterator[Text]:
        """What is computed from it."""
        read = uses(self.entries.program, self.found.name)
        if read:
            yield from self._say(f"goes into {', '.join(write_name(each, self.view.notation) for each in read)}")

    def _signed(self, text: str) -> str:
        """Numbers with the minus sign of the screen."""
        return text.replace("-", signs(self.view.notation).minus)

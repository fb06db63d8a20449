"""The pane of the network: its layers with their sizes, how large what flows through them is, and where we are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from bpdebug.debugger.structure import Structure, along, structure, units, units_axis
from bpdebug.debugger.view import View
from bpdebug.debugger.words import counted
from bpdebug.language.expression import names
from bpdebug.language.names import write_name
from bpdebug.program.equations import Phase, Program
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import cut
from bpdebug.tui.prose import plain, sentence, wrapped
from bpdebug.tui.signs import signs
from bpdebug.tui.sizes import bar, idle, rms, short

NUMBER = 7
"""Cells of a number."""
BAR = (3, 16)
"""Cells of a bar, at least and at most."""
FORWARD, BACKWARD, ABSENT = ("▶", ">"), ("◀", "<"), ("–", "-")
"""In Unicode and in ASCII: where we are, and what is not computed yet."""
LETTERS = {"sigmoid": "σ"}
SIZES, TIMES_M = "Root mean squares.", "Root mean squares; gradients, but for the parameters', times m."
ALWAYS = 3
"""Lines beside the rows: the chain, the heading, and what the numbers are."""


class Row(Struct, frozen=True):
    """A quantity, with a few words about it. Of a small pane only what is `chief` shows."""

    name: str
    words: str
    chief: bool
    rectified: bool = False
    """Whether its zeros are those of a unit that is off."""


def network_lines(view: View, width: int, height: int, look: Look) -> list[Text]:
    """The layers of the program of a view, in lines of at most `width` cells, of which about `height` show."""
    if view.entries is None:
        return []
    program = view.entries.program
    return list(_Drawing(view, program, structure(program), width, height, look).lines())


class _Drawing(Struct, frozen=True, eq=False, dict=True):
    view: View
    program: Program
    found: Structure | None
    width: int
    height: int
    look: Look

    def lines(self) -> Iterator[Text]:
        """The chain of layers where it fits, and a line for each quantity."""
        chain = self._chain() if self.found else None
        if chain is not None and chain.cell_len <= self.width:
            yield chain
        yield self._heading()
        for row in self._shown:
            yield from self._line(row)
        said = TIMES_M if self.view.bookkeeping == "per-example" else SIZES
        yield from plain(said, self.width, self.look.quiet)

    def _sign(self, pair: tuple[str, str]) -> str:
        return pair[self.view.notation == "ascii"]

    def _name(self, name: str) -> str:
        return write_name(name, self.view.notation)

    def _function(self, name: str) -> str:
        return name if self.view.notation == "ascii" else LETTERS.get(name, name)

    @cached_property
    def here(self) -> str:
        """The quantity that was computed last; nothing at the start of the run."""
        operation = self.view.operation
        return operation.equation.name if operation.executed else ""

    def _chain(self) -> Text:
        """X 4 ─W1→ 5 relu ─W2→ 1 σ → J, with the layer we are in marked."""
        assert self.found is not None
        dash, arrow = ("-" if self.view.notation == "ascii" else "─"), signs(self.view.notation).arrow
        text = Text.assemble((self._sized(self.found.given), self.look.strong))
        for layer in self.found.layers:
            weight = f"{dash}{self._name(layer.parameters[0])}" if layer.parameters else ""
            text.append(f" {weight}{arrow} ", self.look.quiet)
            last = layer.quantities[-1]
            of = {*layer.quantities, *layer.parameters}
            of |= {gradient for name in of if (gradient := self.program.gradients.get(name))}
            size = units(self.program, last)
            said = f"{size if size is not None else self._name(last)} {self._function(layer.function)}".rstrip()
            text.append(said, self.look.here if self.here in of else self.look.strong)
        text.append(f" {arrow} ", self.look.quiet)
        return text.append(
            self._name(self.found.cost), self.look.here if self.here == self.found.cost else self.look.strong
        )

    def _sized(self, name: str) -> str:
        size = units(self.program, name)
        return self._name(name) if size is None else f"{self._name(name)} {size}"

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        """Everything on the way from the data to the cost, in the order in which it is computed."""
        if self.found is None:
            return tuple(self._dependencies())
        rows = [Row(self.found.given, "", True)]
        for layer in self.found.layers:
            rows += [Row(name, "", False) for name in layer.parameters if name in self.program.gradients]
            for name in layer.quantities:
                last = name == layer.quantities[-1]
                words = layer.function if last else ""
                made = self._made[name] if name in layer.branched and not words else words
                rows.append(Row(name, made, last, rectified=words == "relu"))
        return (*rows, Row(self.found.cost, "", True))

    def _dependencies(self) -> Iterator[Row]:
        """Where no layers are seen: each quantity with what it is made of."""
        yield from (Row(name, made, True) for name, made in self._made.items())

    @cached_property
    def _made(self) -> dict[str, str]:
        """Of each quantity, what it is made of: ← X, W1."""
        left, found = "<-" if self.view.notation == "ascii" else "←", dict[str, str]()
        for equation in self.program.equations:
            if equation.phase in (Phase.BATCH, Phase.FORWARD, Phase.COST):
                read = [name for name in dict.fromkeys(names(equation.expr)) if name not in self.program.constants]
                found[equation.name] = f"{left} {', '.join(map(self._name, read))}" if read else ""
        return found

    @cached_property
    def _shown(self) -> tuple[Row, ...]:
        """As many of the rows as there is room for: all, or without parameters, or the chief ones."""
        room = self.height - ALWAYS
        for rows in (self._rows, tuple(row for row in self._rows if row.name not in self.program.parameters)):
            if len(rows) <= room:
                return rows
        return tuple(row for row in self._rows if row.chief)

    @cached_property
    def _telling(self) -> bool:
        """Whether there is room for the words about each row beside its name."""
        return max(cell_len(self._label(row, told=True)) for row in self._shown) <= self._most

    def _label(self, row: Row, *, told: bool) -> str:
        """Name, size and activation of a row; where no layers are seen, the name and what it is made of."""
        wide = max(cell_len(self._name(each.name)) for each in self._shown)
        name, size = self._name(row.name), units(self.program, row.name)
        numbers = f" {'' if size is None else size:>2}" if self.found is not None else ""
        return f"{name}{' ' * (wide - cell_len(name))}{numbers} {self._function(row.words) if told else ''}".rstrip()

    @property
    def _most(self) -> int:
        """Cells that labels may have beside the two numbers."""
        return max(4, self.width - 2 * (NUMBER + 2))

    @cached_property
    def _left(self) -> int:
        """Cells of the labels."""
        return min(max(cell_len(self._label(row, told=self._telling)) for row in self._shown), self._most)

    @cached_property
    def _bar(self) -> int:
        """Cells of a bar; none where there is no room for one."""
        room = (self.width - self._left - 2 * (NUMBER + 3)) // 2
        return min(BAR[1], room) if room >= BAR[0] else 0

    def _heading(self) -> Text:
        column = NUMBER + 2 + (self._bar + 1 if self._bar else 0)
        before = f"{'':{self._left}}  {'forward':{column}}"
        return Text.assemble((before + ("gradient" if len(before) + 8 <= self.width else "grad."), self.look.quiet))

    def _line(self, row: Row) -> Iterator[Text]:
        """A quantity: how large it is, and how large its gradient."""
        gradient = self.program.gradients.get(row.name, "")
        label = cut(self._label(row, told=self._telling), self._left, signs(self.view.notation).dots)
        line = Text.assemble((f"{label}{' ' * (self._left - cell_len(label))}", self.look.strong))
        self._amount(line, row.name, FORWARD, self._greatest(row.name))
        if gradient:
            self._amount(line, gradient, BACKWARD, self._steepest)
        yield line
        if self.found is None and not self._telling:
            yield from self._beneath(row.words, self.look.quiet)
        dead, whole = self._dead(row)
        if dead:
            said = f"{dead} of {counted(whole, 'unit')} dead: 0 for every example"
            yield from self._beneath(said, self.look.odd)

    def _beneath(self, text: str, style: Style) -> Iterator[Text]:
        for line in wrapped(sentence(text, self.view.notation), self.width - 2):
            yield Text.assemble("  ", (line, style))

    def _amount(self, line: Text, name: str, marks: tuple[str, str], greatest: float) -> None:
        """Add a size in numbers and as a bar; what is not computed yet is a dash."""
        at = name == self.here
        line.append(f" {self._sign(marks) if at else ' '}", self.look.spot if at else self.look.quiet)
        size = self._size(name)
        if size is None:
            line.append(self._sign(ABSENT).ljust(NUMBER + self._bar + bool(self._bar)), self.look.ahead)
            return
        odd = not math.isfinite(size)
        line.append(short(size, self.view.notation).ljust(NUMBER), self.look.odd if odd else "")
        if self._bar:
            full = bar(size / greatest if greatest and not odd else 0.0, self._bar, self.view.notation)
            line.append(f"{full} ", self.look.accent if marks is FORWARD else self.look.quiet)

    def _size(self, name: str) -> float | None:
        value = self.view.values.get(name)
        return None if value is None else rms(value)

    def _greatest(self, name: str) -> float:
        """The largest size of the rows, but for the cost, which is none of a quantity's; it is held against itself."""
        sizes = (self._size(row.name) for row in self._shown if row.name != self.program.cost)
        known = [each for each in sizes if each is not None and math.isfinite(each)]
        return max(known, default=0.0) if name != self.program.cost else 0.0

    @cached_property
    def _steepest(self) -> float:
        sizes = (self._size(self.program.gradients.get(row.name, "")) for row in self._shown)
        return max((each for each in sizes if each is not None and math.isfinite(each)), default=0.0)

    def _dead(self, row: Row) -> tuple[int, int]:
        """How many units are 0 for every example, and how many there are."""
        value, examples = self.view.values.get(row.name), along(self.program, row.name)
        if not row.rectified or value is None or examples is None:
            return 0, 0
        axis = units_axis(self.program, row.name, examples)
        return idle(value)[axis], value.shape[axis]

"""Matrices seen from afar: each as a heatmap without numbers, and in it a frame around what the numbers show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from rich.style import Style
from rich.text import Span, Text

from bpdebug.ops.table import Array
from bpdebug.tui.bands import GAP
from bpdebug.tui.figures import statistics
from bpdebug.tui.heat import Heat
from bpdebug.tui.matrix import UNMARKED, Block, Marks, Window
from bpdebug.tui.numbers import NONE_ODD
from bpdebug.tui.pointing import Spot
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.strips import runs

NARROW = 14
"""Cells of a heatmap; where there are fewer for each, some stand beneath."""
FEW = 3
"""Lines of a heatmap; where there are fewer the statistics are given up."""
MOST = 0.5
"""The share of cells that are marked one by one."""
CORNERS = {False: ("┌┐", "└┘", "─", "│", "□"), True: ("++", "++", "-", "|", "#")}
"""A frame, and what stands for one that is a single cell: in Unicode and in ASCII."""


class Tile(Struct, frozen=True, eq=False, dict=True):
    """One matrix, and where it stands."""

    block: Block
    x: int
    y: int
    heat: Heat | None
    """None of what one line says all of."""

    @property
    def lines(self) -> int:
        return 1 + (self.heat.cells[0] if self.heat else 0)

    def line(self, at: int, window: Window | None, marks: Marks) -> Text:
        """A line of it: its title, or one of the heatmap."""
        if at == 0 or self.heat is None:
            return self._title if at == 0 else Text()
        cells = list(self.heat.line(at - 1))
        if self._changed is not None and not self._everywhere:
            for x in np.flatnonzero(self._changed[at - 1]).tolist():
                cells[x * self.heat.wide] = self.block.sign, self.block.look.strong
        if window is not None:
            for x, sign in self._frame(window, at - 1, len(cells)):
                cells[x] = sign, self.block.look.chosen
        if marks.cursor is not None:
            x, y = self.heat.cell(*marks.cursor)
            if y == at - 1:
                cells[x] = self.block.signs.cursor, self.block.look.here
        if not self.heat.coloured:
            return runs(cells)
        spans = [Span(x, x + 1, style) for x, (_, style) in enumerate(cells)]
        return Text("".join(sign for sign, _ in cells), spans=spans, end="", no_wrap=True)

    @cached_property
    def _changed(self) -> Array | None:
        """The cells with an entry that is marked, as far as one looks."""
        marked = self.block.sheet.changed
        return None if marked is None or self.heat is None else self.heat.marked(marked)

    @cached_property
    def _everywhere(self) -> bool:
        """Whether so many are marked that the title says so: signs in every cell would hide the heatmap."""
        return self._changed is not None and bool(self._changed.mean() > MOST)

    @cached_property
    def _title(self) -> Text:
        sign = f" {self.block.sign}" if self._everywhere else ""
        return Text.assemble(self.block.title, (sign, self.block.look.strong))

    def _frame(self, window: Window, at: int, width: int) -> Iterator[tuple[int, str]]:
        """The cells of a line that belong to the frame around what the numbers show."""
        assert self.heat is not None
        left, top = self.heat.cell(window.row, window.column)
        last, bottom = self.heat.cell(window.row + window.rows - 1, window.column + window.columns - 1)
        right = min(last + self.heat.wide, width) - 1
        upper, lower, across, down, single = CORNERS[self.block.signs.dots.isascii()]
        if not top <= at <= bottom:
            return
        if left == right:
            yield left, single if top == bottom else down
        elif at in (top, bottom):
            yield from ((x, across) for x in range(left + 1, right))
            yield from zip((left, right), upper if at == top else lower, strict=True)
        else:
            yield from ((x, down) for x in (left, right))


class Overview(Struct, frozen=True, eq=False, dict=True):
    """The matrices in so many cells and lines, their statistics beneath."""

    blocks: Sequence[Block]
    width: int
    height: int

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        return tuple(self._tiles())

    @cached_property
    def told(self) -> tuple[Block, ...]:
        """Those whose statistics are given: all that have any, where there is room."""
        full = tuple(block for block in self.blocks if not block.flat)
        rows = -(-len(full) // max(1, self._beside))
        flat = any(block.flat for block in self.blocks)
        return full if self.height - len(full) - flat >= rows * (FEW + 1) else ()

    @cached_property
    def _beside(self) -> int:
        """How many matrices stand beside one another."""
        full = sum(not block.flat for block in self.blocks)
        return max(1, min(full, (self.width + GAP) // (NARROW + GAP)))

    def _tiles(self) -> Iterator[Tile]:
        """From left to right and from top to bottom; what takes one line only, above."""
        x = y = 0
        for block in self.blocks:
            if block.flat:
                yield Tile(block, x, 0, None)
                x, y = x + block.width + GAP, 1
        full = [block for block in self.blocks if not block.flat]
        rows = [full[at : at + self._beside] for at in range(0, len(full), self._beside)]
        for number, row in enumerate(rows):
            lines = max(1, (self.height - len(self.told) - y) // (len(rows) - number) - 1)
            heats = list(_heats(row, self.width, lines))
            x = 0
            for block, heat in zip(row, heats, strict=True):
                yield Tile(block, x, y, heat)
                x += max(heat.cells[1], block.title.cell_len) + GAP
            y += 1 + max(heat.cells[0] for heat in heats)

    @cached_property
    def _end(self) -> int:
        return max((tile.y + tile.lines for tile in self.tiles), default=0)

    def line(self, at: int, windows: Mapping[Sheet, Window], marks: Mapping[Sheet, Marks]) -> Text:
        """One line, with the parts of the matrices that the numbers show."""
        text = Text()
        if at >= self._end:
            number = at - self._end
            return statistics(self.told[number], self.width) if number < len(self.told) else text
        for tile in self.tiles:
            if tile.y <= at < tile.y + tile.lines:
                sheet = tile.block.sheet
                line = tile.line(at - tile.y, windows.get(sheet), marks.get(sheet, UNMARKED))
                text.append(" " * (tile.x - text.cell_len), Style.null())
                text.append_text(line)
        text.truncate(self.width)
        return text

    def entry_at(self, x: int, y: int) -> Spot | None:
        """The entry at a cell, if there is one."""
        for tile in self.tiles:
            if tile.heat is not None:
                lines, across = tile.heat.cells
                if 0 <= x - tile.x < across and 0 < y - tile.y <= lines:
                    return Spot(tile.block.sheet, *tile.heat.entry(x - tile.x, y - tile.y - 1))
        return None

    def apart(self, sheet: Sheet) -> tuple[int, int]:
        """How many rows and columns of a matrix it is from one cell to the next."""
        heat = next((tile.heat for tile in self.tiles if tile.block.sheet is sheet), None)
        return (1, 1) if heat is None else heat.apart


def _heats(blocks: Sequence[Block], width: int, lines: int) -> Iterator[Heat]:
    """The matrices of a row, each as wide as the others, but for those that need less."""
    heats = [_heat(block, width, lines) for block in blocks]
    needs = [max(heat.cells[1], block.title.cell_len) for heat, block in zip(heats, blocks, strict=True)]
    left, share = width - GAP * (len(blocks) - 1), 0
    for number, need in enumerate(sorted(needs)):
        share = left // (len(needs) - number)
        if need > share:
            break
        left -= need
    for block, heat, need in zip(blocks, heats, needs, strict=True):
        yield heat if need <= share else _heat(block, max(1, share), lines)


def _heat(block: Block, width: int, lines: int) -> Heat:
    assert block.sheet.table is not None
    known = block.sheet.known
    return Heat(block.sheet.table, width, lines, block.look, block.signs, NONE_ODD if known is None else known.odd)

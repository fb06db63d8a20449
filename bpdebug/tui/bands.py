"""Matrices in a band, beside one another: how many rows of each show, and what is given up where lines are few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text

from bpdebug.tui import strips
from bpdebug.tui.figures import statistics
from bpdebug.tui.matrix import UNMARKED, Block, Marks, Window
from bpdebug.tui.sheet import Sheet

NONE: Mapping[Sheet, Marks] = {}
GAP = 2
"""Cells between two matrices."""
FEW, FEWEST = 4, 2
"""Rows of a tall matrix: below the first number its statistics are given up, below the second there is no window."""


class Size(NamedTuple):
    """What of a matrix decides how many lines it takes: its rows (0: one line says it all), and if columns are out of
    sight.
    """

    rows: int
    wide: bool

    @staticmethod
    def of(block: Block) -> Size:
        return Size(0, False) if block.flat else Size(block.sheet.rows, bool(block.hidden_columns))


def showing(whole: int, rows: int, *, telling: bool) -> int:
    """How many rows of a matrix show: all where a window, which takes lines of its own, would save nothing."""
    return whole if whole <= rows + (2 if telling else 1) else rows


def height(sizes: Sequence[Size], rows: int, *, telling: bool, headed: bool) -> int:
    """Lines of matrices beside one another, when so many rows show."""
    tallest, told = 1, 0
    for whole, wide in sizes:
        if whole:
            shown = showing(whole, rows, telling=telling)
            partial = wide or shown < whole
            tallest = max(tallest, 1 + headed + shown + partial)
            told += partial
    return tallest + told * telling


class Band(Struct, frozen=True, eq=False, dict=True):
    """Matrices beside one another, each with the cell it starts at."""

    blocks: tuple[tuple[int, Block], ...]
    rows: int = 0
    """How many rows of each show."""
    telling: bool = True
    """Whether there is room for statistics."""
    headed: bool = True
    """Whether there is room for the indices of the columns."""

    @cached_property
    def sizes(self) -> tuple[Size, ...]:
        return tuple(Size.of(block) for _, block in self.blocks)

    @cached_property
    def tallest(self) -> int:
        return max((each.rows for each in self.sizes), default=0)

    def shown(self, block: Block) -> int:
        """How many rows of a matrix show."""
        return showing(block.sheet.rows, self.rows, telling=self.telling)

    @cached_property
    def partial(self) -> tuple[Block, ...]:
        """The matrices that do not show as a whole."""
        blocks = (block for _, block in self.blocks if not block.flat)
        return tuple(block for block in blocks if block.sheet.rows > self.shown(block) or block.hidden_columns)

    @cached_property
    def told(self) -> tuple[Block, ...]:
        """Those whose statistics are given."""
        return self.partial if self.telling else ()

    @cached_property
    def height(self) -> int:
        return height(self.sizes, self.rows, telling=self.telling, headed=self.headed)

    @cached_property
    def hidden_rows(self) -> int:
        return max((block.sheet.rows - self.shown(block) for block in self.partial), default=0)

    def line(self, at: int, row: int, across: int, width: int, marks: Mapping[Sheet, Marks] = NONE) -> Text:
        """One line of the band, its windows moved by so many rows and cells."""
        drawn = self.height - len(self.told)
        if at >= drawn:
            return statistics(self.told[at - drawn], width)
        text = Text()
        ends = [*(start - GAP for start, _ in self.blocks[1:]), width]
        for (start, block), end in zip(self.blocks, ends, strict=True):
            text.append(" " * (start - strips.width(text.plain)))
            window, marked = self.window(block, row, across), marks.get(block.sheet, UNMARKED)
            text.append_text(block.line(at, window, end - start, marked, headed=self.headed))
        return text

    def window(self, block: Block, row: int, across: int) -> Window:
        """What of a matrix shows, with all windows moved by so many rows and cells."""
        rows = self.shown(block)
        column = min(block.hidden_columns, -(-across // block.cell)) if block.hidden_columns else 0
        return Window(min(row, max(0, block.sheet.rows - rows)), rows, column, 0 if block.flat else block.columns)


def bands(blocks: Sequence[Block]) -> list[Band]:
    """The matrices from left to right, a new band wherever the width is used up.

    What is to be compared stays together, if it has room in one band at all.
    """
    found: list[list[tuple[int, Block]]] = []
    at = 0
    for place, block in enumerate(blocks):
        room, together = block.room, _together(blocks[place:]) if place and _begins(blocks, place) else block.width
        if not found or at + (together if together <= room else block.width) > room:
            found.append([])
            at = 0
        found[-1].append((at, block))
        at += block.width + GAP
    return [Band(tuple(each)) for each in found]


def _begins(blocks: Sequence[Block], place: int) -> bool:
    """Whether a matrix is the first of those to be compared."""
    return blocks[place].sheet.joint is not None and blocks[place - 1].sheet.joint is not blocks[place].sheet.joint


def _together(blocks: Sequence[Block]) -> int:
    """Cells of all that are to be compared with the first."""
    same = list(takewhile(lambda each: each.sheet.joint is blocks[0].sheet.joint, blocks))
    return sum(each.width for each in same) + GAP * (len(same) - 1)


def fitted(bands: Sequence[Band], lines: int) -> list[Band]:
    """The bands with as much of everything as makes them fit."""
    sizes = [band.sizes for band in bands]
    for rows, telling, headed in _thrift(max((band.tallest for band in bands), default=0), lines):
        if sum(height(each, rows, telling=telling, headed=headed) for each in sizes) <= lines:
            break
    return _filled([Band(band.blocks, rows, telling, headed) for band in bands], lines)


def _thrift(tallest: int, lines: int) -> Iterator[tuple[int, bool, bool]]:
    """Rows, statistics, indices of the columns: what is given up, one after the other, where lines are few."""
    yield tallest, True, True
    yield from ((rows, True, True) for rows in range(min(lines, tallest), FEW - 1, -1))
    if tallest <= lines:
        yield tallest, False, False
    yield from ((rows, False, True) for rows in range(FEW, FEWEST - 1, -1))
    yield from ((rows, False, False) for rows in range(FEW, FEWEST - 1, -1))


def _filled(bands: list[Band], lines: int) -> list[Band]:
    """The lines that are left, given to the last matrix that is not whole."""
    left = lines - sum(band.height for band in bands)
    for place, band in reversed(list(enumerate(bands))):
        if left > 0 and band.hidden_rows > left:
            bands[place] = replace(band, rows=band.rows + left)
            break
    return bands

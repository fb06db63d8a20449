"""Several matrices in one picture: beside one another where the width allows, else in bands, one beneath the other.

The picture is made to fit. Matrices that are too tall or too wide for it show a window each, and scrolling moves all
windows together, so that row 7 of X stands beside row 7 of Z. Only where even that needs more lines than there are
does the picture itself move, before the windows do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from rich.text import Text

from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.figures import statistics
from bpdebug.tui.formats import AUTO, Writing
from bpdebug.tui.matrix import UNMARKED, Block, Marks, Window
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.signs import UNICODE, Signs

NONE: Mapping[Sheet, Marks] = {}
GAP = 2
"""Cells between two matrices."""
FEW, FEWEST = 4, 2
"""Rows of a tall matrix: below the first number its statistics are given up, below the second there is no window."""


@dataclass(frozen=True, eq=False)
class Band:
    """Matrices beside one another, each with the cell it starts at."""

    blocks: tuple[tuple[int, Block], ...]
    rows: int = 0
    """How many rows of each show."""
    telling: bool = True
    """Whether there is room for statistics."""
    headed: bool = True
    """Whether there is room for the indices of the columns."""

    @cached_property
    def tallest(self) -> int:
        return max((0 if block.flat else block.sheet.rows for _, block in self.blocks), default=0)

    def shown(self, block: Block) -> int:
        """How many rows of a matrix show: all where a window, which takes lines of its own, would save nothing."""
        own = 2 if self.telling else 1
        return block.sheet.rows if block.sheet.rows <= self.rows + own else self.rows

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
        tallest = max(block.height(self.shown(block), headed=self.headed) for _, block in self.blocks)
        return tallest + len(self.told)

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
            text.append(" " * (start - text.cell_len))
            window, marked = self.window(block, row, across), marks.get(block.sheet, UNMARKED)
            text.append_text(block.line(at, window, end - start, marked, headed=self.headed))
        return text

    def window(self, block: Block, row: int, across: int) -> Window:
        """What of a matrix shows, with all windows moved by so many rows and cells."""
        rows = self.shown(block)
        column = min(block.hidden_columns, -(-across // block.cell)) if block.hidden_columns else 0
        return Window(min(row, max(0, block.sheet.rows - rows)), rows, column, 0 if block.flat else block.columns)


@dataclass(frozen=True, eq=False)
class Spread:
    """A picture of several matrices, made for a width and a height."""

    bands: tuple[Band, ...]
    width: int
    height: int

    @cached_property
    def lines(self) -> int:
        """Lines of the picture at rest."""
        return self._drawn + self.gap * (len(self.bands) - 1)

    @cached_property
    def gap(self) -> int:
        """An empty line between bands, where there is room for all of them."""
        return 1 if self._drawn + len(self.bands) - 1 <= self.height else 0

    @cached_property
    def _drawn(self) -> int:
        return sum(band.height for band in self.bands)

    @cached_property
    def overflow(self) -> int:
        """Lines beyond those there are."""
        return max(0, self.lines - self.height)

    @cached_property
    def down(self) -> int:
        """How far it scrolls down."""
        return self.overflow + max((band.hidden_rows for band in self.bands), default=0)

    @cached_property
    def across(self) -> int:
        """How far it scrolls to the right."""
        return max((block.hidden_columns * block.cell for block in self._wide), default=0)

    @cached_property
    def cell(self) -> int:
        """Cells of a column of the matrix that scrolls the farthest; 0 where none does."""
        return max(((block.hidden_columns * block.cell, block.cell) for block in self._wide), default=(0, 0))[1]

    @cached_property
    def _wide(self) -> tuple[Block, ...]:
        return tuple(block for band in self.bands for _, block in band.blocks if block.hidden_columns)

    def line(self, at: int, down: int = 0, across: int = 0, marks: Mapping[Sheet, Marks] = NONE) -> Text:
        """The line that shows at a place when the picture is scrolled so far; empty below its end."""
        moved = min(down, self.overflow)
        at += moved
        for band in self.bands:
            if at < band.height:
                return band.line(at, down - moved, across, self.width, marks)
            at -= band.height + self.gap
            if at < 0:
                break
        return Text()


class Laid:
    """Matrices laid out in so many cells, with so many digits or so: each way once, whatever is asked of it."""

    def __init__(
        self,
        sheets: Sequence[Sheet],
        width: int,
        signs: Signs = UNICODE,
        look: Look = BARE,
        writing: Writing = AUTO,
    ) -> None:
        self.sheets = tuple(sheets)
        self.width = width
        self._given = signs, look, writing
        self._choices = writing.choices
        self._bands: dict[int, list[Band]] = {}

    def bands(self, digits: int) -> list[Band]:
        """The matrices from left to right, in as few bands as the width allows."""
        if digits not in self._bands:
            self._bands[digits] = _bands([Block(each, digits, self.width, *self._given) for each in self.sheets])
        return self._bands[digits]

    @cached_property
    def needed(self) -> tuple[int, int, int]:
        """Lines that it takes to show all rows: without the indices of the columns, with few digits, with many."""
        heights = []
        for digits in self._choices:
            bands = self.bands(digits)
            bare = sum(replace(band, rows=band.tallest, headed=False, telling=False).height for band in bands)
            heights.append((bare, sum(replace(band, rows=band.tallest).height for band in bands)))
            if len(bands) == 1:
                break
        return *map(min, *heights, heights[0]), heights[0][1]

    def spread(self, height: int) -> Spread:
        """The best picture for so many lines: whole if possible, then in few bands, then with many digits."""
        pictures = []
        for digits in self._choices:
            pictures.append(Spread(tuple(_fitted(self.bands(digits), height)), self.width, height))
            if not any(_faults(pictures[-1])):
                break
        return min(pictures, key=_faults)


def spread(sheets: Sequence[Sheet], room: tuple[int, int], signs: Signs = UNICODE, look: Look = BARE) -> Spread:
    """The best picture for so many cells and lines."""
    width, height = room
    return Laid(sheets, width, signs, look).spread(height)


def _faults(picture: Spread) -> tuple[int, int, bool, int]:
    partial = sum(bool(band.partial) for band in picture.bands)
    headless = not all(band.headed for band in picture.bands)
    return picture.overflow, partial, headless, len(picture.bands) if partial else 0


def _bands(blocks: Sequence[Block]) -> list[Band]:
    """The matrices from left to right, a new band wherever the width is used up.

    What is to be compared stays together, if it has room in one band at all.
    """
    bands: list[list[tuple[int, Block]]] = []
    at = 0
    for place, block in enumerate(blocks):
        room, together = block.room, _together(blocks[place:]) if place and _begins(blocks, place) else block.width
        if not bands or at + (together if together <= room else block.width) > room:
            bands.append([])
            at = 0
        bands[-1].append((at, block))
        at += block.width + GAP
    return [Band(tuple(each)) for each in bands]


def _begins(blocks: Sequence[Block], place: int) -> bool:
    """Whether a matrix is the first of those to be compared."""
    return blocks[place].sheet.joint is not None and blocks[place - 1].sheet.joint is not blocks[place].sheet.joint


def _together(blocks: Sequence[Block]) -> int:
    """Cells of all that are to be compared with the first."""
    same = list(takewhile(lambda each: each.sheet.joint is blocks[0].sheet.joint, blocks))
    return sum(each.width for each in same) + GAP * (len(same) - 1)


def _fitted(bands: list[Band], height: int) -> list[Band]:
    """The bands with as much of everything as makes them fit."""
    for rows, telling, headed in _thrift(max((band.tallest for band in bands), default=0), height):
        fitted = [Band(band.blocks, rows, telling, headed) for band in bands]
        if sum(band.height for band in fitted) <= height:
            break
    return _filled(fitted, height)


def _thrift(tallest: int, height: int) -> Iterator[tuple[int, bool, bool]]:
    """Rows, statistics, indices of the columns: what is given up, one after the other, where lines are few."""
    yield tallest, True, True
    yield from ((rows, True, True) for rows in range(min(height, tallest), FEW - 1, -1))
    if tallest <= height:
        yield tallest, False, False
    yield from ((rows, False, True) for rows in range(FEW, FEWEST - 1, -1))
    yield from ((rows, False, False) for rows in range(FEW, FEWEST - 1, -1))


def _filled(bands: list[Band], height: int) -> list[Band]:
    """The lines that are left, given to the last matrix that is not whole."""
    left = height - sum(band.height for band in bands)
    for place, band in reversed(list(enumerate(bands))):
        if left > 0 and band.hidden_rows > left:
            bands[place] = replace(band, rows=band.rows + left)
            break
    return bands

"""Pointing at an entry of several matrices: which one stands where, and how far to scroll so that one shows."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bpdebug.tui.bands import Band
from bpdebug.tui.matrix import Block, Window
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.spread import Spread


class Spot(Struct, frozen=True, eq=False):
    """A place in the table of a matrix."""

    sheet: Sheet
    row: int
    column: int

    @property
    def index(self) -> tuple[int, ...]:
        """Where it stands in the array."""
        return self.sheet.layout.index(self.row, self.column)

    def moved(self, down: int, across: int) -> Spot:
        """So many rows and columns on, within the matrix."""
        row = min(max(self.row + down, 0), max(0, self.sheet.rows - 1))
        column = min(max(self.column + across, 0), max(0, self.sheet.columns - 1))
        return Spot(self.sheet, row, column)


class _Standing(Struct, frozen=True, eq=False):
    """A matrix where it stands in a picture at rest."""

    band: Band
    block: Block
    start: int
    """The cell it starts at."""
    top: int
    """The line of its first row."""


def _standing(picture: Spread) -> Iterator[_Standing]:
    top = 0
    for band in picture.bands:
        for start, block in band.blocks:
            yield _Standing(band, block, start, top + 1 + band.headed)
        top += band.height + picture.gap


def entry_at(picture: Spread, x: int, y: int, down: int, across: int) -> Spot | None:
    """The entry at a cell and a line of a picture that is scrolled so far, if there is one."""
    moved = min(down, picture.overflow)
    for each in _standing(picture):
        block, table = each.block, each.block.sheet.table
        if table is None or not each.start <= x < each.start + block.width:
            continue
        if block.flat and block.sheet.rows and y + moved == each.top - 1 - each.band.headed:
            return Spot(block.sheet, 0, 0)
        window = each.band.window(block, down - moved, across)
        row, column = y + moved - each.top, block.column_at(x - each.start, window)
        if not block.flat and 0 <= row < window.rows and column is not None:
            return Spot(block.sheet, window.row + row, column)
    return None


def windows(picture: Spread, down: int, across: int) -> Iterator[tuple[Sheet, Window]]:
    """Of the matrices that do not show as a whole, the part that does."""
    moved = min(down, picture.overflow)
    for band in picture.bands:
        for block in band.partial:
            yield block.sheet, band.window(block, down - moved, across)


def seen(picture: Spread, down: int, across: int) -> bool:
    """Take what shows of large matrices into account; whether any is to be written otherwise for it."""
    moved = min(down, picture.overflow)
    news = False
    for each in _standing(picture):
        if not each.block.flat and not each.block.sheet.exact:
            window = each.band.window(each.block, down - moved, across)
            rows = slice(window.row, window.row + window.rows)
            columns = slice(window.column, window.column + window.columns)
            news |= each.block.sheet.see(rows, columns) and each.block.outgrown
    return news


def revealing(picture: Spread, spot: Spot, down: int, across: int) -> tuple[int, int]:
    """How far to scroll, down and across, so that an entry shows: as little as can be."""
    each = next((each for each in _standing(picture) if each.block.sheet is spot.sheet), None)
    if each is None or each.block.flat:
        return down, across
    moved = min(down, picture.overflow)
    window = each.band.window(each.block, down - moved, across)
    first = _within(spot.row, window.row, window.rows)
    if first != window.row or first:
        down = picture.overflow + first if first else moved
    line = each.top + spot.row - first
    if not first:
        down = _within(line, moved, picture.height)
    column = _within(spot.column, window.column, window.columns)
    return down, across if column == window.column else column * each.block.cell


def _within(at: int, first: int, count: int) -> int:
    """The first of so many that show, moved no farther than it takes for one to be among them."""
    return min(max(first, at - count + 1), at)

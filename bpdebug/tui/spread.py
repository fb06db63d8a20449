"""Several matrices in one picture: beside one another where the width allows, else in bands, one beneath the other.

The picture is made to fit. Matrices that are too tall or too wide for it show a window each, and scrolling moves all
windows together, so that row 7 of X stands beside row 7 of Z. Only where even that needs more lines than there are
does the picture itself move, before the windows do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from rich.text import Text

from bpdebug.tui.bands import NONE, Band, bands, fitted, height
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.formats import AUTO, Writing
from bpdebug.tui.matrix import Block, Marks
from bpdebug.tui.sheet import Sheet
from bpdebug.tui.signs import UNICODE, Signs

LITTLE = 50
"""A part so many times smaller than the matrix is a small one."""

FINEST = 8
"""Digits at most with which it is to be seen that an entry is not as it should be."""


class Spread(Struct, frozen=True, eq=False, dict=True):
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

    @property
    def whole(self) -> bool:
        """Whether all of every matrix shows at once, its columns headed."""
        return not any(_faults(self)[:3])

    @property
    def digits(self) -> int:
        """With how many digits the numbers are written."""
        return min((block.digits for band in self.bands for _, block in band.blocks), default=0)

    @cached_property
    def little(self) -> bool:
        """Whether only a small part of a matrix shows."""
        partial = ((band.window(block, 0, 0), block.sheet) for band in self.bands for block in band.partial)
        return any(part.rows * part.columns * LITTLE < each.rows * each.columns for part, each in partial)

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
        self._choices = (*finer(self.sheets, writing, signs.minus), *writing.choices)
        self._bands: dict[int, list[Band]] = {}
        self._titles: dict[Sheet, Text] = {}

    def bands(self, digits: int) -> list[Band]:
        """The matrices from left to right, in as few bands as the width allows. Names of rows may not take more."""
        if digits not in self._bands:
            found = self._banded(digits, named=False)
            if any(each.axes[0].names for each in self.sheets):
                named = self._banded(digits, named=True)
                found = named if len(named) == len(found) and _cut(named) == _cut(found) else found
            self._bands[digits] = found
        return self._bands[digits]

    def _banded(self, digits: int, *, named: bool) -> list[Band]:
        return bands([Block(each, digits, self.width, *self._given, named, self._titles) for each in self.sheets])

    @cached_property
    def needed(self) -> tuple[int, int, int]:
        """Lines that it takes to show all rows: without the indices of the columns, with few digits, with many."""
        heights = []
        for digits in self._choices:
            found = self.bands(digits)
            heights.append((_whole(found, headed=False), _whole(found, headed=True)))
            if len(found) == 1:
                break
        return *map(min, *heights, heights[0]), heights[0][1]

    def spread(self, height: int) -> Spread:
        """The best picture for so many lines: whole if possible, then in few bands, then with many digits.

        Where little of a matrix shows, fewer digits would not show much more of it.
        """
        pictures = []
        for digits in self._choices:
            pictures.append(Spread(tuple(fitted(self.bands(digits), height)), self.width, height))
            latest = pictures[-1]
            if not any(_faults(latest)) or (latest.little and not latest.overflow):
                break
        return min(pictures, key=_faults)


def finer(sheets: Sequence[Sheet], writing: Writing, minus: str) -> tuple[int, ...]:
    """The digits that it takes to see of every matrix what is not as it should be, where the usual ones hide it."""
    if writing.digits:
        return ()
    hidden = [(each.scale, *each.nearest) for each in sheets if each.nearest is not None]
    for digits in range(writing.choices[0], FINEST + 1):
        forms = ((writing.format(scale, digits, minus), value, wanted) for scale, value, wanted in hidden)
        if all(form.text(value) != form.text(wanted) for form, value, wanted in forms):
            return (digits,) if digits > writing.choices[0] else ()
    return ()


def spread(
    sheets: Sequence[Sheet],
    room: tuple[int, int],
    signs: Signs = UNICODE,
    look: Look = BARE,
    writing: Writing = AUTO,
) -> Spread:
    """The best picture for so many cells and lines."""
    width, height = room
    return Laid(sheets, width, signs, look, writing).spread(height)


def _cut(found: Sequence[Band]) -> int:
    """How many matrices do not show all their columns."""
    return sum(bool(block.hidden_columns) for band in found for _, block in band.blocks)


def _whole(found: Sequence[Band], *, headed: bool) -> int:
    """Lines of bands all of whose rows show, with what goes with it or as few as can be."""
    return sum(height(band.sizes, band.tallest, telling=headed, headed=headed) for band in found)


def _faults(picture: Spread) -> tuple[int, int, bool, int]:
    partial = sum(bool(band.partial) for band in picture.bands)
    headless = not all(band.headed for band in picture.bands)
    return picture.overflow, partial, headless, len(picture.bands) if partial else 0

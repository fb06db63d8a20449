"""Where the rows and columns of a drawn matrix stand, and what heads them: their indices, and those of their blocks."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from bpdebug.debugger.layout import Layout
from bpdebug.tui import headings

BETWEEN = 2
"""Cells between blocks that stand beside one another, at least."""


class Ruler(Struct, frozen=True, dict=True):
    """The cells of a matrix of so many columns, each `cell` wide; `names` are those of the rows."""

    layout: Layout
    columns: int
    cell: int
    names: tuple[str, ...] = ()

    @cached_property
    def _heads(self) -> tuple[int, int]:
        """Cells of what heads the blocks: before their rows, above their columns."""
        layout = self.layout
        last = layout.row(max(0, layout.rows - 1))[0], layout.column(max(0, self.columns - 1))[0]
        return len(last[0]), len(last[1])

    @cached_property
    def gutter(self) -> int:
        """Cells before the first column."""
        down, across = self._heads
        if not self.layout.blocks:
            return headings.before_width(self.layout.row(max(0, self.layout.rows - 1))[1], self.names) + 1
        own = len(str(max(0, self.layout.height - 1)))
        needed = across + 1 + len(str(max(0, self.layout.width - 1))) - self.cell if across else 0
        return max(down + bool(down) + own + 1, needed)

    @cached_property
    def gap(self) -> int:
        """Cells between blocks that stand beside one another, in which what heads them has room."""
        return max(BETWEEN, self._heads[1] + 3 - self.cell) if self._heads[1] else 0

    def before(self, column: int, first: int) -> int:
        """Cells left empty before a column, where `first` is the first that shows."""
        return self.gap if column > first and self.layout.begins(column) else 0

    def cells(self, count: int) -> int:
        """Cells that so many columns beside one another take at most, whichever they are."""
        wide = max(1, self.layout.width)
        gaps = self.columns // wide - 1 if count >= self.columns else -(-(count - 1) // wide)
        return count * self.cell + max(0, gaps) * self.gap

    def fitting(self, room: int) -> int:
        """How many columns show at a time in so many cells; where not all do, the marks of that are in the room."""
        count = min(self.columns, max(1, room // self.cell))
        while count > 1 and self.cells(count) > room:
            count -= 1
        return count

    def column_at(self, x: int, first: int, count: int) -> int | None:
        """Of so many columns from the first on the one that stands at a cell behind the gutter."""
        at = 0
        for column in range(first, first + count):
            at += self.before(column, first)
            if at <= x < at + self.cell:
                return column
            at += self.cell
        return None

    def row_head(self, row: int, first: int) -> str:
        """What stands before a row: its index, and that of its block before the first row of it that shows."""
        head, own = self.layout.row(row)
        if not self.layout.blocks:
            return own
        shown = head if row == first or row % self.layout.height == 0 else ""
        return f"{shown} {own}" if shown else own

    def column_head(self, column: int, first: int) -> tuple[str, str]:
        """What stands above a column: its block's index, above the first of it that shows, and its own."""
        head, own = self.layout.column(column)
        return head if column == first or self.layout.begins(column) else "", own

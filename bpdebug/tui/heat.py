"""A matrix seen from afar: how large its entries are here and there, in so many cells, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

import numpy as np
from msgspec import Struct, field
from rich.style import Style

from bpdebug.debugger.view import Marked
from bpdebug.export.shading import STRANGE
from bpdebug.ops.table import Array
from bpdebug.tui.colours import Look
from bpdebug.tui.numbers import NONE_ODD
from bpdebug.tui.signs import Signs

EACH = 2
"""Rows and columns looked at of what one spot stands for, where it stands for more."""
LARGEST = 4
"""Spots across and down that an entry of a small matrix takes at most."""
UPPER = "▀"
RAMP = " .:o*#@"
"""From zero to the largest, where there are no colours; the sign stands before it."""
ODD = "!!"


class Heat(Struct, frozen=True, eq=False, dict=True):
    """A matrix in `width` by `height` cells at most. A cell holds two spots, one above the other, or without colours
    half of one.
    """

    table: Array
    width: int
    height: int
    look: Look
    signs: Signs
    odd: Array = field(default_factory=lambda: NONE_ODD)
    """Rows and columns of what is known to be no number, wherever one looks."""

    @cached_property
    def coloured(self) -> bool:
        return bool(self.look.palette.colours)

    @cached_property
    def spots(self) -> tuple[int, int]:
        """How many there are, down and across."""
        rows, columns = self.table.shape
        down, across = self._room
        return min(rows, down) * self._scale, min(columns, across) * self._scale

    @cached_property
    def _room(self) -> tuple[int, int]:
        return (2 * self.height, self.width) if self.coloured else (self.height, self.width // 2)

    @cached_property
    def _scale(self) -> int:
        """Spots across and down that one entry takes."""
        (down, across), (rows, columns) = self._room, self.table.shape
        return max(1, min(down // rows, across // columns, LARGEST if self.coloured else 1))

    @cached_property
    def cells(self) -> tuple[int, int]:
        """Lines, and cells across."""
        down, across = self.spots
        return (-(-down // 2), across) if self.coloured else (down, 2 * across)

    @property
    def wide(self) -> int:
        """Cells across of a spot."""
        return 1 if self.coloured else 2

    @cached_property
    def _means(self) -> tuple[Array, Array]:
        """The mean of some entries at every spot, as a share of the largest; and whether any of them is no number."""
        found = np.asarray(self.table[self._looked_at], dtype=float)
        strange = ~np.isfinite(found)
        with np.errstate(all="ignore"):
            means = np.where(strange, 0.0, found).mean(axis=(1, 3))
            greatest = np.abs(means).max(initial=0.0)
        seen = strange.any(axis=(1, 3))
        seen[tuple((self.odd * self.spots // self.table.shape).T)] = True
        return np.nan_to_num(means / greatest if greatest else means), seen

    @cached_property
    def _looked_at(self) -> tuple[Array, Array]:
        """Of every spot the entries that are looked at, as an index of the table."""
        down, across = (_taken(length, count) for length, count in zip(self.table.shape, self.spots, strict=True))
        return down[:, :, None, None], across

    def marked(self, entries: Marked) -> Array:
        """In which cells, by lines, entries that are looked at are marked."""
        spots: Array = np.any(entries[self._looked_at], axis=(1, 3))
        if not self.coloured:
            return spots
        return np.logical_or.reduceat(spots, range(0, len(spots), 2), axis=0)

    def line(self, at: int) -> Iterator[tuple[str, Style]]:
        """The cells of a line, each with its style; what is no number stands out by a sign too."""
        means, strange = self._means
        if not self.coloured:
            for mean, odd in zip(means[at].tolist(), strange[at].tolist(), strict=True):
                yield from self._plain(mean, odd=odd)
            return
        upper = self._colours[2 * at]
        lower = self._colours[2 * at + 1] if 2 * at + 1 < self.spots[0] else [self._ground] * len(upper)
        for above, beneath in zip(upper, lower, strict=True):
            odd = STRANGE in (above, beneath)
            yield (ODD[0], self.look.palette.strange) if odd else (UPPER, _halves(above, beneath))

    @property
    def _ground(self) -> str | None:
        """The colour beneath the last spots, where their number is odd."""
        return self.look.ground.bgcolor.name if self.look.ground.bgcolor else None

    @cached_property
    def _colours(self) -> list[list[str]]:
        """The colour of every spot, as `place` has it of one."""
        means, strange = self._means
        colours = np.array([*self.look.palette.colours, STRANGE])
        middle = len(self.look.palette.colours) // 2
        places = middle + (np.sign(means) * np.ceil(np.abs(means) * middle)).astype(int)
        found: list[list[str]] = colours[np.where(strange, len(colours) - 1, places)].tolist()
        return found

    def _plain(self, mean: float, *, odd: bool) -> Iterator[tuple[str, Style]]:
        """Without colours a sign and how dark it is; what is no number in reverse."""
        style = self.look.palette.strange if odd else Style.null()
        dark = RAMP[int(np.ceil(abs(mean) * (len(RAMP) - 1)))]
        sign = " " if dark == " " else "+" if mean > 0 else self.signs.minus
        yield from ((each, style) for each in (ODD if odd else sign + dark))

    def entry(self, x: int, y: int) -> tuple[int, int]:
        """The row and the column that a cell stands for: the first of them."""
        rows, columns = self.table.shape
        (down, across), each = self.spots, (2, 1) if self.coloured else (1, 2)
        row, column = y * each[0] * rows // down, x // each[1] * columns // across
        return min(row, rows - 1), min(column, columns - 1)

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """The cell, across and down, that an entry stands in."""
        rows, columns = self.table.shape
        (down, across), each = self.spots, (2, 1) if self.coloured else (1, 2)
        return column * across // columns * each[1], row * down // rows // each[0]

    @property
    def apart(self) -> tuple[int, int]:
        """Rows and columns from a cell to the next."""
        lines, across = self.cells
        rows, columns = self.table.shape
        return max(1, -(-rows // lines)), max(1, -(-columns // (across if self.coloured else across // 2)))

    @property
    def means(self) -> bool:
        """Whether a spot stands for several entries."""
        return self.spots[0] < self.table.shape[0] or self.spots[1] < self.table.shape[1]


@lru_cache(64)
def _taken(length: int, spots: int) -> Array:
    """Of each spot along an axis the entries that are looked at: one where it stands for no more."""
    each = 1 if spots >= length else EACH
    within = (np.arange(each) + 0.5) / each
    found: Array = ((np.arange(spots)[:, None] + within) * length / spots).astype(int)
    return found


@cache
def _halves(upper: str, lower: str | None) -> Style:
    """The style of a cell of two colours."""
    return Style(color=upper, bgcolor=lower)

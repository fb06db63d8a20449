"""How an array lies in rows and columns: of more than two axes the matrices of the last two, in blocks.

The blocks of a few columns lie beside one another, as feature maps do in a picture; others beneath one another. A block
is headed by the index that picks it: [3] before the rows of X[3], [:,1] above the columns of X[:, 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import product as combinations
from math import prod

import numpy as np
from msgspec import Struct

from bpdebug.ops.table import Array

WIDEST = 12
"""Columns that blocks beside one another may have together."""
MOST = 2**16
"""Entries of an array that is laid out anew to be drawn; those of a larger one stay as they lie in memory."""

Place = tuple[int | None, int | None]
"""A row and a column, None for all of them."""


class Layout(Struct, frozen=True, dict=True):
    """Where the entries of an array of this shape stand. `down` leading axes count blocks beneath one another, the
    others blocks beside one another.
    """

    shape: tuple[int, ...]
    down: int

    @cached_property
    def height(self) -> int:
        """Rows of a block."""
        return self.shape[-2] if len(self.shape) > 1 else 1

    @cached_property
    def width(self) -> int:
        """Columns of a block."""
        return self.shape[-1] if self.shape else 1

    @cached_property
    def beneath(self) -> tuple[int, ...]:
        """The leading axes that run downwards."""
        return self.shape[: self.down]

    @cached_property
    def beside(self) -> tuple[int, ...]:
        """The leading axes that run across."""
        return self.shape[self.down : max(0, len(self.shape) - 2)]

    @cached_property
    def rows(self) -> int:
        return prod(self.beneath) * self.height

    @property
    def blocks(self) -> bool:
        """Whether there are more than two axes."""
        return len(self.shape) > 2

    def table(self, array: Array) -> Array:
        """The array in rows and columns."""
        if array.ndim == 2:
            return array
        if prod(self.beside) > 1:
            parts = array.reshape(prod(self.beneath), prod(self.beside), self.height, self.width)
            array = parts.transpose(0, 2, 1, 3)
        return array.reshape(self.rows, prod(self.beside) * self.width)

    def index(self, row: int, column: int) -> tuple[int, ...]:
        """Where an entry of the table stands in the array."""
        if len(self.shape) < 2:
            return (column,) if self.shape else ()
        (block, own), (other, across) = divmod(row, self.height), divmod(column, self.width)
        return (*_unravelled(block, self.beneath), *_unravelled(other, self.beside), own, across)

    def places(self, region: Sequence[int | None]) -> Iterator[Place]:
        """The rows and columns of entries of the array: an index along each axis, None where all along it."""
        region = (0,) * (2 - len(self.shape)) + tuple(region)
        down, across = (*region[: self.down], *region[-2:-1]), (*region[self.down : -2], *region[-1:])
        rows = _along(down, (*self.beneath, self.height))
        columns = _along(across, (*self.beside, self.width))
        yield from combinations(rows, columns)

    def row(self, row: int) -> tuple[str, str]:
        """What heads the block that a row belongs to, and the row's own index; nothing of what has no rows."""
        if len(self.shape) < 2:
            return "", ""
        block, own = divmod(row, self.height)
        picked = _unravelled(block, self.beneath)
        return f"[{','.join(map(str, picked))}]" if picked else "", str(own)

    def column(self, column: int) -> tuple[str, str]:
        """What heads the block that a column belongs to, and the column's own index."""
        block, own = divmod(column, self.width)
        picked = _unravelled(block, self.beside)
        return f"[{','.join([':'] * self.down + [*map(str, picked)])}]" if picked else "", str(own)

    def begins(self, column: int) -> bool:
        """Whether a column is the first of a block that stands beside another."""
        return column > 0 and column % self.width == 0


def headings(found: Iterable[tuple[str, str] | None], left_out: str) -> tuple[str, ...]:
    """Indices as headings: that of a block stands before the first of it; None is what is left out."""
    said, latest = list[str](), ""
    for each in found:
        head, own = each or ("", left_out)
        said.append(f"{head} {own}" if head != latest and head else own)
        latest = head
    return tuple(said)


@lru_cache(256)
def layout(shape: tuple[int, ...]) -> Layout:
    """How an array of a shape lies: as many blocks beside one another as there is room for."""
    down, columns = max(0, len(shape) - 2), shape[-1] if shape else 1
    while down > 0 and prod(shape) <= MOST and columns * shape[down - 1] <= WIDEST:
        down -= 1
        columns *= shape[down]
    return Layout(shape, down)


def table(array: Array) -> Array:
    """Any array as rows and columns: a vector is one row."""
    return layout(array.shape).table(array)


def _unravelled(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) for each in np.unravel_index(number, shape)) if shape else ()


def _along(picked: Sequence[int | None], shape: tuple[int, ...]) -> list[int | None]:
    """The rows, or the columns, of some indices along the axes that run there; None for all."""
    if all(each is None for each in picked):
        return [None]
    choices = [range(length) if each is None else [each] for each, length in zip(picked, shape, strict=True)]
    return [int(np.ravel_multi_index(each, shape)) for each in combinations(*choices)]

"""What stands above columns, before rows and beside the title of a matrix: what they are, where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len, set_cell_size

from bpdebug.errors import printable
from bpdebug.ops.table import Shape, Size
from bpdebug.scenario.axes import Axis
from bpdebug.tui.lines import cut
from bpdebug.tui.signs import Signs

UNKNOWN = Axis("")
LEAST = 2
"""Letters of a name that say anything."""
LONGEST = 14
"""Cells of a name before a row."""


def known(shape: Shape, axes: Mapping[str, Axis]) -> tuple[Axis, Axis]:
    """What the rows and the columns of the table of an array are; of more than two axes nobody says."""
    if not axes or not 0 < len(shape) <= 2:
        return UNKNOWN, UNKNOWN
    *rows, columns = (_axis(each, axes) for each in shape)
    return rows[0] if rows else UNKNOWN, columns


def _axis(length: int, axes: Mapping[str, Axis]) -> Axis:
    axis = axes.get(length.symbol, UNKNOWN) if isinstance(length, Size) else UNKNOWN
    return axis if len(axis.names) in (0, length) else Axis(axis.kind)


def captions(rows: Axis, columns: Axis, signs: Signs) -> Iterator[str]:
    """What both are, in ever fewer words."""
    said = [f"{what}: {axis.kind}" for what, axis in (("rows", rows), ("columns", columns)) if axis.kind]
    if said:
        yield signs.between.join(said)
    if len(said) == 2:
        yield f"{rows.kind} {signs.times} {columns.kind}"


def before(row: str, name: str, width: int, dots: str) -> str:
    """What stands before a row in so many cells: its index, and its name where there is one."""
    if not name:
        return row.rjust(width)
    return set_cell_size(f"{row} {cut(printable(name), width - len(row) - 1, dots)}", width)


def before_width(row: str, names: tuple[str, ...]) -> int:
    """Cells that it takes before every row; `row` is the longest index."""
    widest = max((cell_len(printable(each)) for each in names), default=-1)
    return len(row) + 1 + min(LONGEST, widest) if names else len(row)


def told_apart(names: Sequence[str], width: int, dots: str) -> tuple[str, ...]:
    """Names in so many cells each: those that would read the same are cut in the middle, if that tells them apart."""
    plain = [printable(each) for each in names]
    ends = [cut(each, width, dots) for each in plain]
    again = {each for each in ends if ends.count(each) > 1}
    shown = [_middle(name, width, dots) if end in again else name for name, end in zip(plain, ends, strict=True)]
    return tuple(shown) if len(set(shown)) > len(set(ends)) else tuple(plain)


def _middle(name: str, width: int, dots: str) -> str:
    """A name by the beginnings of its first and its last word: sep…l for sepal length."""
    first, _, last = name.rpartition(" ")
    kept = (width - cell_len(dots)) // 2
    if cell_len(name) <= width or not first or kept < 1:
        return name
    return f"{first[: width - cell_len(dots) - kept]}{dots}{last[:kept]}"


def above(column: int, name: str, width: int, dots: str) -> str:
    """What stands above a column in so many cells: its index, and as much of its name as makes sense."""
    index = str(column)
    room = width - len(index) - 1
    name = printable(name)
    if not name or (room < LEAST + 1 and cell_len(name) > room):
        return index.rjust(width)
    return f"{index} {cut(name, room, dots)}".rjust(width)

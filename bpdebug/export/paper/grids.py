"""Arrays as grids of cells: aligned digits, shades, and of large ones the corners and what is left out in numbers."""

from __future__ import annotations

import numpy as np

from bpdebug.debugger.card import LEFT_OUT as DOTS
from bpdebug.debugger.card import shown
from bpdebug.debugger.digits import lined_up
from bpdebug.debugger.layout import headings, layout
from bpdebug.export.maps import VIK
from bpdebug.export.paper.document import LEFT_OUT, Cell, Grid
from bpdebug.export.paper.formulas import by
from bpdebug.export.shading import place
from bpdebug.ops.table import Array

STRANGE = -1
WHOLE = 1e6
"""Whole numbers below it are printed without a point."""


def grid(latex: str, value: Array, digits: int, *, result: bool = False) -> Grid:
    """An array of at least one axis; one of more than two in blocks, the matrices of its last two."""
    laid = layout(value.shape)
    flat = laid.table(value) if value.size else np.empty((0, 0))
    down, across = shown(flat.shape[0]), shown(flat.shape[1])
    part = flat[np.ix_([each for each in down if each is not None], [each for each in across if each is not None])]
    scale = float(np.max(np.abs(flat), initial=0.0, where=np.isfinite(flat)))
    cells = iter(_cells(part, scale, digits))
    rows = tuple(tuple(LEFT_OUT if row is None or column is None else next(cells) for column in across) for row in down)
    note = _note(flat, digits) if None in down or None in across else "" if value.size else "no entries"
    names = headings((None if row is None else laid.row(row) for row in down), DOTS)
    heads = headings((None if column is None else laid.column(column) for column in across), DOTS)
    return Grid(latex, by(value.shape), names, heads, rows, note, result, laid.blocks)


def single(value: float, digits: int) -> str:
    """A number by itself."""
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def _cells(part: Array, scale: float, digits: int) -> list[Cell]:
    values = [float(each) for each in part.ravel()]
    texts = _aligned(values, digits)
    return [Cell(text, _shade(value, scale)) for text, value in zip(texts, values, strict=True)]


def _aligned(values: list[float], digits: int) -> list[str]:
    """Numbers with the same places after the point, and with their signs, where they are not all whole.

    One that would lose all its digits has a power of ten.
    """
    if all(value.is_integer() and abs(value) < WHOLE for value in values):
        return [str(int(value)).replace("-", "−") for value in values]
    rounded = zip(lined_up(*values, digits=digits), values, strict=True)
    texts = [(text if float(text) or not value else f"{value:.0e}", value) for text, value in rounded]
    return [("+" * (0 < value < np.inf) + text).replace("-", "−") for text, value in texts]


def _shade(value: float, scale: float) -> int:
    if not np.isfinite(value):
        return STRANGE
    return place(value / scale if scale else 0.0, len(VIK))


def _note(flat: Array, digits: int) -> str:
    """What is known of all entries, where not all show."""
    finite = flat[np.isfinite(flat)]
    if not finite.size:
        return "all NaN or infinite"
    low, high, mean = (single(float(each), digits) for each in (finite.min(), finite.max(), finite.mean()))
    strange = flat.size - finite.size
    others = f"; {strange:,} NaN or infinite" if strange else ""
    return f"the corners of {flat.size:,} entries: from {low} to {high}, mean {mean}{others}"

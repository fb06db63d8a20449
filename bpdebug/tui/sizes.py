"""How large a matrix is as a whole, in a number and as a bar."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import numpy as np

from bpdebug.debugger.remembered import Remembered
from bpdebug.ops.table import Array
from bpdebug.tui.signs import signs

EIGHTHS = " ▏▎▍▌▋▊▉█"
SHORT = 6
"""Cells of a size."""

Found = TypeVar("Found")


def remembered(ask: Callable[[Array], Found]) -> Callable[[Array], Found]:
    """The same, asked of each matrix once."""

    known = Remembered[Found]()

    @wraps(ask)
    def asked(array: Array) -> Found:
        return known.of(array, lambda: ask(array))

    return asked


@remembered
def rms(array: Array) -> float:
    """The root of the mean of the squares; of a number its size. NaN and infinity where the matrix has them."""
    if not array.size:
        return 0.0
    flat = array.ravel(order="K")
    with np.errstate(all="ignore"):
        squares = float(flat.dot(flat))
        if 1e-280 < squares < math.inf:
            return math.sqrt(squares / flat.size)
        greatest = float(np.abs(flat).max())  # squares that float64 cannot hold
        if not greatest or not math.isfinite(greatest):
            return greatest
        part = flat / greatest
        return greatest * math.sqrt(float(part.dot(part)) / flat.size)


@remembered
def idle(array: Array) -> tuple[int, ...]:
    """Along each axis, how many of its places are 0 throughout: how many rows of a matrix, how many columns."""
    others = (tuple(each for each in range(array.ndim) if each != axis) for axis in range(array.ndim))
    return tuple(int(np.count_nonzero(~np.any(array, axis=each))) for each in others)


def short(size: float, notation: str) -> str:
    """A size in six cells, but for what is beyond 1e±99: 0.0021, 1.43, 3.2e-9."""
    if math.isnan(size):
        return "NaN"
    for text in (f"{size:.3g}", f"{size:.2g}"):
        if len(text) <= SHORT and "e" not in text:
            return text
    digits, _, power = f"{size:.1e}".partition("e")
    return f"{digits}e{int(power)}".replace("-", signs(notation).minus)


def bar(fraction: float, cells: int, notation: str) -> str:
    """A share of so many cells, in eighths of one; anything above zero shows."""
    share = min(1.0, max(0.0, fraction)) * cells
    if notation == "ascii":
        full = math.ceil(share) if share else 0
        return ("#" * full).ljust(cells)
    eighths = max(1, round(share * 8)) if share else 0
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(cells)

"""How large a matrix is as a whole, in a number and as a bar."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast
from weakref import ref

import numpy as np

from bpdebug.ops.table import Array
from bpdebug.tui.signs import signs

EIGHTHS = " ▏▎▍▌▋▊▉█"
SHORT = 6
"""Cells of a size."""
REMEMBERED = 256
"""Matrices whose size is remembered: they never change."""

Found = TypeVar("Found")

_known: dict[tuple[int, Callable[..., object]], tuple[ref[Array], object]] = {}


def remembered(ask: Callable[[Array], Found]) -> Callable[[Array], Found]:
    """The same, asked of each matrix once."""

    @wraps(ask)
    def asked(array: Array) -> Found:
        key = id(array), ask
        found = _known.get(key)
        if found is None or found[0]() is not array:
            if len(_known) >= REMEMBERED:
                _known.clear()
            found = _known[key] = ref(array), ask(array)
        return cast("Found", found[1])

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
    """Along each axis, how many stretches of a matrix are 0 throughout."""
    return tuple(int(np.count_nonzero(~np.any(array, axis=axis))) for axis in range(array.ndim))


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

"""The numbers a file gives: nested lists or shapes to draw, checked before an array exists."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from bpdebug.ops.table import Array, Shape
from bpdebug.scenario.positions import Path
from bpdebug.scenario.wording import quoted

MOST_ENTRIES = 10_000_000
"""The most entries that one scenario's data, parameters and quantities may have together."""


class BadValueError(Exception):
    """A value that cannot stand in an array: where in the nested list, and why."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


def from_lists(values: Any) -> Array:
    """The array of a number, a list or a list of rows; BadValueError says which element is at fault."""
    if not isinstance(values, list):
        return np.asarray(_entry(values, ()))
    if not values:
        raise BadValueError((), "the list is empty; an array needs at least one entry")
    if not any(isinstance(each, list) for each in values):
        return np.asarray([_entry(each, (i,)) for i, each in enumerate(values)])
    for i, row in enumerate(values):
        _check_row(row, values[0], i)
    return np.asarray([[_entry(each, (i, j)) for j, each in enumerate(row)] for i, row in enumerate(values)])


def _check_row(row: Any, first: Any, i: int) -> None:
    if not isinstance(row, list):
        raise BadValueError((i,), f"expected a row in [brackets], found {quoted(row)}")
    if not row:
        raise BadValueError((i,), "the row is empty; a matrix needs at least one column")
    if isinstance(first, list) and len(row) != len(first):
        message = f"ragged matrix: row {i} has {len(row)} entries, row 0 has {len(first)}"
        raise BadValueError((i,), message, "Every row of a matrix needs the same number of entries.")


def _entry(value: Any, path: Path) -> float:
    if isinstance(value, list):
        raise BadValueError(path, "lists are nested deeper than a matrix; at most two levels are read")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValueError(path, f"expected a number, found {quoted(value)}", "Write 1 and 0 for true and false.")
    try:
        number = float(value)
    except OverflowError:
        raise BadValueError(path, "the number is too large for float64") from None
    if math.isnan(number):
        raise BadValueError(
            path, "nan is not a number one can train on", "Remove the example, or put in a value for it."
        )
    if math.isinf(number):
        raise BadValueError(path, "expected a finite number, found inf")
    return number


def entries(shape: Shape) -> int:
    """How many entries an array of a shape has."""
    return math.prod(int(size) for size in shape)


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one name: the same whatever else the scenario holds."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return np.random.Generator(np.random.Philox(key=[seed, int.from_bytes(digest, "little")]))


def drawn(
    init: str, shape: Shape, seed: int, name: str, *, fan_in: int, fan_out: int, scale: float, value: float
) -> Array:
    """An array of a shape, filled as `init` says. `fan_in` and `fan_out` count the units it joins."""
    random = stream(seed, name)
    if init in ("zeros", "ones", "constant"):
        return np.full(shape, {"zeros": 0.0, "ones": 1.0, "constant": value}[init])
    if init == "uniform":
        return np.asarray(random.uniform(-scale, scale, shape))
    if init == "orthogonal":
        return scale * orthogonal(np.asarray(random.standard_normal(shape)))
    variance = {"normal": 1.0, "xavier": 2.0 / (fan_in + fan_out), "he": 2.0 / fan_in, "lecun": 1.0 / fan_in}[init]
    return np.asarray(random.standard_normal(shape) * (scale * math.sqrt(variance)))


def orthogonal(drawn: Array) -> Array:
    """A matrix whose rows, or columns if those are fewer, are of length 1 and at right angles, all of them as likely.

    From a matrix of normal numbers, by its QR decomposition (A. M. Saxe et al., ICLR 2014); the sign of each column is
    that of R, without which not all would be as likely (F. Mezzadri, Notices of the AMS 54, 2007).
    """
    flat = drawn.reshape(drawn.shape[0] if drawn.ndim else 1, -1)
    wide = flat.shape[0] < flat.shape[1]
    q, r = np.linalg.qr(flat.T if wide else flat)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return np.asarray((q.T if wide else q).reshape(drawn.shape))


def frozen(array: Array) -> Array:
    """A float64 copy that nobody can write to."""
    copy = np.array(array, dtype=np.float64, order="C")
    copy.flags.writeable = False
    return copy

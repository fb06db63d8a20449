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


MOST_AXES = 4
"""Axes that an array may have: examples, channels, height and width."""


class BadValueError(Exception):
    """A value that cannot stand in an array: where in the nested list, and why."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


def from_lists(values: Any) -> Array:
    """The array of a number, or of lists within lists; BadValueError says which element is at fault."""
    lengths: list[int] = []
    first = values
    while isinstance(first, list) and first:
        lengths.append(len(first))
        first = next((each for each in first if isinstance(each, list)), first[0])
    if len(lengths) > MOST_AXES:
        raise BadValueError(
            (0,) * MOST_AXES, f"lists are nested deeper than {MOST_AXES} levels, the most that are read"
        )
    return np.asarray(_entries(values, lengths, ()))


def _entries(values: Any, lengths: list[int], path: Path) -> Any:
    """The numbers of lists that have these lengths, from the outer to the inner."""
    axis = len(path)
    if axis == len(lengths) and not (isinstance(values, list) and not values):
        return _entry(values, path)
    if not isinstance(values, list):
        raise BadValueError(path, f"expected a {_called(len(lengths) - axis)} in [brackets], found {quoted(values)}")
    if not values:
        empty = "the list is empty; an array needs at least one entry"
        raise BadValueError(path, "the row is empty; a matrix needs at least one column" if axis else empty)
    if len(values) != lengths[axis]:
        what, whole = _called(len(lengths) - axis), "matrix" if len(lengths) == 2 else "array"
        message = f"ragged {whole}: {what} {path[-1]} has {len(values)} entries, {what} 0 has {lengths[axis]}"
        raise BadValueError(path, message, f"Every {what} of {_article(whole)} needs the same number of entries.")
    return [_entries(each, lengths, (*path, i)) for i, each in enumerate(values)]


def _called(axes: int) -> str:
    return "row" if axes == 1 else "matrix" if axes == 2 else "block"


def _article(noun: str) -> str:
    return f"an {noun}" if noun == "array" else f"a {noun}"


def _entry(value: Any, path: Path) -> float:
    if isinstance(value, list):
        raise BadValueError(path, "a list stands here, where other entries are numbers")
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


def fans(shape: Shape, columns: bool) -> tuple[int, int]:
    """How many units an array of weights joins: those that come in, those that go out.

    Filters (f, c, h, w) join every entry of their windows, c·h·w, with every entry that the windows it is in give.
    """
    whole = tuple(int(each) for each in shape)
    if len(whole) == 2:
        return (whole[1], whole[0]) if columns else whole
    if len(whole) < 2:
        return (max(whole, default=1),) * 2
    window = math.prod(whole[2:])
    return whole[1] * window, whole[0] * window


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

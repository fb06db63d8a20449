"""Numbers, shapes, matrices and lists as text: bounded, exact enough, and without a control character."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import numpy as np

from bpdebug.errors import printable
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.ops.table import Array, Shape, Size

WIDTH = 100
ENTRIES = 400
"""Matrices with more entries are shown by their corners."""

KEPT = "kept by the update from iteration to iteration"
"""What is said of a momentum, a count of updates and their like."""


def quoted(word: str) -> str:
    """What the user typed, in a message."""
    shown = printable(word).replace("\n", "\\n")
    return f"'{shown[:59]}…'" if len(shown) > 60 else f"'{shown}'"


def closest(word: str, words: Iterable[str]) -> str:
    """`Did you mean dW2?`, or nothing where nothing is near."""
    known = {each.lower(): each for each in words}
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"Did you mean {known[near[0]]}?" if near else ""


def counted(number: int, noun: str, plural: str = "") -> str:
    """3 entries, 1 entry."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def named(name: str, notation: str) -> str:
    """A name in one of the notations."""
    return write(Name(name), notation)


def shaped(shape: Shape) -> str:
    """(5, 8) as NumPy writes it, for what answers commands, and "a number" for a scalar."""
    return str(tuple(int(length) for length in shape)) if shape else "a number"


def sized(shape: Shape, times: str = "×", *, named: bool = False) -> str:
    """A shape as the screen writes it: 5×8, or n1×m by the names of its lengths; (5,) for one axis."""
    words = [length.symbol if named and isinstance(length, Size) else str(int(length)) for length in shape]
    return f"({words[0]},)" if len(words) == 1 else times.join(words) or "number"


def shaped_by_name(shape: Shape) -> str:
    """(5, 8) = (n1, m), where the lengths have names."""
    if not any(isinstance(length, Size) for length in shape):
        return shaped(shape)
    words = [length.symbol if isinstance(length, Size) else str(length) for length in shape]
    return f"{shaped(shape)} = ({', '.join(words)}{',' * (len(words) == 1)})"


def number(value: float) -> str:
    """A number to be read: ten digits, and one zero."""
    return f"{value + 0.0:.10g}"


def index(place: Iterable[int]) -> str:
    """The place of an entry: [0, 3]."""
    return f"[{', '.join(str(int(each)) for each in place)}]"


def matrix(array: Array) -> str:
    """The entries in rows and columns, those of a large array by its corners."""
    return np.array2string(
        array, max_line_width=WIDTH, precision=6, threshold=ENTRIES, edgeitems=4, suppress_small=False
    )


def valued(label: str, array: Array) -> str:
    """`J = 0.69`, or a name with its shape and beneath it the matrix."""
    if array.ndim == 0:
        return f"{label} = {number(float(array))}"
    text = matrix(array)
    return f"{label} {shaped(array.shape)}\n{text}" if array.size else f"{label} {shaped(array.shape)}: no entries"

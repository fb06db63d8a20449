"""Numbers in columns: what is known of a matrix as a whole, and how its entries are written under one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bpdebug.ops.table import Array

CHUNK = 2**16
"""Entries looked at in one go, so that they stay at hand for the next question."""
LARGE, SMALL, LARGEST_WHOLE = 1e5, 1e-3, 1e6
"""Beyond these the largest entry of a matrix is written with a power of ten."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A matrix in a few numbers. NaN and infinities are counted, and left out of the others."""

    entries: int = 0
    smallest: float = math.inf
    largest: float = -math.inf
    total: float = 0.0
    norm: float = 0.0
    zeros: int = 0
    nans: int = 0
    infinities: int = 0
    whole: bool = True
    """Every entry is a whole number."""

    @property
    def finite(self) -> int:
        return self.entries - self.nans - self.infinities

    @property
    def greatest(self) -> float:
        """The largest size of an entry."""
        return max(abs(self.smallest), abs(self.largest)) if self.finite else 0.0

    @property
    def mean(self) -> float:
        return self.total / self.finite if self.finite else math.nan

    def with_(self, other: Summary) -> Summary:
        """The summary of two parts together."""
        return Summary(
            self.entries + other.entries,
            min(self.smallest, other.smallest),
            max(self.largest, other.largest),
            self.total + other.total,
            math.hypot(self.norm, other.norm),
            self.zeros + other.zeros,
            self.nans + other.nans,
            self.infinities + other.infinities,
            self.whole and other.whole,
        )


def summary(table: Array) -> Summary:
    """What is known of a matrix as a whole."""
    found = Summary()
    for chunk in _chunks(table):
        found = found.with_(_of_chunk(chunk))
    return found


def _chunks(table: Array) -> Iterator[Array]:
    rows, columns = table.shape
    down, across = max(1, CHUNK // max(1, columns)), CHUNK
    for row in range(0, rows, down):
        for column in range(0, columns, across):
            yield table[row : row + down, column : column + across]


def _of_chunk(chunk: Array) -> Summary:
    nans, infinities = int(np.isnan(chunk).sum()), int(np.isinf(chunk).sum())
    finite = chunk[np.isfinite(chunk)] if nans or infinities else chunk
    sizes = np.abs(finite)
    greatest = float(sizes.max(initial=0.0))
    zeros = int(sizes.size - np.count_nonzero(sizes))
    with np.errstate(all="ignore"):
        norm = greatest * float(np.sqrt(np.sum(np.square(sizes / greatest)))) if greatest else 0.0
        total = float(finite.sum())
    whole = bool(np.all(finite == np.trunc(finite)))
    smallest, largest = float(finite.min(initial=math.inf)), float(finite.max(initial=-math.inf))
    return Summary(chunk.size, smallest, largest, total, norm, zeros, nans, infinities, whole)


@dataclass(frozen=True, slots=True)
class Format:
    """How all entries of a matrix are written: always with their sign, points under points, zero as a bare 0.

    What is not zero never looks like it: a small entry may be rounded to +0.00, but keeps its sign and its point.
    """

    decimals: int
    scientific: bool = False
    width: int = 0
    minus: str = "−"

    def __call__(self, value: float) -> str:
        """One entry, as wide as all others."""
        if not math.isfinite(value):
            return self._signed("NaN" if math.isnan(value) else "+inf" if value > 0 else "-inf").rjust(self.width)
        text = self._digits(value)
        return text.ljust(self.width) if self.scientific else text.rjust(self.width)

    def _digits(self, value: float) -> str:
        if value == 0:
            return " 0" if self.scientific else "0" + " " * (self.decimals + 1 if self.decimals else 0)
        if self.scientific:
            return self._signed(_short(f"{value:+.{self.decimals}e}"))
        return self._signed(f"{value:+.{self.decimals}f}")

    def _signed(self, text: str) -> str:
        return text.replace("-", self.minus)

    def fitted(self, values: tuple[float, ...]) -> Format:
        """The same, wide enough for these."""
        width = max((len(self(value)) for value in values), default=1)
        return Format(self.decimals, self.scientific, width, self.minus)


def chosen(found: Summary, digits: int, minus: str = "−") -> Format:
    """The format of a matrix: so many digits of its largest entry, and wide enough for every other."""
    greatest = found.greatest
    extremes = [each for each in (found.smallest, found.largest) if math.isfinite(each)]
    extremes += [0.0] * (found.zeros > 0) + [math.nan] * (found.nans > 0) + [-math.inf] * (found.infinities > 0)
    if found.whole and greatest < LARGEST_WHOLE:
        wanted = Format(0, minus=minus)
    elif greatest >= LARGE or greatest < SMALL:
        wanted = Format(digits - 1, scientific=True, minus=minus)
    else:
        wanted = Format(max(1, digits - 1 - math.floor(math.log10(greatest))), minus=minus)
    return wanted.fitted(tuple(extremes))


def _short(text: str) -> str:
    """1e-05 as 1e-5."""
    digits, _, power = text.partition("e")
    return f"{digits}e{int(power)}"

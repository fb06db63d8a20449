"""Numbers in columns: what is known of a matrix as a whole, and how its entries are written under one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bpdebug.ops.table import Array

CHUNK = 2**16
"""Entries looked at in one go, so that they stay at hand for the next question."""
SAMPLED = 64
"""Rows and columns of the sample that says how large an entry usually is."""
MOST_DECIMALS = 5
"""Digits behind the point: where the usual entry needs more for two of its own, powers of ten are written."""
SQUARABLE = (1e-140, 1e140)
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
    least: float = math.inf
    """The smallest size of what is not zero."""
    zeros: int = 0
    nans: int = 0
    infinities: int = 0
    typical: float = 0.0
    """The median size of what is not zero, among a sample of the entries; 0 where there is none."""
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
            min(self.least, other.least),
            self.zeros + other.zeros,
            self.nans + other.nans,
            self.infinities + other.infinities,
            max(self.typical, other.typical),
            self.whole and other.whole,
        )


def summary(table: Array) -> Summary:
    """What is known of a matrix as a whole."""
    found = Summary()
    for chunk in _chunks(table):
        found = found.with_(_of_chunk(chunk, whole=found.whole))
    return replace(found, typical=_typical(table))


def _typical(table: Array) -> float:
    """The median size of what is neither zero nor infinite nor NaN, of entries taken evenly from a matrix."""
    down, across = (max(1, length // SAMPLED) for length in table.shape)
    sizes = np.abs(table[::down, ::across])
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(sizes / 2)) * 2 if sizes.size else 0.0


def _chunks(table: Array) -> Iterator[Array]:
    rows, columns = table.shape
    down = max(1, CHUNK // max(1, columns))
    for row in range(0, rows, down):
        for column in range(0, columns, CHUNK):
            yield np.ravel(table[row : row + down, column : column + CHUNK])


def _of_chunk(chunk: Array, *, whole: bool) -> Summary:
    """Of a few entries; whether they are whole numbers is asked only where it still matters."""
    nans = infinities = 0
    finite = np.isfinite(chunk)
    if not finite.all():
        nans = int(np.isnan(chunk).sum())
        infinities = chunk.size - nans - int(finite.sum())
        chunk = chunk[finite]
    smallest, largest = float(chunk.min(initial=math.inf)), float(chunk.max(initial=-math.inf))
    zeros = int(chunk.size - np.count_nonzero(chunk))
    sizes = np.abs(chunk[chunk != 0] if zeros else chunk)
    with np.errstate(all="ignore"):
        total = float(chunk.sum())
    return Summary(
        entries=chunk.size + nans + infinities,
        smallest=smallest,
        largest=largest,
        total=total,
        norm=_norm(chunk, max(abs(smallest), abs(largest)) if chunk.size else 0.0),
        least=float(sizes.min(initial=math.inf)),
        zeros=zeros,
        nans=nans,
        infinities=infinities,
        whole=whole and bool(np.all(chunk == np.trunc(chunk))),
    )


def _norm(chunk: Array, greatest: float) -> float:
    """The Euclidean norm. Squares that float64 cannot hold are taken of fractions of the greatest entry."""
    if greatest == 0 or SQUARABLE[0] < greatest < SQUARABLE[1]:
        return _length(chunk)
    return greatest * _length(chunk / greatest)


def _length(chunk: Array) -> float:
    # np.dot would wake the threads of BLAS, which wait for one another for longer than they work
    return math.sqrt(float(np.einsum("i,i->", chunk, chunk)))


@dataclass(frozen=True, slots=True)
class Format:
    """How all entries of a matrix are written: always with their sign, points under points.

    Zero is a bare 0 at the right edge, where the index of its column stands.

    What is not zero never looks like it: a small entry may be rounded to +0.00, but keeps its sign and its point.
    """

    decimals: int
    scientific: bool = False
    width: int = 0
    minus: str = "−"

    def __call__(self, value: float) -> str:
        """One entry, as wide as all others."""
        if value == 0:
            return self._zero
        if not math.isfinite(value):
            text = "NaN" if math.isnan(value) else f"{value:+}"
        elif self.scientific:
            text = _short(f"{value:+.{self.decimals}e}").ljust(self.width)
        else:
            text = f"{value:+.{self.decimals}f}"
        return text.replace("-", self.minus).rjust(self.width)

    @property
    def _zero(self) -> str:
        return "0".rjust(self.width)

    def fitted(self, values: tuple[float, ...]) -> Format:
        """The same, wide enough for these."""
        width = max((len(self(value)) for value in values), default=1)
        return Format(self.decimals, self.scientific, width, self.minus)


def chosen(found: Summary, digits: int, minus: str = "−") -> Format:
    """The format of a matrix: so many digits of its largest entry, a 0 before the point among them, and wide enough
    for every other entry.
    """
    greatest = found.greatest
    extremes = [each for each in (found.smallest, found.largest, found.least) if math.isfinite(each)]
    extremes += [0.0] * (found.zeros > 0) + [math.nan] * (found.nans > 0) + [-math.inf] * (found.infinities > 0)
    if found.whole and greatest < LARGEST_WHOLE:
        wanted = Format(0, minus=minus)
    elif greatest >= LARGE or greatest < SMALL or _second(found.typical) > MOST_DECIMALS:
        wanted = Format(digits - 1, scientific=True, minus=minus)
    else:
        usual = _second(found.typical) - (digits == 2)
        wanted = Format(max(_decimals(greatest, digits), usual), minus=minus)
    return wanted.fitted(tuple(extremes))


def _decimals(greatest: float, digits: int) -> int:
    """Digits behind the point: one at least, and enough that a small entry shows one digit less than a large one."""
    power = math.floor(math.log10(greatest))
    return max(1, digits - 1 - max(0, power), max(2, digits - 1) - 1 - power)


def _second(size: float) -> int:
    """The decimal at which the second digit of a number stands."""
    return 1 - math.floor(math.log10(size)) if size else 0


def _short(text: str) -> str:
    """1e-05 as 1e-5."""
    digits, _, power = text.partition("e")
    return f"{digits}e{int(power)}"

"""A matrix in a few numbers: of all its entries, or of a sample where there are too many to look at in one frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.ops.table import Array

CHUNK = 2**16
"""Entries looked at in one go, so that they stay at hand for the next question."""
SAMPLED = 64
"""Rows and columns of the sample that says how large an entry usually is."""
FEW = 2**12
"""Entries of a matrix that are all looked at before it is drawn."""
SAMPLE, SIDE = 2**10, 2**5
"""Entries of the sample of a larger one, and rows and columns of it where it is long and wide."""
JITTER = 0.7548776662466927, 0.5698402909980532
"""Steps that fill a square evenly, so that no pattern of the entries hides between those of a sample."""
MOST_ODD = 1_000
"""Entries that are no numbers of which it is known where they stand."""
NONE_ODD = np.empty((0, 2), dtype=int)
SQUARABLE = (1e-140, 1e140)


class Summary(Struct, frozen=True):
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
    *_, found = so_far(table)
    return found


def so_far(table: Array) -> Iterator[Summary]:
    """What is known of more and more of a matrix, in the end of the whole."""
    found = Summary(typical=_typical(table))
    yield found
    for chunk in _chunks(table):
        found = found.with_(_of_chunk(chunk, whole=found.whole))
        yield found


def sampled(table: Array) -> Summary:
    """The same of a sample; what shows first is taken into account too."""
    entries = sample(table)
    return widened(replace(_of_chunk(entries.ravel(), whole=True), typical=_median(entries)), table[:SIDE, :SIDE])


def widened(found: Summary, entries: Array) -> Summary:
    """What is known of a sample, with room for more entries: how they are written and shaded depends on them."""
    more = _of_chunk(entries.ravel(), whole=found.whole)
    nans, infinities = max(found.nans, more.nans), max(found.infinities, more.infinities)
    return replace(
        found,
        entries=found.finite + nans + infinities,
        nans=nans,
        infinities=infinities,
        smallest=min(found.smallest, more.smallest),
        largest=max(found.largest, more.largest),
        least=min(found.least, more.least),
        whole=found.whole and more.whole,
    )


def fitting(found: Summary, entries: Array) -> bool:
    """Whether entries are like those of a sample, as far as a glance tells: NaN and what is infinite never are."""
    within = found.smallest <= entries.min() and entries.max() <= found.largest
    return bool(within) and not (found.whole and bool((entries != np.trunc(entries)).any()))


def sample(table: Array) -> Array:
    """One entry of every tile of a grid laid over a matrix, now here and now there in its tile."""
    return table[_grid(*table.shape)]


@lru_cache(64)
def _grid(rows: int, columns: int) -> tuple[Array, Array]:
    """Rows and columns of the sample of any matrix of a size."""
    down = min(rows, max(SIDE, SAMPLE // columns))
    across = min(columns, SAMPLE // down)
    tile, beside = np.arange(down)[:, np.newaxis], np.arange(across)
    row = (tile + (tile * JITTER[0]) % 1) * rows / down
    column = (beside + (tile * JITTER[1] + beside * JITTER[0]) % 1) * columns / across
    return np.minimum(row.astype(int), rows - 1), np.minimum(column.astype(int), columns - 1)


def odd(table: Array) -> Array:
    """Row and column of what is no number or infinite: the first few of them."""
    found, down = list[Array](), max(1, CHUNK // max(1, table.shape[1]))
    for row in range(0, table.shape[0], down):
        places = np.argwhere(~np.isfinite(table[row : row + down]))
        if places.size:
            found.append(places + np.array([row, 0]))
        if sum(map(len, found)) >= MOST_ODD:
            break
    return np.concatenate(found)[:MOST_ODD] if found else NONE_ODD


def _typical(table: Array) -> float:
    """The usual size of entries taken evenly from a matrix."""
    down, across = (max(1, length // SAMPLED) for length in table.shape)
    return _median(table[::down, ::across])


def _median(entries: Array) -> float:
    """The median size of what is neither zero nor infinite nor NaN; 0 where there is nothing else."""
    sizes = np.abs(entries)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not sizes.size:
        return 0.0
    middle = np.sort(sizes)[(sizes.size - 1) // 2 : sizes.size // 2 + 1]  # np.median loads masked arrays: 25 ms
    return float(middle[0] / 2 + middle[-1] / 2)


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

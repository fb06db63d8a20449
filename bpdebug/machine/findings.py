"""What was found out about a run by looking at it: numbers of its iterations, and at which places something shows.

A run is the same however often it is executed, so what was seen of it once need not be executed again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from bpdebug.language.expression import Expr
from bpdebug.machine.changes import Changes
from bpdebug.machine.stretches import Stretches
from bpdebug.ops.table import Array

Key: TypeAlias = tuple[Expr, int]
"""What a number is, and the step of an iteration after which it is so; 0 where it is so from its beginning on."""
MOST, KINDS = 2**14, 256
"""Places that are remembered of one thing looked for, and how many such things."""
FEW = 64
"""Numbers there is room for at least."""


class Series:
    """A number of every iteration, counted from 0, as far as it is known."""

    def __init__(self) -> None:
        self._values = np.full(FEW, np.nan)
        self.known = Stretches()
        """Of iteration 0 it is known where 1 is in it."""

    @classmethod
    def of(cls, values: Array, known: Stretches) -> Series:
        """One of which these are the numbers, in the same memory."""
        series = cls()
        series._values, series.known = values, known
        return series

    @property
    def nbytes(self) -> int:
        return self._values.nbytes

    @property
    def values(self) -> Array:
        """By iteration, as far as there is room: what is not known is any number."""
        return self._values

    def note(self, iteration: int, value: float) -> None:
        """What it is in an iteration, if it is found to be so: `settle` tells."""
        if iteration >= len(self._values):
            self._values = grown(self._values, iteration + 1)
        self._values[iteration] = value

    def settle(self, first: int, end: int) -> None:
        """Of the iterations from one to before another what was noted is so."""
        if first < end:
            self.known.add(first, end)

    def until(self, iteration: int) -> Series:
        """That of the iterations before this one, in the same memory: both can only note the same there."""
        return Series.of(self._values[:iteration], self.known.until(iteration))


class Table:
    """Several numbers of every iteration, all found together."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.rows = {key: row for row, key in enumerate(keys)}
        """What they are, in the order in which they come."""
        self._values = np.full((len(self.rows), FEW), np.nan)
        self.known = Stretches()
        self.full = False
        """Whether no more is put in."""

    def fits(self, end: int, budget: int) -> bool:
        """Whether the numbers of the iterations before this one take no more than so many bytes."""
        return end <= self._values.shape[1] or 2 * self._values.nbytes <= budget

    def put(self, first: int, numbers: Array) -> None:
        """What they are in the iterations from `first` on: shape (numbers, iterations)."""
        end = first + numbers.shape[1]
        if end > self._values.shape[1]:
            self._values = grown(self._values, end)
        self._values[:, first:end] = numbers
        self.known.add(first, end)

    def series(self, key: Key) -> Series | None:
        """One of them."""
        return None if key not in self.rows else Series.of(self._values[self.rows[key]], self.known)

    def until(self, iteration: int) -> Table:
        """Those of the iterations before this one, in the same memory."""
        other = Table(self.rows)
        other._values, other.known, other.full = self._values[:, :iteration], self.known.until(iteration), self.full
        return other


def grown(values: Array, size: int) -> Array:
    """A longer array that begins with these values: twice as long, or as long as is needed; then come NaN."""
    *others, length = values.shape
    longer = np.full((*others, max(FEW, 2 * length, size)), np.nan)
    longer[..., :length] = values
    return longer


class Looked:
    """The places of a run at which something shows, in the stretches that were looked through for it."""

    def __init__(self) -> None:
        self.through = Stretches()
        self._places: array[int] = array("q")

    def note(self, low: int, high: int, places: Iterable[int]) -> None:
        """After `low` and up to `high` it shows at these places, all others were looked at."""
        self.through.add(low, high)
        for place in places:
            at = bisect_left(self._places, place)
            if self._places[at : at + 1] != array("q", [place]):
                insort(self._places, place)
        if len(self._places) > MOST:
            self.through, self._places = Stretches(), array("q")

    def within(self, low: int, high: int) -> Sequence[int]:
        """Where it shows after `low` and up to `high`."""
        return self._places[bisect_right(self._places, low) : bisect_right(self._places, high)]

    def until(self, place: int) -> Looked:
        """What was found up to a place."""
        other = Looked()
        other.through, other._places = self.through.until(place), self._places[: bisect_right(self._places, place)]
        return other


class Findings:
    """Everything that was found out about a run, by what it was asked for.

    Numbers that are noted because they are asked for take at most `budget` bytes, or are those of one kind.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._series: OrderedDict[Key, Series] = OrderedDict()
        """That asked for last is the last."""
        self.table: Table | None = None
        """What is kept of every iteration, asked for or not;"""
        self.changes: Changes | None = None
        """and which entries of the parameters changed, in the order in which a state has them."""
        self._looked: OrderedDict[Hashable, Looked] = OrderedDict()

    def series(self, key: Key) -> Iterator[Series]:
        """The numbers of this kind: what was kept of all iterations, and what was noted since it was asked for."""
        found = (None if self.table is None else self.table.series(key)), self._series.get(key)
        return (each for each in found if each is not None)

    def recorded(self, key: Key) -> bool:
        """Whether a number is kept of every iteration that is run, asked for or not."""
        return self.table is not None and key in self.table.rows and not self.table.full

    def begin(self, key: Key) -> Series:
        """The numbers of this kind, to be added to. Where all together take too much, those asked for long ago go."""
        found = self._series.setdefault(key, Series())
        self._series.move_to_end(key)
        while len(self._series) > 1 and sum(each.nbytes for each in self._series.values()) > self._budget:
            self._series.popitem(last=False)
        return found

    def looked(self, key: Hashable) -> Looked:
        """Where something shows, as far as it was looked for. Of very many things that asked for long ago goes."""
        found = self._looked.setdefault(key, Looked())
        self._looked.move_to_end(key)
        if len(self._looked) > KINDS:
            self._looked.popitem(last=False)
        return found

    def until(self, iteration: int, steps: int, budget: int) -> Findings:
        """What is known of the iterations before this one, each of so many steps."""
        other = Findings(budget)
        other.table = None if self.table is None else self.table.until(iteration)
        other.changes = None if self.changes is None else self.changes.until(iteration)
        other._series = OrderedDict((key, each.until(iteration)) for key, each in self._series.items())
        other._looked = OrderedDict((key, each.until(iteration * steps)) for key, each in self._looked.items())
        return other

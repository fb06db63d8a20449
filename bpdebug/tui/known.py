"""What is known of the matrices of a run by now: counted once for each, however often it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from bpdebug.debugger.remembered import Remembered
from bpdebug.ops.table import Array
from bpdebug.tui.numbers import FEW, NONE_ODD, Summary, fitting, odd, sampled, so_far, summary, widened
from bpdebug.tui.writing import extremes


class Known:
    """A matrix in a few numbers: a small one's at once, a large one's of a sample until all entries are counted."""

    def __init__(self, table: Array) -> None:
        self.exact = table.size <= FEW
        self.summary = summary(table) if self.exact else sampled(table)
        self.odd = odd(table) if self.exact and self._strange else NONE_ODD
        """Where what is no number stands, the first of it, as far as all is counted."""

    @property
    def _strange(self) -> int:
        return self.summary.nans + self.summary.infinities

    def see(self, entries: Array) -> bool:
        """Take entries into account that show, where only a sample is known; whether they are anything new."""
        if self.exact or not entries.size or fitting(self.summary, entries):
            return False
        before, self.summary = self.summary, widened(self.summary, entries)
        return extremes(before) != extremes(self.summary)

    def count(self, table: Array, stopped: Callable[[], bool]) -> None:
        """Look at every entry of the matrix, as long as nobody says to stop. For a thread beside the screen."""
        latest = self.summary
        for found in so_far(table):
            if stopped():
                return
            latest = found
        self.summary, self.exact = latest, True
        self.odd = odd(table) if self._strange else NONE_ODD


class Joint:
    """Several matrices that are to be compared, and so have the same digits and shades."""

    def __init__(self, members: tuple[Known, ...]) -> None:
        self._members = members

    @property
    def summary(self) -> Summary:
        """That of all of them together."""
        return reduce(Summary.with_, (each.summary for each in self._members), Summary())


_known = Remembered[Known]()


def known(value: Array, table: Array) -> Known:
    """What is known of an array, of which `table` is the rows and columns."""
    return _known.of(value, lambda: Known(table))


def forget() -> None:
    """Begin anew, as if nothing had been drawn."""
    _known.forget()

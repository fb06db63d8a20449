"""Numbers of a run by iteration, and what follows from them without executing anything.

A column knows its value in stretches of iterations. Those of a condition are made of those of what it reads, to the
bit what the condition is where it is computed.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from bpdebug.debugger.formulas import Formula
from bpdebug.machine.changes import Changes
from bpdebug.machine.kernels import Precision
from bpdebug.machine.stretches import Stretches
from bpdebug.ops.table import UNIT, Array, Op

ENDLESS = sys.maxsize


class Column(ABC):
    """A value of every iteration, counted from 0, as far as it is known."""

    @abstractmethod
    def back(self, end: int) -> int:
        """The first iteration from which on all before `end` are known; `end` itself where the last is not."""

    @abstractmethod
    def on(self, first: int) -> int:
        """The iteration before which all are known from `first` on; `first` itself where that is not."""

    @abstractmethod
    def values(self, first: int, end: int) -> Array:
        """What they are from one iteration to before another, all known: shape (iterations,) or ()."""


class Fixed(Column):
    """What is the same throughout a run."""

    def __init__(self, value: Array) -> None:
        self._value = value

    def back(self, end: int) -> int:
        return 0

    def on(self, first: int) -> int:
        return ENDLESS

    def values(self, first: int, end: int) -> Array:
        return self._value


class Kept(Column):
    """Numbers that were kept, in a stretch of memory."""

    def __init__(self, numbers: Array, known: Stretches, dtype: Precision) -> None:
        self._numbers, self._known, self._dtype = numbers, known, dtype

    def back(self, end: int) -> int:
        return max(0, self._known.back(end))

    def on(self, first: int) -> int:
        return self._known.on(first)

    def values(self, first: int, end: int) -> Array:
        return np.asarray(self._numbers[first:end], dtype=self._dtype)


class Either(Column):
    """Columns of the same numbers, of which one may know what another does not."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def back(self, end: int) -> int:
        return min(each.back(end) for each in self._columns)

    def on(self, first: int) -> int:
        return max(each.on(first) for each in self._columns)

    def values(self, first: int, end: int) -> Array:
        knows = (each for each in self._columns if each.back(end) <= first or each.on(first) >= end)
        return next(knows).values(first, end)


class Before(Column):
    """What another column is in the iteration before; the first iteration has no such value."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def back(self, end: int) -> int:
        return self._column.back(end - 1) + 1 if end else 0

    def on(self, first: int) -> int:
        return self._column.on(first - 1) + 1 if first else 0

    def values(self, first: int, end: int) -> Array:
        return self._column.values(first - 1, end - 1)


class Apart(Column):
    """Another column, and in the first iteration a value of its own."""

    def __init__(self, column: Column, *, first: bool) -> None:
        self._column, self._first = column, first

    def back(self, end: int) -> int:
        found = self._column.back(end) if end > 1 else end
        return 0 if found <= 1 else found

    def on(self, first: int) -> int:
        return self._column.on(max(1, first))

    def values(self, first: int, end: int) -> Array:
        if first:
            return self._column.values(first, end)
        return np.append(self._first, self._column.values(1, end) if end > 1 else [])


class Computed(Column):
    """A formula over single numbers, of which there are columns."""

    def __init__(self, formula: Formula, columns: Mapping[str, Column]) -> None:
        self._formula, self._columns = formula, columns
        self._together = all(rounded_once(step.op) for step in formula.steps)

    def back(self, end: int) -> int:
        return max((each.back(end) for each in self._columns.values()), default=0)

    def on(self, first: int) -> int:
        return min((each.on(first) for each in self._columns.values()), default=ENDLESS)

    def values(self, first: int, end: int) -> Array:
        known = {name: each.values(first, end) for name, each in self._columns.items()}
        if self._together:
            return _found(self._formula, known)
        wide = {name: np.broadcast_to(each, end - first) for name, each in known.items()}
        rows = ({name: np.asarray(each[at]) for name, each in wide.items()} for at in range(end - first))
        return np.array([_found(self._formula, row) for row in rows], dtype=self._formula.dtype)


class Still(Column):
    """False where none of these entries of the parameters changed, and unknown elsewhere."""

    def __init__(self, changes: Changes, entries: Array) -> None:
        self._changes, self._entries = changes, entries

    def back(self, end: int) -> int:
        return self._changes.back(end, self._entries)

    def on(self, first: int) -> int:
        return self._changes.on(first, self._entries)

    def values(self, first: int, end: int) -> Array:
        return np.zeros(end - first, dtype=bool)


class Held(Column):
    """Whether a number says that a condition holds: it is neither 0 nor NaN."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def back(self, end: int) -> int:
        return self._column.back(end)

    def on(self, first: int) -> int:
        return self._column.on(first)

    def values(self, first: int, end: int) -> Array:
        return np.broadcast_to(np.abs(self._column.values(first, end)) > 0, end - first)


class Changed(Column):
    """Whether a number is another than that before it; NaN is equal to NaN."""

    def __init__(self, column: Column, before: Column) -> None:
        self._column, self._before = column, before

    def back(self, end: int) -> int:
        return max(self._column.back(end), self._before.back(end))

    def on(self, first: int) -> int:
        return min(self._column.on(first), self._before.on(first))

    def values(self, first: int, end: int) -> Array:
        now, before = (each.values(first, end) for each in (self._column, self._before))
        changed = (now != before) & ~(np.isnan(now) & np.isnan(before))
        return np.broadcast_to(changed, end - first)


def _found(formula: Formula, known: Mapping[str, Array]) -> Array:
    found = formula.value(known)
    assert found is not None
    return found


def rounded_once(op: Op) -> bool:
    """Whether an operation gives each entry exactly, or correctly rounded: then it gives the same bits of many numbers
    at once as of each alone, which exp and its like need not do."""
    if not op.elementwise or op.options:
        return False
    return all(
        op.rounding(np.ones(()), *[np.asarray(each) for _ in op.inputs]) <= UNIT * (1 + UNIT) for each in (1.0, -1.0)
    )

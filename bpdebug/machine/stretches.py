"""Stretches of whole numbers: which part of a long history something is known of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Stretches:
    """Stretches that do not touch: each has the numbers after its lower end, up to its upper one."""

    def __init__(self, ends: Iterable[int] = ()) -> None:
        self._ends = list(ends)
        """The lower and the upper end of each, in ascending order."""

    def __bool__(self) -> bool:
        return bool(self._ends)

    def add(self, low: int, high: int) -> None:
        """Put in the numbers after `low`, up to `high`."""
        if low < high:
            begin, end = bisect_left(self._ends, low), bisect_right(self._ends, high)
            self._ends[begin:end] = [*([] if begin % 2 else [low]), *([] if end % 2 else [high])]

    def take(self, low: int, high: int) -> None:
        """Take these numbers out."""
        if low < high:
            begin, end = bisect_left(self._ends, low), bisect_right(self._ends, high)
            self._ends[begin:end] = [*([low] if begin % 2 else []), *([high] if end % 2 else [])]

    def back(self, high: int) -> int:
        """The least number after which all are there up to `high`; itself where that is not."""
        at = bisect_left(self._ends, high)
        return self._ends[at - 1] if at % 2 else high

    def on(self, low: int) -> int:
        """The greatest number up to which all are there after `low`; itself where the next is not."""
        at = bisect_right(self._ends, low)
        return self._ends[at] if at % 2 else low

    def until(self, high: int) -> Stretches:
        """What there is up to a number."""
        at = bisect_left(self._ends, high)
        return Stretches([*self._ends[:at], high] if at % 2 else self._ends[:at])

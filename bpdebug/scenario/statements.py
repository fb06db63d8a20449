"""What a pasted block is made of: assignments, lines that are passed over, lines that cannot be read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from msgspec import Struct, field

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.contents import Contents
from bpdebug.scenario.functions import Function
from bpdebug.scenario.respelling import Respelled

_HEAD = re.compile(r"^[ \t]*(?:def|class|function)\b", re.MULTILINE)


class Statement(Struct, frozen=True):
    """One assignment: `name = right`, or `name += right`; `sign` is "" or what stands before the equals sign.

    With the sign "[]" only entries are set: those where `condition` holds become `right`. With "[range, y]" or
    "[y, range]" 1 is subtracted at the label of each example, with "[y]" at that of the only one; `right` is what the
    labels are called.
    """

    name: str
    sign: str
    right: Respelled
    place: Span
    condition: Respelled | None = None
    branches: tuple[tuple[int, int], ...] = ()
    """The conditions around it that nobody knows: where each begins, and where the branch does that this is."""
    single: bool = False
    """Whether it speaks of one example, in a loop over them that is read for all at once."""
    doubt: ExpressionError | None = None
    """Why nobody can say what the name is from here on, where one of several statements may have given it."""


class Passed(Struct, frozen=True):
    """A line that holds no equation: where, and why it is passed over."""

    place: Span
    reason: str


class Unread(Struct, frozen=True):
    """A line that cannot be read: what is said of it, and the names it would have given.

    `defines` is a plain reading of the left side, in the names that other lines read: with what a line holds unknown,
    the lines that read one of these cannot be judged. `error` is None where a note on the line is enough: for what it
    unpacks. `after` is how many statements come before it; with `changes`
    it alters what an earlier line gave: dW2 += …, dZ2[…] = …. `reads` are names that it reads, where they are known.
    `begins` says where lines begin whose error is that of the loop around them.
    """

    error: ExpressionError | None
    defines: tuple[str, ...] = ()
    after: int = 0
    changes: bool = False
    reads: tuple[str, ...] = ()
    begins: frozenset[int] = frozenset()

    @property
    def lines(self) -> int:
        """How many lines are not read for this error."""
        return max(1, len(self.begins))


class Homework(Struct):
    """What a pasted block holds."""

    block: str
    lengths: Mapping[int, int] = field(default_factory=dict)
    """By their numbers, how long the lines are of which the block has only the beginning."""
    statements: list[Statement] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    functions: Mapping[str, Function] = field(default_factory=dict)
    """What the person defines; a word of the language that is among them means theirs."""
    judged: frozenset[str] = frozenset()
    """Those of them whose lines are the derivation: it does not matter where they are called."""
    caches: dict[str, str] = field(default_factory=dict)
    """Names for what is kept of one layer, and what it is."""
    shift: int | None = None
    """What is added to a place of such a list to have its layer, once it is seen."""
    contents: Contents = field(default_factory=Contents)
    """What collections hold that are written out, as far as the block is read."""
    spelled: dict[str, str] = field(default_factory=dict)
    """What entries of lists are read as: hs[1] as h1."""
    _ends: list[int] = field(default_factory=list)
    """Where its lines end."""
    _heads: list[int] = field(default_factory=list)
    """Where its functions and classes begin."""

    def line(self, place: Span) -> int:
        """The number of the line, from 1, on which something stands."""
        if not self._ends:
            self._ends += [found.start() for found in re.finditer("\n", self.block)] or [len(self.block)]
        return bisect_left(self._ends, place.start) + 1

    def part(self, place: Span) -> int:
        """Which stretch between the heads of functions and classes something stands in."""
        if not self._heads:
            self._heads += [0, *(found.start() for found in _HEAD.finditer(self.block))]
        return bisect_right(self._heads, place.start)

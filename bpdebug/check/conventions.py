"""Where a person keeps the 1/m: the reading of all lines together in which most of them are right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.language.expression import Apply, Expr, Name, Number, names
from bpdebug.ops.table import Array

COUNTED = 0.45
"""What it is worth, in lines that are right, that a wrong one has the count where it should: the smaller mistake."""
CHANGE = 0.3
"""What a change of convention from one line to the next must be worth, in lines that become right."""
MISSING = 0.5
"""The same of a name that no line gives: its line is to be written anyway, and as the others are rather than so that a
wrong line has the count where it should."""
MOST_JOINT = 12
"""Lines whose convention is open, beyond which the two whole conventions are compared, and changed name by name."""
WIDEST = 10
"""Open names that one line may read, beyond which it has no say."""
Scaled: TypeAlias = Mapping[str, bool]
"""For each open name whether it holds m times the gradient."""


class Line(Struct, frozen=True):
    """One line as far as conventions go: `reads` are the open names in it.

    `power` is the exponent of the examples' count in it: -1 for one division, None where it has no single one. `own`
    and `others` are the exponents in what its name holds and in what else it reads, where those are settled.
    """

    name: str
    reads: tuple[str, ...]
    power: int | None
    own: int = 0
    others: tuple[int, ...] = ()

    @property
    def begins(self) -> bool:
        """Whether no gradient stands in it."""
        return not self.reads and not self.others

    def counts(self, own: int, read: Collection[int]) -> bool:
        """Whether the line divides by the count where it should, whatever else is wrong with it."""
        above = {1} if self.begins else {*read, *self.others}
        return self.power is not None and above == {own - self.power}


Right: TypeAlias = Callable[[Line, Scaled], bool]


class Conventions(Struct, frozen=True, eq=False):
    """The lines of one derivation and the names in them whose convention is open."""

    names: tuple[str, ...]
    lines: Sequence[Line]
    right: Right

    def fitted(self) -> dict[str, bool]:
        """The choice in which most lines are right and the convention changes least."""
        count = len(self.names)
        if count <= MOST_JOINT:
            choices = np.array(tuple(product((False, True), repeat=count)), dtype=bool)
        else:
            choices = np.array([[False] * count, [True] * count])
        tables = [(places, self._table(line, places)) for line in self.lines for places in (self._places(line),)]
        best = choices[_first_best(self._scores(choices, tables))]
        while count > MOST_JOINT:
            near = np.vstack([best, best ^ np.eye(count, dtype=bool)])
            chosen = _first_best(self._scores(near, tables))
            if not chosen:
                break
            best = near[chosen]
        return dict(zip(self.names, map(bool, best), strict=True))

    def _places(self, line: Line) -> tuple[int, ...]:
        """Which open names decide whether a line is right."""
        own = dict.fromkeys((line.name, *line.reads))
        places = tuple(place for place, name in enumerate(self.names) if name in own)
        return places if len(places) <= WIDEST else ()

    def _table(self, line: Line, places: tuple[int, ...]) -> Array:
        """What the line is worth, for every choice of the names that decide it."""
        if len({line.name, *line.reads} & set(self.names)) > len(places):
            return np.zeros(1)
        names = [self.names[place] for place in places]
        choices = product((False, True), repeat=len(names))
        return np.array([self._worth(line, dict(zip(names, each, strict=True))) for each in choices])

    def _worth(self, line: Line, scaled: Scaled) -> float:
        if self.right(line, scaled):
            return 1.0
        own = int(scaled.get(line.name, line.own))
        return COUNTED * line.counts(own, [int(scaled[name]) for name in line.reads])

    def _scores(self, choices: Array, tables: Sequence[tuple[tuple[int, ...], Array]]) -> Array:
        scores = np.zeros(len(choices))
        for places, table in tables:
            weights = 2 ** np.arange(len(places))[::-1]
            scores += table[choices[:, places] @ weights] if places else table[0]
        place = {name: number for number, name in enumerate(self.names)}
        for line in self.lines:
            if line.name in place:
                own = choices[:, place[line.name]]
                for name in line.reads:
                    scores -= CHANGE * (own != choices[:, place[name]])
                if line.begins and line.power == 0:  # of equal fits: the top of the chain is kept per example
                    scores += 1e-3 * own
        given = [place[line.name] for line in self.lines if line.name in place]
        for at in {*place.values()} - {*given} if given else ():
            scores -= MISSING * (choices[:, at] != (choices[:, given].mean(axis=1) > 0.5))
        return scores


def _first_best(scores: Array) -> int:
    return int(np.flatnonzero(scores > scores.max() - 1e-9)[0])


def power(expr: Expr, powers: Mapping[str, int | None], carrying: Collection[str]) -> int | None:
    """The exponent of a count in an expression; None where its terms differ.

    `powers` are those of the names in it, 0 for all others; a length stands for the count. Of a sum only the terms with
    a name of `carrying` count, and numbers never do.
    """
    if isinstance(expr, Name):
        return powers.get(expr.id, 0)
    if not isinstance(expr, Apply):
        return 0
    inputs = expr.inputs
    if expr.op in ("add", "subtract"):
        inner = [each for each in inputs if set(carrying).intersection(names(each))]
        inner = inner or [each for each in inputs if not isinstance(each, Number)]
        found = {power(each, powers, carrying) for each in inner or inputs}
        return found.pop() if len(found) == 1 else None
    if expr.op == "size":
        return 1
    each = [power(one, powers, carrying) for one in inputs]
    if None in each or not each:
        return None if each else 0
    known = [one or 0 for one in each]
    if expr.op == "power":
        exponent = inputs[1]
        times = exponent.value if isinstance(exponent, Number) else 0.0 if not known[0] else 0.5
        return int(known[0] * times) if times.is_integer() or not known[0] else None
    if expr.op == "divide":
        return known[0] - known[1]
    return sum(known) - (expr.op == "mean")

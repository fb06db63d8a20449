"""Where a person keeps the 1/m: the reading of all lines together in which most of them are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from bpdebug.ops.table import Array

CHANGE = 0.3
"""What a change of convention from one line to the next must be worth, in lines that become right."""
MOST_JOINT = 12
"""Lines whose convention is open, beyond which the two whole conventions are compared, and changed name by name."""
WIDEST = 10
"""Open names that one line may read, beyond which it has no say."""
Scaled: TypeAlias = Mapping[str, bool]
"""For each open name whether it holds m times the gradient."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as far as conventions go: `reads` are the open names in it, `plain` says that no count stands in it."""

    name: str
    reads: tuple[str, ...]
    plain: bool


Right: TypeAlias = Callable[[Line, Scaled], bool]


@dataclass(frozen=True, eq=False)
class Conventions:
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
        """Whether the line is right, for every choice of the names that decide it."""
        if len({line.name, *line.reads} & set(self.names)) > len(places):
            return np.zeros(1)
        names = [self.names[place] for place in places]
        choices = product((False, True), repeat=len(names))
        return np.array([float(self.right(line, dict(zip(names, each, strict=True)))) for each in choices])

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
                if line.plain and not line.reads:  # of equal fits: the top of the chain is kept per example
                    scores += 1e-3 * own
        return scores


def _first_best(scores: Array) -> int:
    return int(np.flatnonzero(scores > scores.max() - 1e-9)[0])

"""What runs when: a stretch of a block with the numbers of the loops around it, and what is known on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from bpdebug.scenario.counting import Numbers, value

LAYERS = "the last layer"
"""Under what `unrolled` is told the number of the last layer."""

Stretch = tuple[int, int]
Names = Mapping[str, str]
_KNOWN = re.compile(
    r"\s*(?P<name>[^\W\d]\w*)\s*(?P<sign>[+-]?)=(?!=)\s*(?P<value>[^\n;#%]{1,60}?)\s*(?:[;#%].*)?\Z", re.DOTALL
)
_DECIDED: Mapping[str, float] = {"True": 1, "False": 0}


class Turn(Struct, frozen=True):
    """A stretch of the block, and what the names of loops are while it runs."""

    start: int
    stop: int
    numbers: Numbers
    unseen: Stretch | None = None
    """The head of the loop on whose elements it depends, where these are not known."""
    branches: tuple[tuple[int, int], ...] = ()
    """The conditions around it that nobody knows: where each begins, and where the branch does that this is."""
    names: Names = field(default_factory=dict)
    """What the names of loops over names stand for, and those of a function in a call of it."""


class State(Struct):
    """What is known at a point of the walk."""

    numbers: Mapping[str, float]
    branches: tuple[tuple[int, int], ...] = ()
    depth: int = 0
    names: Names = field(default_factory=dict)

    def set(self, name: str, number: float | None) -> None:
        """Take down what a name stands for from here on; None where nobody knows."""
        others = {each: known for each, known in self.numbers.items() if each != name}
        self.numbers = others if number is None else {**others, name: number}

    def inside(self, *branch: tuple[int, int]) -> State:
        """What is known in a body that stands here."""
        return State(self.numbers, (*self.branches, *branch), self.depth + 1, self.names)

    def calling(self, given: Names) -> State:
        """What is known in the lines of a function that is called, whose names stand for what it is given."""
        inner = self.inside()
        inner.names = given
        for name, of in given.items():
            inner.set(name, _DECIDED.get(of, value(of, self.numbers)))
        return inner

    def count(self, text: str) -> None:
        """Follow what a statement makes of a number; who is called like the last layer stays so."""
        found = _KNOWN.match(text)
        if found is None:
            return
        name, number = found["name"], value(found["value"], self.numbers)
        before = self.numbers.get(name)
        if found["sign"] and number is not None:
            number = None if before is None else int(before + number if found["sign"] == "+" else before - number)
        if number is not None or (before is not None and before != self.numbers.get(LAYERS)):
            self.set(name, number)


def counted(texts: Iterable[str]) -> frozenset[str]:
    """The names that statements count with: l of l -= 1."""
    found = map(_KNOWN.match, texts)
    return frozenset(
        each["name"] for each in found if each and (each["sign"] or re.search(rf"\b{each['name']}\b", each["value"]))
    )

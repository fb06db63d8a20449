"""Labels that are classes: each gets a number as it is met, and in the end its place among the outputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpdebug.ops.table import Array
from bpdebug.scenario.files.cells import CellError, number_of
from bpdebug.scenario.given import Examples, brief
from bpdebug.scenario.wording import guessed, listed, quoted

MOST_CLASSES = 1_000
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})
"""What is no class unless the scenario says that it is one."""


class Classes:
    """The classes of a file, in the order that the scenario states or in that of their names."""

    def __init__(self, stated: Sequence[str | float] | None) -> None:
        self._stated = None if stated is None else tuple(map(name, stated))
        self._codes = {each: code for code, each in enumerate(self._stated or ())}

    def code(self, text: str) -> int:
        """The number of a class; CellError where the text is none."""
        known = self._codes.get(text)
        if known is not None:
            return known
        called = name(text)
        if called in self._codes:
            return self._codes[called]
        if called.lower() in MISSING:
            hint = "Remove the line, or put in what it is; where it is a class, name all of them: classes = […]."
            raise CellError("the label is missing" + (f" ({quoted(called)})" if called else ""), hint)
        if not called.isprintable():
            raise CellError(f"the class holds an invisible character: {quoted(called)}")
        if self._stated is not None:
            message = guessed(f"{quoted(called)} is none of the classes", called, self._stated)
            raise CellError(message, f"classes = […] names {listed(self._stated)}.")
        if len(self._codes) >= MOST_CLASSES:
            hint = 'The column of labels is named by label = …; where labels are numbers, say labels = "number".'
            raise CellError(f"more than {MOST_CLASSES:,} different classes", hint)
        return self._codes.setdefault(called, len(self._codes))

    def examples(self, x: Array, codes: Array, features: tuple[str, ...] = ()) -> Examples:
        """The examples with their classes in order: numbers by their size, words by the alphabet."""
        order = [*self._codes] if self._stated is not None else _sorted(self._codes)
        places = np.array([order.index(each) for each in self._codes], dtype=np.intp)
        return Examples(x, places[codes], len(order), features, tuple(map(brief, order)))


def name(said: object) -> str:
    """A class as it is called: of numbers 1, 1.0 and 1e0 are one."""
    text = str(said).strip()
    value = number_of(text)
    if value is None:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _sorted(names: Sequence[str] | dict[str, int]) -> list[str]:
    values = {each: number_of(each) for each in names}
    if None in values.values():
        return sorted(values)
    return sorted(values, key=lambda each: values[each] or 0.0)

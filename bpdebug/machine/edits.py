"""What a person wrote over in a run: a value at a position, from which everything after it is computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.ops.table import Array

Index: TypeAlias = tuple[int | slice | Array, ...]


class Edit(Struct, frozen=True, eq=False):
    """At `position` (steps executed) the entries of `name` at `index` become `value`, which broadcasts to them.

    `words` are those it was asked for with, if it was: W1[0,2] = 0.5.
    """

    position: int
    name: str
    index: Index
    value: Array
    words: str = ""

    def of(self, before: Array) -> Array:
        """The array with the entries written over: a read-only one of its own."""
        after = np.array(before, order="C")
        after[self.index] = self.value
        after.flags.writeable = False
        return after


def edited(values: Mapping[str, Array], edits: Iterable[Edit]) -> dict[str, Array]:
    """The values after these edits, one after the other; of names that are not there nothing is written."""
    after = dict(values)
    for edit in edits:
        if edit.name in after:
            after[edit.name] = edit.of(after[edit.name])
    return after

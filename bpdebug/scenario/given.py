"""Examples as they come, one a row: some of them set aside to test with, scaled, their labels written as numbers."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from bpdebug.ops.table import Array

SCALINGS = ("standardize", "min-max")
CLASSES = ("one-hot", "zero-one", "plus-minus")
"""How classes are written."""
NUMBER = "number"
"""How labels are written that are numbers to begin with."""
LONGEST_NAME = 60


class Examples(Struct, frozen=True, eq=False):
    """What was measured of each example, and what it is."""

    x: Array
    """Examples × features."""
    y: Array
    """The class of each example, counted from 0; without a `count` numbers, examples × outputs."""
    count: int = 0
    """How many classes there are; 0 where the labels are numbers."""
    features: tuple[str, ...] = ()
    """What the features are called; nothing where they have no names."""
    outputs: tuple[str, ...] = ()
    """What the classes are called, or the outputs."""

    def only(self, which: Array) -> Examples:
        """Those of these numbers, in this order."""
        return Examples(self.x[which], self.y[which], self.count, self.features, self.outputs)


class Called(Struct, frozen=True):
    """What the rows and columns of X and Y are called, and how the labels are written."""

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    labels: str


def parted(examples: Examples, count: int, random: np.random.Generator) -> tuple[Array, Array]:
    """The numbers of the examples that are kept, and of `count` others that are drawn, each in their order.

    Of every class as many are drawn as its share says, to a whole number, and some are kept where that can be.
    """
    classes = examples.y if examples.count else np.zeros(len(examples.x), dtype=int)
    members = np.bincount(classes, minlength=max(1, examples.count))
    shares = members * (count / len(examples.x))
    drawn = np.floor(shares).astype(int)
    order = sorted(range(len(members)), key=lambda each: (drawn[each] + 1 >= members[each], drawn[each] - shares[each]))
    for each in order[: count - int(drawn.sum())]:
        drawn[each] += 1
    mixed = random.permutation(len(examples.x))
    picked = [mixed[classes[mixed] == each][:some] for each, some in enumerate(drawn)]
    aside = np.zeros(len(examples.x), dtype=bool)
    aside[np.concatenate(picked)] = True
    return np.flatnonzero(~aside), np.flatnonzero(aside)


def scaled(x: Array, by: Array, how: str | None) -> Array:
    """Features as the statistics of `by` scale them: to mean 0 and deviation 1, or from 0 to 1; a constant one to 0."""
    if how is None:
        return x
    low, high = by.min(axis=0), by.max(axis=0)
    with np.errstate(all="ignore"):
        if how == "standardize":  # the mean of a constant, and so its deviation, may be off by rounding
            begin, width = np.where(low == high, low, by.mean(axis=0)), by.std(axis=0)
        else:
            begin, width = low, high - low
        width = np.where((low == high) | (width == 0), 1.0, np.where(np.isinf(width), np.nan, width))
        return np.asarray((x - begin) / width)


def written(examples: Examples, labels: str) -> Array:
    """Y, examples × outputs: a 1 in the column of the class; or 1 for the last class and 0, or -1, for any other."""
    if not examples.count:
        return examples.y
    if labels == "one-hot":
        return np.asarray(np.eye(examples.count)[examples.y])
    last = (examples.y == examples.count - 1).astype(np.float64)[:, None]
    return np.asarray(last if labels == "zero-one" else 2 * last - 1)


def usual(values: Array) -> str:
    """How labels are meant that are numbers: as two classes where there is nothing but 0 and 1, or but -1 and 1."""
    found = set(np.unique(values).tolist()) if values.ndim == 1 or values.shape[1] == 1 else set()
    return "zero-one" if found == {0.0, 1.0} else "plus-minus" if found == {-1.0, 1.0} else NUMBER


def brief(name: str) -> str:
    """A name as long as a screen has room for."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"

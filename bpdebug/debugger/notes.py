"""What is worth a remark about one operation on its numbers: kinks, entries outside the domain, NaN and infinity."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from bpdebug.debugger.remembered import Remembered
from bpdebug.debugger.words import counted, index, number
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

CHUNK = 2**16
"""Entries looked at in one go, so that they stay at hand."""
_finite = Remembered[bool]()
"""Of large arrays, whether all entries are numbers."""


def notes(step: Step, arrays: tuple[Array, ...], out: Array) -> Iterator[str]:
    """The remarks, in words and with numbers."""
    with np.errstate(all="ignore"):
        yield from _kinks(step, arrays)
        yield from _outside(step, arrays)
        yield from _strange(arrays, out)


def _kinks(step: Step, arrays: tuple[Array, ...]) -> Iterator[str]:
    if step.op.kink is None:
        return
    found = step.op.kink(*arrays, **step.options)
    if found.any():
        stand = "stands" if found.sum() == 1 else "stand"
        yield f"{_entries(found)} {stand} at a point without derivative; the rule used: {step.op.tie}"


def _outside(step: Step, arrays: tuple[Array, ...]) -> Iterator[str]:
    if step.op.domain is None:
        return
    found = step.op.domain(*arrays, **step.options)
    if found.any():
        place = tuple(np.argwhere(found)[0])
        stand = "lies" if found.sum() == 1 else "lie"
        values = " and ".join(map(number, _given(step, arrays, place)))
        yield f"{_entries(found)} {stand} outside the domain of {step.op.name}, which was given {values} there"


def _given(step: Step, arrays: tuple[Array, ...], place: tuple[int, ...]) -> list[float]:
    """What an operation was given for one entry; where it does not work entry by entry, what guides it there."""
    if step.op.elementwise:
        shape = np.broadcast_shapes(*(each.shape for each in arrays))
        return [float(np.broadcast_to(each, shape)[place]) for each in arrays]
    terms = step.op.contributions(place, np.full(step.shape, np.nan), *arrays, **step.options)
    told = (entry for term in terms for entry in term.entries if entry[0] in step.op.guides)
    return [float(arrays[number][at]) for number, at in islice(told, 1)]


def _strange(arrays: tuple[Array, ...], out: Array) -> Iterator[str]:
    if finite(out):
        return
    fresh = all(finite(each) for each in arrays)
    for word, found in (("NaN", np.isnan(out)), ("infinity", np.isinf(out))):
        if found.any():
            how = "arises here" if fresh else "is passed on here"
            yield f"{word} {how}, in {_entries(found).rstrip(',')}"


def finite(array: Array) -> bool:
    """Whether every entry of an array is a number: of a large one found out once, a few entries at a time."""
    if array.size <= CHUNK:
        return bool(np.isfinite(array).all())
    return _finite.of(array, lambda: _all_finite(array))


def _all_finite(array: Array) -> bool:
    entries = array.ravel(order="K")  # no copy, but of what is a window of something else
    return all(np.isfinite(entries[at : at + CHUNK]).all() for at in range(0, entries.size, CHUNK))


def _entries(found: Array) -> str:
    """2 entries, [0, 3] the first of them."""
    count = int(found.sum())
    if not found.ndim:
        return "the number"
    place = index(np.argwhere(found)[0])
    return f"entry {place}" if count == 1 else f"{counted(count, 'entry', 'entries')}, {place} the first of them,"

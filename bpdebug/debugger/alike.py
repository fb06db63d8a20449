"""Two forms of a program held against each other at one place: how far the same quantities differ in their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from bpdebug.debugger.words import named
from bpdebug.ops.table import Array
from bpdebug.program.batch import draws
from bpdebug.program.equations import Denotes, Phase, Program

LISTED = 12
"""Names that are told one by one."""


class Side(Struct, frozen=True, eq=False):
    """A program, and its values at a place."""

    program: Program
    values: Mapping[str, Array]

    @property
    def names(self) -> list[str]:
        """The quantities that have a value, without constants and parts of formulas."""
        known = (name for name in self.program.shapes if name.isidentifier() and name in self.values)
        return [name for name in known if name not in self.program.constants]

    def meaning(self, name: str) -> Denotes | None:
        """What a gradient stands for."""
        return next((each.denotes for each in self.program.equations if each.name == name), None)

    def factor(self, name: str) -> float:
        """What a gradient is a multiple of the derivative by."""
        denotes = self.meaning(name)
        return self.program.constants[denotes.factor] if denotes and denotes.factor else 1.0


def alike(before: Side, now: Side, notation: str) -> Iterator[str]:
    """What is told of all quantities: gradients that mean something else or differ by rounding, and all others."""
    turned = before.program.orientation != now.program.orientation
    there, same, rounded = set(now.names), list[str](), dict[str, float]()
    anew = [each for each in _drawn(now.program) if turned and not _turned_over(each, before, now)]
    for name in before.names:
        if name not in there:
            continue
        share = now.factor(name) / before.factor(name)
        far = _largest_difference(share * (before.values[name].T if turned else before.values[name]), now.values[name])
        if share != 1:
            words = f"{_meant(before, name, notation)} before, {_meant(now, name, notation)} now: {_times(share)}"
            yield f"{named(name, notation)}: largest difference {far:.3g} ({words})"
        elif far and now.meaning(name) and not anew:
            yield f"{named(name, notation)}: the same to {far:.2g}"
        elif far:
            rounded[name] = far
        else:
            same.append(name)
    if rounded:
        yield from _apart(rounded, anew, notation)
    if same:
        yield f"{_listed(same, notation)}: the same to the last bit{', transposed' if turned else ''}"
    for words, one, other in (("computed before only", before, now), ("computed now only", now, before)):
        only = [name for name in one.names if name not in other.names]
        if only:
            yield f"{words}: {_listed(only, notation)}"


def _apart(far: Mapping[str, float], anew: Sequence[str], notation: str) -> Iterator[str]:
    """What is told of quantities that are that far apart, by rounding or because some of them are drawn anew."""
    rest = [each for each in far if each not in anew]
    if anew:
        yield f"{_listed(list(anew), notation)}: drawn anew, in the order in which the entries lie now"
    if rest:
        most = f"{max(far[each] for each in rest):.2g}"
        words = f"other values, by up to {most}, for they come of it" if anew else f"the same to {most}"
        yield f"{_listed(rest, notation)}: {words}"


def _drawn(program: Program) -> Iterator[str]:
    """What is drawn by chance."""
    yield from (each.name for each in program.equations if each.phase is Phase.BATCH and draws(each.expr))


def _turned_over(name: str, before: Side, now: Side) -> bool:
    """Whether a quantity is the same, turned over, or is not computed at both places."""
    if name not in before.values or name not in now.values:
        return True
    return not _largest_difference(before.values[name].T, now.values[name])


def _largest_difference(one: Array, other: Array) -> float:
    """The largest size of a difference of two entries; two NaN, or the same infinity, do not differ."""
    with np.errstate(invalid="ignore"):
        far = np.where((one == other) | (np.isnan(one) & np.isnan(other)), 0.0, np.abs(one - other))
    return float(far.max(initial=0.0))


def _times(share: float) -> str:
    """By what the numbers of now are those of before multiplied."""
    return f"{share:.6g} times" if share > 1 else f"1/{1 / share:.6g} of it"


def _meant(side: Side, name: str, notation: str) -> str:
    denotes = side.meaning(name)
    if denotes is None:
        return named(name, notation)
    if notation == "ascii":
        return str(denotes)
    own = f"∂{denotes.cost}/∂{named(denotes.of, notation)}"
    return f"{denotes.factor}·{own}" if denotes.factor else own


def _listed(names: list[str], notation: str) -> str:
    said = ", ".join(named(name, notation) for name in names[:LISTED])
    return said if len(names) <= LISTED else f"{said} and {len(names) - LISTED} more"

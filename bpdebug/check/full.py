"""The whole check, as a user asks for it: what is large first along directions, what is wrong down to its cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

import numpy as np
from msgspec.structs import replace

from bpdebug.check.culprit import culprit
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Values
from bpdebug.check.gradients import Checker
from bpdebug.check.patience import GivenUp, patient, pause
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.check.wanted import wanted
from bpdebug.machine.timeline import Cancelled
from bpdebug.program.equations import Program

LARGE = 100_000
"""Entries from which on gradients are taken along directions first: below, every entry costs less than a glance."""


def check(
    program: Program,
    values: Values,
    names: Iterable[str] | None = None,
    *,
    entries: bool = False,
    cancelled: Cancelled | None = None,
) -> tuple[GradientCheck, ...]:
    """Every gradient in `values` (or those named: dW2), with the culprit of each that is wrong.

    Many entries are accepted along two random directions, all together or one gradient after the other; those that
    disagree are gone through entry by entry, as all are with `entries`. Once it is `cancelled`, which is asked again
    and again, those that are left are not checked.
    """
    found: list[GradientCheck] = []
    with patient(cancelled), suppress(GivenUp):
        for each in _checked(program, values, names, entries=entries):
            found.append(each)  # noqa: PERF402 - what was found before it was given up counts
    return tuple(found)


def _checked(
    program: Program, values: Values, names: Iterable[str] | None, *, entries: bool
) -> Iterator[GradientCheck]:
    pairs = wanted(program, values, names)
    asked = tuple(name for _, name in pairs)
    checker = Checker(program, dict(values), asked)
    large = sum(int(np.size(values[name])) for name in asked) >= LARGE
    resolutions = {} if entries or not large else accepted(program, values, asked)
    checker.derivatives.find([of for of, name in pairs if name not in resolutions])
    for of, name in pairs:
        pause()
        yield blamed(program, values, checker.check(of, name, resolutions.get(name)))


def accepted(program: Program, values: Values, names: tuple[str, ...]) -> dict[str, float]:
    """The gradients that random directions accept, with the error of an entry that would have shown."""
    along = along_directions(program, values, names)
    if along.accepted:
        return dict.fromkeys(names, along.resolution)
    if len(names) == 1:
        return {}
    middle = len(names) // 2
    return accepted(program, values, names[:middle]) | accepted(program, values, names[middle:])


def blamed(program: Program, values: Values, check: GradientCheck) -> GradientCheck:
    """A check with what broke the gradient, if it is wrong."""
    if check.verdict is not Verdict.WRONG:
        return check
    return replace(check, culprit=culprit(program, values, check.name))

"""The whole check, as a user asks for it: what is large first along directions, what is wrong down to its cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from bpdebug.check.culprit import culprit
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Values
from bpdebug.check.gradients import Checker
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.check.wanted import wanted
from bpdebug.program.equations import Program

LARGE = 100_000
"""Entries from which on gradients are taken along directions first: below, every entry costs less than a glance."""


def check(
    program: Program, values: Values, names: Iterable[str] | None = None, *, entries: bool = False
) -> tuple[GradientCheck, ...]:
    """Every gradient in `values` (or those named: dW2), with the culprit of each that is wrong.

    Many entries are accepted along two random directions, and gone through one by one only where these disagree, or
    with `entries`.
    """
    pairs = wanted(program, values, names)
    asked = tuple(name for _, name in pairs)
    checker = Checker(program, dict(values), asked)
    resolution = None
    if not entries and sum(int(np.size(values[name])) for name in asked) >= LARGE:
        along = along_directions(program, values, asked)
        resolution = along.resolution if along.accepted else None
    if resolution is None:
        checker.derivatives.find([of for of, _ in pairs])
    found = (checker.check(of, name, resolution) for of, name in pairs)
    return tuple(blamed(program, values, each) for each in found)


def blamed(program: Program, values: Values, check: GradientCheck) -> GradientCheck:
    """A check with what broke the gradient, if it is wrong."""
    if check.verdict is not Verdict.WRONG:
        return check
    return replace(check, culprit=culprit(program, values, check.name))

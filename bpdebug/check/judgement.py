"""The verdict on one line, and what a line is before it is judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import numpy as np

from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array, Shape

CLOSE = 1e-6
"""Relative difference up to which a claim has the value it should have."""
FLOOR = 1e-12
"""The same, against the largest value that the claim's own terms could have left by rounding."""


class Judgement(StrEnum):
    """Of one claim, as written or on true values."""

    CORRECT = "correct"
    WRONG = "wrong"
    NOT_EVALUABLE = "not-evaluable"
    AUXILIARY = "auxiliary"


class Written(Protocol):
    """A claim as it comes from a file."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def expr(self) -> Expr: ...
    @property
    def of(self) -> str: ...
    @property
    def denotes(self) -> str: ...
    @property
    def matlab(self) -> bool: ...
    @property
    def slope(self) -> str: ...


def fitting(shape: Shape, wanted: Shape) -> bool:
    """Whether a value of a shape serves for one of another: a single number in a matrix, (n,) for a row (1, n).

    A column does not: beside it, (n,) is repeated along another axis.
    """
    alone = not any(each != 1 for each in (*shape, *wanted))
    return alone or (shape == wanted[len(wanted) - len(shape) :] and set(wanted[: len(wanted) - len(shape)]) <= {1})


def verdict_of(value: Array | None, true: Array) -> Judgement:
    """Whether a value is the one it should be: a fitting shape, and the same numbers but for rounding."""
    if value is None:
        return Judgement.NOT_EVALUABLE
    if not fitting(np.shape(value), np.shape(true)):
        return Judgement.WRONG
    if not np.size(true):
        return Judgement.CORRECT
    with np.errstate(all="ignore"):
        gap, size = np.max(np.abs(value.reshape(np.shape(true)) - true)), np.max(np.abs(true))
    return Judgement.CORRECT if gap <= CLOSE * size + FLOOR else Judgement.WRONG

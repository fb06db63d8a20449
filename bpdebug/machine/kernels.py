"""One step run on real numbers: the only place where an operation of a program is executed."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TypeAlias

import numpy as np

from bpdebug.language.expression import Name, Number
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step

Precision: TypeAlias = "type[np.float64] | type[np.float32]"
PRECISIONS: Mapping[str, Precision] = {"float64": np.float64, "float32": np.float32}
"""The numbers a run may be made of, by the name that a scenario gives them."""
SINGLE = np.dtype(np.float32)


def precision(values: Mapping[str, Array]) -> Precision:
    """What the values of a run are made of."""
    return np.float32 if SINGLE in {getattr(value, "dtype", None) for value in values.values()} else np.float64


def finite(array: Array) -> bool:
    """Whether every entry is: the sum of squares tells, but for numbers whose squares are too large."""
    flat = array.ravel(order="K")
    return isfinite(flat.dot(flat)) or bool(np.isfinite(flat).all())


def operand(given: Name | Number, values: Mapping[str, Array], dtype: Precision = np.float64) -> Array:
    """The array an input of a step stands for; a number written into the formula is rounded as all others are."""
    return np.asarray(values[given.id]) if isinstance(given, Name) else np.asarray(given.value, dtype=dtype)


def run_step(step: Step, values: Mapping[str, Array], dtype: Precision = np.float64) -> Array:
    """What the step computes from these values: an array of this precision, and nobody can write to it.

    NaN and infinity are results like others; NumPy does not warn of them.
    """
    with np.errstate(all="ignore"):
        return compute(step, values, dtype)


def compute(step: Step, values: Mapping[str, Array], dtype: Precision = np.float64) -> Array:
    """The same for a caller that runs many steps and has silenced NumPy once for all of them."""
    arrays = [operand(given, values, dtype) for given in step.inputs]
    return protected(step.op.forward(*arrays, **step.options), dtype)


def protected(value: Array | float, dtype: Precision = np.float64) -> Array:
    """The value as a read-only array; where it is a view, what it looks at is read-only too."""
    array = np.asarray(value, dtype=dtype)
    held: Array | None = array
    while isinstance(held, np.ndarray):
        held.setflags(write=False)  # in half the time that held.flags.writeable = False takes
        held = held.base
    return array

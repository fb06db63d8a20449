"""One step run on real numbers: the only place where an operation of a program is executed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.language.expression import Name, Number
from bpdebug.ops.table import Array
from bpdebug.program.equations import Step


def operand(given: Name | Number, values: Mapping[str, Array]) -> Array:
    """The array an input of a step stands for."""
    return np.asarray(values[given.id]) if isinstance(given, Name) else np.asarray(given.value)


def run_step(step: Step, values: Mapping[str, Array]) -> Array:
    """What the step computes from these values: float64, and nobody can write to it.

    NaN and infinity are results like others; NumPy does not warn of them.
    """
    with np.errstate(all="ignore"):
        return compute(step, values)


def compute(step: Step, values: Mapping[str, Array]) -> Array:
    """The same for a caller that runs many steps and has silenced NumPy once for all of them."""
    arrays = [operand(given, values) for given in step.inputs]
    return protected(step.op.forward(*arrays, **step.options))


def protected(value: Array | float) -> Array:
    """The value as a read-only array; where it is a view, what it looks at is read-only too."""
    array = np.asarray(value, dtype=np.float64)
    held: Array | None = array
    while isinstance(held, np.ndarray):
        held.flags.writeable = False
        held = held.base
    return array

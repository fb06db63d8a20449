"""Numbers on which a gradient has its digits: nothing infinite, no logarithm of nothing, no activation saturated."""

from __future__ import annotations

import numpy as np

from bpdebug.check.forward import Forward, Values
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

BOUNDED = ("sigmoid", "tanh", "softmax")
NEAR = 1e-7
"""How near to 1 an activation, or to 0 the argument of a logarithm, leaves no digits to compare."""
HALVINGS = 40


def leaves(program: Program, values: Values) -> dict[str, Array]:
    """What the forward pass begins with."""
    phases = (Phase.FORWARD, Phase.COST, Phase.BACKWARD, Phase.UPDATE)
    computed = {step.out for step in program.steps if program.equations[step.equation].phase in phases}
    kept = {name: np.asarray(value, dtype=np.float64) for name, value in values.items() if name not in computed}
    return {name: np.asarray(value) for name, value in program.constants.items()} | kept | given(program, values)


def given(program: Program, values: Values) -> dict[str, Array]:
    """Data and parameters, which an update may share its names with."""
    return {name: np.asarray(values[name], dtype=np.float64) for name in (*program.data, *program.parameters)}


def usable(forward: Forward) -> bool:
    """Whether gradients have their digits on these numbers."""
    for step in forward.steps:
        value = forward.values[step.out]
        if not np.isfinite(value).all():
            return False
        if step.op.name in BOUNDED and not (1 - np.abs(value) > NEAR).all():
            return False
        if step.op.name == "log" and not (forward.arrays(step)[0] > NEAR).all():
            return False
    return True


def milder(program: Program, values: Values) -> Forward | None:
    """The same network on parameters halved until its gradients have their digits; None where that does not help.

    Where training has left no numbers, or too large ones, the parameters are drawn anew.
    """
    start = leaves(program, values)
    random = np.random.default_rng(0)
    drawn = {name: random.standard_normal(start[name].shape) for name in program.parameters}
    own = {name: start[name] for name in program.parameters}
    with np.errstate(all="ignore"):
        for parameters in (own, drawn):
            if not all(np.isfinite(value).all() for value in parameters.values()):
                continue
            for halving in range(1, HALVINGS + 1):
                halved = {name: np.asarray(value / 2**halving) for name, value in parameters.items()}
                forward = Forward.of(program, start | halved)
                if usable(forward):
                    return forward
    return None

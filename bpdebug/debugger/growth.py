"""Whether the weights grew without bound before something went wrong: a learning rate that is too large."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from bpdebug.debugger.ancestry import Tracing
from bpdebug.debugger.words import named, number
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase
from bpdebug.program.update import RATE

LOOKED = 5
"""Iterations whose weights are compared."""
GROWING, GROWN = 1.5, 10.0
"""By how much weights grow in each iteration, and from the first on altogether, to be told of;"""
BEYOND = 1e6
"""or from the first on altogether, however slowly they still grow."""


def growth(tracing: Tracing, position: int, notation: str, *, overflowed: bool) -> Iterator[str]:
    """The norm of the weights that grew most, over the iterations up to a position, and what helps.

    An update whose result `overflowed` was too long, whatever the weights were before.
    """
    program, timeline = tracing.program, tracing.timeline
    run, step = divmod(position - 1, timeline.steps)
    updating = overflowed and program.equations[program.steps[step].equation].phase is Phase.UPDATE
    weights = [name for name in program.parameters if name in program.gradients]
    runs = [0, *range(max(1, run - LOOKED + 1), run + 1)]
    norms = {name: [_norm(_began(tracing, at)[name]) for at in runs] for name in weights}
    name = max(weights, key=lambda each: _factor(norms[each], runs), default="")
    if not name or not (_grew(norms[name], runs) or updating):
        return
    if _grew(norms[name], runs):
        told = ", ".join(f"{norm:.3g} ({at + 1:,})" for at, norm in zip(runs, norms[name], strict=True))
        factor = _factor(norms[name], runs)
        steady = np.isfinite(factor) and all(later > norm for norm, later in pairwise(norms[name][1:]))
        each = f", {factor:.3g} times as large each time" if steady else ""
        yield f"The weights blew up. The norm of {named(name, notation)} by iteration: {told}{each}."
    timeline.seek(position)
    rate = timeline.found(step).get(RATE)
    than = f"{RATE} than {number(float(rate))}" if rate is not None else "step"
    yield f"The updates are too long: what helps is a smaller {than}."


def _began(tracing: Tracing, run: int) -> dict[str, Array]:
    """The parameters as an iteration found them."""
    tracing.timeline.seek(run * tracing.timeline.steps)
    return dict(tracing.timeline.here)


def _norm(value: Array) -> float:
    """The norm, also of numbers whose squares are too large."""
    wide = np.abs(np.asarray(value, dtype=np.float64))
    most = float(np.max(wide, initial=0.0))
    return most * float(np.linalg.norm(wide / most)) if 0 < most < np.inf else most


def _factor(norms: list[float], runs: list[int]) -> float:
    """By what the norm was multiplied in each iteration, over the last of them."""
    first = 1 if len(runs) > 2 else 0
    before, after = norms[first], norms[-1]
    passed = runs[-1] - runs[first]
    if not passed or not before:
        return 1.0
    return float(np.exp((np.log(after) - np.log(before)) / passed)) if after else 0.0


def _grew(norms: list[float], runs: list[int]) -> bool:
    """Whether weights grew fast to many times what they were, or at any pace to what no training needs."""
    times, factor = norms[-1] / max(norms[0], 1.0), _factor(norms, runs)
    return len(runs) > 1 and ((factor >= GROWING and times >= GROWN) or (factor > 1 and times >= BEYOND))

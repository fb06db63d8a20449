"""What an expression of the user's own is where a run stands, also with what it was in the iteration before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.debugger.evaluate import Evaluator
from bpdebug.debugger.formulas import Formula, beyond, formula
from bpdebug.debugger.wholes import known
from bpdebug.errors import UsageError
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array


def looked_up(evaluator: Evaluator, timeline: Timeline, text: str) -> Array:
    """The value of an expression here; previous(x) in it is x in the iteration before, at the same step, and numbers
    of the iteration as a whole are known where it ends.

    ExpressionError where it cannot be read or what it reads has no value yet, UsageError where there is no iteration
    before this one.
    """
    if not beyond(evaluator.program, text):
        return evaluator.value(text, timeline.values)[1]
    found = formula(evaluator, text, timeline.dtype)
    if missing := _missing(found, timeline):
        raise UsageError(evaluator.missing(missing))
    with np.errstate(all="ignore"):
        value = found.value(known(found.reads, timeline), _before(evaluator, timeline, found))
    if value is None:
        raise UsageError("the iteration before saw another number of examples: previous(…) has another shape there")
    return value


def _before(evaluator: Evaluator, timeline: Timeline, found: Formula) -> Mapping[str, Array]:
    """What is taken from the iteration before."""
    if not found.earlier:
        return {}
    if not timeline.iteration:
        raise UsageError("previous(…) has no value in the first iteration: there is none before it")
    past = timeline.fork()
    past.seek(timeline.position - timeline.steps)
    for each in found.earlier.values():
        if missing := _missing(each, past):
            where = "previous(x) is x there, at the same step as here"
            raise UsageError(f"{evaluator.missing(missing, 'the iteration before')}; {where}")
    values = {key: each.value(known(each.reads, past)) for key, each in found.earlier.items()}
    return {key: value for key, value in values.items() if value is not None}


def _missing(found: Formula, timeline: Timeline) -> str:
    """A name it reads that has no value yet; "" where all have one."""
    values = known(found.reads, timeline)
    return next((name for name in sorted(found.reads) if name not in values), "")

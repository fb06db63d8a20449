"""What the check of an iteration begins with: all that its batch gives, and the parameters as it found them."""

from __future__ import annotations

import numpy as np

from bpdebug.machine.kernels import compute
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase


def found(timeline: Timeline) -> dict[str, Array]:
    """The values of the iteration that shows, with what crosses iterations as it found that.

    Where its batch has not been drawn yet it is drawn here, and nothing moves: each draw belongs to its iteration.
    """
    program, values = timeline.program, dict(timeline.values)
    batch = [step for step in program.steps if program.equations[step.equation].phase is Phase.BATCH]
    with np.errstate(all="ignore"):
        for step in batch[timeline.step :]:
            values[step.out] = compute(step, values, timeline.dtype)
    drawn = {step.out for step in batch}
    return values | {name: value for name, value in timeline.inputs.items() if name not in drawn}

"""What the numbers of a case cannot tell: entries of gradients that are 0 there, right or wrong, and why they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bpdebug.check.forward import Values
from bpdebug.check.routes import reads
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import listed

if TYPE_CHECKING:
    from bpdebug.check.claims import Judged


def untested(program: Program, values: Values, claims: Sequence[Judged]) -> str:
    """How many entries of the parameters' gradients test nothing, because of what; nothing where all are tested."""
    judged = (each for each in claims if each.of in program.parameters and each.meaning and not each.meaning.updates)
    found = {each.of: _entries(each) for each in judged}
    zeros, total = (sum(counts) for counts in zip((0, 0), *found.values(), strict=True))
    if not zeros:
        return ""
    dead = list(_dead(program, values))
    why = f": {listed(dead)} are 0 for every example" if dead else ""
    return f"{zeros} of the {total} entries of these parameters' gradients are 0 here and test nothing{why}."


def _entries(claim: Judged) -> tuple[int, int]:
    """How many entries of a line are 0 and should be, and how many there are."""
    true = np.zeros(0) if claim.true is None else claim.true
    alike = claim.value is not None and claim.value.shape == true.shape
    return int(np.sum((true == 0) & (claim.value == 0))) if alike else 0, true.size


def _dead(program: Program, values: Values) -> Iterator[str]:
    """2 of the 3 units of A2: what is 0 for all examples, of data and of what a layer hands on."""
    read = {
        name
        for step in program.steps
        if step.op.name == "matmul" and program.equations[step.equation].phase is Phase.FORWARD
        for name in reads(step)
    }
    axis = 1 if program.orientation == "columns" else 0
    for name in (*program.data, *program.gradients):
        value = np.asarray(values[name])
        if name not in read or value.ndim != 2 or name in program.parameters:
            continue
        gone = int(np.sum(~value.any(axis=axis)))
        if gone:
            yield f"{gone} of the {value.shape[1 - axis]} {'rows' if name in program.data else 'units'} of {name}"

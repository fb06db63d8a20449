"""The data that a network is held against: labels, which no gradient is taken by."""

from __future__ import annotations

from bpdebug.language.expression import names
from bpdebug.program.equations import Phase, Program


def targets(program: Program) -> frozenset[str]:
    """The data that nothing but the cost reads, beside data that the forward pass does."""
    read = {
        phase: {name for each in program.equations if each.phase is phase for name in names(each.expr)}
        for phase in (Phase.FORWARD, Phase.COST)
    }
    given = {*program.data}
    return frozenset((given & read[Phase.COST]) - read[Phase.FORWARD]) if given & read[Phase.FORWARD] else frozenset()

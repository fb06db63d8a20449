"""Whether the gradients of an iteration are those of one function: what set wrote over may be in some of them only."""

from __future__ import annotations

from bpdebug.language.expression import Name
from bpdebug.machine.timeline import Timeline
from bpdebug.program.equations import Phase, Program, Step


def consistent(timeline: Timeline) -> bool:
    """Whether everything before the update, as far as it is computed, comes from what the iteration began with."""
    program, start = timeline.program, timeline.position - timeline.step
    done = program.steps[: timeline.step]
    return not any(
        _computes(program, done, edit.name) or _reads(program, done[edit.position - start :], edit.name)
        for edit in timeline.edits
        if start < edit.position <= timeline.position
    )


def _computes(program: Program, steps: tuple[Step, ...], name: str) -> bool:
    return any(step.out == name for step in steps if not _updates(program, step))


def _reads(program: Program, steps: tuple[Step, ...], name: str) -> bool:
    return any(Name(name) in step.inputs for step in steps if not _updates(program, step))


def _updates(program: Program, step: Step) -> bool:
    return program.equations[step.equation].phase is Phase.UPDATE

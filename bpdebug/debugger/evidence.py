"""What a run computed, in short: enough to tell on another day, or another machine, where a run parts from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bpdebug.debugger.words import counted
from bpdebug.machine.timeline import Timeline

SAMPLES = 64
"""Iterations whose steps are told one by one, at most,"""
DIGESTS = 1_500
"""and how many steps they have together, unless two iterations have more."""


class Stretch(Struct, frozen=True):
    """What is told of an iteration.

    `first` is the position that its first step leads to; `between` a digest of what the iterations since the one told
    before, and this one, began with; `digests` are those of its steps, none where they were not noted.
    """

    first: int
    between: int
    digests: tuple[int, ...]


def evidence(timeline: Timeline) -> Iterator[Stretch]:
    """What is told of a run: of the first iteration, of the last, of that which shows, and of others evenly between."""
    before = 0
    for first, last in _sampled(timeline):
        found = [timeline.digest(position) for position in range(first, last + 1)]
        run = (first - 1) // timeline.steps
        between = timeline.digest_of_states(before + 1, run)
        if between is None:  # of very long runs not all is known
            return
        known = tuple(each for each in found if each is not None)
        yield Stretch(first, between, known if len(known) == len(found) else ())
        before = run


def furthest(timeline: Timeline, reached: int) -> int:
    """The position to which a run was executed at least, where the costs of so many iterations are known."""
    outs = [step.out for step in timeline.program.steps]
    if not reached or timeline.program.cost not in outs:
        return timeline.position
    cost = outs.index(timeline.program.cost) + 1
    return max(timeline.position, min((reached - 1) * timeline.steps + cost, timeline.last))


def _sampled(timeline: Timeline) -> Iterator[tuple[int, int]]:
    """From which position to which every step is told."""
    far, steps = furthest(timeline, len(timeline.costs)), timeline.steps
    if not far:
        return
    last = (far - 1) // steps
    count = max(2, min(SAMPLES, DIGESTS // steps))
    chosen = {last * each // (count - 1) for each in range(count)} | {max(0, timeline.position - 1) // steps}
    for iteration in sorted(chosen):
        yield iteration * steps + 1, min((iteration + 1) * steps, far)


def parted(timeline: Timeline, told: Sequence[Stretch]) -> str:
    """Where a run that was executed as far computes other bits than one of which this is told; empty where it does not.

    >>> parted(timeline, told)
    'iteration 3, step 4 (Z1)'
    """
    before = 0
    for stretch in told:
        run = (stretch.first - 1) // timeline.steps
        between = timeline.digest_of_states(before + 1, run)
        if between is not None and between != stretch.between:
            return _somewhere(before, run)
        for position, digest in enumerate(stretch.digests, start=stretch.first):
            if timeline.digest(position) not in (None, digest):
                return _at(timeline, position)
        before = run
    return ""


def _at(timeline: Timeline, position: int) -> str:
    run, step = divmod(position - 1, timeline.steps)
    program = timeline.program
    return f"iteration {run + 1:,}, step {step + 1} ({program.equations[program.steps[step].equation].name})"


def _somewhere(before: int, run: int) -> str:
    """Of what passed until an iteration, counted from 0, began only so much is known."""
    begun, ended = before + 1, run
    if begun == ended:
        return f"iteration {begun:,}"
    return f"an iteration from {begun:,} to {ended:,} ({counted(ended - begun + 1, 'iteration')})"

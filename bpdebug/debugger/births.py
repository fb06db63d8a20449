"""Where NaN, infinity or an entry came from: the way back to the operation that made it, and why it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from bpdebug.debugger.ancestry import Link, Tracing, strange
from bpdebug.debugger.causes import Causes, worded
from bpdebug.debugger.commands.table import Go, Say
from bpdebug.debugger.entry import whose
from bpdebug.debugger.explanation import asked
from bpdebug.debugger.growth import growth
from bpdebug.errors import UsageError
from bpdebug.language.expression import Name
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

KINDS: dict[str, tuple[Callable[[Array], Array], ...]] = {"nan": (np.isnan, np.isinf), "inf": (np.isinf,)}
"""What is looked for, the second where there is nothing of the first."""


def born(session: Session, argument: str) -> Go | Say:
    """The operation that made the first NaN or infinity out of finite numbers, or wrote an entry last."""
    tracing = Tracing(session.timeline.fork(), session.cancelled)
    causes = Causes(tracing, session.picture.labels, session.notation)
    kinds = KINDS.get(argument.lower())
    if kinds is None:
        return _of(session, causes, argument)
    found = next(filter(None, (strange(session.timeline, wanted) for wanted in kinds)), None)
    if found is None:
        return Say(_nothing(session, argument.lower()))
    birth = causes.tracing.back(*found)[-1]
    if birth.writer.step is not None:
        birth = causes.tracing.earliest(birth, session.timeline.position)
    return _told(session, causes, birth)


def _of(session: Session, causes: Causes, argument: str) -> Go:
    """The way of one entry that was typed."""
    if not argument:
        raise UsageError("expected nan, inf or an entry after origin: origin nan, origin dW2[0,3]")
    name, index, _ = asked(session, argument, "origin")
    if name not in session.timeline.values:
        raise UsageError(session.evaluator.missing(name))
    position, value = session.timeline.position, float(session.timeline.values[name][index])
    if not np.isfinite(value):
        return _told(session, causes, causes.tracing.back(name, index, position)[-1])
    writer = causes.tracing.writer(name, index, position)
    entry = f"{causes.entry(name, index)} = {worded(value)}"
    if writer.edit is not None:
        return Go(writer.position, note=f"{entry} was written over here.")
    if writer.step is None:
        raise UsageError(f"{entry} is given: no operation made it")
    return Go(writer.position, note=f"{entry} was computed here; explain {argument} takes it apart.")


def _nothing(session: Session, kind: str) -> str:
    """What is said where there is nothing to follow: where the cost is known to be none, if it is."""
    here = "nothing is infinite here" if kind == "inf" else "nothing is NaN or infinite here"
    spoilt = np.flatnonzero(~np.isfinite(session.timeline.costs))
    if not spoilt.size:
        return f"{here}; continue stops where something becomes so"
    place = f"{int(spoilt[0]) + 1}:{session.program.cost}"
    return f"{here}; the cost is no number from iteration {int(spoilt[0]) + 1:,} on: goto {place}, then origin nan"


def _told(session: Session, causes: Causes, birth: Link) -> Go:
    """To what made it, and why."""
    if birth.writer.edit is not None:
        words = birth.writer.edit.words or causes.entry(birth.name, birth.index)
        lines = [f"{causes.entry(birth.name, birth.index)} = {worded(birth.value)} was written over here: set {words}."]
        return Go(birth.writer.position, note="\n".join(lines))
    if birth.writer.step is None:
        return Go(_first_reader(session, birth.name), note="\n".join(_given(session, causes, birth)))
    with np.errstate(all="ignore"):
        lines = [*causes.made(birth), *causes.turned(causes.tracing.nan_after(birth, session.timeline.position))]
        overflowed = np.isinf(birth.value) and not causes.outside(birth)
        lines += growth(causes.tracing, birth.writer.position, session.notation, overflowed=bool(overflowed))
    return Go(birth.writer.position, note="\n".join(lines))


def _first_reader(session: Session, name: str) -> int:
    """Where the first operation takes in what is given; the start of the run where none does."""
    steps = enumerate(session.program.steps, start=1)
    return next((at for at, step in steps if Name(name) in step.inputs), 0)


def _given(session: Session, causes: Causes, birth: Link) -> Iterator[str]:
    """Of what no operation made: where it stands."""
    program = session.program
    of = whose(program, birth.name, birth.index, session.scenario.axes)
    kinds = [(program.data, "in the data"), (program.crossing, "as the run begins")]
    where = next((words for names, words in kinds if birth.name in names), "as a constant")
    yield f"{causes.entry(birth.name, birth.index)} is {worded(birth.value)} {where}{f' ({of})' if of else ''}."
    yield "No operation made it; this is the first that takes it in. Mend it, or leave it out."

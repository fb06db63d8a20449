"""Another place of a run, held beside the one that shows: the iteration before, another branch, a mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from bpdebug.debugger import places
from bpdebug.errors import BpdebugError, UsageError
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

BEFORE = "before"
"""The same place in the iteration before, wherever one stands."""
ROOM = 2**22
"""Bytes for the checkpoints of the run that stands at the other place."""


class Elsewhere(Struct, frozen=True, eq=False):
    """The values at another place, by name."""

    words: str
    """Where that is, in a few words: iteration 2."""
    values: Mapping[str, Array]
    given: Mapping[str, Array]
    """What the operation that shows was given there: a parameter before its update. Where another operation shows
    there, the values.
    """

    @property
    def title(self) -> str:
        """What is held beside, or why nothing is."""
        return f"beside {self.words}" if self.values else f"nothing beside: {self.words}"


class Asked(Struct, frozen=True):
    """What is to be held beside: a place of a branch, or of every place the same one there."""

    branch: str
    """Empty for the branch that shows, of which it is the iteration before."""
    position: int | None = None
    words: str = ""


def asked(session: Session, words: str) -> Asked:
    """What the words after `beside` mean; UsageError where they mean nothing."""
    if words == BEFORE:
        return Asked("")
    if words in session.branches.names:
        return Asked(words, words=f"branch {words}")
    branch, position = placed(session, words)
    there = places.place(session.timeline, session.notation, position=position)
    mark = f"{words}: " if words.startswith("@") else ""
    return Asked(branch, position, f"{mark}iteration {there.iteration:,}, step {there.step:,}")


def placed(session: Session, words: str) -> tuple[str, int]:
    """The branch and the position that words mean: a branch at this place, a mark, a place of the run that shows."""
    if words in session.branches.names:
        return words, session.timeline.position
    if words.startswith("@"):
        return session.marks.at(words[1:])
    try:
        return session.branches.current.name, places.position(words, session.timeline)
    except UsageError as error:
        branches = f"the branches are {', '.join(session.branches.names)}"
        raise UsageError(f"{str(error).rstrip('.')}; {branches}") from None


class Beside:
    """What is held beside the place that shows, as long as the user wants it."""

    def __init__(self) -> None:
        self.asked: Asked | None = None
        self._run: Timeline | None = None
        self._of: Timeline | None = None

    def of(self, session: Session) -> Elsewhere | None:
        """The other place, for where the session stands; None where none is wanted. It has no values if it is none."""
        own, wanted = session.timeline, self.asked
        if wanted is None:
            return None
        if not wanted.branch and own.iteration == 0:
            return _nowhere("no iteration before this one")
        words = wanted.words or f"iteration {own.iteration:,}"
        try:
            timeline = session.branches.named(wanted.branch).timeline if wanted.branch else own
            position = wanted.position
            if position is None:
                position = own.position if wanted.branch else own.position - own.steps
            run = self._at(timeline, position, session)
        except BpdebugError as error:
            return _nowhere(str(error))
        if run is None:
            return _nowhere(f"{words} was not reached")
        given = run.found(own.step - 1) if run.step == own.step and own.step else run.values
        return Elsewhere(words, run.values, given)

    def _at(self, timeline: Timeline, position: int, session: Session) -> Timeline | None:
        """A run of its own at the place: that of before, where it is near. None where the user stopped it."""
        run = self._run
        if run is None or self._of is not timeline or abs(run.position - position) > timeline.steps:
            run = timeline.fork(budget=ROOM)
        self._run, self._of = run, timeline
        return run if run.seek(position, None, session.cancelled) == position else None


def _nowhere(words: str) -> Elsewhere:
    return Elsewhere(words, {}, {})

"""What was done in a session: its latest commands, from where to where each went, and what was answered."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from bpdebug.machine.timeline import Timeline

KEPT = 500
"""Commands that are remembered."""


class Stood(Struct, frozen=True):
    """A place in short: how far a run is, and the equation that it is at; empty at the start."""

    position: int
    iteration: int
    step: int
    name: str

    @classmethod
    def at(cls, timeline: Timeline) -> Stood:
        """Where a run stands."""
        program, step = timeline.program, timeline.step
        name = program.equations[program.steps[step - 1].equation].name if step else ""
        return cls(timeline.position, timeline.iteration + 1, step, name)


class Done(Struct, frozen=True):
    """One command. `said` is the first line of its answer, `serial` counts the commands of the session from 1."""

    line: str
    ok: bool
    before: Stood
    after: Stood
    said: str
    serial: int


class History:
    """The latest commands, the newest last."""

    def __init__(self) -> None:
        self.done: deque[Done] = deque(maxlen=KEPT)
        self.count = 0

    def note(self, line: str, ok: bool, before: Stood, after: Stood, text: str) -> None:
        """Remember a command; a comment and an empty line are none."""
        if line and not line.startswith("#"):
            self.count += 1
            self.done.append(Done(line, ok, before, after, text.partition("\n")[0], self.count))

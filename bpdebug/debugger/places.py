"""Places of a run in words, and the words of `goto` to places. What is typed is what the place line then says; of a
phase, what comes next there.
"""

from __future__ import annotations

import re

from msgspec import Struct

from bpdebug.debugger.view import Place
from bpdebug.debugger.words import closest, counted, quoted
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.parser import parse_name
from bpdebug.machine.timeline import Timeline
from bpdebug.program.equations import Phase, Program

TRUNK = "main"
"""What the run as the scenario has it is called among its branches."""
FORMS = "expected ITERATION, NAME, PHASE, ITERATION:STEP, ITERATION:NAME, ITERATION:PHASE, epoch N, +N or -N"
EPOCH = re.compile(r"epoch\s+(.*)")
DIGITS = 18
"""No count has more: Python's own limits are never met."""


def place(timeline: Timeline, notation: str = "unicode", branch: str = TRUNK, position: int | None = None) -> Place:
    """Where a timeline stands, or where it would stand at a position."""
    program, position = timeline.program, timeline.position if position is None else position
    run = max(0, position - 1) // timeline.steps
    step = position - run * timeline.steps
    phase = str(program.equations[program.steps[max(0, step - 1)].equation].phase)
    epoch = [f"epoch {1 + run // program.batches:,}"] if program.batches > 1 else []
    parts = [f"iteration {run + 1:,} / {timeline.iterations:,}", *epoch, phase, f"step {step:,} / {timeline.steps:,}"]
    parts = parts if timeline.iterations else ["no iterations"]
    words = (" - " if notation == "ascii" else " · ").join([*([f"branch {branch}"] if branch != TRUNK else []), *parts])
    return Place(position, timeline.last, run + 1, timeline.iterations, phase, step, timeline.steps, words, branch)


def whole(text: str) -> int | None:
    """The whole number a text is, None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def numbers_iteration(text: str) -> bool:
    """Whether words mean an iteration by its number, or by that of its epoch."""
    return text.isdecimal() or EPOCH.fullmatch(text) is not None


def position(text: str, timeline: Timeline) -> int:
    """The position that the words after `goto` mean."""
    text = text.strip()
    alone = _alone(text, timeline)
    if alone is not None:
        return alone
    first, colon, second = (part.strip() for part in text.partition(":"))
    return _Places(timeline).find(first, second, bool(colon))


def beginning(text: str, position: int, timeline: Timeline) -> str:
    """The phase that words after `goto` asked for, where it comes next; empty where they asked for something else."""
    word, program = text.rpartition(":")[2].strip(), timeline.program
    if word in program.shapes or position == timeline.last:
        return ""
    coming = program.equations[program.steps[position % timeline.steps].equation].phase
    return word if word == coming else ""


def ahead(text: str, timeline: Timeline) -> int:
    """The position that the words after `until` mean: of a place in every iteration the next; it may lie behind."""
    text = text.strip()
    alone = _alone(text, timeline)
    if alone is not None:
        return alone
    iteration, step = spot(text, timeline, before=True)
    if iteration is not None:
        return iteration * timeline.steps + step
    target = timeline.iteration * timeline.steps + step
    return target if target > timeline.position else target + timeline.steps


def _alone(text: str, timeline: Timeline) -> int | None:
    """The position of words that mean one place of the whole run: start, end, +2; None of all others."""
    relative = re.fullmatch(r"([+-])\s*(\d{1,18})", text, re.ASCII)
    return _relative(int(relative[1] + relative[2]), timeline) if relative else _end(text, timeline)


def _end(text: str, timeline: Timeline) -> int | None:
    """The position of an end of the run by its word, unless a quantity is called so."""
    known = text in ("start", "end") and text not in timeline.program.shapes
    return (0 if text == "start" else timeline.last) if known else None


def spot(text: str, timeline: Timeline, *, before: bool = False) -> tuple[int | None, int]:
    """A place as stops take it: of which iteration (from 0; None: of each), and after how many of its steps.

    Of a phase it is its first operation; with `before`, where that comes next.
    """
    if _end(text := text.strip(), timeline) is not None:
        text = "1:1" if text == "start" else f"{timeline.iterations}:{timeline.steps}"
    first, colon, second = (part.strip() for part in text.partition(":"))
    found = _Places(timeline)
    if not colon and not numbers_iteration(first):
        return None, found.inside(first, 1, before=before)
    if not first:
        return None, found.inside(second, 1, before=before)
    begin = found.iteration(first)
    return begin // timeline.steps, found.inside(second, begin, before=before) if second else 1


def _refuse_none(timeline: Timeline) -> None:
    if not timeline.iterations:
        raise UsageError("this run has no iterations to go to; the scenario says iterations = 0")


def _relative(iterations: int, timeline: Timeline) -> int:
    _refuse_none(timeline)
    here = max(1, timeline.position)  # the start of the run is a place of its own
    target = here + iterations * timeline.steps
    if 0 <= target <= timeline.last:
        return target
    words = f"this is iteration {timeline.iteration + 1:,} of {timeline.iterations:,}"
    raise UsageError(f"there is no place {counted(abs(iterations), 'iteration')} {_side(iterations)} here: {words}")


def _side(iterations: int) -> str:
    return "after" if iterations > 0 else "before"


class _Places(Struct, frozen=True):
    timeline: Timeline

    @property
    def program(self) -> Program:
        return self.timeline.program

    def find(self, first: str, second: str, colon: bool) -> int:
        """ITERATION, NAME or PHASE alone, or with a colon the iteration and a place in it."""
        if not first and not second:
            raise UsageError(FORMS)
        if not colon:
            if numbers_iteration(first):
                return self.iteration(first) + 1
            return self._here + self.inside(first, self._here, before=True)
        begin = self.iteration(first) if first else self._here
        if not second:
            raise UsageError("expected a step, a name or a phase after ':'")
        return begin + self.inside(second, begin, before=True)

    @property
    def _here(self) -> int:
        """Where the iteration that shows begins."""
        return self.timeline.iteration * self.timeline.steps

    def iteration(self, text: str) -> int:
        """Where an iteration, counted from 1, begins; or the first one of an epoch."""
        _refuse_none(self.timeline)
        if epoch := EPOCH.fullmatch(text):
            return self._epoch(epoch[1])
        number = whole(text)
        if number is None or not 1 <= number <= self.timeline.iterations:
            hint = ": start goes to the start of the run" if number == 0 else ""
            raise UsageError(f"expected an iteration from 1 to {self.timeline.iterations}, got {quoted(text)}{hint}")
        return (number - 1) * self.timeline.steps

    def _epoch(self, text: str) -> int:
        """Where an epoch, counted from 1, begins."""
        number, batches = whole(text), self.program.batches
        most = -(-self.timeline.iterations // batches)
        if number is None or not 1 <= number <= most:
            each = "each is one iteration" if batches == 1 else f"each is {batches} iterations"
            raise UsageError(f"expected an epoch from 1 to {most}, got {quoted(text)}; {each}")
        return (number - 1) * batches * self.timeline.steps

    def inside(self, text: str, begin: int = 0, *, before: bool = False) -> int:
        """After how many steps of an iteration: a number of steps, a name, or a phase: its first, or `before` that.

        Step 0 is a place of its own at the start of the run only; elsewhere it is the end of the iteration before.
        """
        first = 1 if begin else 0
        if text.isdecimal():
            number = whole(text)
            if number is None or not first <= number <= self.timeline.steps:
                raise UsageError(f"expected a step from {first} to {self.timeline.steps}, got {quoted(text)}")
            return number
        name = self._name(text)
        found = [at for at, step in enumerate(self.program.steps, start=1) if step.out == name]
        return found[0] if found else max(first, self._phase(name) - before)

    def _name(self, text: str) -> str:
        try:
            return parse_name(text)
        except ExpressionError:
            raise UsageError(f"{FORMS}; got {quoted(text)}") from None

    def _phase(self, name: str) -> int:
        """The first step of a phase."""
        kinds = [self.program.equations[step.equation].phase for step in self.program.steps]
        if name in kinds:
            return kinds.index(Phase(name)) + 1
        if name in self.program.shapes:
            raise UsageError(f"{name} is given, not computed: there is no step to go to")
        if name in list(Phase):
            raise UsageError(f"this program has no {name} phase; it has {', '.join(dict.fromkeys(kinds))}")
        computed = [equation.name for equation in self.program.equations]
        raise UsageError(f"there is no {quoted(name)} here. {closest(name, [*computed, *kinds])}".rstrip())

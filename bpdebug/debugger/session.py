"""A session: one debugging of one scenario. It executes commands and answers with views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bpdebug.debugger.ailing import ailing
from bpdebug.debugger.arrival import arrival
from bpdebug.debugger.branches import Branch, Branches
from bpdebug.debugger.commands import Go, Say, understand
from bpdebug.debugger.commands.understand import uncommented
from bpdebug.debugger.consistency import consistent
from bpdebug.debugger.displays import Displays
from bpdebug.debugger.elsewhere import Beside
from bpdebug.debugger.evaluate import Evaluator
from bpdebug.debugger.folding import PAGE
from bpdebug.debugger.history import History, Stood
from bpdebug.debugger.judging import Judging
from bpdebug.debugger.marks import Marks
from bpdebug.debugger.picture import Picture
from bpdebug.debugger.places import place
from bpdebug.debugger.recording import Recording
from bpdebug.debugger.stops import Hit, Stop, Stops
from bpdebug.debugger.travel import Travel
from bpdebug.debugger.view import Place, Reply, View
from bpdebug.debugger.watching import watched
from bpdebug.errors import BpdebugError, UsageError
from bpdebug.machine.drawn import found
from bpdebug.machine.edits import Edit
from bpdebug.machine.kernels import PRECISIONS
from bpdebug.machine.timeline import BUDGET, Cancelled, Progress, Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.program.settled import settled
from bpdebug.scenario.record import Claim, Scenario

if TYPE_CHECKING:
    from bpdebug.check.forward import Forward
    from bpdebug.check.verdict import GradientCheck
    from bpdebug.debugger.forms import Form
    from bpdebug.debugger.switched import Left

LONGEST = 2_000
"""Characters of a command line."""


class Session:
    """What can be pressed can be scripted: every key, click and script line goes through `execute`."""

    def __init__(self, scenario: Scenario, *, notation: str = "unicode", budget: int = BUDGET) -> None:
        self.opened = scenario
        """The scenario as it was opened: `switch` shows another form of it."""
        self.notation = notation
        self.columns = PAGE
        """Characters across, into which explanations are broken."""
        self.recording = Recording()
        self.history = History()
        self.progress: Progress | None = None
        """What the line being executed was given to tell how far it is, and to be stopped by."""
        self.cancelled: Cancelled | None = None
        self.draw: Callable[[Path], None] | None = None
        """What draws the screen into a file, where there is one."""
        self.left: Left | None = None
        """Where the last switch left from."""
        self.turned: dict[Claim, Claim] = {}
        """Equations of the user's own that a switch turned, and what of, there and back."""
        self.again = ""
        """What an empty line does once more: the line before, where it moved or looked."""
        self._budget = budget
        self._serial = self._run = 0
        self.take(scenario, self.run_of(scenario), None)

    def run_of(self, scenario: Scenario) -> Timeline:
        """The run of a scenario, at its start."""
        precision = PRECISIONS[scenario.dtype]
        return Timeline(
            scenario.program,
            scenario.values,
            iterations=scenario.iterations,
            budget=self._budget,
            dtype=precision,
        )

    def take(self, scenario: Scenario, run: Timeline, form: Form | None) -> None:
        """Debug this from now on, where its run stands; nothing of the user's own is in it yet.

        `form`: what it was made by, where it is not the scenario that was opened.
        """
        self.scenario, self.form = scenario, form
        self.branches = Branches(run)
        self.marks = Marks(self.branches, self.notation)
        self._shown: dict[Program, tuple[Picture, Evaluator]] = {}
        self.stops = Stops()
        self.stops.health = ailing(scenario.program)
        self.displays = Displays()
        """Expressions that are shown after every motion."""
        self.beside = Beside()
        """The other place that matrices are shown of beside those of this one."""
        self.explained: tuple[tuple[str, tuple[int, ...], int | None], ...] = ()
        """The entries that were explained, one after the other, the latest last."""
        self.claims = scenario.claims
        """The equations of the user's own: those of the scenario, and those of `claim`."""
        self.replaced: dict[str, tuple[Claim | None, ...]] = {}
        """What stood in place of each line that was changed, the latest last; None where nothing did."""
        self._seen: Mapping[str, Array] = {}
        self._view: View | None = None
        self._switched({})

    @property
    def program(self) -> Program:
        """The program of the iteration that shows."""
        return self.timeline.program

    @property
    def settled(self) -> Program:
        """The same once its batch is drawn: what is checked."""
        return settled(self.program)

    @property
    def picture(self) -> Picture:
        """What draws the program of the iteration that shows."""
        return self._of_program[0]

    @property
    def evaluator(self) -> Evaluator:
        """What reads the user's expressions."""
        return self._of_program[1]

    @property
    def _of_program(self) -> tuple[Picture, Evaluator]:
        program = self.program
        if program not in self._shown:
            scenario = replace(self.scenario, program=program)
            whole = self.scenario.program
            others = tuple(each for each in (whole, whole.rest) if each is not None and each is not program)
            self._shown[program] = Picture(scenario, self.notation), Evaluator(program, others=others)
        return self._shown[program]

    @property
    def timeline(self) -> Timeline:
        """The run that shows: that of the branch."""
        return self.branches.current.timeline

    @property
    def view(self) -> View:
        """The picture of this position: the same one until the next move."""
        if self._view is None:
            view = self.picture.view(self.timeline, self._seen, self._serial, self.branches.current.name)
            curves = {each.name: each.timeline.costs for each in self.branches}
            self._view = replace(view, run=self._run, branches=curves, elsewhere=self.beside.of(self))
            self._refresh()
        return self._view

    def _refresh(self) -> None:
        """Bring what the view says beside the numbers up to date: the stops, and what is displayed."""
        stops, displays = self._stopping(), tuple(self.displays.shown(self))
        watching, view = tuple(watched(self.stops, self.timeline)), self._view
        if view is not None and (view.stops, view.displays, view.watching) != (stops, displays, watching):
            self._view = replace(view, stops=stops, displays=displays, watching=watching)

    def _stopping(self) -> dict[int, bool]:
        """The equations at which stops of the user's own stand."""
        steps = self.program.steps
        found: dict[int, bool] = {}
        for stop in self.stops.own.values():
            if stop.kind in ("break", "tbreak"):
                for step in stop.trigger.steps:
                    at = steps[step - 1].equation
                    found[at] = found.get(at, False) or stop.enabled
        return found

    def branched(self) -> list[str]:
        """Every branch in a line: where it stands, and what it was made by."""
        lines = []
        for each in self.branches:
            mark = "*" if each is self.branches.current else " "
            here = place(each.timeline, self.notation).words
            made = f"; from {each.parent} {'; '.join(self._made(each))}" if each.parent else ""
            lines.append(f"{mark} {each.name}  {here}{made}")
        return lines

    def _made(self, branch: Branch) -> Iterator[str]:
        """The edits that a branch was made by, with their places."""
        for position, edits in groupby(branch.own, key=attrgetter("position")):
            where = place(branch.timeline, self.notation, position=position).words
            yield f"at {where}: {', '.join(each.words for each in edits)}"

    def edit(self, words: str, edit: Edit) -> Branch:
        """Write over a value here, on a branch that shows from now on."""
        values = self.timeline.values
        branch = self.branches.edit(words, edit)
        self._switched(values)
        return branch

    def show(self, branch: str) -> None:
        """Show another branch, where it was left."""
        values = self.timeline.values
        self.branches.go(branch)
        self._switched(values)

    def _switched(self, values: Mapping[str, Array]) -> None:
        """Another run shows: what was remembered of the one before does not hold of it."""
        for stop in self.stops:
            stop.trigger.forget()
        self.judging = Judging(self.scenario.unread)
        self._run += 1
        self._seen = {**self._seen, **values}
        self.changed()

    def changed(self) -> None:
        """What shows has changed: it is to be drawn anew."""
        self._serial += 1
        self._view = None

    def execute(self, line: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Reply:
        """Do what one command line says. An empty one does once more what was done last, if it moved or looked.

        What is not understood, or cannot be done, changes nothing. From # on a line is a comment.
        """
        line, self.progress, self.cancelled = uncommented(line.strip().lstrip(": ")), progress, cancelled
        again, before = self.again, Stood.at(self.timeline)
        reply = self._replied(line)
        self.history.note(line or again, reply.ok, before, Stood.at(self.timeline), reply.text)
        return self.recording.heard(line or self.again, reply, stopped=bool(cancelled and cancelled()))

    def _replied(self, line: str) -> Reply:
        try:
            return self._execute(line)
        except BpdebugError as error:
            return Reply(str(error), self.view, ok=False)
        except MemoryError:
            return Reply("there is not enough memory for that", self.view, ok=False)

    def _execute(self, line: str) -> Reply:
        if len(line) > LONGEST:
            raise UsageError(f"expected at most {LONGEST:,} characters, got {len(line):,}")
        if line.startswith("#"):
            return Reply("", self.view)
        if not line and not self.again:
            return Reply("nothing to repeat: s executes one operation, help lists the commands", self.view)
        line, self.again = line or self.again, "" if line else self.again
        found = understand(line)
        did = found.command.run(self, found.argument)
        if isinstance(did, Go):
            self.again = line
            return Reply(self._move(did), self.view)
        if isinstance(did, Say):
            self.again = line if found.command.repeats else ""
            self._refresh()
            return Reply(did.text, self.view, check=did.check, copied=did.copied)
        return Reply("", self.view, quit=True)

    def _move(self, go: Go) -> str:
        left, marked = self.view.place, self._leaving()
        hits: list[Hit] = []
        try:
            hits = self._travelled(go)
            if go.vain and not hits and self.timeline.position == go.position:
                self.timeline.seek(left.position)
                raise UsageError(go.vain)
        finally:
            if self.timeline.position != left.position:
                self.changed()
            else:
                self._seen = {**self._seen, **marked}
        return self._told(go, left, hits)

    def _leaving(self) -> Mapping[str, Array]:
        """See what shows, so that nothing older is held on to while moving. What was seen before of the operation that
        shows: it counts where nothing moves."""
        operation = self.view.operation
        names = {each.name for each in (*operation.operands, *operation.scaled, operation.result)}
        marked = {name: self._seen[name] for name in names if name in self._seen}
        self._seen = {**self._seen, **self.timeline.values}
        return marked

    def _travelled(self, go: Go) -> list[Hit]:
        """Go there, or to the last of the stops it is to end at: what was met there."""
        if go.search is not None:
            searching = Travel(self.progress, self.cancelled, (Stop(0, "", "", go.search),), landing=0)
            return searching.go(self.timeline, go.position)
        hits: list[Hit] = []
        for _ in range(go.times):
            travel = Travel(self.progress, self.cancelled, self.stops.active if go.heeding else ())
            hits = travel.go(self.timeline, go.position)
            self.stops.hit(hits)
            if not hits:
                break
        return hits

    def _told(self, go: Go, left: Place, hits: list[Hit]) -> str:
        """What is said of a motion: where it ended and why."""
        undone = "; undone" if self.timeline.position < left.position else ""
        if go.search is not None:
            reasons = [f"changed here: {hit.said}" if hit.said else "" for hit in hits] if hits else [go.note]
        else:
            reasons = [go.note, *(hit.words + undone for hit in hits)]
        target = self.timeline.position if hits else go.position
        return "\n".join([arrival(self.picture, left, self.view, target), *filter(None, reasons), *self.view.displays])

    @property
    def forward(self) -> Forward:
        """The forward run of the iteration that shows, with the parameters as the iteration found them."""
        from bpdebug.check.forward import Forward

        return Forward.of(self.settled, found(self.timeline))

    def checking(
        self, names: Iterable[str] | None = None, cancelled: Cancelled | None = None
    ) -> Callable[[], tuple[GradientCheck, ...]]:
        """The check of the iteration that shows (or of these of its gradients: dW2), to be run in any thread.

        It rests on the values of now, with the parameters as the iteration found them: UsageError where some of
        them rest on what was written over within the iteration, so that they belong to no one function.
        """
        if not consistent(self.timeline):
            raise UsageError(
                "values were written over within this iteration, so its gradients are those of no one function: "
                "the next iteration can be checked"
            )
        program, asked = self.settled, None if names is None else tuple(names)
        values = found(self.timeline)
        from bpdebug.check.full import check

        return lambda: check(program, values, asked, cancelled=cancelled)

"""A session brought back from its journal: nothing is taken from it but words, each read as if it were typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bpdebug.check.called import WORD
from bpdebug.check.meaning import meaning
from bpdebug.debugger.branches import Branch
from bpdebug.debugger.commands import understand
from bpdebug.debugger.commands.branching import asked
from bpdebug.debugger.evidence import Stretch, furthest, parted
from bpdebug.debugger.forms import Form, formed
from bpdebug.debugger.journal import beginnings, fingerprint, right_side
from bpdebug.debugger.marks import MOST as MOST_MARKS
from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.recording import MOST_LINES
from bpdebug.debugger.records import Changed, Journal, JournalError, Line
from bpdebug.debugger.session import Session
from bpdebug.debugger.stops import Stop
from bpdebug.debugger.words import quoted
from bpdebug.errors import BpdebugError
from bpdebug.machine.timeline import Progress
from bpdebug.ops import expand, parse
from bpdebug.scenario.record import MOST_CLAIMS, Claim, Scenario

STOPPING = ("break", "tbreak", "watch")


class Resumed(NamedTuple):
    """A session as it was saved. `parted` says where its numbers are not those of then; empty where they are."""

    session: Session
    screen: str
    parted: str


def resumed(
    journal: Journal, scenario: Scenario, *, notation: str = "unicode", progress: Progress | None = None
) -> Resumed:
    """The session that was saved, its numbers computed anew; JournalError where that cannot be done.

    `progress` hears of (steps done, steps to do) of each run.
    """
    if journal.program != fingerprint(scenario):
        raise Changed("the scenario has changed since")
    for name, digest in beginnings(scenario).items():
        if journal.begins.get(name) != digest:
            raise Changed(f"{name} begins with other numbers than it did")
    bringing = _Bringing(Session(scenario, notation=notation), progress)
    try:
        for line in journal.lines:
            bringing.back(line)
        return bringing.done()
    except JournalError:
        raise
    except (BpdebugError, MemoryError, RecursionError) as error:
        raise JournalError(str(error).partition("\n")[0] or "there is not enough memory for it") from None


class _Bringing:
    """A session on its way back, line by line; each line has a method of its name."""

    def __init__(self, session: Session, progress: Progress | None) -> None:
        self.session = session
        self.progress = progress
        self.claims: list[tuple[int, Claim]] = []
        self.screen = ""
        self.shows = TRUNK
        self.parted = ""
        self.typed: list[str] | None = []
        self.run: set[str] = set()
        """The branches that stand where they stood."""
        self.begun = False

    def back(self, line: Line) -> None:
        """Do what one line says."""
        does = {
            "form": self._form, "claim": self._claim, "stop": self._stop, "stops": self._stops, "health": self._health,
            "display": self._display, "displays": self._displays, "branch": self._branch,
            "branches": self._made, "mark": self._mark, "shows": self._show, "screen": self._screen, "run": self._run,
            "typed": self._typed, "forgotten": self._forget,
        }  # fmt: skip
        if line.word not in does:
            raise JournalError(f"it says twice which {line.word} it belongs to")
        does[line.word](line)
        self.begun = True

    def done(self) -> Resumed:
        """The session, once every line was done."""
        session = self.session
        names = {claim.name for _, claim in self.claims}
        claims = [claim for claim in session.claims if claim.name not in names]
        for place, claim in sorted(self.claims, key=lambda each: each[0]):
            claims.insert(place, claim)
        if len(claims) > MOST_CLAIMS or len(names) < len(self.claims):
            raise JournalError("it has too many claims, or two of one name")
        session.claims = tuple(claims)
        session.show(self.shows)
        session.recording.begin(self.typed)
        return Resumed(session, self.screen, self.parted)

    def _form(self, line: Line) -> None:
        """Show another form of the scenario, before anything else is done."""
        if self.begun:
            raise JournalError("it says too late which form of the scenario shows")
        form = Form(line.said["orientation"], line.said["bookkeeping"], line.said["fused"] == "on")
        scenario = formed(self.session.opened, form)
        if fingerprint(scenario) != line.said["text"]:
            raise Changed("the scenario is another one in the form that it was switched to")
        self.session.take(scenario, self.session.run_of(scenario), form)

    def _claim(self, line: Line) -> None:
        name = line.said["name"]
        rows: list[tuple[Line, dict[str, str]]] = [(line, {})]
        for inner in line.inner:
            if inner.word == "before":
                rows.append((inner, {}))
            else:
                rows[-1][1][inner.word] = inner.text
        claim, *before = (self._written(name, row, beside) for row, beside in rows)
        if claim is not None:
            self.claims.append((line.number(), claim))
            if before:
                self.session.replaced[name] = tuple(before)

    def _written(self, name: str, line: Line, beside: Mapping[str, str]) -> Claim | None:
        """A line of the user's own; None for nothing, which is also what stands where the scenario's own is gone."""
        program = self.session.program
        if line.said["text"] in ("nothing", "as written"):
            own = {each.name: each for each in self.session.scenario.claims}
            return own.get(name) if line.said["text"] == "as written" else None
        means, denotes, of = beside.get("means"), beside.get("denotes", ""), line.said["of"] or ""
        expr = (
            right_side(line.text, program)
            if means is None
            else expand(parse(means, WORD.findall(means)), program.examples)
        )
        if expr is None:
            raise JournalError(f"the claim {quoted(line.text)} is not understood")
        if (of and of not in program.shapes) or (denotes and meaning(denotes).of != of):
            raise JournalError(f"the claim {quoted(line.text)} is of no quantity that there is")
        return Claim(name, line.text, expr, of, denotes, line.number("line"))

    def _stop(self, line: Line) -> None:
        stops, number = self.session.stops, line.number()
        if number <= stops.last:
            raise JournalError(f"the stop {number} does not follow the one before")
        if understand(line.text).command.name not in STOPPING:
            raise JournalError(f"{quoted(line.text)} is no stop")
        stops.last = number - 1
        self._said(line.text)
        self._marked(stops.own[number], line)

    def _stops(self, line: Line) -> None:
        self.session.stops.last = max(self.session.stops.last, line.number())

    def _health(self, line: Line) -> None:
        self._marked(self.session.stops.numbered(line.said["name"]), line)

    @staticmethod
    def _marked(stop: Stop, line: Line) -> None:
        stop.enabled, stop.ignored, stop.hits = line.said["off"] is None, line.number("passes"), line.number("met")

    def _display(self, line: Line) -> None:
        displays, number = self.session.displays, line.number()
        if number <= displays.last:
            raise JournalError(f"the display {number} does not follow the one before")
        displays.last = number - 1
        self._said(f"display {line.text}")

    def _displays(self, line: Line) -> None:
        displays = self.session.displays
        displays.last = max(displays.last, line.number())

    def _said(self, line: str) -> None:
        reply = self.session.execute(line)
        if not reply.ok:
            raise JournalError(f"{quoted(line)} is refused: {reply.text.splitlines()[0]}")

    def _branch(self, line: Line) -> None:
        """Make a branch anew, from the trunk through all the edits it rests on."""
        branches, own = self.session.branches, line.number()
        if not 1 <= own <= len(line.inner):
            raise JournalError(f"the branch {line.said['name']} rests on no edit")
        timeline, before = branches.trunk.timeline, 0
        for inner in line.inner:
            position = self._position(inner)
            if position < before:
                raise JournalError("the edits of a branch are not in their order")
            before = position
            timeline.seek(position, self.progress)
            timeline = timeline.fork(asked(self.session, inner.text, timeline), budget=branches.budget)
        words = tuple(edit.words for edit in timeline.edits[-own:])
        branches.add(Branch(line.said["name"], timeline, line.said["parent"], words, before))

    def _made(self, line: Line) -> None:
        self.session.branches.made = line.number()

    def _mark(self, line: Line) -> None:
        kept = self.session.marks.kept
        kept[line.said["name"]] = line.said["branch"], self._position(line)
        if len(kept) > MOST_MARKS:
            raise JournalError("it has too many marks")

    def _show(self, line: Line) -> None:
        self.shows = line.said["name"]

    def _screen(self, line: Line) -> None:
        self.screen = line.text

    def _typed(self, line: Line) -> None:
        if self.typed is None:
            return
        if line.number() > MOST_LINES - len(self.typed):
            raise JournalError("it has too many lines that were typed")
        self.typed += [line.text] * line.number()

    def _forget(self, line: Line) -> None:
        self.typed = None

    def _run(self, line: Line) -> None:
        """Let a branch run as far as it had, and go to where it stood."""
        branch = self.session.branches.named(line.said["name"])
        timeline, reached = branch.timeline, line.number()
        if branch.name in self.run or reached > timeline.iterations:
            raise JournalError(f"the branch {branch.name} does not run like this")
        self.run.add(branch.name)
        position = self._position(line)
        timeline.seek(max(position, furthest(timeline, reached)), self.progress)
        timeline.seek(position)
        where = parted(timeline, [self._stretch(inner) for inner in line.inner])
        if where and not self.parted:
            self.parted = where + ("" if branch.name == TRUNK else f", on branch {branch.name}")

    def _stretch(self, line: Line) -> Stretch:
        digests = tuple(int(each, 16) for each in line.said["text"].split())
        return Stretch(self._position(line), int(line.said["between"], 16), digests)

    def _position(self, line: Line) -> int:
        """A place of the run: the start, or after a step of an iteration."""
        timeline = self.session.branches.trunk.timeline
        iteration, step = map(int, line.said["place"].split(":"))
        start = (iteration, step) == (1, 0)
        if not start and not (1 <= iteration <= timeline.iterations and 1 <= step <= timeline.steps):
            raise JournalError(f"there is no place {line.said['place']} in this run")
        return (iteration - 1) * timeline.steps + step

"""Scripts and transcripts executed: what is answered to each line, to the first that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches, unified_diff
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger import files
from bpdebug.debugger.commands import understand
from bpdebug.debugger.elided import alike
from bpdebug.debugger.script import Opening, Part, Remark, Script, Typed
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Place, Reply
from bpdebug.errors import Problem, ScenarioError, UsageError, printable
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load
from bpdebug.scenario.source import LARGEST_FILE

LONGEST = 600.0
"""Seconds that a file may take where nothing else is said."""
Judge: TypeAlias = Callable[[Typed, Reply, tuple[str, ...]], tuple[str, str]]
"""What is wrong with an answer, and how it differs from the one that is written; empty where nothing is."""
LEFT = "(left)"
"""What stands in a transcript where a command left the session."""


class Failure(Struct, frozen=True):
    """The first thing that is not as a file says: where, and what there is to say of it."""

    file: str
    line: int
    column: int
    command: str
    message: str
    """In lines; the values that an expectation failed by are among them."""
    diff: str = ""
    """Of a transcript: how the answer differs from the one that is written."""

    def __str__(self) -> str:
        first, *rest = self.message.split("\n")
        place = f"{self.file}:{self.line}:{self.column}"
        return "\n".join([f"{place}: {self.command}: {first}", *(f"  {line}".rstrip() for line in rest)])


class Told(Struct, frozen=True):
    """One part of a script, and the lines that a transcript has for it."""

    part: Part
    lines: tuple[str, ...]
    place: Place | None = None
    """Where the session stands after a command."""
    text: str = ""
    """What was answered, as it is."""
    ok: bool = True
    """False where the command was refused."""
    failure: Failure | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """The same, but an answer that is written in part stays so where it still holds."""
        typed, *answer = self.lines
        holds = isinstance(self.part, Typed) and alike(self.part.answer, answer)
        return (typed, *self.part.answer) if isinstance(self.part, Typed) and holds else self.lines


def answered(reply: Reply) -> list[str]:
    """An answer as it stands in a transcript."""
    lines = printable(reply.text).split("\n") if reply.text else []
    mark = "  " if reply.ok else "! "
    return [f"{mark}{line}".rstrip() if line else "  ." for line in [*lines, *([LEFT] if reply.quit else [])]]


def unmet(part: Typed, reply: Reply) -> str:
    """What is not as a line of a script wants it: nothing, where it was executed, or refused if it was to be."""
    if part.refused:
        return "expected this to be refused, for ! stands before it" if reply.ok else ""
    return "" if reply.ok else reply.text


class Replay:
    """One file, executed part by part. `commands` are executed behind it, in the session that it ends with."""

    def __init__(
        self, script: Script, folder: Path, commands: Sequence[Typed | Remark] = (), *, seconds: float = LONGEST
    ) -> None:
        self.script = script
        self.folder = folder
        self.commands = commands
        self.seconds = seconds
        self._end = monotonic() + seconds
        self.session: Session | None = None
        """The one that was opened last."""
        self._size = 0

    def told(self, *, compared: bool = True) -> Iterator[Told]:
        """What is told of each part, to the first failure; the answers of a transcript are compared, or not."""
        differing = self._differing if compared else _nothing
        judge = differing if self.script.transcript else self._failing
        for part in self.script.parts:
            yield (told := self._told(part, self.script.file, judge))
            if told.failure:
                return
        if self.session:
            self.session.recording.folder = None
        for each in self.commands:
            yield (told := self._told(each, "-c", self._failing))
            if told.failure:
                return

    def _told(self, part: Part, file: str, judge: Judge) -> Told:
        if isinstance(part, Opening):
            self.session = opened(part, self.folder, self.script.file)
        if not isinstance(part, Typed):
            return Told(part, (part.text,))
        assert self.session is not None
        reply = self.session.execute(part.text, cancelled=self._late)
        lines = (f"> {part.text}".rstrip(), *answered(reply))
        self._size += sum(len(line.encode(errors="replace")) + 1 for line in lines)
        message, diff = judge(part, reply, lines)
        message = self._beyond() or message
        column = part.column + _argument(part.text)
        failure = Failure(file, part.line, column, part.text, message, diff) if message else None
        return Told(part, lines, reply.view.place, printable(reply.text), reply.ok, failure)

    def _late(self) -> bool:
        return monotonic() > self._end

    def _beyond(self) -> str:
        """What is said where a file takes more than any may."""
        if self._late():
            return f"the file takes more than {self.seconds:g} seconds"
        return f"the answers are longer than {LARGEST_FILE:,} bytes together" if self._size > LARGEST_FILE else ""

    def _failing(self, part: Typed, reply: Reply, lines: tuple[str, ...]) -> tuple[str, str]:
        return unmet(part, reply), ""

    def _differing(self, part: Typed, reply: Reply, lines: tuple[str, ...]) -> tuple[str, str]:
        if alike(part.answer, lines[1:]):
            return "", ""
        written = written_lines(self.script)
        start = part.line
        now = [*written[:start], *lines[1:], *written[start + len(part.answer) :]]
        diff = unified_diff(written, now, f"{self.script.file} as written", f"{self.script.file} as it is", lineterm="")
        return "the answer is another one than is written", "\n".join(line.rstrip() for line in diff)


def _argument(line: str) -> int:
    """Where the argument of a command begins in its line; of one that is not understood, the line itself."""
    try:
        argument = understand(line).argument
    except UsageError:
        return 0
    return line.rfind(argument) if argument else 0


def _nothing(part: Typed, reply: Reply, lines: tuple[str, ...]) -> tuple[str, str]:
    return "", ""


def written_lines(script: Script) -> list[str]:
    """The lines of a transcript, as it stands in its file."""
    lines: list[str] = []
    for part in script.parts:
        lines += [f"> {part.text}".rstrip(), *part.answer] if isinstance(part, Typed) else [part.text]
    return lines


def opened(opening: Opening, folder: Path, file: str) -> Session:
    """The session that a line opens; ScenarioError, at its place, where there is none."""
    settings: dict[str, Any] = dict(opening.settings)
    notation, iterations = str(settings.pop("notation", "unicode")), settings.pop("iterations", None)
    path = _path(opening, folder, file)
    with files.called(opening.scenario):
        scenario = load(path, **settings)
    if iterations is not None:
        scenario = replace(scenario, iterations=int(iterations))
    session = Session(scenario, notation=notation)
    session.recording.folder = folder
    return session


def _path(opening: Opening, folder: Path, file: str) -> str:
    """Where the scenario lies: a bundled one, or a file of the script's folder."""
    name = opening.scenario
    known = {each.name: each.path for each in bundled()}
    if name in known:
        return known[name]
    message = ""
    try:
        path = files.inside(folder, name)
        if not path.exists():
            near = get_close_matches(name, known, n=1)
            message = "there is no such scenario, and no such file in the folder"
            message += f"; did you mean {near[0]}?" if near else ""
    except UsageError as error:
        message = str(error)
    if message:
        width = len(name)
        raise ScenarioError((Problem(file, opening.line, opening.column, "", message, opening.text, width),))
    return str(path)

"""What a session remembers of the lines it was given: the answer before, and the script that is being recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from bpdebug.debugger import files
from bpdebug.debugger.view import Reply
from bpdebug.errors import UsageError

MOST_LINES = 10_000
"""Lines of a script that are no answers."""
DEEPEST = 8
"""How many scripts may have been called by one another."""


class Recording:
    """The lines of a session, and the file they are written to while `record` is on."""

    def __init__(self) -> None:
        self.answer = ""
        """What was answered to the command before: what `expect text` looks at."""
        self.folder: Path | None = None
        """The only folder whose files may be opened, where a script is what asks; None: a person does."""
        self.running: list[Path] = []
        """The scripts that are being executed, each called by the one before it."""
        self.executed = 0
        """How many commands of scripts the line typed last has executed."""
        self._lines: list[str] = []
        self._complete = True
        self._file: Path | None = None
        self._heading = ""
        self._aside = self._unanswered = False

    @property
    def on(self) -> Path | None:
        """The file that is being written."""
        return self._file

    @property
    def lines(self) -> tuple[str, ...] | None:
        """The lines so far, as they stand in a script; None where they are too many for one."""
        return tuple(self._lines) if self._complete else None

    def begin(self, lines: Sequence[str] | None) -> None:
        """Take these for the lines so far: the session was brought to where they lead."""
        self._lines, self._complete = list(lines or ()), lines is not None

    def start(self, file: Path, heading: str) -> None:
        """Write every line from now on, and those so far, which lead to where the session stands."""
        self._heading = heading
        self._save(file)
        self._file = file

    def stop(self) -> None:
        """Write no more."""
        self._file = None

    def aside(self) -> None:
        """The line being executed is none that a script should repeat."""
        self._aside = True

    def unanswered(self) -> None:
        """The line being executed only looks at the answer before: that one stays."""
        self._unanswered = True

    def heard(self, line: str, reply: Reply, *, stopped: bool = False) -> Reply:
        """Note a line and its answer; a motion that was stopped is noted as going to where it stopped."""
        aside, unanswered = self._aside, self._unanswered
        self._aside = self._unanswered = False
        if not unanswered and not line.startswith("#"):
            self.answer = reply.text
        if line and not aside and not reply.quit:
            self._note(_again(line, reply, stopped))
        if self.running:
            return reply
        self.executed = 0
        return self._saved(reply)

    def _note(self, line: str) -> None:
        self._complete = self._complete and len(self._lines) < MOST_LINES
        if self._complete:
            self._lines.append(line)

    def _saved(self, reply: Reply) -> Reply:
        """Write what was noted; the reply, which says so where that could not be done."""
        if self._file is None:
            return reply
        try:
            self._save(self._file)
        except UsageError as error:
            self._file = None
            return replace(reply, text="\n".join(filter(None, [reply.text, f"The recording has ended: {error}"])))
        return reply

    def _save(self, file: Path) -> None:
        if not self._complete:
            raise UsageError(f"a script holds at most {MOST_LINES:,} lines, and more were executed")
        files.write(file, "\n".join([self._heading, *self._lines]) + "\n")

    @contextmanager
    def within(self, file: Path) -> Iterator[None]:
        """A script is being executed: what it asks for lies in its folder."""
        if file in self.running:
            raise UsageError(f"{file.name} is being executed already: a script that calls itself would never end")
        if len(self.running) >= DEEPEST:
            raise UsageError(f"scripts call one another more than {DEEPEST} deep: {file.name} is not executed")
        before = self.folder
        self.running.append(file)
        self.folder = file.parent
        try:
            yield
        finally:
            self.running.pop()
            self.folder = before
            self.aside()  # what it executed is noted itself

    def count(self) -> None:
        """Count a command of a script that was called; UsageError where one line has executed too many."""
        self.executed += 1
        if self.executed > MOST_LINES:
            raise UsageError(f"more than {MOST_LINES:,} commands by one line: the rest is not executed")


def _again(line: str, reply: Reply, stopped: bool) -> str:
    """The line as it stands in a script."""
    if stopped and reply.ok:
        here = reply.view.place
        return f"goto {here.iteration}:{here.step}" if here.step else "start"
    line = " ".join(line.split("\n"))
    return line if reply.ok else f"! {line}"

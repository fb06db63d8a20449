"""What is wrong with a file of examples, collected up to as much as is shown; and with what a scenario says of it."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from msgspec import Struct, field

from bpdebug.errors import SHOWN_PROBLEMS, Problem, ScenarioError, printable
from bpdebug.scenario.files.cells import CellError
from bpdebug.scenario.positions import Path


class OptionError(Exception):
    """Something that the scenario says of a file and that does not hold of it; `path` is the key, from file on."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


class Line(NamedTuple):
    """A line of a file, and its number."""

    number: int
    text: str


class Faults(Struct):
    """All that is wrong with one file."""

    shown: str
    """How messages call the file."""
    problems: list[Problem] = field(default_factory=list)

    def note(self, line: Line, at: int, width: int, message: str, hint: str = "") -> None:
        """Something wrong with a part of a line; ScenarioError once there is no room for more."""
        message, hint, width = printable(message).replace("\n", " "), printable(hint), max(1, width)
        self.problems.append(Problem(self.shown, line.number, at + 1, "", message, line.text, width, hint))
        if len(self.problems) >= SHOWN_PROBLEMS:
            raise ScenarioError(tuple(self.problems))

    def error(self, line: Line, error: CellError) -> None:
        """What is wrong with a part of a line."""
        self.note(line, error.at, error.width, error.message, error.hint)

    def refuse(self, message: str, hint: str = "", line: int = 0) -> NoReturn:
        """ScenarioError with what was noted and this, of the whole file or a whole line."""
        last = Problem(self.shown, line, 1 if line else 0, "", printable(message), hint=printable(hint))
        raise ScenarioError((*self.problems, last))

    def done(self) -> None:
        """ScenarioError where anything was noted."""
        if self.problems:
            raise ScenarioError(tuple(self.problems))

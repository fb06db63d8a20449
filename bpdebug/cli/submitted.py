"""The equations that a command line names: one file, several, all of a folder, or standard input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bpdebug.errors import UsageError


class Submitted(Struct, frozen=True):
    """What one person handed in; `text` is None until it is read, as a file is where it is judged."""

    file: str
    text: str | None = None

    @property
    def name(self) -> str:
        """What it is called in a table."""
        return "stdin" if self.file == "-" else Path(self.file).name

    @property
    def shown(self) -> str:
        """What it is called where a place in it is told."""
        return "<stdin>" if self.file == "-" else self.file

    def read(self) -> str:
        """The equations as they stand; of a notebook its code cells."""
        from bpdebug.scenario.notebook import ENDING, LARGEST, code_of
        from bpdebug.scenario.source import text_of

        if self.text is not None:
            return self.text
        if self.file.lower().endswith(ENDING):
            return code_of(self.file, text_of(self.file, LARGEST))
        return text_of(self.file)


def submitted(given: Sequence[str], scenarios: Sequence[str]) -> tuple[Submitted, ...]:
    """Every file of equations that is meant, in order; of a folder all but the hidden ones."""
    if given.count("-") + scenarios.count("-") > 1:
        raise UsageError("standard input can be the scenario or the equations, not both; and it is read once")
    files = tuple(file for each in given for file in _files(each))
    if len(files) > 1 and len(scenarios) > 1:
        raise UsageError("several files of equations are judged against one scenario, several scenarios by one file")
    if len(files) > 1 and "-" in scenarios:
        raise UsageError("several files of equations need a scenario that is no standard input: it is read for each")
    return tuple(Submitted(file) for file in files)


def _files(given: str) -> list[str]:
    folder = Path(given)
    if given == "-" or not folder.is_dir():
        return [given]
    found = sorted(str(each) for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    if not found:
        raise UsageError(f"{given}: there are no files in this folder")
    return found


def together(given: Sequence[str]) -> bool:
    """Whether more than one is asked for, so that they are told as a table."""
    return len(given) > 1 or any(each != "-" and Path(each).is_dir() for each in given)

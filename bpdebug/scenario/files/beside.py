"""A file of examples that lies beside a scenario: only there, and only where it is a plain file of bearable size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bpdebug.scenario.files.faults import Faults, OptionError
from bpdebug.scenario.given import Examples
from bpdebug.scenario.schema import File
from bpdebug.scenario.source import STDIN, kind_of
from bpdebug.scenario.wording import guessed, quoted

LARGEST_FILE = 100_000_000
MOST_SEEN = 1_000
"""Files of a folder among which one of a similar name is looked for."""
ARCHIVE = ".npz"
OF_SHEETS = ("features", "label", "header", "separator")
OF_ARCHIVES = ("arrays",)
BESIDE = "Data lies in the folder of the scenario, or in one within it, and is called from there: data/points.csv."


def examples(file: File, scenario: str) -> Examples:
    """The examples of a file that a scenario names; ScenarioError with what is wrong in it, OptionError with the rest.

    `scenario` is the file that the scenario stands in.
    """
    packed = file.path.lower().endswith(ARCHIVE)
    for key in OF_SHEETS if packed else OF_ARCHIVES:
        if getattr(file, key) is not None:
            raise OptionError((key,), f"{key} says nothing of a{' CSV' if not packed else 'n NPZ'} file")
    with opened(file.path, scenario) as (stream, shown):
        if packed:
            from bpdebug.scenario.files.archive import archive as read
        else:
            from bpdebug.scenario.files.sheet import sheet as read
        found = read(stream, shown, file)
    if found.count == 1:
        raise OptionError((), f"all labels are {quoted(found.outputs[0])}: there is nothing to tell apart")
    return found


@contextmanager
def opened(path: str, scenario: str) -> Iterator[tuple[BinaryIO, str]]:
    """A file beside a scenario, open, and how messages call it."""
    found = _placed(path, scenario)
    shown = str(Path(scenario).parent / path)
    try:
        _regular(found.stat().st_mode)
        handle = os.open(found, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        message = guessed(f"there is no file {quoted(path)}", found.name, _names(found.parent))
        raise OptionError(("path",), message, BESIDE) from None
    except PermissionError:
        raise OptionError(("path",), "the file may not be read (no permission)") from None
    except OSError as error:
        raise OptionError(("path",), f"the file cannot be read: {error.strerror or error}") from None
    with os.fdopen(handle, "rb") as stream:
        told = os.fstat(stream.fileno())
        _regular(told.st_mode)
        if told.st_size > LARGEST_FILE:
            message = f"the file has {told.st_size:,} bytes; at most {LARGEST_FILE:,} are read"
            raise OptionError(("path",), message)
        kind = kind_of(stream.read(8))
        if kind and not path.lower().endswith(ARCHIVE):
            Faults(shown).refuse(f"this is {kind}; data is read from CSV, or from NPZ by that ending")
        stream.seek(0)
        yield stream, shown


def _placed(path: str, scenario: str) -> Path:
    """Where a file lies that a scenario names by its path from the scenario's own folder."""
    if scenario == STDIN:
        hint = "Write the scenario to a file in the folder of its data."
        raise OptionError(("path",), "a scenario from standard input has no folder that a file could lie in", hint)
    if not path.strip() or "\0" in path:
        raise OptionError(("path",), "expected the name of a file")
    if Path(path).is_absolute() or Path(path).drive or path.startswith(("/", "\\")):
        raise OptionError(("path",), "expected a file beside the scenario, found an absolute path", BESIDE)
    folder = Path(scenario).parent
    try:
        home, found = folder.resolve(), (folder / path).resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        raise OptionError(("path",), f"the file cannot be found: {reason}") from None
    if not found.is_relative_to(home):
        how = "the path leads" if ".." in Path(path).parts else "the file is a link that leads"
        raise OptionError(("path",), f"expected a file beside the scenario; {how} out of its folder", BESIDE)
    return found


def _regular(mode: int) -> None:
    """Refuse what is no plain file: a pipe would be waited for, a device may never end."""
    if stat.S_ISREG(mode):
        return
    kinds = {stat.S_IFDIR: "directory", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
    raise OptionError(("path",), f"expected a file, found a {kinds.get(stat.S_IFMT(mode), 'device')}")


def _names(folder: Path) -> list[str]:
    """Some of the files in a folder."""
    try:
        with os.scandir(folder) as found:
            return [each.name for each in islice(found, MOST_SEEN)]
    except OSError:
        return []

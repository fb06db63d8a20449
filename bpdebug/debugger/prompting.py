"""The lines of the line mode: read as they come, or at a terminal asked for, with a history and completion by tab."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from bpdebug.debugger import files, store
from bpdebug.debugger.completion import completions

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

PROMPT = "(bpdebug) "
HISTORY = "history"
"""The file of what was typed, beside the saved sessions."""
KEPT = 1_000
"""Lines of it."""
LARGEST = 1_000_000
"""Bytes of it."""
DELIMITERS = " \t\n`~!#$%^&*()=+[{]}\\|;:'\",<>/?"
"""What ends a word: neither the @ of a mark nor the hyphen of reverse-step does."""

Ask: TypeAlias = Callable[[], str]
"""The next line with its end; nothing where there are no more."""


@contextmanager
def asking(session: Session, stdin: TextIO, stdout: TextIO) -> Iterator[Ask]:
    """What reads the next line. Python's readline is used at a terminal, where it is there."""
    if not (stdin.isatty() and stdout.isatty()):
        yield stdin.readline
        return
    readline = _readline() if stdin is sys.stdin and stdout is sys.stdout else None
    if readline is None:
        yield lambda: _asked(stdin, stdout)
        return
    past = store.folder() / HISTORY
    for line in remembered(past):
        readline.add_history(line)
    readline.set_completer_delims(DELIMITERS)
    readline.set_completer(Completer(session, readline.get_line_buffer))
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
    try:
        yield _typed
    finally:
        readline.set_completer(None)
        count = readline.get_current_history_length()
        remember(past, [readline.get_history_item(at + 1) for at in range(count)])


def _readline() -> Any:
    """The module, None where Python comes without."""
    try:
        return importlib.import_module("readline")
    except ImportError:
        return None


def _asked(stdin: TextIO, stdout: TextIO) -> str:
    stdout.write(PROMPT)
    stdout.flush()
    return stdin.readline()


def _typed() -> str:
    try:
        return f"{input(PROMPT)}\n"
    except EOFError:
        return ""


class Completer:
    """What readline asks for one after the other: what the word before the cursor may become."""

    def __init__(self, session: Session, line: Callable[[], str]) -> None:
        self.session = session
        self.line = line
        self._found: list[str] = []

    def __call__(self, text: str, state: int) -> str | None:
        if state == 0:
            word, candidates = completions(self.session, self.line())
            kept = text.removesuffix(word)
            end = " " if len(candidates) == 1 else ""
            self._found = [f"{kept}{each}{end}" for each in candidates]
        return self._found[state] if state < len(self._found) else None


def remembered(path: Path) -> list[str]:
    """The lines of a history; none where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST).decode("utf-8", "replace").splitlines()[-KEPT:]
    except OSError:
        return []


def remember(path: Path, lines: list[str]) -> None:
    """Keep the last lines as a history, if that can be done; what is too long for one is left out."""
    text = "\n".join(lines[-KEPT:]) + "\n"
    while len(text.encode("utf-8", "replace")) > LARGEST:
        text = text.partition("\n")[2]
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.put(path, text.encode("utf-8", "replace"))

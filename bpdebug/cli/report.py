"""A mistake of our own: written down where it can be sent from, told in two sentences, never as a traceback."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from bpdebug import __version__


def reported(error: BaseException, arguments: Sequence[str]) -> str:
    """Write the report of an internal error; the message that says where it is."""
    text = report(error, arguments)
    sentence = f"bpdebug: internal error ({type(error).__name__}). This is a mistake in bpdebug, not in what you did."
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"report-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
            with path.open("x", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError:
            continue
        return f"{sentence}\nThe report is in {path}"
    return f"{sentence}\nThe report could not be written anywhere; the error was: {error!r:.500}"


def report(error: BaseException, arguments: Sequence[str]) -> str:
    """What a person who mends the error needs to know."""
    lines = [
        f"bpdebug {__version__}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in ("numpy", "textual", "rich", "click")),
        f"arguments: {list(arguments)!r}",
        f"terminal: {os.environ.get('TERM', '-')}, stdout {sys.stdout.encoding}",
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "is missing"


def _folders() -> list[Path]:
    import platformdirs

    return [platformdirs.user_state_path("bpdebug"), Path(tempfile.gettempdir())]

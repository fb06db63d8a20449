"""What leaves the program: data on stdout, messages on stderr, and never a character that moves the cursor."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import locale
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from bpdebug.errors import printable

_SPELLINGS = {
    "…": "...", "–": "-", "−": "-", "×": "x", "·": "*", "⊙": "*", "≠": "!=", "≤": "<=", "≥": ">=", "→": "->", "±": "+-",
    "∂": "d", "Σ": "sum", "ᵢ": "_i", "ⱼ": "_j", "√": "sqrt", "π": "pi", "σ": "sigmoid", "′": "'", "ᵀ": ".T",
    "⁻": "^-", "¹": "1", "²": "^2", "³": "^3", "ᵛ": "^v",
}  # fmt: skip


def _spelled(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that the reader cannot be shown: their plain spelling, or their number."""
    assert isinstance(error, UnicodeEncodeError)
    characters = error.object[error.start : error.end]
    return "".join(_SPELLINGS.get(each) or ascii(each)[1:-1] for each in characters), error.end


codecs.register_error("bpdebug.spelled", _spelled)


def prepare(*, ascii_only: bool = False) -> None:
    """From here on no character fails to be written, and one that the reader cannot be shown is spelled out."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and (ascii_only or not speaks_unicode(stream)):
            stream.reconfigure(encoding="ascii", errors="bpdebug.spelled")


def drawing() -> None:
    """What draws the screen writes UTF-8, whatever the lines before it were written in."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def data(text: str) -> None:
    """What was asked for."""
    _write(sys.stdout, text)


def message(text: str) -> None:
    """What is said about it."""
    _write(sys.stderr, text)


def json_data(record: dict[str, Any]) -> None:
    """One JSON object."""
    import json

    data(json.dumps(record, indent=2, ensure_ascii=not speaks_unicode(sys.stdout), allow_nan=False))


def speaks_unicode(stream: TextIO) -> bool:
    """Whether more than ASCII reaches the reader: by the stream's encoding, the locale and the terminal."""
    encoding = (stream.encoding or "").lower().replace("-", "").replace("_", "")
    if encoding != "utf8" or (stream.isatty() and os.environ.get("TERM") == "linux"):
        return False
    return os.name != "posix" or "utf" in locale.getencoding().lower()


def interactive() -> bool:
    """Whether a person sits at a terminal that can draw."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(printable(text) + "\n")
    except BrokenPipeError:
        silenced(stream)


def flushed() -> None:
    """Everything written has left, or its reader has; OSError where there is no room for it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            silenced(stream)
        except OSError:
            silenced(stream)
            raise


def unwritable(error: OSError) -> bool:
    """Whether an error says that the place written to takes no more."""
    return error.errno in (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EDQUOT)


def silenced(stream: TextIO) -> None:
    """From here on the stream leads nowhere: its reader has gone, and that is no error."""
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

"""The lines of a CSV file: read one by one within bounds, and decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from bpdebug.errors import ScenarioError
from bpdebug.scenario.files.faults import Faults, Line
from bpdebug.scenario.source import undecoded

LONGEST_LINE = 1_000_000
"""Bytes of one line."""
MOST_LINES = 1_000_000


def lines(stream: BinaryIO, faults: Faults) -> Iterator[Line]:
    """The lines that say something, not those that are blank or begin with #; ScenarioError where they are no text."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        if len(raw) > LONGEST_LINE:
            message = f"the line has more than {LONGEST_LINE:,} bytes, the most that is read of one"
            faults.refuse(message, line=number + 1)
        for part in raw.splitlines():
            number += 1
            if number > MOST_LINES:
                faults.refuse(f"the file has more than {MOST_LINES:,} lines, the most that is read", line=number)
            text = _decoded(part, number, faults)
            if text and not text.isspace() and not text.startswith("#"):
                yield Line(number, text)


def _decoded(raw: bytes, number: int, faults: Faults) -> str:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError((*faults.problems, undecoded(faults.shown, raw, error, number))) from None
    if "\0" in text:
        faults.note(Line(number, text), text.index("\0"), 1, "expected text, found a NUL character")
        faults.done()
    return text

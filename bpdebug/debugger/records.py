"""The lines of a journal: what each looks like, and a text read as them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.words import quoted
from bpdebug.errors import BpdebugError

VERSION = "bpdebug journal 1"
LARGEST = 2**20
"""Bytes of a journal."""
MOST_LINES = 10_000

_NUMBER, _PLACE, _NAME = "[0-9]{1,9}", "[0-9]{1,9}:[0-9]{1,9}", r"[A-Za-z][\w-]{0,31}"
_MARKS = rf"(?P<off> off)?(?: passes (?P<passes>{_NUMBER}))?(?: met (?P<met>{_NUMBER}))?"
_LINE = rf"(?: line (?P<line>{_NUMBER}))?(?: of (?P<of>\w{{1,200}}))?: (?P<text>.*)"
_ORIENTATION, _BOOKKEEPING = "(?P<orientation>rows|columns)", "(?P<bookkeeping>total|per-example)"
FORMS = {
    word: word + form
    for word, form in {
        "scenario": r" (?P<text>.*)",
        "file": r" (?P<text>.*)",
        "program": r" (?P<text>[0-9a-f]{16})",
        "begins": r"(?P<text>(?: \w{1,200}=[0-9a-f]{8})*)",
        "form": rf" {_ORIENTATION} {_BOOKKEEPING} (?P<fused>on|off) (?P<text>[0-9a-f]{{16}})",
        "claim": rf" (?P<name>\w{{1,200}}) at (?P<number>{_NUMBER}){_LINE}",
        "before": _LINE,
        "denotes": r" (?P<text>.*)",
        "means": r" (?P<text>.*)",
        "stop": rf" (?P<number>{_NUMBER}){_MARKS}: (?P<text>.*)",
        "stops": rf" (?P<number>{_NUMBER})",
        "health": rf" (?P<name>{_NAME}){_MARKS}",
        "display": rf" (?P<number>{_NUMBER}): (?P<text>.*)",
        "displays": rf" (?P<number>{_NUMBER})",
        "branch": rf" (?P<name>{_NAME}) from (?P<parent>{_NAME}) by (?P<number>{_NUMBER})",
        "set": rf" (?P<place>{_PLACE}) (?P<text>.*)",
        "branches": rf" (?P<number>{_NUMBER})",
        "mark": rf" (?P<name>\w{{1,32}}) (?P<branch>{_NAME}) (?P<place>{_PLACE})",
        "shows": rf" (?P<name>{_NAME})",
        "screen": r" (?P<text>[\w =:.-]{1,500})",
        "typed": rf" (?P<number>{_NUMBER}): (?P<text>.*)",
        "forgotten": r"",
        "run": rf" (?P<name>{_NAME}) at (?P<place>{_PLACE}) reached (?P<number>{_NUMBER}) of {_NUMBER}",
        "computed": rf" (?P<place>{_PLACE}) (?P<between>[0-9a-f]{{8}})(?P<text>(?: [0-9a-f]{{8}})*)",
    }.items()
}
"""What each line looks like, by its first word; read where there is a journal, which a fresh session has not."""
INNER = {"before": "claim", "denotes": "claim", "means": "claim", "set": "branch", "computed": "run"}
"""The lines that stand beneath another one."""
HEADING = ("scenario", "file", "program", "begins")


class JournalError(BpdebugError):
    """A journal that cannot be written or read."""


class Changed(JournalError):
    """A journal of another program than the scenario is now."""


class Line(Struct, frozen=True):
    """One line of a journal: its first word, what else it says, and the lines beneath it."""

    word: str
    said: Mapping[str, str]
    inner: list[Line] = field(default_factory=list)

    def number(self, name: str = "number") -> int:
        return int(self.said[name] or "0")

    @property
    def text(self) -> str:
        return unescaped(self.said["text"])


class Journal(NamedTuple):
    """A journal that was read, but not yet executed."""

    scenario: str
    file: str
    program: str
    begins: Mapping[str, int]
    lines: tuple[Line, ...]

    @property
    def stands(self) -> tuple[str, int, int]:
        """Where the session stands: the branch, the iteration, and after how many of its steps."""
        shows = next((each.said["name"] for each in self.lines if each.word == "shows"), TRUNK)
        runs = (each for each in self.lines if each.word == "run" and each.said["name"] == shows)
        iteration, step = next((each.said["place"] for each in runs), "1:0").split(":")
        return shows, int(iteration), int(step)


def read(text: str) -> Journal:
    """What a text says; JournalError where it is no journal."""
    rows = text.removesuffix("\n").split("\n")
    if rows[0] != VERSION:
        raise JournalError(f"expected '{VERSION}' in its first line, got {quoted(rows[0])}")
    if len(rows) > MOST_LINES or len(text.encode("utf-8", "replace")) > LARGEST:
        raise JournalError(f"it has more than {MOST_LINES:,} lines or {LARGEST:,} bytes")
    lines: list[Line] = []
    for number, row in enumerate(rows[1:], 2):
        line = _line(row, number)
        if line.word not in INNER:
            lines.append(line)
        elif lines and lines[-1].word == INNER[line.word]:
            lines[-1].inner.append(line)
        else:
            raise JournalError(f"line {number} belongs beneath another one: {quoted(row)}")
    if [line.word for line in lines[: len(HEADING)]] != list(HEADING):
        raise JournalError("it does not say which scenario it belongs to")
    name, file, program, begins = (line.text for line in lines[: len(HEADING)])
    found = dict(each.split("=") for each in begins.split())
    begun = {each: int(digest, 16) for each, digest in found.items()}
    return Journal(name, file, program, begun, tuple(lines[len(HEADING) :]))


def _line(row: str, number: int) -> Line:
    word = row.partition(" ")[0].rstrip(":")
    found = re.fullmatch(FORMS[word], row) if word in FORMS else None
    if found is None:
        raise JournalError(f"line {number} is not understood: {quoted(row)}")
    return Line(word, found.groupdict())


def escaped(text: str) -> str:
    """A text in one line of printable characters."""
    return "".join(
        each if each.isprintable() and each != "\\" else each.encode("unicode_escape").decode("ascii") for each in text
    )


_ESCAPE = re.compile(r"\\(?:[\\ntr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def unescaped(text: str) -> str:
    """What `escaped` made a line of; JournalError where it cannot have."""
    if "\\" in _ESCAPE.sub("", text):
        raise JournalError("expected \\n, \\t, \\r, \\x.., \\u.... or two backslashes after a backslash")
    try:
        return _ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), text)
    except UnicodeDecodeError:
        raise JournalError("there is no such character") from None

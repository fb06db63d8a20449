"""Scripts and transcripts: command lines in a file, alone or with their answers beneath them. Read, never run.

    # A comment.
    @ three-layer iterations=20      what is opened: a bundled scenario or a file, and how
    step 3                           a command; ! before it says that it is to be refused

A transcript has > before its commands, and beneath each what was answered: behind two blanks, or where it was
refused behind an exclamation mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import NoReturn, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.recording import MOST_LINES
from bpdebug.errors import Problem, ScenarioError

LONGEST_LINE = 2_000
"""Characters of a command."""
LARGEST_NUMBER = 10_000_000

Setting: TypeAlias = "str | int | bool"
WORDS: Mapping[str, Mapping[str, Setting]] = {
    "notation": {each: each for each in ("unicode", "ascii", "latex")},
    "orientation": {each: each for each in ("columns", "rows")},
    "bookkeeping": {each: each for each in ("total", "per-example")},
    "fused": {"true": True, "false": False},
}
"""The settings of an opening line that take a word."""
NUMBERS = {"seed": 0, "iterations": 1}
"""Those that take a whole number, and the smallest."""
HINT = "Write: @ SCENARIO notation=ascii seed=3 orientation=rows iterations=20"


class Remark(Struct, frozen=True):
    """A comment or an empty line."""

    line: int
    text: str


class Opening(Struct, frozen=True):
    """Which scenario is opened, and how: from here on the lines are of this session."""

    line: int
    text: str
    scenario: str
    settings: Mapping[str, Setting]
    column: int = 1
    """Where the scenario's name stands in the line."""


class Typed(Struct, frozen=True):
    """A command as a person would type it."""

    line: int
    text: str
    column: int = 1
    """Where it begins in the line."""
    refused: bool = False
    """Of a script: whether it is meant to be refused."""
    answer: tuple[str, ...] = ()
    """Of a transcript: the lines that stand beneath it."""


Part: TypeAlias = Remark | Opening | Typed


class Script(Struct, frozen=True):
    """What a file says, part by part. `file` is what it is called in messages."""

    file: str
    parts: tuple[Part, ...]
    transcript: bool = False

    @property
    def commands(self) -> tuple[Typed, ...]:
        return tuple(part for part in self.parts if isinstance(part, Typed))


def read(text: str, file: str) -> Script:
    """The script or the transcript that a text is; ScenarioError, with its place, where it is neither."""
    lines = text.removesuffix("\n").split("\n") if text else []
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith(("#", "@"))), "")
    transcript = first.startswith(">")
    parts = tuple(_Reader(file, lines).transcript() if transcript else _Reader(file, lines).script())
    return Script(file, parts, transcript)


def typed(text: str, line: int = 1) -> Remark | Typed:
    """One line of a script that opens nothing."""
    words = text.strip()
    if not words or words.startswith("#"):
        return Remark(line, words)
    column = len(text) - len(text.lstrip()) + 1
    if not words.startswith("!"):
        return Typed(line, words, column)
    command = words[1:].lstrip()
    if not command:
        return Typed(line, words, column)
    return Typed(line, command, column + len(words) - len(command), refused=True)


class _Reader(Struct, frozen=True):
    file: str
    lines: Sequence[str]

    def script(self) -> Iterator[Part]:
        """The parts of a script."""
        opened = False
        for number, line in enumerate(self.lines, 1):
            self._bound(number, number)
            words = line.strip()
            opening = self._opening(number, line) if words.startswith("@") else None
            part = opening or typed(line, number)
            opened = opened or opening is not None
            if isinstance(part, Typed):
                self._within(number, line, opened)
            yield part

    def transcript(self) -> Iterator[Part]:
        """The parts of a transcript: an answer is a line that is nothing else, right beneath its command."""
        opened, last, count = False, None, 0
        for number, line in enumerate(self.lines, 1):
            if line.strip() and not line.startswith(("#", "@", ">")):
                last = self._answered(last, number, line)
                continue
            if last:
                yield last
            count += 1
            self._bound(number, count)
            last = None
            if line.startswith(">"):
                self._within(number, line, opened)
                text = line[1:].strip()
                last = Typed(number, text, line.index(text, 1) + 1)
            elif line.startswith("@"):
                opened = True
                yield self._opening(number, line)
            else:
                yield Remark(number, line)
        if last:
            yield last

    def _answered(self, last: Typed | None, number: int, line: str) -> Typed:
        if last is None:
            hint = (
                "Commands begin with >, comments with #. An empty line of an answer is written as two blanks and a dot."
            )
            self._refuse(number, 1, line, "expected a command, or an answer right beneath one", hint)
        return replace(last, answer=(*last.answer, line))

    def _bound(self, number: int, count: int) -> None:
        if count > MOST_LINES:
            self._refuse(number, 1, "", f"at most {MOST_LINES:,} lines are read")

    def _within(self, number: int, line: str, opened: bool) -> None:
        """Refuse a command of too many characters, or one that has no session."""
        if len(line) > LONGEST_LINE:
            message = f"the line has {len(line):,} characters; at most {LONGEST_LINE:,} are read"
            self._refuse(number, LONGEST_LINE + 1, line, message)
        if not opened:
            self._refuse(number, 1, line, "expected @ SCENARIO before the first command", HINT)

    def _opening(self, number: int, line: str) -> Opening:
        """
        opening = "@" SCENARIO (SETTING "=" VALUE)*
        """
        self._within(number, line, opened=True)
        name, *words = line.strip()[1:].split() or [""]
        at = line.index("@") + 1
        if not name:
            self._refuse(number, at, line, "expected a scenario after @", HINT)
        column = line.index(name, at)
        settings: dict[str, Setting] = {}
        at = column + len(name)
        for word in words:
            at = line.index(word, at)
            key, value = self._setting(number, line, at + 1, word)
            if key in settings:
                self._refuse(number, at + 1, line, f"{key} is given twice")
            settings[key] = value
            at += len(word)
        return Opening(number, line.strip(), name, MappingProxyType(settings), column + 1)

    def _setting(self, number: int, line: str, column: int, word: str) -> tuple[str, Setting]:
        key, _, value = word.partition("=")
        if key in NUMBERS:
            most, least = LARGEST_NUMBER, NUMBERS[key]
            if not (
                value.isascii() and value.isdecimal() and len(value) <= len(str(most)) and least <= int(value) <= most
            ):
                self._refuse(number, column, line, f"expected {key}= and a whole number from {least} to {most:,}")
            return key, int(value)
        if key not in WORDS:
            near = get_close_matches(key, [*WORDS, *NUMBERS], n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            self._refuse(number, column, line, f"there is no setting '{key:.40}'{guess}", HINT)
        if value not in WORDS[key]:
            self._refuse(number, column, line, f"expected {' or '.join(f'{key}={each}' for each in WORDS[key])}")
        return key, WORDS[key][value]

    def _refuse(self, number: int, column: int, line: str, message: str, hint: str = "") -> NoReturn:
        raise ScenarioError((Problem(self.file, number, column, "", message, line, hint=hint),))

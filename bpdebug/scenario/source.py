"""A scenario file as text: read within bounds, parsed as TOML, able to point at any of its keys."""

from __future__ import annotations

import re
import stat
import sys
import tomllib
from bisect import bisect_right
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from bpdebug.errors import Problem, ScenarioError, Span
from bpdebug.language.underflow import SMALLEST, underflows
from bpdebug.scenario.positions import Index, Path, decoded, index

LARGEST_FILE = 1_000_000
LONGEST_LINE = 100_000
MOST_PARTS = 40
STDIN = "<stdin>"
"""How messages call standard input."""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


class UnderflowError(ValueError):
    """A number that was written and would be 0."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


def _real(written: str) -> float:
    """A number of the file; not one that is too close to 0 to be another."""
    if underflows(written):
        raise UnderflowError(written)
    return float(written)


class Source:
    """The text of one scenario file, and the places in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def index(self) -> Index:
        return index(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """One line's text, without its end."""
        stop = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : stop]

    def at(self, span: Span, path: Path, message: str, hint: str = "") -> Problem:
        """A problem with a stretch of the text."""
        line, column = self.position(min(span.start, len(self.text)))
        source = self.line(line)
        width = max(1, min(span.end - span.start, len(source) - column + 1))
        return Problem(self.file, line, column, dotted(path), message, source, width, hint)

    def at_key(self, path: Path, message: str, hint: str = "") -> Problem:
        """A problem with a key, or, for an element of an array, with the element."""
        place = self.index.nearest(path)
        return self.at(place.key, path, message, hint) if place else self.whole(message, hint, dotted(path))

    def at_value(self, path: Path, message: str, hint: str = "") -> Problem:
        """A problem with what stands behind a key."""
        place = self.index.nearest(path)
        return self.at(place.value, path, message, hint) if place else self.whole(message, hint, dotted(path))

    def inside(self, path: Path, span: Span | None, message: str, hint: str = "") -> Problem:
        """A problem with a stretch of the string behind a key; the span counts the string's own characters."""
        place = self.index.places.get(path)
        if span is None or place is None or self.text[place.value.start : place.value.start + 1] not in ("'", '"'):
            return self.at_value(path, message, hint)
        offsets = decoded(self.text, place.value)[1]
        start = offsets[min(span.start, len(offsets) - 1)]
        stop = offsets[min(span.end, len(offsets) - 1)]
        return self.at(Span(start, max(stop, start + 1)), path, message, hint)

    def line_of(self, path: Path) -> int:
        """The line a key stands on; 0 where it does not."""
        place = self.index.nearest(path)
        return self.position(place.key.start)[0] if place else 0

    def line_inside(self, path: Path, offset: int) -> int:
        """The line on which a character of the string behind a key stands."""
        return self.inside(path, Span(offset, offset + 1), "").line

    def whole(self, message: str, hint: str = "", path: str = "") -> Problem:
        """A problem with the file as a whole."""
        return Problem(self.file, 0, 0, path, message, hint=hint)

    def parsed(self) -> dict[str, Any]:
        """The file's tables; what is not TOML is a ScenarioError with its place."""
        try:
            return tomllib.loads(self.text, parse_float=_real)
        except tomllib.TOMLDecodeError as error:
            raise ScenarioError(tuple(self._not_toml(str(error)))) from None
        except UnderflowError as error:
            raise ScenarioError((self._too_small(error.written),)) from None
        except RecursionError:
            raise ScenarioError((self.whole("brackets are nested too deeply to be read"),)) from None
        except ValueError:  # an integer of more digits than Python reads
            digits = re.search(r"\d{2000,}", self.text.replace("_", "0"))
            place = Span(digits.start(), digits.end()) if digits else Span(0, 1)
            raise ScenarioError((self.at(place, (), "a number of thousands of digits cannot be read"),)) from None

    def _too_small(self, written: str) -> Problem:
        """A number that would be 0, where it stands first."""
        places = ((path, place.value) for path, place in self.index.places.items())
        here = (each for each in places if self.text[each[1].start : each[1].end] == written)
        path, span = next(here, ((), Span(0, 1)))
        return self.at(span, path, f"{written} is too small and would be 0", SMALLEST)

    def _not_toml(self, message: str) -> list[Problem]:
        if message.startswith(("Cannot overwrite", "Cannot declare")) and self.index.repeated:
            return [
                self.at(again, path, f"given twice: first on line {self.position(first.start)[0]}", "Keep one of them.")
                for path, first, again in self.index.repeated
            ]
        found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
        text = message[: found.start()] if found else message
        if found and found[1]:
            offset = self._starts[int(found[1]) - 1] + int(found[2]) - 1
        else:
            offset = len(self.text.rstrip("\n"))
        hint = 'The file is TOML: key = value, text in "quotes", lists in [brackets].'
        return [self.at(Span(offset, offset + 1), (), f"not TOML: {text[:1].lower()}{text[1:]}", hint)]


def dotted(path: Path) -> str:
    """A path as it is printed: network.layers[2].activation."""
    parts = [f"[{each}]" if isinstance(each, int) else f".{each}" for each in path]
    return "".join(parts).removeprefix(".")


def read(file: str) -> Source:
    """The text of a file (`-`: of standard input); ScenarioError where it cannot be had."""
    shown = STDIN if file == "-" else file
    source = Source(shown, text_of(file))
    if not source.text.strip():
        raise _refusal(
            shown, "the file is empty", "A scenario needs at least [data] and [network]; see `bpdebug list`."
        )
    for number, line in enumerate(source.text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            message = f"the line has {len(line):,} characters; at most {LONGEST_LINE:,} are read"
            raise ScenarioError((Problem(shown, number, LONGEST_LINE + 1, "", message, hint="Break it into several."),))
    if key := _LONG_KEY.search(source.text):
        message = f"a key of more than {MOST_PARTS} parts; no table of a scenario is that deep"
        raise ScenarioError((source.at(Span(key.start(), key.start() + 1), (), message),))
    return source


_KINDS = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a packed file (as of Word, or ZIP)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"\x93NUMPY": "a NumPy array (NPY)",
}
"""What files that hold no text begin with."""


def text_of(file: str, most: int = LARGEST_FILE) -> str:
    """The text of any file that is to be read (`-`: of standard input), of so many bytes at most."""
    shown = STDIN if file == "-" else file
    raw = _bytes(file, shown, most)
    if len(raw) > most:
        raise _refusal(shown, f"the file is larger than {most:,} bytes, the most that is read")
    return _text(shown, raw)


def _bytes(file: str, shown: str, most: int) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(most + 1)
        _refuse_special(file, shown)
        with FilePath(file).open("rb") as stream:
            return stream.read(most + 1)
    except FileNotFoundError:
        raise _refusal(shown, "there is no such file") from None
    except IsADirectoryError:
        raise _refusal(shown, "expected a file, found a directory") from None
    except PermissionError:
        raise _refusal(shown, "the file may not be read (no permission)") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(shown, f"the file cannot be read: {reason}") from None


def _refuse_special(file: str, shown: str) -> None:
    """A pipe that nobody writes to would be waited for; a shell's <(…) is a pipe that somebody does."""
    mode = FilePath(file).stat().st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or (stat.S_ISFIFO(mode) and file.startswith("/dev/")):
        return
    kind = "pipe" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else "device"
    raise _refusal(shown, f"expected a file, found a {kind}", "Write - to read standard input.")


def _text(shown: str, raw: bytes) -> str:
    kind = kind_of(raw)
    if kind:
        raise _refusal(shown, f"this is {kind}, and only text is read", "Type what it holds into a text file.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError((undecoded(shown, raw, error, line),)) from None


def kind_of(raw: bytes) -> str:
    """What a file is that begins with these bytes, where it is known and no text."""
    return next((kind for start, kind in _KINDS.items() if raw.startswith(start)), "")


def undecoded(shown: str, raw: bytes, error: UnicodeDecodeError, line: int) -> Problem:
    """What is wrong with bytes that are no UTF-8, the first of which at fault stands on this line of the file."""
    before = raw[: error.start].decode("utf-8", "replace")
    column = len(before) - (before.rfind("\n") + 1) + 1
    message = f"expected UTF-8, found the byte 0x{raw[error.start]:02x}"
    return Problem(shown, line, column, "", message, hint="Save the file as UTF-8.")


def _refusal(shown: str, message: str, hint: str = "") -> ScenarioError:
    return ScenarioError((Problem(shown, 0, 0, "", message, hint=hint),))

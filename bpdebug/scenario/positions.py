"""Where things stand in a TOML text: an index from key path to place. Built only when somebody must be pointed at."""

from __future__ import annotations

import contextlib
import re
from typing import TypeAlias

from msgspec import Struct, field

from bpdebug.errors import Span

Path: TypeAlias = tuple["str | int", ...]

_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]\}#\n]*[^,\]\}#\n \t]")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\", "e": "\x1b"}


class NotTomlError(ValueError):
    """The text stopped being TOML at an offset."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"not TOML at {offset}")
        self.offset = offset


class Place(Struct, frozen=True):
    """Of one key: its own span and its value's, offsets into the file's text."""

    key: Span
    value: Span


class Index(Struct):
    """The places of a file's keys and array elements, and the keys that were given twice."""

    places: dict[Path, Place] = field(default_factory=dict)
    repeated: list[tuple[Path, Span, Span]] = field(default_factory=list)
    """(path, first, second): found while reading a text that TOML itself refuses."""

    def add(self, path: Path, place: Place) -> None:
        known = self.places.get(path)
        if known is None:
            self.places[path] = place
        elif known.key != place.key:
            self.repeated.append((path, known.key, place.key))

    def nearest(self, path: Path) -> Place | None:
        """The place of a path, or of the nearest thing that encloses it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)


def index(text: str) -> Index:
    """The index of a text that is TOML; of one that is not, as far as it goes."""
    scanner = _Scanner(text)
    with contextlib.suppress(NotTomlError, RecursionError):
        scanner.document()
    return scanner.found


def decoded(text: str, span: Span) -> tuple[str, list[int]]:
    """The value of the string literal at `span`, and for each of its characters the offset it stands at.

    One offset more, that of the end, closes the list.
    """
    start, stop, basic = _inside(text, span)
    characters: list[str] = []
    offsets: list[int] = []
    at = start
    while at < stop:
        value, after = _escape(text, at, stop) if basic and text[at] == "\\" else (text[at], at + 1)
        characters.append(value)
        offsets += [at] * len(value)
        at = after
    return "".join(characters), [*offsets, stop]


def _inside(text: str, span: Span) -> tuple[int, int, bool]:
    quote = text[span.start]
    if text.startswith(quote * 3, span.start) and span.end - span.start >= 6:
        start = span.start + 3
        return start + (text.startswith("\n", start)), span.end - 3, quote == '"'
    return span.start + 1, span.end - 1, quote == '"'


def _escape(text: str, at: int, stop: int) -> tuple[str, int]:
    letter = text[at + 1]
    if letter in "uUx":
        width = {"u": 4, "U": 8, "x": 2}[letter]
        return chr(int(text[at + 2 : at + 2 + width], 16)), at + 2 + width
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 2
    after = at + 1  # a backslash at the end of a line swallows the white space that follows
    while after < stop and text[after] in " \t\n":
        after += 1
    return "", after


class _Scanner:
    """Walks a TOML text once, by its structure only: what a scalar means is tomllib's work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Index()
        self.lengths: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self.at
        double = self.text.startswith("[[", start)
        self.at += 2 if double else 1
        keys = self._keys()
        self._expect("]]" if double else "]")
        path = self._resolved([key for key, _ in keys][:-1], ())
        name = (*path, keys[-1][0])
        span = Span(start, self.at)
        if double:
            number = self.lengths.get(name, 0)
            self.lengths[name] = number + 1
            self.found.places.setdefault(name, Place(span, span))
            name = (*name, number)
        elif name in self.lengths:
            name = (*name, self.lengths[name] - 1)
        self.found.add(name, Place(span, span))
        return name

    def _resolved(self, keys: list[str], base: Path) -> Path:
        for key in keys:
            base = (*base, key)
            if base in self.lengths:
                base = (*base, self.lengths[base] - 1)
        return base

    def _pair(self, table: Path) -> None:
        keys = self._keys()
        self._skip(_SPACE)
        self._expect("=")
        self._skip(_SPACE)
        path = table
        for key, span in keys[:-1]:
            path = (*path, key)
            self.found.places.setdefault(path, Place(span, span))
        key, span = keys[-1]
        path = (*path, key)
        start = self.at
        self.found.add(path, Place(span, Span(start, start)))
        self._value(path)
        if self.found.places[path].key == span:
            self.found.places[path] = Place(span, Span(start, self.at))

    def _keys(self) -> list[tuple[str, Span]]:
        keys = []
        while True:
            self._skip(_SPACE)
            start = self.at
            if self.text[start : start + 1] in ("'", '"'):
                self._string()
                keys.append((decoded(self.text, Span(start, self.at))[0], Span(start, self.at)))
            else:
                self._match(_BARE)
                keys.append((self.text[start : self.at], Span(start, self.at)))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        letter = self.text[self.at : self.at + 1]
        if letter == "[":
            self._array(path)
        elif letter == "{":
            self._table(path)
        elif letter in ("'", '"'):
            self._string()
        else:
            self._match(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self.text.startswith("]", self.at):
                self.at += 1
                return
            start = self.at
            self._value((*path, number))
            span = Span(start, self.at)
            self.found.places[(*path, number)] = Place(span, span)
            number += 1
            self._skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
            elif not self.text.startswith("]", self.at):
                raise NotTomlError(self.at)

    def _table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip(_BLANK)
            if self.text.startswith("}", self.at):
                self.at += 1
                return
            self._pair(path)
            self._skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
            elif not self.text.startswith("}", self.at):
                raise NotTomlError(self.at)

    def _string(self) -> None:
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        closing = quote * 3 if long else quote
        self.at += len(closing)
        while not self.text.startswith(closing, self.at):
            if self.at >= len(self.text):
                raise NotTomlError(self.at)
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(closing)
        while long and self.text.startswith(quote, self.at):  # """…""""": up to two quotes belong to the text
            self.at += 1

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _match(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise NotTomlError(self.at)
        self.at = found.end()

    def _expect(self, word: str) -> None:
        if not self.text.startswith(word, self.at):
            raise NotTomlError(self.at)
        self.at += len(word)

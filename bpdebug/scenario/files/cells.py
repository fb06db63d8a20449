"""The cells of one line of a CSV file, and the number that one of them is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from bpdebug.language.underflow import SMALLEST, underflows
from bpdebug.scenario.wording import quoted

BLANKS = " "
"""As a separator: any number of blanks."""
TAB = "\t"
SEPARATORS = (TAB, ";", ",", BLANKS)
"""What may stand between cells; in a line that holds several the first of these does."""
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "?", "-", "--", "."})
"""What people write where there is no value."""
LONGEST_NUMBER = 1_000
"""Characters of a number."""
REMOVE = "Remove the line, or put in another value."
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?\d+,\d+")
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)" *')
_BLANK_CELL = re.compile(r'"[^"]*"(?!\S)|\S+')
_ZEROS = "0" * 300
"""Without so many of them in a row, and without an exponent, no number is too close to 0."""


class Cell(NamedTuple):
    """What stands in a cell, and where: from one character of the line up to another."""

    text: str
    start: int
    end: int


class CellError(Exception):
    """What is wrong with a part of a line, and the way out."""

    def __init__(self, message: str, hint: str = "", at: int = 0, width: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.at, self.width = message, hint, at, width


class TextError(CellError):
    """There is text where a number should be."""


def separator_of(line: str) -> str:
    """What stands between the cells of a line."""
    bare = _QUOTED.sub("", line) if '"' in line else line.strip(" ")
    return next((each for each in SEPARATORS if each in bare), ",")


def texts(line: str, separator: str) -> list[str]:
    """What stands in the cells; CellError where a quote is not closed."""
    if '"' in line:
        return [each.text for each in cells(line, separator)]
    return line.split() if separator == BLANKS else line.split(separator)


def cells(line: str, separator: str) -> list[Cell]:
    """The cells with their places."""
    if separator == BLANKS:
        return [Cell(found[0].strip('"'), found.start(), found.end()) for found in _BLANK_CELL.finditer(line)]
    found, at = list[Cell](), 0
    while True:
        cell, stop = _cell(line, at, separator)
        found.append(cell)
        if stop >= len(line):
            return found
        at = stop + 1


def _cell(line: str, at: int, separator: str) -> tuple[Cell, int]:
    """The cell that begins at a character, and where the separator after it stands."""
    stop = line.find(separator, at)
    stop = len(line) if stop < 0 else stop
    text = line[at:stop]
    if not text.lstrip(" ").startswith('"'):
        start = at + len(text) - len(text.lstrip())
        return Cell(text.strip(), start, max(start, at + len(text.rstrip()))), stop
    whole = _QUOTED.match(line, at)
    start = line.index('"', at)
    if whole is None:
        raise CellError("this quote is not closed on its line", 'A quote within quotes is written twice: "".', start)
    if whole.end() < len(line) and not line.startswith(separator, whole.end()):
        named = "a tab" if separator == TAB else separator
        raise CellError(f"expected {named} after the closing quote", at=whole.end())
    return Cell(whole[1].replace('""', '"').strip(), start, whole.end()), whole.end()


def _written(text: str) -> bool:
    """Whether a text is written as a number is."""
    return len(text) <= LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None


def number_of(text: str) -> float | None:
    """The number that a text is; None where it is none, or none that float64 has."""
    if not _written(text) or underflows(text):
        return None
    value = float(text)
    return value if isfinite(value) else None


def is_text(text: str) -> bool:
    """Whether what stands in a cell is no number, nor meant as one, nor left out."""
    return not (_written(text) or _INFINITE.fullmatch(text) or text.lower() in MISSING)


def numbers(row: Sequence[str], line: str) -> list[float] | None:
    """The numbers of some cells of a line; None where one of them is none, or may be none."""
    if "_" in line or not line.isascii():  # Python reads 1_000, and the digits of all scripts
        return None
    try:
        found = [float(each) for each in row]
    except ValueError:
        return None
    if not isfinite(sum(found)):
        return None
    if 0.0 in found and ("e" in line or "E" in line or _ZEROS in line):
        near = (each for each, value in zip(row, found, strict=True) if not value)
        return None if any(underflows(each.strip()) for each in near) else found
    return found


def number(text: str) -> float:
    """The number that stands in a cell; CellError says what stands there instead."""
    value = number_of(text)
    if value is not None:
        return value
    if text.lower() in MISSING:
        raise CellError(
            "a value is missing" + (f" ({quoted(text)})" if text else ""),
            "Remove the line, put in a value, or name the columns to be read without this one: features = […].",
        )
    if _INFINITE.fullmatch(text):
        raise CellError(f"expected a finite number, found {text}", REMOVE)
    if _written(text):
        if underflows(text):
            raise CellError("the number is too small and would be 0", SMALLEST)
        raise CellError("the number is too large for float64", REMOVE)
    if _COMMA.fullmatch(text):
        raise CellError(f"expected a number, found {quoted(text)}", "Decimals are written with a point.")
    raise TextError(f"expected a number, found {quoted(text)}")

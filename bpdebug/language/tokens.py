"""A formula cut into tokens, each with its place and in Python's spelling: what W⁽²⁾ᵀ or ⊙ stands for."""

from __future__ import annotations

import re
from enum import Enum, auto

from msgspec import Struct

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.spelling import (
    FOREIGN,
    LAYER,
    PRIME,
    PRIMES,
    SIGNS,
    SPELLED_OUT,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TRANSPOSES,
    WORDS_OF_PYTHON,
    described,
    is_letter,
    plain,
    run,
)

LONGEST = 2_000
"""How many characters a formula may have."""


class Kind(Enum):
    """What a token is to the order of a formula."""

    NAME = auto()
    NUMBER = auto()
    SIGN = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    COLON = auto()
    EQUALS = auto()
    DOT = auto()
    POSTFIX = auto()
    ELLIPSIS = auto()
    TEXT = auto()
    END = auto()


class Token(Struct, frozen=True):
    """One word of a formula: as it stands in the text, and as Python spells it."""

    kind: Kind
    text: str
    python: str
    span: Span


_MARKS = {
    "(": Kind.OPEN,
    "[": Kind.OPEN,
    ")": Kind.CLOSE,
    "]": Kind.CLOSE,
    ",": Kind.COMMA,
    ":": Kind.COLON,
    "=": Kind.EQUALS,
    ".": Kind.DOT,
}
_DIGITS = r"\d(?:_?\d)*"
_NUMBER = re.compile(rf"(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"([\"'])[a-z]{1,20}\1", re.ASCII)
_SUBSCRIPTS = re.compile(r"([\"'])[A-Za-z, >-]{1,20}\1", re.ASCII)
_BEFORE_WORD = (Kind.EQUALS, Kind.COMMA)
_SIGN = re.compile("|".join(map(re.escape, sorted({**SIGNS, **FOREIGN}, key=len, reverse=True))))


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, an END behind them. Comments and line breaks count as blanks."""
    if len(text) > LONGEST:
        message = f"a formula has at most {LONGEST:,} characters, this one has {len(text):,}"
        raise ExpressionError(message, text[:LONGEST], Span(0, 1), "Give its parts equations of their own.")
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Token] = []

    def scan(self) -> list[Token]:
        while self._skip_blanks():
            self._take(self.text[self.at])
        end = self.found[-1].span.end if self.found else len(self.text)
        return [*self.found, Token(Kind.END, "", "", Span(end, end))]

    def _skip_blanks(self) -> bool:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "#":
                stop = self.text.find("\n", self.at)
                self.at = stop if stop >= 0 else len(self.text)
            elif char.isspace() or char in "\ufeff\u200b" or self.text[self.at : self.at + 2] == "\\\n":
                self.at += 1 + (char == "\\")
            else:
                return True
        return False

    def _take(self, char: str) -> None:
        number = _NUMBER.match(self.text, self.at)
        word = self._word()
        if is_letter(char):
            self._name()
        elif word:
            self._add(Kind.TEXT, word[0], word[0])
        elif number:
            self._add(Kind.NUMBER, number[0], (number[0].lstrip("0") or "0") if number[0].isdigit() else number[0])
        elif char in TRANSPOSES:
            self._add(Kind.POSTFIX, char, ".T")
        elif char in SUPERSCRIPTS:
            power = run(self.text, self.at, SUPERSCRIPTS)
            self._add(Kind.POSTFIX, self.text[self.at : self.at + len(power)], f"** {int(power)}")
        elif char in SPELLED_OUT:
            self._add(Kind.NAME, char, SPELLED_OUT[char])
        elif char == "…" or self.text.startswith("...", self.at):
            self._add(Kind.ELLIPSIS, char if char == "…" else "...", "...")
        else:
            self._sign(char)

    def _word(self) -> re.Match[str] | None:
        """A word in quotes where one has its place: mode="same", einsum("ij,jk->ik", …)."""
        if self.found and self.found[-1].kind in _BEFORE_WORD:
            return _WORD.match(self.text, self.at)
        called = [each.text for each in self.found[-2:]] == ["einsum", "("]
        return _SUBSCRIPTS.match(self.text, self.at) if called else None

    def _add(self, kind: Kind, text: str, python: str) -> None:
        self.found.append(Token(kind, text, python, Span(self.at, self.at + len(text))))
        self.at += len(text)

    def _name(self) -> None:
        stop = self.at + 1
        while stop < len(self.text) and is_letter(self.text[stop], inside=True):
            stop += 1
        word = plain(self.text[self.at : stop])
        if word in WORDS_OF_PYTHON or not word.isidentifier():
            message = f"'{word}' is a word of Python and has no place in a formula"
            raise self._refusal(message, stop - self.at, WORDS_OF_PYTHON.get(word, ""))
        layer, length = self._layer(word, stop)
        stop += length
        primes = 0
        while self.text[stop + primes : stop + primes + 1] in (*PRIMES,):
            primes += 1
        self._add(Kind.NAME, self.text[self.at : stop + primes], word + layer + PRIME * primes)

    def _layer(self, word: str, start: int) -> tuple[str, int]:
        """The numbers behind a name, and how many characters they take: a layer's, ⁽²⁾ or ₂, and a step's, ⁽²⁾₃."""
        opened = self.text.startswith(LAYER[0], start)
        digits = run(self.text, start + opened, SUPERSCRIPTS if opened else SUBSCRIPTS)
        length = len(digits) + 2 * opened
        if not length:
            return "", 0
        if opened and (not digits or not self.text.startswith(LAYER[1], start + 1 + len(digits))):
            self.at = start
            raise self._refusal("expected a layer number after '⁽'", 1, "A layer number is digits in ⁽ ⁾: W⁽²⁾.")
        if word[-1].isdigit():
            message = f"'{word}' has a layer number already"
            raise self._refusal(message, start - self.at + length, "W2 and W⁽²⁾ are the same name.")
        step = run(self.text, start + length, SUBSCRIPTS) if opened else ""
        return digits + (f"_{step}" if step else ""), length + len(step)

    def _sign(self, char: str) -> None:
        found = _SIGN.match(self.text, self.at)
        sign = found[0] if found else char
        if sign in SIGNS:
            self._add(Kind.SIGN, sign, SIGNS[sign])
        elif sign in _MARKS:
            self._add(_MARKS[sign], sign, sign)
        elif sign in LAYER or sign in SUBSCRIPTS:
            hint = "A layer number stands right behind a name and is made of digits: W⁽²⁾."
            raise self._refusal(f"'{sign}' has no place here", 1, hint)
        else:
            raise self._refusal(f"{described(sign)} is no sign of a formula", len(sign), FOREIGN.get(sign, ""))

    def _refusal(self, message: str, length: int, hint: str) -> ExpressionError:
        return ExpressionError(message, self.text, Span(self.at, self.at + length), hint)

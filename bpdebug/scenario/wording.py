"""How messages speak of a file: values quoted in short, words to choose from, and the one likely meant."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable

LONGEST = 60

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = LONGEST
_short.maxlevel = 3


def quoted(value: object) -> str:
    """The value as the file would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = f'"{value}"' if isinstance(value, str) else _short.repr(value)
    except ValueError:  # an integer of thousands of digits, written in hexadecimal
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "…"


def listed(words: Iterable[str]) -> str:
    """Words to choose from, as one reads them."""
    return ", ".join(words)


def nearest(word: str, words: Iterable[str]) -> str:
    """The one of the words that was likely meant; "" where none is near."""
    original = {each.lower(): each for each in words}
    near = difflib.get_close_matches(word.lower(), original, n=1, cutoff=0.5 if len(word) < 3 else 0.6)
    return original[near[0]] if near else ""


def guessed(message: str, word: str, words: Iterable[str]) -> str:
    """The message, with `did you mean "relu"?` where a word is near."""
    near = nearest(word, words)
    return f'{message}; did you mean "{near}"?' if near else message

"""Values of a file as a message quotes them: short, whatever they are."""

from __future__ import annotations

import reprlib

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

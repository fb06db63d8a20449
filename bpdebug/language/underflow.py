"""Numbers that were written as something and would be read as 0, because they lie too close to it."""

from __future__ import annotations

import re

SMALLEST = "Numbers are float64, whose smallest above 0 is 4.9e-324. Write 0 where that is meant."
_NUMBER = re.compile(r"[+-]?(?P<digits>[\d_]*\.?[\d_]*)(?:e[+-]?[\d_]+)?", re.IGNORECASE)


def underflows(written: str) -> bool:
    """Whether a text is a number that is none as float64: 1e-400."""
    found = _NUMBER.fullmatch(written)
    return found is not None and re.search("[1-9]", found["digits"]) is not None and float(written) == 0

"""Conditional expressions: of A[l - 1] if l > 1 else X one side is left where the condition is known."""

from __future__ import annotations

import re

from bpdebug.scenario.brackets import CLOSE, OPEN
from bpdebug.scenario.counting import Numbers, holds

MOST = 20
"""Conditional expressions that are looked at in one line."""
_IF = re.compile(r"\bif\b(?P<condition>.{1,120}?)\belse\b", re.DOTALL)
_BORDER = re.compile(r"(?<![=<>!])=(?!=)|,")


def chosen(text: str, numbers: Numbers) -> str:
    """The text with blanks for the side that is not taken; where the condition is not known it stays as it is."""
    at = 0
    for _ in range(MOST):
        found = _IF.search(text, at)
        if found is None:
            break
        taken = holds(found["condition"], numbers)
        at = found.end()
        if taken is not None:
            start, stop = _begin(text, found.start()), _end(text, found.end())
            lost = (found.start(), stop) if taken else (start, found.end())
            text = text[: lost[0]] + " " * (lost[1] - lost[0]) + text[lost[1] :]
    return text


def _begin(text: str, at: int) -> int:
    """Where the expression that ends at a place begins: behind a bracket, a comma or an equals sign."""
    depth = 0
    for place in range(at - 1, -1, -1):
        depth += (text[place] in CLOSE) - (text[place] in OPEN)
        if depth < 0 or (depth == 0 and _BORDER.match(text, place)):
            return place + 1
    return 0


def _end(text: str, at: int) -> int:
    """Where the expression that begins at a place ends: before a bracket or a comma."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in OPEN) - (text[place] in CLOSE)
        if depth < 0 or (depth == 0 and text[place] == ","):
            return place
    return len(text)

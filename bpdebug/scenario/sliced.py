"""What is added to all of a gradient but its first row or column: dTheta[:, 1:] += lam * Theta[:, 1:]."""

from __future__ import annotations

import re

from bpdebug.scenario.owners import owner
from bpdebug.scenario.respelling import Around, Respelled, joined

_BUT_THE_FIRST = re.compile(
    r"(?P<name>[^\W\d]\w*)\s*\[\s*(?:(?P<columns>:\s*,\s*1\s*:)|1\s*:\s*(?:,\s*:)?)\s*\]\Z",
)


def widened(left: Respelled, sign: str, right: Respelled, around: Around) -> tuple[Respelled, str, Respelled]:
    """An addition to a slice as one to the whole array, of zeros and what is added; any other assignment as it is.

    grad[1:] = grad[1:] + x is grad[1:] += x.
    """
    found = _BUT_THE_FIRST.match(left.text)
    of = owner(found["name"], around.quantities) if found else ""
    if not found or not of or sign not in ("", "+", "-"):
        return left, sign, right
    again = re.match(r"\s*".join(map(re.escape, re.sub(r"\s", "", left.text))) + r"\s*(?:\+|(?=-))", right.text)
    if not sign and not again:
        return left, sign, right
    if again and not sign:
        sign, right = "+", right.part(again.end(), len(right.text))
    first, axis = ("[:, :1]", 1) if found["columns"] else ("[:1]", 0)
    return left.part(*found.span("name")), sign, joined(f"concatenate([0 * {of}{first}, ", right, f"], axis={axis})")

"""What the course's code keeps for each layer: caches[l] is ((A, W, b), Z), the input of layer l + 1 first."""

from __future__ import annotations

import re

from bpdebug.scenario.counting import value
from bpdebug.scenario.respelling import Around

_LINEAR = re.compile(r"\bA_prev\s*,\s*W\s*,\s*b\s*=\s*\w*cache\b")
_BOTH = re.compile(r"\blinear_cache\s*,\s*activation_cache\s*=\s*\w*cache\b")
_ENTRY = re.compile(r"caches\s*\[(?P<place>[^\[\]]{1,40})\]")


def cached(text: str, code: str, around: Around) -> str:
    """What caches[l] holds, where the code takes it apart as the course's does; "" for every other text."""
    found = _ENTRY.fullmatch(text.strip())
    place = value(found["place"], around.numbers) if found and _LINEAR.search(code) and _BOTH.search(code) else None
    if place is None or place < 0:
        return ""
    before, number = f"A{place}" if place else "X", place + 1
    held = (before, f"W{number}", f"b{number}", f"Z{number}")
    return "(({}, {}, {}), {})".format(*held) if all(each in around.quantities for each in held) else ""

"""What the course's code keeps for each layer: caches[l] is ((A, W, b), Z), the input of layer l + 1 first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.scenario.counting import value
from bpdebug.scenario.respelling import Around

_LINEAR = re.compile(r"\bA_prev\s*,\s*W\s*,\s*b\s*=\s*\w*cache\b")
_BOTH = re.compile(r"\blinear_cache\s*,\s*activation_cache\s*=\s*\w*cache\b")
_GIVEN = re.compile(
    r"\bd[Wb](?P<number>\d+)\b|[\"']d[Wb][\"']\s*\+\s*str\s*\((?P<added>[^()]*)\)|f[\"']d[Wb]\{(?P<filled>[^{}]*)\}"
)
"""A gradient of a layer: dW3, "dW" + str(l + 1)."""
_KEPT = {"A_prev": -1, "A": 0, "W": 0, "b": 0, "Z": 0}
"""What is kept of a layer under its usual names, and of which layer, counted from that one."""
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


def unpacked(names: Sequence[str], text: str, code: str, end: int, around: Around) -> tuple[int, dict[str, str]] | None:
    """What A_prev, W, b, Z = caches[l] gives, and how many are added to a place of `caches` to have its layer.

    It is the layer whose gradient `code` gives first behind the `end` of the line; None where that does not fit, or
    the names are others.
    """
    usual = {"A_prev", "W"} <= {*names} <= _KEPT.keys()
    found = _ENTRY.fullmatch(text.strip()) if usual else None
    given = _GIVEN.search(code, end) if found else None
    if not found or not given:
        return None
    place = value(found["place"], around.numbers)
    number = value(given["number"] or given["added"] or given["filled"], around.numbers)
    if place is None or number is None:
        return None
    place += around.lists.last if place < 0 else 0
    held = {name: f"{name[0]}{number + _KEPT[name]}" for name in names}
    held = {name: "X" if each == "A0" else each for name, each in held.items()}
    known = number - place in (0, 1) and all(each in around.quantities for each in held.values())
    return (int(number - place), held) if known else None

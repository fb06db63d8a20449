"""Where a statement falls apart: at the signs that stand outside of its brackets."""

from __future__ import annotations

import re

from bpdebug.scenario.respelling import Respelled

OPEN, CLOSE = "([{", ")]}"
_KEY = re.compile(r"""\s*(?:(?P<quote>["'])(?P<key>[^\W\d]\w*)(?P=quote)\s*:|(?P<word>[^\W\d]\w*)\s*=(?!=))""")
_ASSIGNMENT = re.compile(r"(?<![=<>!~])(?P<sign>\*\*|[+\-*/@]?)=(?!=)")
_COLLECTION = re.compile(
    r"(?:\{|(?:dict|(?:types\.|argparse\.)?(?:Simple)?Namespace)\s*\()(?P<inner>.*)[})]\Z", re.DOTALL
)


def parts(statement: str, sign: str) -> list[tuple[int, int]]:
    """The stretches between signs that stand outside of brackets."""
    cuts, depth = [-1], 0
    for at, letter in enumerate(statement):
        depth += (letter in OPEN) - (letter in CLOSE)
        if letter == sign and depth <= 0:
            cuts.append(at)
    return [(a + 1, b) for a, b in zip(cuts, [*cuts[1:], len(statement)], strict=True) if statement[a + 1 : b].strip()]


def assignment(code: str) -> re.Match[str] | None:
    """The equals sign that assigns: the first outside of brackets."""
    for found in _ASSIGNMENT.finditer(code):
        before = code[: found.start()]
        if sum(map(before.count, OPEN)) <= sum(map(before.count, CLOSE)):
            return found
    return None


def listed(side: Respelled) -> list[Respelled]:
    """The parts of a side that commas separate, its own brackets apart."""
    inner = enclosed(side)
    inner = inner if inner and len(parts(inner.text, ",")) > 1 else side
    return [inner.part(start, stop) for start, stop in parts(inner.text, ",")]


def enclosed(side: Respelled) -> Respelled | None:
    """What stands in the brackets around a whole side, round or square; None where there are none."""
    if not (side.text[:1] and side.text[:1] in OPEN[:2] and side.text[-1:] in CLOSE):
        return None
    depths, depth = [], 0
    for letter in side.text:
        depth += (letter in OPEN) - (letter in CLOSE)
        depths.append(depth)
    return side.part(1, len(side.text) - 1) if all(depths[:-1]) else None


def entries(side: Respelled) -> list[tuple[str, Respelled]]:
    """What a dictionary that is written out holds, under which key: {"dW1": dZ1 @ X.T, …} or dict(dW1=…)."""
    whole = _COLLECTION.match(side.text)
    if whole is None:
        return []
    inner = side.part(*whole.span("inner"), bare=False)
    found = []
    for start, stop in parts(inner.text, ","):
        if key := _KEY.match(inner.text, start, stop):
            found.append((key["key"] or key["word"], inner.part(key.end(), stop)))
    return found

"""MATLAB's indices and brackets, character for character: Theta2(:, 2:end) is Theta2[:, 1:], [A B] puts A beside B."""

from __future__ import annotations

import re
from collections.abc import Collection

from bpdebug.ops import VOCABULARY
from bpdebug.scenario.brackets import CLOSE, OPEN, parts
from bpdebug.scenario.respelling import BELOW, BESIDE, ENDED

FAR = 200
"""Characters in which a bracket has to close, and in which the operand of a product is looked for."""
_CALLED = re.compile(r"(?<![\w.])(?P<name>[A-Za-z]\w*)\(")
_OPENED = re.compile(r"(?<![\w)\]ᵀ'])\[")
_RANGE = re.compile(r"\s*(?P<first>\d{1,6}):(?P<last>\d{1,6}|end|size\(\s*(?P<of>\w+)\s*,\s*(?P<axis>[12])\s*\))\s*\Z")
_ASSIGNED = re.compile(r"\s*=(?!=)")
_BETWEEN = re.compile(r"(?<=[\w)\].ᵀ])(?P<blank>[ \t]+)(?=[A-Za-z0-9(])")


def with_slices(block: str) -> str:
    """The block with Python's indices for MATLAB's that take whole rows or columns; others stay as they are."""
    letters = list(block)
    for found in _CALLED.finditer(block):
        stop = closed(block, found.end())
        if found["name"] in VOCABULARY or stop is None:
            continue
        inner = block[found.end() : stop]
        places = [inner[start:end] for start, end in parts(inner, ",")]
        slices = [_slice(each, found["name"], axis) for axis, each in enumerate(places, 1)]
        if len(places) <= 2 and None not in slices and any(each.strip() != ":" for each in places):
            new = f"[{','.join(each or '' for each in slices)}]"
            letters[found.end() - 1 : stop + 1] = new.ljust(stop + 2 - found.end())
    return "".join(letters)


def _slice(place: str, name: str, axis: int) -> str | None:
    """A place along an axis as Python has it, as long as it was: 1: for 2:end; None for a single one, and unknown."""
    if place.strip() == ":":
        return place
    found = _RANGE.match(place)
    if found is None or int(found["first"]) < 1 or (found["of"] and (found["of"], found["axis"]) != (name, str(axis))):
        return None
    last = found["last"] if found["last"].isdigit() else ""
    return f"{int(found['first']) - 1}:{last}".ljust(len(place))


def with_stacks(block: str) -> str:
    """The block with marks for brackets that put arrays beside or below each other: [ones(m, 1) A], [a; b]."""
    letters = list(block)
    for found in _OPENED.finditer(block):
        begin = found.end()
        stop = closed(block, begin)
        if stop is None or "\n" in block[begin:stop] or _ASSIGNED.match(block, stop + 1):
            continue
        inner = block[begin:stop]
        rows, blanks = parts(inner, ";"), [*_blanks(inner)]
        elements = len(parts(inner, ",")) + len(blanks)
        if not re.search(r"[A-Za-z]", inner) or (len(rows) > 1) == (elements > 1):
            continue  # numbers, one array, or rows of arrays below each other
        letters[begin - 1], letters[stop] = BELOW if len(rows) > 1 else BESIDE, ENDED
        for place in [*blanks, *(end for _, end in rows[:-1])]:
            letters[begin + place] = ","
    return "".join(letters)


def _blanks(inner: str) -> Collection[int]:
    """Where blanks set arrays apart, outside of all brackets."""
    depths, depth = [], 0
    for letter in inner:
        depth += (letter in OPEN) - (letter in CLOSE)
        depths.append(depth)
    return [found.start() for found in _BETWEEN.finditer(inner) if not depths[found.start()]]


def closed(block: str, begin: int) -> int | None:
    """Where the bracket closes inside of which a text begins; None where that is too far away."""
    depth = 1
    for at in range(begin, min(len(block), begin + FAR)):
        depth += (block[at] in OPEN) - (block[at] in CLOSE)
        if not depth:
            return at
    return None

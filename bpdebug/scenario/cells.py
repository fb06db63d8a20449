"""MATLAB's lists with an entry for each layer, which count from 1: W{1} is of layer 1, and A{1} is X or of layer 1.

What belongs to a layer of units, A, Z and its error, may count X as layer 1; what joins two layers, W and b, does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bpdebug.scenario.lists import ALIASES, Lists, Places, holds_activations
from bpdebug.scenario.owners import ERROR

_UNITS = re.compile(r"(?:d|d_|dL_d|dJ_d)?[Zz]")
_INPUT = re.compile(r"(?<![\w.])[Xx](?![A-Za-z0-9_])")
_INPUT_FIRST = re.compile(r"(?<![\w.])(?P<row>\w+)\s*\[\s*1\s*\]\s*=\s*[Xx]\b")


def counted_from_one(code: str, places: Places, last: int) -> Lists:
    """How the cells of a block count, of which these places are used; `last` is the number of the last layer."""
    first = {found["row"] for found in _INPUT_FIRST.finditer(code)}
    shifts = {row: _told(row, places[row], last) for row in places if _decided(row, places, last)}
    shifts |= dict.fromkeys(first, -1)
    units = {shift for row, shift in shifts.items() if _of_units(row)}
    own_input = _INPUT.search(_INPUT_FIRST.sub("", code)) is not None
    for row in places:
        if row not in shifts and units == {-1}:
            shifts[row] = -1
        elif row not in shifts:
            output = re.search(rf"\b{row}\s*\[\s*{last}\s*\]\s*-\s*[Yy]\b", code)
            known = own_input or output if holds_activations(row) else -1 not in units
            shifts[row] = 0 if known else None
    return Lists(last, 0, shifts)


def _decided(row: str, places: Places, last: int) -> bool:
    """Whether the places of a list tell by themselves how it counts."""
    ends = {0, last + 1} if holds_activations(row) else {0, 1, last + 1}
    return not _of_units(row) or any(place in ends for place in places[row])


def _told(row: str, places: Collection[int], last: int) -> int | None:
    """What is added to a place to have the number of its layer; None where its ends contradict each other."""
    if last + 1 not in places:
        return 0
    return None if 0 in places or (1 in places and not holds_activations(row)) else -1


def _of_units(row: str) -> bool:
    stem = ALIASES.get(row, row)
    return holds_activations(row) or _UNITS.fullmatch(stem) is not None or ERROR.fullmatch(row) is not None

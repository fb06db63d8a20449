"""How the lines of the screen are shared out: the operation takes what its text needs, the matrices what is left."""

from __future__ import annotations

from msgspec import Struct

from bpdebug.tui.box import BORDER

LEAST, SCARCE, MOST = 6, 7, 16
"""The operation's lines, its frame included; the second where only so the matrices show whole."""
LITTLE = 2
"""Lines for which the layout is not changed."""
SHARE = 8, 3, 8
"""Where the matrices need more than there is, the operation has 8 lines at most, or three eighths of all."""


class Wants(Struct, frozen=True):
    """What would be shown, in lines: from the most crowded to what is easiest to read."""

    operation: tuple[int, int]
    matrices: tuple[int, int, int]


class Heights(Struct, frozen=True):
    """Lines of the operation, of the matrices, and of the row beneath them, frames included."""

    operation: int
    matrices: int
    rest: int


def shared(lines: int, wants: Wants, rest: tuple[int, int]) -> Heights:
    """The most comfortable of the ways to show the matrices whole; where there is none, as much of them as can be.

    `rest` is what the row beneath keeps at least, and what it has otherwise.
    """
    crowded, easy = (min(MOST, max(LEAST, each + BORDER)) for each in wants.operation)
    few, usual = rest
    modest = min(crowded, max(SHARE[0], lines * SHARE[1] // SHARE[2]))
    for matrices, least in (*((each, modest) for each in reversed(wants.matrices)), (wants.matrices[0], SCARCE)):
        room = lines - few - matrices - BORDER
        if room >= min(crowded, least):
            operation = easy if easy <= room else min(crowded, room)
            beneath = min(usual, few + room - operation)
            return Heights(operation, lines - operation - beneath, beneath)
    return Heights(modest, lines - modest - few, few)


def kept(before: Heights, now: Heights, wants: Wants) -> Heights:
    """The heights as they were where all still fits and little would be won: what stands still is easier to read."""
    fits = before.operation >= min(now.operation, wants.operation[0] + BORDER)
    fits = fits and before.matrices >= min(now.matrices, wants.matrices[1] + BORDER)
    won = min(now.matrices, wants.matrices[-1] + BORDER) - before.matrices
    return before if fits and won <= LITTLE else now

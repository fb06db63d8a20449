"""The parts of a drawn screen: how they make its lines, and where two drawings of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from bpdebug.tui.strips import Cells, changed


class Piece(Struct, frozen=True):
    """A part of the screen, drawn; what comes later covers what came before."""

    region: Region
    rows: Sequence[Cells]


def joined(pieces: Sequence[Piece], y: int, width: int) -> Strip:
    """A line of the screen: what stands beside one another, covered by what came later."""
    beside, covering, end = list[Segment](), None, 0
    for each in pieces:
        region = each.region
        if not region.y <= y < region.bottom:
            continue
        drawn = each.rows[y - region.y]
        if region.width == width:
            covering = Strip(drawn, region.width)
        elif covering is None and region.x == end:
            beside += drawn
            end = region.right
        else:
            row = covering or Strip(beside, end)
            covering = Strip.join([row.crop(0, region.x), Strip(drawn, region.width), row.crop(region.right)])
    return covering or Strip(beside, end)


def differing(old: Piece, new: Piece) -> Iterator[Region]:
    """Where the lines of a piece are others than before."""
    left = new.region.x
    for number, (before, now) in enumerate(zip(old.rows, new.rows, strict=True)):
        if before is not now and before != now:
            begin, end = changed(before, now)
            yield Region(left + begin, new.region.y + number, end - begin, 1)

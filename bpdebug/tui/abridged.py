"""A text of several parts in fewer lines than it has: of each the beginning, and beneath it all that was cut short."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.text import Text


class Part(Struct, frozen=True, eq=False):
    """Lines that belong together, and who gets lines first where they are few."""

    lines: tuple[Text, ...]
    rank: int
    """The lower, the sooner."""
    least: int = 1
    """Lines without which it says nothing."""
    dotted: bool = True
    """Whether three dots say that it was cut short."""


def abridged(parts: Sequence[Part], width: int, height: int, dots: str) -> list[Text]:
    """All lines where they fit; else of each part as many as there is room for, and beneath that the whole of those
    that were cut short."""
    if sum(len(part.lines) for part in parts) <= height:
        return [line for part in parts for line in part.lines]
    counts = _counts(parts, height)
    shown = [line for part, count in zip(parts, counts, strict=True) for line in _begun(part, count, width, dots)]
    cut = [part for part, count in zip(parts, counts, strict=True) if count < len(part.lines)]
    return [*shown, *(line for part in cut for line in part.lines)]


def _counts(parts: Sequence[Part], height: int) -> list[int]:
    """How many lines each part gets: first what it needs to say anything, then one after the other one more."""
    counts, left = [0] * len(parts), height
    order = sorted(range(len(parts)), key=lambda at: parts[at].rank)
    for at in order:
        counts[at] = min(parts[at].least, len(parts[at].lines), left)
        left -= counts[at]
    while left:
        for at in order:
            more = min(left, 1, len(parts[at].lines) - counts[at])
            counts[at], left = counts[at] + more, left - more
    return counts


def _begun(part: Part, count: int, width: int, dots: str) -> list[Text]:
    """The first lines of a part, with three dots where more follow."""
    shown = list(part.lines[:count])
    if shown and part.dotted and count < len(part.lines):
        shown[-1] = _dotted(shown[-1], width, dots)
    return shown


def _dotted(line: Text, width: int, dots: str) -> Text:
    """A line with three dots behind the last word that leaves them room."""
    room, line = width - len(dots) - 1, line.copy()
    if line.cell_len > room:
        line.truncate(room)
        line.right_crop(max(0, len(line.plain) - line.plain.rfind(" ")) if " " in line.plain.strip() else 0)
    return line.append(f" {dots}")

"""Lines of text to what Textual draws, quickly where styles do not overlap."""

from __future__ import annotations

from functools import cache

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

NONE = Style()


def strip(text: Text, ground: Style) -> Strip:
    """The line on its ground. A style that brings a ground of its own covers it."""
    pieces = _pieces(text)
    if pieces is None:
        return Strip(Segment.apply_style(text.render(_console()), ground))
    segments = [Segment(part, own if own.bgcolor else ground + own) for part, own in pieces]
    return Strip(segments, text.cell_len)


def _pieces(text: Text) -> list[tuple[str, Style]] | None:
    """The line cut where styles change; None where they overlap or are not ready made."""
    plain, at, pieces = text.plain, 0, []
    for start, end, style in text.spans:
        if start < at or not isinstance(style, Style):
            return None
        pieces += [(plain[at:start], NONE), (plain[start:end], style)]
        at = end
    pieces.append((plain[at:], NONE))
    return None if text.style else [piece for piece in pieces if piece[0]]


@cache
def _console() -> Console:
    """What resolves styles that overlap."""
    return Console(color_system="truecolor", highlight=False, emoji=False, markup=False, _environ={})

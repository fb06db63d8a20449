"""Lines of text to what Textual draws, quickly where styles do not overlap."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Span, Text
from textual.strip import Strip

Cells: TypeAlias = "list[Segment]"
"""A line, or a part of one, in stretches of one style."""


NARROW = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x300), *range(0x370, 0x483)]))
NARROW |= frozenset("′…⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉←↑→↓⇒∂∅∈∇∑−∕∘∙√∞≠≤≥⊙⋅⋮ᵀᵛ✓✗")
NARROW |= frozenset(map(chr, [*range(0x2500, 0x25FD), *range(0x2800, 0x2900)]))
"""What takes one cell, the signs of formulas among it: Rich looks these up one by one."""


def width(text: str) -> int:
    """Cells of a text."""
    return len(text) if NARROW.issuperset(text) else cell_len(text)


def strip(text: Text, ground: Style) -> Strip:
    """The line on its ground. A style that brings a ground of its own covers it."""
    return Strip(_segments(_harmless(text), ground))


def filled(text: Text, ground: Style, across: int, room: int) -> Cells:
    """So many cells of the line on its ground, from a cell on."""
    text = _harmless(text)
    segments, length = _segments(text, ground), width(text.plain)
    if across or length > room:
        return list(Strip(segments, length).crop_extend(across, across + room, ground))
    return [*segments, Segment(" " * (room - length), ground)] if length < room else segments


def _segments(text: Text, ground: Style) -> Cells:
    pieces = _pieces(text)
    if pieces is None:
        return list(Segment.apply_style(text.render(_console()), ground))
    return [Segment(part, own if own.bgcolor else ground + own) for part, own in pieces]


def _pieces(text: Text) -> list[tuple[str, Style]] | None:
    """The line cut where styles change; None where they overlap or are not ready made."""
    plain, at, pieces = text.plain, 0, []
    own = Style.parse(text.style) if isinstance(text.style, str) else text.style
    for start, end, style in text.spans:
        if start < at or not isinstance(style, Style):
            return None
        pieces += [(plain[at:start], own), (plain[start:end], own + style)]
        at = end
    pieces.append((plain[at:], own))
    return [piece for piece in pieces if piece[0]]


def _harmless(text: Text) -> Text:
    """The line with a question mark in place of every character that a terminal could act upon.

    Who makes a line has spelled them out; this is for where that was forgotten.
    """
    if text.plain.isprintable():
        return text
    plain = "".join(each if each.isprintable() else "?" for each in text.plain)
    return Text(plain, text.style, spans=text.spans, end="", no_wrap=True)


@cache
def _console() -> Console:
    """What resolves styles that overlap."""
    return Console(color_system="truecolor", highlight=False, emoji=False, markup=False, _environ={})


def changed(before: Cells, now: Cells) -> tuple[int, int]:
    """From which cell to which a line of the same width is another than before, in whole stretches of one style."""
    first, last = 0, 0
    most = min(len(before), len(now))
    while first < most and before[first] == now[first]:
        first += 1
    while last < most - first and before[-1 - last] == now[-1 - last]:
        last += 1
    begin = sum(width(each.text) for each in now[:first])
    return begin, begin + sum(width(each.text) for each in now[first : len(now) - last])


def runs(cells: Iterable[tuple[str, Style]]) -> Text:
    """A line put together from characters, each with its style; neighbours of one style are one stretch."""
    texts, spans, at = [], [], 0
    for style, members in groupby(cells, key=itemgetter(1)):
        text = "".join(sign for sign, _ in members)
        texts.append(text)
        spans.append(Span(at, at + len(text), style))
        at += len(text)
    return Text("".join(texts), spans=spans, end="", no_wrap=True)

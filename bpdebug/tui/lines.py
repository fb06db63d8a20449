"""Text made to fit: formulas broken where they are least bound together, and what is to stay one line cut short."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells, set_cell_size

OPERATORS = "+−-⊙·*/@="
"""What a line does not end with."""
INDENT = 4
"""Cells before what goes on in another line."""


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """The text in lines of a width, broken where the formula is least bound together."""
    lines = []
    while len(text) > width > len(indent) + 1:
        at = breaking(text, width, len(indent) + 1)
        lines.append(text[:at])
        text = indent + text[at:].lstrip()
    return [*lines, text]


def breaking(text: str, width: int, first: int) -> int:
    """The last of the spaces inside the fewest brackets, not behind an operator, in the second half of a line."""
    depth, best, least = 0, width, len(text)
    for at, letter in enumerate(text[: width + 1]):
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and at >= max(first, width // 2) and text[at - 1] not in OPERATORS and depth <= least:
            best, least = at, depth
    return best


def pieces(text: str, width: int) -> Iterator[tuple[int, int, int]]:
    """Where to break a formula so that it fits: start, end and indent of each line."""
    start, indent = 0, 0
    while cell_len(text[start:]) > width - indent:
        stop = start + breaking(text[start:], max(1, fitting(text[start:], width - indent)), 1)
        yield start, stop, indent
        start = stop + (text[stop : stop + 1] == " ")
        indent = min(INDENT, width // 4)
    yield start, len(text), indent


def fitting(text: str, width: int) -> int:
    """How many characters fit into so many cells, where wide ones take two."""
    if cell_len(text) == len(text):
        return width
    first = next(iter(chop_cells(text, width)), text)  # there is none where no character takes a cell
    return len(first)


def cut(text: str, width: int, dots: str) -> str:
    """As much of a text as so many cells hold, with dots behind it where that is not all."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - len(dots))).rstrip() + dots

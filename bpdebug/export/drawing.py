"""A screen as it is drawn: rows of text in colours, for whoever writes it down as text, as a picture or as a page."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Ink(Struct, frozen=True):
    """How a stretch of text looks. Colours are #rrggbb."""

    colour: str
    ground: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False


class Run(Struct, frozen=True):
    """Text in one ink; `cells` are the columns it takes, more than its characters where these are wide."""

    text: str
    cells: int
    ink: Ink


Row = tuple[Run, ...]


class Drawing(Struct, frozen=True):
    """What a screen shows, from the top left to the bottom right."""

    title: str
    columns: int
    rows: tuple[Row, ...]
    ink: Ink
    """That of the page around it."""


def merged(runs: Iterable[Run]) -> Row:
    """The same row with as few runs as it needs: how it was put together is not to be seen."""
    found: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if found and found[-1].ink == run.ink and _narrow(found[-1]) and _narrow(run):
            last = found.pop()
            found.append(Run(last.text + run.text, last.cells + run.cells, run.ink))
        else:
            found.append(run)
    return tuple(found)


def words(run: Run) -> Iterable[tuple[int, int, str]]:
    """Each word of a run: the cells before it, the cells it takes, the word; a run of wide characters is one."""
    if not _narrow(run):
        yield 0, run.cells, run.text
        return
    start = 0
    for word in run.text.split(" "):
        if word:
            yield start, len(word), word
        start += len(word) + 1


def _narrow(run: Run) -> bool:
    """Whether each character takes one cell."""
    return len(run.text) == run.cells


def text(drawing: Drawing) -> str:
    """The drawing as plain text, without the blanks at the ends of its lines."""
    return "".join("".join(run.text for run in row).rstrip() + "\n" for row in drawing.rows)

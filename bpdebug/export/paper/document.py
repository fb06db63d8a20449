"""A handout before it is written down: sections of paragraphs, formulas, tables and matrices, in no format yet."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class Math(Struct, frozen=True):
    """A formula in a line, in LaTeX as bpdebug writes it."""

    latex: str


class Code(Struct, frozen=True):
    """What somebody typed, as it stands."""

    text: str


class Verdict(Struct, frozen=True):
    """What a check says. `kind` is good, odd, bad or quiet; `words` say the same."""

    kind: str
    words: str


class Link(Struct, frozen=True):
    """A formula that leads to the section of this anchor."""

    anchor: str
    latex: str


Part: TypeAlias = str | Math | Code | Verdict | Link
Parts: TypeAlias = tuple[Part, ...]


class Paragraph(Struct, frozen=True):
    """Sentences; `term` is the word they begin with: means, comes, in words, why."""

    parts: Parts
    term: str = ""


class Display(Struct, frozen=True):
    """A formula in a line of its own."""

    latex: str


class Listing(Struct, frozen=True):
    """One thing after the other."""

    items: tuple[Parts, ...]
    numbered: bool = True
    term: str = ""


class Table(Struct, frozen=True):
    """Rows under a heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[Parts, ...], ...]


class Cell(Struct, frozen=True):
    """An entry: as it is printed, and the place of its colour on the map; None for no number, -1 for NaN, infinity."""

    text: str
    shade: int | None


LEFT_OUT = Cell("…", None)


class Grid(Struct, frozen=True):
    """A matrix, or its corners. `down` and `across` are the indices of its rows and columns, "…" for those left out."""

    latex: str
    shape: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    """What is to be said of a matrix of which only the corners show."""
    result: bool = False
    blocks: bool = False
    """Whether it stands for several matrices, which only the indices tell apart."""


class Grids(Struct, frozen=True):
    """Matrices side by side; what comes out is the last one where it is marked as the result."""

    grids: tuple[Grid, ...]


Block: TypeAlias = Paragraph | Display | Listing | Table | Grids


class Section(Struct, frozen=True):
    """A part of the handout, with an anchor that no other has."""

    anchor: str
    title: Parts
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Handout(Struct, frozen=True):
    """The whole sheet."""

    title: str
    subtitle: str
    summary: str
    sections: tuple[Section, ...]

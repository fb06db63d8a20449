"""A handout before it is written down: sections of paragraphs, formulas, tables and matrices, in no format yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in a line, in LaTeX as bpdebug writes it."""

    latex: str


@dataclass(frozen=True, slots=True)
class Code:
    """What somebody typed, as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says. `kind` is good, odd, bad or quiet; `words` say the same."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """A formula that leads to the section of this anchor."""

    anchor: str
    latex: str


Part: TypeAlias = str | Math | Code | Verdict | Link
Parts: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; `term` is the word they begin with: means, from, why."""

    parts: Parts
    term: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """A formula in a line of its own."""

    latex: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing after the other."""

    items: tuple[Parts, ...]
    numbered: bool = True
    term: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[Parts, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """An entry: as it is printed, and the place of its colour on the map; None for no number, -1 for NaN, infinity."""

    text: str
    shade: int | None


LEFT_OUT = Cell("…", None)


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix, or its corners. `down` and `across` are the indices of its rows and columns, "…" for those left out."""

    latex: str
    shape: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    """What is to be said of a matrix of which only the corners show."""
    result: bool = False


@dataclass(frozen=True, slots=True)
class Grids:
    """Matrices side by side; what comes out is the last one where it is marked as the result."""

    grids: tuple[Grid, ...]


Block: TypeAlias = Paragraph | Display | Listing | Table | Grids


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the handout, with an anchor that no other has."""

    anchor: str
    title: Parts
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Handout:
    """The whole sheet."""

    title: str
    subtitle: str
    summary: str
    sections: tuple[Section, ...]

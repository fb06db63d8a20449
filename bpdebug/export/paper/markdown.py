"""A handout as Markdown for GitHub: formulas as it renders them, every word of somebody's escaped.

A formula stands between $` and `$, or in a block of its own kind: between bare dollars, Markdown would take
underscores and backslashes out of it before it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from bpdebug.errors import printable
from bpdebug.export.paper.document import (
    Block,
    Code,
    Display,
    Grid,
    Grids,
    Handout,
    Link,
    Listing,
    Math,
    Paragraph,
    Part,
    Parts,
    Section,
    Table,
    Verdict,
)
from bpdebug.export.paper.matrices import bmatrix

MARKS = {"good": "✓", "odd": "~", "bad": "✗", "quiet": "·"}
_SPECIAL = {each: f"\\{each}" for each in "\\`*_[]|~#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "&#36;"}


def markdown(handout: Handout) -> str:
    """The text. The same handout gives the same bytes."""
    lines = [
        f"# {text(handout.title)}",
        f"*{text(handout.subtitle)}*",
        paragraph(text(handout.summary)),
        "\n".join(_contents(handout)),
        *chain.from_iterable(_section(each, 2) for each in handout.sections),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _contents(handout: Handout) -> Iterator[str]:
    for number, each in enumerate(handout.sections, start=1):
        inner = ", ".join(f"[{_parts(one.title)}](#{one.anchor})" for one in each.sections)
        yield f"{number}. [{_parts(each.title)}](#{each.anchor}){f': {inner}' if inner else ''}"


def _section(section: Section, level: int) -> Iterator[str]:
    yield f'<a id="{section.anchor}"></a>'
    yield f"{'#' * level} {_parts(section.title)}"
    yield from map(_block, section.blocks)
    for each in section.sections:
        yield from _section(each, level + 1)


def _block(block: Block) -> str:
    match block:
        case Paragraph(parts, term):
            return f"{_term(term)}{_parts(parts)}" if term else paragraph(_parts(parts))
        case Display(latex):
            return _display(latex)
        case Listing(items, numbered, term):
            listed = [
                f"{f'{number}.' if numbered else '-'} {paragraph(_parts(each))}" for number, each in enumerate(items, 1)
            ]
            return "\n".join([*([_term(term).rstrip(), ""] if term else []), *listed])
        case Table(head, rows):
            cells = [" | ".join(map(_parts, row)) for row in rows]
            return "\n".join(f"| {line} |" for line in (" | ".join(head), " | ".join("---" for _ in head), *cells))
        case Grids(grids):
            return "\n\n".join(map(_grid, grids))


def _term(term: str) -> str:
    return f"*{term}:* " if term else ""


def _grid(grid: Grid) -> str:
    arrow = r"\rightarrow\quad " if grid.result else ""
    note = f"\n\n{grid.note}" if grid.note else ""
    return _display(f"{arrow}{grid.latex} = {bmatrix(grid)}") + note


def _display(latex: str) -> str:
    return f"```math\n{latex}\n```"


def _parts(parts: Parts) -> str:
    return "".join(map(_part, parts))


def _part(part: Part) -> str:
    match part:
        case Math(latex):
            return f"$`{latex}`$"
        case Code(typed):
            return _code(typed)
        case Verdict(kind, words):
            return f"**{MARKS[kind]} {text(words)}**"
        case Link(anchor, latex):
            return f"[$`{latex}`$](#{anchor})"
        case str():
            return text(part)


def _code(typed: str) -> str:
    """What was typed, between more backquotes than there are in it."""
    words = printable(typed).replace("\n", " ")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def paragraph(words: str) -> str:
    """Words that begin nothing but a paragraph."""
    return re.sub(r"^(?=[-+=])|^(\d+)(?=[.)])", lambda found: f"{found[1] or ''}\\", words)


def text(words: str) -> str:
    """Words as they stand: nothing in them is markup."""
    return "".join(_SPECIAL.get(char, char) for char in printable(words).replace("\n", " "))

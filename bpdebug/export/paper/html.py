"""A handout as one page of HTML, well-formed as XML too: no script, nothing from elsewhere, formulas in MathML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import chain

from bpdebug.errors import printable
from bpdebug.export.paper.document import (
    Block,
    Cell,
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
from bpdebug.export.paper.style import STYLE
from bpdebug.language.mathml import mathml

MARKS = {"good": "✓", "odd": "~", "bad": "✗", "quiet": "·"}


def html(handout: Handout) -> str:
    """The page. The same handout gives the same bytes."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        '<meta name="color-scheme" content="light dark"/>',
        f"<title>{_text(handout.title)}</title>",
        f"<style>\n{STYLE}</style>",
        "</head>",
        "<body>",
        f'<header><h1>{_text(handout.title)}</h1><p class="place">{_text(handout.subtitle)}</p>',
        f'<p class="summary">{_text(handout.summary)}</p></header>',
        *_contents(handout),
        "<main>",
        *chain.from_iterable(_section(each, 2) for each in handout.sections),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _contents(handout: Handout) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ol>'
    for each in handout.sections:
        inner = ", ".join(_linked(one) for one in each.sections)
        within = f' <span class="within">{inner}</span>' if inner else ""
        yield f"<li>{_linked(each)}{within}</li>"
    yield "</ol></nav>"


def _linked(section: Section) -> str:
    return f'<a href="#{section.anchor}">{_parts(section.title)}</a>'


def _section(section: Section, level: int) -> Iterator[str]:
    yield f'<section id="{section.anchor}" class="level{level}">'
    yield f"<h{level}>{_parts(section.title)}</h{level}>"
    yield from map(_block, section.blocks)
    for each in section.sections:
        yield from _section(each, level + 1)
    yield "</section>"


def _block(block: Block) -> str:
    match block:
        case Paragraph(parts, term):
            return f"<p>{_term(term)}{_parts(parts)}</p>"
        case Display(latex):
            return f'<div class="formula">{mathml(latex, display=True)}</div>'
        case Listing(items, numbered, term):
            tag = "ol" if numbered else "ul"
            heading = f'<p class="heads">{_term(term).rstrip()}</p>' if term else ""
            return f"{heading}<{tag}>{''.join(f'<li>{_parts(each)}</li>' for each in items)}</{tag}>"
        case Table(head, rows):
            return _table(head, rows)
        case Grids(grids):
            return f'<div class="matrices">{"".join(map(_grid, grids))}</div>'


def _term(term: str) -> str:
    return f'<span class="term">{escape(term)}</span> ' if term else ""


def _table(head: tuple[str, ...], rows: tuple[tuple[Parts, ...], ...]) -> str:
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    body = "".join(f"<tr>{''.join(f'<td>{_parts(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="facts"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _grid(grid: Grid) -> str:
    heads = "".join(f'<th scope="col">{each}</th>' for each in grid.across)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(map(_cell, cells))}</tr>'
        for name, cells in zip(grid.down, grid.rows, strict=True)
    )
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    arrow = '<span class="arrow" aria-hidden="true">→</span>' if grid.result else ""
    table = f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>" if grid.rows else ""
    caption = f'<figcaption>{mathml(grid.latex)} <span class="shape">{grid.shape}</span></figcaption>'
    kind = ' class="result"' if grid.result else ""
    return f"{arrow}<figure{kind}>{caption}{table}{note}</figure>"


def _cell(cell: Cell) -> str:
    shade = "" if cell.shade is None else ' class="strange"' if cell.shade < 0 else f' class="s{cell.shade}"'
    return f"<td{shade}>{cell.text}</td>"


def _parts(parts: Parts) -> str:
    return "".join(map(_part, parts))


def _part(part: Part) -> str:
    match part:
        case Math(latex):
            return mathml(latex)
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Verdict(kind, words):
            return f'<strong class="{kind}">{MARKS[kind]} {_text(words)}</strong>'
        case Link(anchor, latex):
            return f'<a href="#{anchor}">{mathml(latex)}</a>'
        case str():
            return _text(part)


def _text(text: str) -> str:
    """Data is text: neither markup nor a character that no page may hold."""
    return escape(printable(text))

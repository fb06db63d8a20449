"""A drawing as a page of HTML that needs nothing else: the text can be searched and copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from bpdebug.export.drawing import Drawing, Ink, Row

FAMILY = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


def html(drawing: Drawing) -> str:
    """The page. The same drawing gives the same bytes."""
    inks = dict.fromkeys(run.ink for row in drawing.rows for run in row)
    classes = {ink: f"i{number}" for number, ink in enumerate(inks, start=1)}
    page = drawing.ink
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{escape(drawing.title)}</title>",
        "<style>",
        f"body {{ margin: 1em; background: {page.ground}; color: {page.colour}; }}",
        f"pre {{ margin: 0; font: 16px/1.2 {FAMILY}; }}",
        "span { display: inline-block; height: 1.2em; vertical-align: top; }",
        *(f".{name} {{ {_style(ink)} }}" for ink, name in classes.items()),
        "</style>",
        "</head>",
        "<body>",
        "<pre>" + "\n".join(_row(row, classes) for row in drawing.rows) + "</pre>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _row(row: Row, classes: Mapping[Ink, str]) -> str:
    """The runs of a row, each as wide as its cells, whatever the font has for its characters."""
    return "".join(
        f'<span class="{classes[run.ink]}" style="width:{run.cells}ch">{escape(run.text)}</span>' for run in row
    )


def _style(ink: Ink) -> str:
    return " ".join(f"{each};" for each in _rules(ink))


def _rules(ink: Ink) -> Iterator[str]:
    yield f"color: {ink.colour}"
    yield f"background: {ink.ground}"
    if ink.bold:
        yield "font-weight: bold"
    if ink.italic:
        yield "font-style: italic"
    lines = " ".join(name for name, on in (("underline", ink.underline), ("line-through", ink.strike)) if on)
    if lines:
        yield f"text-decoration: {lines}"

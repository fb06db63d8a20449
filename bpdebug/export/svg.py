"""A drawing as an SVG picture: each word where it belongs, whatever the font; nothing from elsewhere, no names."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import accumulate, groupby

from bpdebug.export.drawing import Drawing, Ink, Row, words

WIDTH, HEIGHT, BASELINE, FONT = 9.63, 19, 14.5, 16
"""Of a cell, and the font's size, in pixels."""
MARGIN = 10
FAMILY = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


def svg(drawing: Drawing) -> str:
    """The picture. The same drawing gives the same bytes, and several pictures do not disturb one another in a page."""
    width = drawing.columns * WIDTH + 2 * MARGIN
    height = len(drawing.rows) * HEIGHT + 2 * MARGIN
    page = drawing.ink
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{escape(drawing.title)}</title>",
        f'<rect width="{width:g}" height="{height:g}" rx="6" fill="{page.ground}"/>',
        f'<g transform="translate({MARGIN} {MARGIN})" shape-rendering="crispEdges">',
        *(each for at, row in enumerate(drawing.rows) for each in _grounds(row, at, page.ground)),
        "</g>",
        f'<g transform="translate({MARGIN} {MARGIN})" font-family="{FAMILY}" font-size="{FONT}">',
        *(each for at, row in enumerate(drawing.rows) for each in _texts(row, at)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _grounds(row: Row, at: int, page: str) -> Iterator[str]:
    """The grounds of a row that are not the page's own."""
    x = 0
    for ground, runs in groupby(row, key=lambda run: run.ink.ground):
        cells = sum(run.cells for run in runs)
        if ground != page:
            yield (
                f'<rect x="{x * WIDTH:g}" y="{at * HEIGHT}" width="{cells * WIDTH:g}" height="{HEIGHT}" '
                f'fill="{ground}"/>'
            )
        x += cells


def _texts(row: Row, at: int) -> Iterator[str]:
    """The words of a row, each stretched to the cells it takes."""
    begins = accumulate((run.cells for run in row), initial=0)
    for begin, run in zip(begins, row, strict=False):
        for start, cells, word in words(run):
            yield (
                f'<text x="{(begin + start) * WIDTH:g}" y="{at * HEIGHT + BASELINE:g}" textLength="{cells * WIDTH:g}" '
                f'lengthAdjust="spacingAndGlyphs"{_style(run.ink)}>{escape(word)}</text>'
            )


def _style(ink: Ink) -> str:
    lines = " ".join(name for name, on in (("underline", ink.underline), ("line-through", ink.strike)) if on)
    return (
        f' fill="{ink.colour}"'
        + (' font-weight="bold"' if ink.bold else "")
        + (' font-style="italic"' if ink.italic else "")
        + (f' text-decoration="{lines}"' if lines else "")
    )

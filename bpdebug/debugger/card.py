"""A place of a run on one card, for a notebook or for Rich: the operation, where it comes from, its matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bpdebug.debugger.layout import headings, layout
from bpdebug.debugger.view import Matrix, View
from bpdebug.debugger.words import shaped
from bpdebug.ops import write, write_equation
from bpdebug.ops.table import Array

MOST, EDGE = 8, 4
"""Rows and columns that are shown whole; of more, so many at each end."""
LEFT_OUT = "…"
TABLE = "border-collapse: collapse; font-family: monospace; margin: 0.2em 0"
CELL = "border: 1px solid #8888; padding: 0.1em 0.5em; text-align: right"


def sentences(view: View) -> Iterator[str]:
    """What there is to say of a place, after where it is."""
    operation = view.operation
    yield write_equation(operation.equation.name, operation.equation.expr, view.notation)
    if not operation.executed:
        yield f"nothing is computed yet; first comes {write(operation.step_expr, view.notation)}"
    elif operation.parts > 1:
        here = write(operation.step_expr, view.notation)
        yield f"operation {operation.part} of {operation.parts}: {here}"
    yield from filter(None, (operation.origin, operation.why, *operation.notes, *view.displays))


def matrices(view: View) -> Sequence[Matrix]:
    """What goes into the operation, and last what comes out."""
    return [*view.operation.operands, view.operation.result]


def titled(matrix: Matrix, notation: str) -> str:
    """A matrix's name and shape, and all there is to say of one that has no table."""
    name = write(matrix.label, notation)
    if matrix.value is None:
        return f"{name} {shaped(matrix.shape)}: not computed yet"
    if not matrix.value.ndim:
        return f"{name} = {entry(matrix.value)}"
    return f"{name} {shaped(matrix.value.shape)}"


def rows(matrix: Matrix) -> Iterator[list[str]]:
    """The entries as a table with its indices; those of a large matrix by its corners. None of a mere number."""
    if matrix.value is None or not matrix.value.ndim or not matrix.value.size:
        return
    laid = layout(matrix.value.shape)
    flat = laid.table(matrix.value)
    down, across = shown(flat.shape[0]), shown(flat.shape[1])
    yield ["", *headings((None if column is None else laid.column(column) for column in across), LEFT_OUT)]
    names = headings((None if row is None else laid.row(row) for row in down), LEFT_OUT)
    for name, row in zip(names, down, strict=True):
        cells = [LEFT_OUT if row is None or column is None else entry(flat[row, column]) for column in across]
        yield [name, *cells]


def shown(length: int) -> list[int | None]:
    """The indices that are shown; None for those that are left out."""
    if length <= MOST:
        return list(range(length))
    return [*range(EDGE), None, *range(length - EDGE, length)]


def entry(value: Array) -> str:
    """A number in four digits."""
    return f"{float(value) + 0.0:.4g}"


def html(view: View) -> str:
    """The card for a notebook."""
    parts = [f"<strong>{escape(view.title)}</strong>", f"<div>{escape(view.place.words)}</div>"]
    parts += [f"<div>{escape(each)}</div>" for each in sentences(view)]
    for matrix in matrices(view):
        parts.append(f"<div><code>{escape(titled(matrix, view.notation))}</code></div>")
        found = list(rows(matrix))
        if found:
            parts.append(_table(found))
    return f'<div class="bpdebug">{"".join(parts)}</div>'


def _table(found: list[list[str]]) -> str:
    heading, *body = found
    head = "".join(f'<th style="{CELL}">{escape(each)}</th>' for each in heading)
    lines = "".join(
        f'<tr><th style="{CELL}">{escape(first)}</th>'
        + "".join(f'<td style="{CELL}">{escape(each)}</td>' for each in cells)
        + "</tr>"
        for first, *cells in body
    )
    return f'<table style="{TABLE}"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def rich(view: View) -> object:
    """The card for Rich, which is there where it asks."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[Text | Table] = [Text(view.title, "bold"), Text(view.place.words, "dim")]
    parts += [Text(each) for each in sentences(view)]
    for matrix in matrices(view):
        parts.append(Text(titled(matrix, view.notation), "bold"))
        heading, *body = list(rows(matrix)) or [[]]
        if body:
            table = Table.grid(padding=(0, 2, 0, 0))
            for _ in heading:
                table.add_column(justify="right")
            for line in (heading, *body):
                table.add_row(*map(Text, line))
            parts.append(table)
    return Group(*parts)

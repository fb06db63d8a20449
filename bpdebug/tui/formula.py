"""An equation drawn: the operation just executed marked inside it, the shapes beneath the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.debugger.words import number, sized
from bpdebug.errors import Span
from bpdebug.language.expression import Apply, Expr, Name
from bpdebug.language.names import write_name
from bpdebug.ops import write_spans
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import pieces
from bpdebug.tui.signs import signs

SHIFT = 2
"""How far to the right of its name a shape may stand."""


class Tag(Struct, frozen=True):
    """A few words beneath a stretch of the formula."""

    span: Span
    text: str


class Formula(Struct, frozen=True, eq=False):
    """One equation as text, with all that is to be said beneath it."""

    text: str
    marked: tuple[Span, ...]
    """Where the operation stands."""
    shapes: tuple[Tag, ...]
    """The shapes of matrices; of a name that stands for a single number, that."""
    symbols: tuple[Tag, ...]
    """The same shapes by the names of their lengths."""
    result: Tag | None
    """The shape of the operation's result, where that is not yet the whole equation's."""

    def lines(self, width: int, look: Look, notation: str) -> Iterator[Text]:
        """The formula, broken where it is too long, with what belongs beneath each line."""
        for start, stop, indent in pieces(self.text, width):
            line = Text(" " * indent + self.text[start:stop])
            for span in self.marked:
                begin, end = max(start, span.start), min(stop, span.end)
                if begin < end:
                    line.stylize(look.here, begin - start + indent, end - start + indent)
            yield line
            yield from self._beneath(line.plain, Span(start, stop), indent, look, notation)

    def _beneath(self, line: str, part: Span, indent: int, look: Look, notation: str) -> Iterator[Text]:
        shapes, symbols = _within(self.shapes, part, indent), _within(self.symbols, part, indent)
        for rows in _tightest(line, [shapes, symbols] if symbols else [shapes]):
            yield from (Text.assemble((row, look.quiet)) for row in rows)
        if self.result is not None:
            for tag in _within((self.result,), part, indent):
                yield Text(_brace(line, tag, notation))


def formula(view: View) -> Formula:
    """The equation of the operation that shows, ready to be drawn."""
    operation, shapes, notation = view.operation, view.shapes, view.notation
    name = operation.equation.name
    head = f"{write_name(name, notation)} = "
    written = write_spans(operation.equation.expr, notation)
    parts = [(expr, Span(span.start + len(head), span.end + len(head))) for expr, span in written.parts]
    marked = tuple(span for expr, span in parts if expr == operation.step_expr)
    named = [(Span(0, len(head) - 3), shapes[name])]
    named += [(span, shape) for expr, span in _leaves(parts) if (shape := _shape(expr, shapes))]
    times = signs(notation).times
    sizes = [Tag(span, sized(shape, times)) for span, shape in named if shape]
    sizes += [Tag(span, f"= {number(value)}") for span, value in _numbers(parts, view.values)]
    symbols = tuple(Tag(span, sized(shape, times, named=True)) for span, shape in named if shape)
    shape = operation.result.shape
    partial = operation.part < operation.parts and shape and marked
    return Formula(
        text="".join(char if char.isprintable() else "?" for char in head + written.text),
        marked=marked,
        shapes=tuple(sorted(sizes, key=lambda tag: tag.span.start)),
        symbols=symbols if any(isinstance(length, Size) for _, shape in named for length in shape) else (),
        result=Tag(marked[0], sized(shape, times)) if partial else None,
    )


def _numbers(parts: list[tuple[Expr, Span]], values: Mapping[str, Array]) -> Iterator[tuple[Span, float]]:
    """The names of a formula that stand for single numbers, with those: m, learning_rate."""
    for expr, span in parts:
        if isinstance(expr, Name) and expr.id in values and not np.shape(values[expr.id]):
            yield span, float(values[expr.id])


def _leaves(parts: list[tuple[Expr, Span]]) -> Iterator[tuple[Expr, Span]]:
    """The names of a formula, and transposed names as one: Aᵀ has the shape that counts."""
    covered = -1
    for expr, span in parts:
        if span.start >= covered and (isinstance(expr, Name) or _transposed(expr)):
            covered = span.end
            yield expr, span


def _transposed(expr: Expr) -> bool:
    return isinstance(expr, Apply) and expr.op == "transpose" and isinstance(expr.inputs[0], Name)


def _shape(expr: Expr, shapes: Mapping[str, Shape]) -> Shape:
    if isinstance(expr, Name):
        return shapes.get(expr.id, ())
    assert isinstance(expr, Apply)
    return _shape(expr.inputs[0], shapes)[::-1]


def _within(tags: tuple[Tag, ...], part: Span, indent: int) -> list[Tag]:
    """The tags of one line of a broken formula, at their places in that line."""
    moved = indent - part.start
    return [
        Tag(Span(tag.span.start + moved, tag.span.end + moved), tag.text)
        for tag in tags
        if part.start <= tag.span.start and tag.span.end <= part.end
    ]


def _tightest(line: str, sets: list[list[Tag]]) -> list[list[str]]:
    """Sets of tags, each in one row, a little to the right if only so they fit.

    Where even that is too little, the first set alone, in as many rows as it takes.
    """
    for shift in (0, SHIFT):
        drawn = [_rows(line, tags, shift) for tags in sets]
        if all(len(rows) <= 1 for rows in drawn):
            return drawn
    return _tightest(line, sets[:1]) if len(sets) > 1 else [_rows(line, sets[0])]


def _rows(line: str, tags: list[Tag], shift: int = 0) -> list[str]:
    """The tags in as few rows as keep them apart, each beginning where its stretch does. Cells are counted."""
    rows: list[str] = []
    for tag in tags:
        start = cell_len(line[: tag.span.start])
        place = next((at for at, row in enumerate(rows) if _after(row) <= start + shift), len(rows))
        if place == len(rows):
            rows.append("")
        rows[place] = rows[place].ljust(max(start, _after(rows[place]))) + tag.text
    return rows


def _after(row: str) -> int:
    """The first cell where another tag may begin."""
    return cell_len(row) + 1 if row else 0


def _brace(line: str, tag: Tag, notation: str) -> str:
    """A brace beneath the operation, with the shape of what it gives."""
    start = cell_len(line[: tag.span.start])
    width = cell_len(line[tag.span.start : tag.span.end])
    left, dash, right = ("╰", "─", "╯") if notation != "ascii" else ("\\", "-", "/")
    inner = max(0, width - 2 - cell_len(tag.text))
    return " " * start + left + dash * (inner // 2) + tag.text + dash * (inner - inner // 2) + right

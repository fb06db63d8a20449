"""Formulas for paper: LaTeX with the shape beneath each operand, formulas within sentences, what gradients mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bpdebug.export.paper.document import Math, Part, Parts
from bpdebug.language.expression import Expr, Name
from bpdebug.language.notation import BEGIN, END
from bpdebug.ops import write, write_spans
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Denotes, Equation

ORIENTATIONS = {"columns": "each column of X is an example", "rows": "each row of X is an example"}
BOOKKEEPINGS = {"total": "dZ means ∂J/∂Z", "per-example": "dZ means m·∂J/∂Z, and dW, db divide by m"}

_FORMULA = re.compile(f"{BEGIN}(.*?){END}")


def typeset(sentence: str) -> Parts:
    """A sentence in the notation MARKED, its formulas told from its words."""
    return tuple(_typeset(sentence.replace(f"{END} = {BEGIN}", " = ")))


def _typeset(sentence: str) -> Iterator[Part]:
    for place, piece in enumerate(_FORMULA.split(sentence)):
        if piece:
            yield Math(piece) if place % 2 else piece


def by(shape: Shape) -> str:
    """5 × 8; 5 for a vector, "number" for a scalar."""
    return " × ".join(str(int(length)) for length in shape) or "number"


def named(name: str) -> str:
    """A name in LaTeX."""
    return write(Name(name), "latex")


def plain(equation: Equation) -> str:
    """An equation in LaTeX."""
    return f"{named(equation.name)} = {write(equation.expr, 'latex')}"


def shaped(equation: Equation, shapes: Mapping[str, Shape]) -> str:
    """An equation with the shape beneath each array."""
    return f"{_under(named(equation.name), shapes[equation.name])} = {_shaped(equation.expr, shapes)}"


def _shaped(expr: Expr, shapes: Mapping[str, Shape]) -> str:
    written = write_spans(expr, "latex")
    text = written.text
    places = [(span, shapes.get(part.id, ())) for part, span in written.parts if isinstance(part, Name)]
    for span, shape in sorted(places, key=lambda each: each[0].start, reverse=True):
        text = text[: span.start] + _under(text[span.start : span.end], shape) + text[span.end :]
    return text


def _under(latex: str, shape: Shape) -> str:
    if not shape:
        return latex
    below = r" \times ".join(str(int(length)) for length in shape)
    return rf"\underset{{{below}}}{{{latex}}}"


def meaning(denotes: Denotes, notation: str) -> str:
    """What a gradient stands for: ∂J/∂W2, or m·∂J/∂Z2."""
    of, cost = write(Name(denotes.of), notation), write(Name(denotes.cost), notation)
    if notation == "unicode":
        return (f"{denotes.factor}·" if denotes.factor else "") + f"∂{cost}/∂{of}"
    if notation == "latex":
        return (rf"{denotes.factor}\," if denotes.factor else "") + rf"\partial {cost} / \partial {of}"
    return str(denotes)

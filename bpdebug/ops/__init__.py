"""The operations: one table, a file per family, and the language bound to their words."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping

from bpdebug.language import notation as notations
from bpdebug.language import parser
from bpdebug.language.expression import Expr
from bpdebug.language.notation import Written
from bpdebug.language.vocabulary import Word
from bpdebug.ops import (
    activations,
    arithmetic,
    averaging,
    comparison,
    constants,
    convolution,
    correlation,
    drawing,
    functions,
    indexing,
    linear,
    moving,
    picking,
    pooling,
    reduction,
    selection,
    slopes,
    softmax,
    structure,
    waves,
    winners,
)
from bpdebug.ops.costs import COSTS, Cost, expand, recognised
from bpdebug.ops.table import OPS, Op

FAMILIES = (
    arithmetic,
    comparison,
    linear,
    correlation,
    convolution,
    averaging,
    pooling,
    reduction,
    winners,
    selection,
    functions,
    waves,
    structure,
    moving,
    indexing,
    picking,
    constants,
    drawing,
    activations,
    slopes,
    softmax,
)
"""The modules that fill the table."""

VOCABULARY: Mapping[str, Word] = ChainMap[str, Word](OPS, COSTS)  # type: ignore[arg-type]  # never written through
"""Every word a formula may use: the operations, those registered later too, and the costs that stand for formulas."""


def parse(text: str, bound: Collection[str] = ()) -> Expr:
    """The expression a text stands for; `bound` are names that quantities have, also such as functions have."""
    return parser.parse(text, VOCABULARY, bound)


def write(expr: Expr, notation: str = "unicode") -> str:
    """The expression in one of the notations: unicode, ascii, latex."""
    return notations.write(expr, VOCABULARY, notation)


def write_equation(name: str, expr: Expr, notation: str = "unicode") -> str:
    """`name = expr` in one of the notations."""
    return notations.write_equation(name, expr, VOCABULARY, notation)


def write_spans(expr: Expr, notation: str = "unicode") -> Written:
    """The expression written out, with the place of each of its parts in the text."""
    return notations.write_spans(expr, VOCABULARY, notation)


__all__ = [
    "COSTS",
    "FAMILIES",
    "OPS",
    "VOCABULARY",
    "Cost",
    "Op",
    "expand",
    "parse",
    "recognised",
    "write",
    "write_equation",
    "write_spans",
]

"""The operations: one table, a file per family, and the language bound to their words."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.language.vocabulary import Word
from bpdebug.ops import (
    activations,
    arithmetic,
    comparison,
    constants,
    functions,
    indexing,
    linear,
    reduction,
    selection,
    slopes,
    softmax,
    structure,
    winners,
)
from bpdebug.ops.costs import COSTS, Cost, expand
from bpdebug.ops.table import OPS, Op

FAMILIES = (
    arithmetic,
    comparison,
    linear,
    reduction,
    winners,
    selection,
    functions,
    structure,
    indexing,
    constants,
    activations,
    slopes,
    softmax,
)
"""The modules that fill the table."""

VOCABULARY: Mapping[str, Word] = {**OPS, **COSTS}
"""Every word a formula may use: the operations, and the costs that stand for formulas."""

__all__ = ["COSTS", "FAMILIES", "OPS", "VOCABULARY", "Cost", "Op", "expand"]

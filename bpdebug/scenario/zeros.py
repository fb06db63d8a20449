"""Names that begin with zeros: what a line comes to that reads one before anything is put into it."""

from __future__ import annotations

import re
from collections.abc import Collection

from bpdebug.language.expression import Apply, Expr, Name, Number, rebuild

ZEROS = re.compile(r"(?:(?:np|numpy|torch|jnp)\.)?zeros(?:_like)?\s*\(.*\)|0(?:\.0*)?", re.DOTALL)
"""What a name begins with that is filled or added to."""
NOTHING = Number(0.0)
_VANISHING = frozenset({"multiply", "matmul", "transpose", "negate"})
"""What is zero where one of its operands is."""


def vanished(expr: Expr, zeros: Collection[str]) -> Expr:
    """An expression in which some names are zeros of whatever shape: W.T @ d + e is 0 + e with zeros for d."""

    def change(node: Expr) -> Expr:
        empty = isinstance(node, Apply) and node.op in _VANISHING and NOTHING in node.inputs
        return NOTHING if empty or (isinstance(node, Name) and node.id in zeros) else node

    return rebuild(expr, change)

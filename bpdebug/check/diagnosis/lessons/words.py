"""Formulas and numbers for the middle of a sentence."""

from __future__ import annotations

import numpy as np

from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Expr, Name, rebuild, walk
from bpdebug.ops import write
from bpdebug.ops.table import Array

LONGEST = 60
"""Characters up to which a formula is quoted inside a sentence."""
DIGITS = 4
Index = tuple[int, ...]


def operations(expr: Expr) -> set[str]:
    """The names of all operations in a formula."""
    return {each.op for each in walk(expr) if isinstance(each, Apply)}


def differing(first: Array, second: Array) -> tuple[Index, float, float] | None:
    """The entry in which two arrays differ most."""
    with np.errstate(all="ignore"):
        gap = np.where(np.isfinite(first) & np.isfinite(second), np.abs(first - second), 0.0)
    if not gap.size or not np.max(gap) > 0:
        return None
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return index, float(first[index]), float(second[index])


def text(expr: Expr) -> str:
    """A formula for a sentence; in brackets where it is more than a name or a call."""
    written = write(expr, "ascii")
    plain = not isinstance(expr, Apply) or expr.op in ("transpose", "index") or written.endswith(")")
    return written if plain and not terms_in(expr) else f"({written})"


def terms_in(expr: Expr) -> bool:
    """Whether a formula needs brackets beside an operator."""
    return isinstance(expr, Apply) and (expr.op in ("multiply", "divide", "matmul") or len(terms(expr)) > 1)


def short(expr: Expr | None) -> str:
    """A formula, if it is short enough for a sentence."""
    written = "" if expr is None else write(expr, "ascii")
    return written if len(written) <= LONGEST else ""


def length_text(expr: Expr) -> str:
    """A count for a sentence, lengths in it as people write them: X.shape[0]."""

    def spelled(node: Expr) -> Expr:
        if not isinstance(node, Apply) or node.op != "size" or not node.options:
            return node
        return Name(f"{write(node.inputs[0], 'ascii')}.shape[{dict(node.options)['axis']}]")

    return write(rebuild(expr, spelled), "ascii")


def number(value: float) -> str:
    """A number, short enough to be read."""
    return f"{value:.{DIGITS}g}"


def numbers(first: float, second: float) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see that they are, and one zero."""
    first, second = first + 0.0, second + 0.0
    for digits in range(DIGITS, 17):
        one, two = f"{first:.{digits}g}", f"{second:.{digits}g}"
        if one != two:
            return one, two
    return repr(first), repr(second)


def placed(name: str, index: Index) -> str:
    """dW2[0, 1]; a single number has no index."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name

"""Products of which one side is a single number: (1/m) · dZ2 · A1ᵀ and np.dot(1/m, M) scale, whatever the sign."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.program.equations import Program

_DOT = re.compile(r"[·⋅∙]|\bdot\s*\(")
_GATHERED = ("sum", "mean", "max", "min")


def scaled(expr: Expr, text: str, program: Program, numbers: Collection[str]) -> Expr:
    """The formula of a text in which a dot may stand between a number and a matrix; `numbers` the person's own."""
    single = {*numbers, *program.constants, *(name for name, shape in program.shapes.items() if not shape)}
    return _scaled(expr, single) if _DOT.search(text) else expr


def _scaled(expr: Expr, single: Collection[str]) -> Expr:
    if not isinstance(expr, Apply):
        return expr
    inputs = tuple(_scaled(each, single) for each in expr.inputs)
    by_number = expr.op == "matmul" and any(is_number(each, single) for each in inputs)
    return replace(expr, op="multiply" if by_number else expr.op, inputs=inputs)


def is_number(expr: Expr, single: Collection[str]) -> bool:
    """Whether a formula comes to one number, `single` being the names of such."""
    if isinstance(expr, Name):
        return expr.id in single
    if not isinstance(expr, Apply):
        return isinstance(expr, Number)
    gathered = expr.op in _GATHERED and expr.option("axis") is None and not expr.option("keepdims")
    if gathered or expr.op == "size":
        return True
    known = OPS.get(expr.op)
    return known is not None and known.elementwise and all(is_number(each, single) for each in expr.inputs)

"""Sums over examples that stand in rows: what NumPy makes a vector of is as good as the row that a bias is."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.language.expression import Apply, Expr
from bpdebug.program.equations import Program

_GATHERED = ("sum", "mean")
_SHAPED = frozenset({"index", "reshape", "expand_dims", "outer", "diag", "transpose", "concatenate", "matmul"})
"""What looks at the axes of its operand: below it a vector is meant as one."""


def in_rows(expr: Expr, program: Program) -> Expr:
    """The formula with rows for its sums down the columns, where the program's examples and biases are rows.

    A vector is spread over a matrix as a row is, so that b - learning_rate * db comes out the same.
    """
    vectors = any(len(program.shapes[name]) == 1 for name in program.parameters)
    return expr if program.orientation != "rows" or vectors else _kept(expr)


def _kept(expr: Expr) -> Expr:
    if not isinstance(expr, Apply) or expr.op in _SHAPED:
        return expr
    inputs = tuple(map(_kept, expr.inputs))
    down = expr.op in _GATHERED and expr.option("axis") == 0 and not expr.option("keepdims")
    options = (*((name, each) for name, each in expr.options if name != "keepdims"), ("keepdims", True))
    return replace(expr, inputs=inputs, options=options if down else expr.options)

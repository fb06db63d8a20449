"""Sums over examples that stand in rows: what NumPy makes a vector of is as good as the row that a bias is."""

from __future__ import annotations

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, walk
from bpdebug.program.equations import Phase, Program

_GATHERED = ("sum", "mean")
_SHAPED = frozenset(
    {"index", "take", "add_at", "reshape", "expand_dims", "outer", "diag", "transpose", "concatenate", "matmul"}
)
"""What looks at the axes of its operand: below it a vector is meant as one."""


def in_rows(expr: Expr, program: Program) -> Expr:
    """The formula with rows for its sums down the columns, where the program's examples and biases are rows.

    A vector is spread over a matrix as a row is, so that b - learning_rate * db comes out the same. Where the forward
    pass makes such vectors, as the mean of a batch is one, they are what is meant.
    """
    vectors = any(len(program.shapes[name]) == 1 for name in program.parameters)
    forward = (each.expr for each in program.equations if each.phase is Phase.FORWARD)
    made = (_goes_down(node) for each in forward for node in walk(each))
    return expr if program.orientation != "rows" or vectors or any(made) else _kept(expr)


def _goes_down(node: Expr) -> bool:
    """Whether a node is a sum down the columns that leaves a vector."""
    if not isinstance(node, Apply) or node.op not in _GATHERED:
        return False
    return node.option("axis") == 0 and not node.option("keepdims")


def _kept(expr: Expr) -> Expr:
    if not isinstance(expr, Apply) or expr.op in _SHAPED:
        return expr
    inputs = tuple(map(_kept, expr.inputs))
    options = (*((name, each) for name, each in expr.options if name != "keepdims"), ("keepdims", True))
    return replace(expr, inputs=inputs, options=options if _goes_down(expr) else expr.options)

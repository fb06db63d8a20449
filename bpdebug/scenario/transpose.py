"""The other orientation: every quantity becomes its transpose, and each equation says the same of the transposes."""

from __future__ import annotations

from collections.abc import Mapping

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, Number, Option, Slice
from bpdebug.ops import OPS, write
from bpdebug.ops.costs import COSTS

ALONG_AXIS = {"sum", "mean", "max", "min"}
KEEPS_AXIS = {"softmax", "log_softmax", "argmax_mask", "argmin_mask"}
TRIANGLES = {"tril": "triu", "triu": "tril"}
_SWAPPED = {0: 1, 1: 0, -1: -2, -2: -1}


def transposed(expr: Expr, ranks: Mapping[str, int]) -> Expr:
    """The expression of the transpose, over the transposed quantities.

    It holds for matrices and scalars, whose transposes are again such; anything else is an ExpressionError.
    """
    return _turn(expr, ranks)[0]


def _turn(expr: Expr, ranks: Mapping[str, int]) -> tuple[Expr, int]:
    if isinstance(expr, Number):
        return expr, 0
    if isinstance(expr, Name):
        return expr, _rank(expr, ranks.get(expr.id, 0))
    assert isinstance(expr, Apply)
    inputs = [_turn(each, ranks) for each in expr.inputs]
    parts = tuple(part for part, _ in inputs)
    rank = max((each for _, each in inputs), default=0)
    options = dict(expr.options)
    if expr.op == "matmul":
        return _apply("matmul", parts[::-1], options), 2
    if expr.op in ALONG_AXIS or expr.op in KEEPS_AXIS:
        return _apply(expr.op, parts, _along(expr, options, rank)), _left(expr.op, options, rank)
    if expr.op in ("index", "concatenate", "size", "ones", "zeros", "rand", "randn", "eye", "transpose"):
        return _arranged(expr, parts, options, rank)
    if expr.op in TRIANGLES:
        k = options.get("k", 0)
        return _apply(TRIANGLES[expr.op], parts, {"k": -k} if isinstance(k, int) and k else {}), rank
    if OPS[expr.op].elementwise or expr.op in COSTS:
        return _apply(expr.op, parts, options), rank
    return _refuse(expr)


def _apply(op: str, inputs: tuple[Expr, ...], options: dict[str, Option]) -> Apply:
    return Apply(op, inputs, tuple(sorted(options.items())))


def _along(expr: Apply, options: dict[str, Option], rank: int) -> dict[str, Option]:
    axis = options.get("axis")
    if axis is None:
        return options
    if axis not in _SWAPPED or rank != 2 or (expr.op in ALONG_AXIS and not options.get("keepdims")):
        _refuse(expr)
    assert isinstance(axis, int)
    return {**options, "axis": _SWAPPED[axis]}


def _left(op: str, options: dict[str, Option], rank: int) -> int:
    return rank if op in KEEPS_AXIS or options.get("axis") is not None or options.get("keepdims") else 0


def _arranged(expr: Apply, parts: tuple[Expr, ...], options: dict[str, Option], rank: int) -> tuple[Expr, int]:
    if expr.op in ("transpose", "eye"):
        return _apply(expr.op, parts, options), 2 if expr.op == "eye" else rank
    if expr.op in ("concatenate", "size"):
        axis = options.get("axis", 0)
        if axis not in _SWAPPED or rank != 2:
            return _refuse(expr)
        assert isinstance(axis, int)
        return _apply(expr.op, parts, {**options, "axis": _SWAPPED[axis]}), 2 if expr.op == "concatenate" else 0
    key = "index" if expr.op == "index" else "shape"
    entry = options.get(key)
    entry = entry if isinstance(entry, tuple) else (entry,)
    if key == "index":
        entry = (*entry, *(Slice() for _ in range(rank - len(entry))))
    whole = [isinstance(each, int) for each in entry]
    if len(entry) != 2 or (key == "index" and len(set(whole)) > 1):
        return _refuse(expr)
    return _apply(expr.op, parts, {**options, key: entry[::-1]}), 0 if key == "index" and all(whole) else 2


def _rank(expr: Name, rank: int) -> int:
    if rank > 2:
        raise ExpressionError(f"{expr.id} has {rank} axes: there is no other orientation", span=expr.span)
    if rank == 1:
        raise ExpressionError(f"{expr.id} is a vector, which has no transpose", span=expr.span)
    return rank


def _refuse(expr: Apply) -> tuple[Expr, int]:
    raise ExpressionError(f"'{write(expr, 'ascii')}' cannot be turned to the other orientation", span=expr.span)


def rank_of(expr: Expr, ranks: Mapping[str, int]) -> int:
    """How many axes an expression of matrices and scalars has: 2 or 0."""
    return _turn(expr, ranks)[1]

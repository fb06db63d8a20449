"""Functions of NumPy and torch that are no operations of their own but stand for one: vstack, ravel, astype."""

from __future__ import annotations

import ast
from collections.abc import Callable

from msgspec.structs import replace

from bpdebug.language import contraction
from bpdebug.language.arguments import Arguments, applied
from bpdebug.language.chance import DRAWN
from bpdebug.language.expression import Apply, Expr, apply, number
from bpdebug.language.reading import Reading, library_name
from bpdebug.language.shorthand import filled, norm
from bpdebug.language.vocabulary import COMPARISON

Respelled = Callable[[Reading, Arguments], Expr]

EXACT = frozenset({"float", "double", "float32", "float64"})
WHOLE = frozenset({"int", "bool", "uint8", "int32", "int64"})
"""The types that numbers are cast to: the first keep their value, the second cut off the fraction."""


def _word(name: str, **fixed: int) -> Respelled:
    """The operation `name`, some of its options fixed."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        if fixed and arguments.keywords:
            raise reading.refusal(arguments.node, f"{arguments.name} takes no options")
        nodes = {key: ast.copy_location(ast.Constant(value), arguments.node) for key, value in fixed.items()}
        keywords = {**arguments.keywords, **nodes}
        return applied(reading, reading.lexicon.words[name], replace(arguments, keywords=keywords))

    return read


def _either(of_two: str, along: str) -> Respelled:
    """max(0, x) is the larger of the two, np.max(x, 1) the largest along an axis; max(x, 1) may be either."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        if len(arguments.positional) != 2 or arguments.keywords:
            return _word(along)(reading, arguments)
        if not isinstance(arguments.positional[1], ast.Constant | ast.UnaryOp | ast.Tuple):
            return _word(of_two)(reading, arguments)
        if isinstance(arguments.node.func, ast.Name):
            hint = f"Entry by entry it is {of_two}(a, b); along an axis it is {along}(x, axis=0)."
            raise reading.refusal(arguments.node, f"this '{along}' can mean two things", hint)
        return _word(along)(reading, arguments)

    return read


def _stacked(reading: Reading, arguments: Arguments) -> Expr:
    """np.stack([a, b], axis=0): arrays of one shape along a new axis."""
    joined = applied(reading, reading.lexicon.words["concatenate"], replace(arguments, name="concatenate"))
    axis = dict(joined.options).get("axis", 0)
    inputs = tuple(apply("expand_dims", each, axis=axis) for each in joined.inputs)
    placed = tuple(replace(each, span=each.inputs[0].span) for each in inputs)
    return replace(joined, inputs=placed)


def _same(reading: Reading, arguments: Arguments) -> Expr:
    """np.array(x), x.copy(): values are never overwritten, so a copy is the value itself."""
    return reading.read(_only(reading, arguments, 1)[0])


def _cast(reading: Reading, arguments: Arguments) -> Expr:
    """float(x), int(A > 0)."""
    return _as_type(reading, _only(reading, arguments, 1)[0], arguments.name)


def _astype(reading: Reading, arguments: Arguments) -> Expr:
    """x.astype(float)."""
    array, kind = _only(reading, arguments, 2)
    return _as_type(reading, array, library_name(kind))


def _isfinite(reading: Reading, arguments: Arguments) -> Expr:
    """isfinite(x): neither NaN nor infinite."""
    array = reading.read(_only(reading, arguments, 1)[0])
    finite = (1 - apply("isnan", array)) * (1 - apply("isinf", array))
    return replace(finite, span=reading.span(arguments.node))


def _hyperbolic(op: str) -> Respelled:
    """cosh(x) and sinh(x), the sum and the difference of two exponentials."""

    def read(reading: Reading, arguments: Arguments) -> Expr:
        array = reading.read(_only(reading, arguments, 1)[0])
        both = apply(op, apply("exp", array), apply("exp", -array))
        return replace(apply("divide", both, 2.0), span=reading.span(arguments.node))

    return read


def _heaviside(reading: Reading, arguments: Arguments) -> Expr:
    """heaviside(x, 0): 0 below 0, 1 above, and at 0 what is given."""
    array, at_zero = map(reading.read, _only(reading, arguments, 2))
    above, at = apply("greater", array, 0.0), apply("multiply", apply("equal", array, 0.0), at_zero)
    value = above if at_zero == number(0.0) else apply("add", above, at)
    return replace(value, span=reading.span(arguments.node))


def _only(reading: Reading, arguments: Arguments, count: int) -> tuple[ast.expr, ...]:
    if len(arguments.positional) != count or arguments.keywords:
        hint = "They are written (A > 0).astype(float), float(A > 0), x.copy()."
        raise reading.refusal(arguments.node, f"'{arguments.name}' takes one array and nothing else", hint)
    return arguments.positional


def _as_type(reading: Reading, array: ast.expr, kind: str) -> Expr:
    """The array itself: every number is float64 already. Whole numbers must be such."""
    expr = reading.read(array)
    if kind not in EXACT | WHOLE:
        raise reading.refusal(array, "this can only be cast to a type of numbers", "Write (A > 0).astype(float).")
    if kind in WHOLE and not _is_whole(reading, expr):
        raise reading.refusal(
            array, f"{kind} would cut off the fraction", "Only comparisons, which are 0 or 1, are whole."
        )
    return expr


def _is_whole(reading: Reading, expr: Expr) -> bool:
    return isinstance(expr, Apply) and reading.lexicon.words[expr.op].ascii.precedence == COMPARISON


RESPELLED: dict[str, Respelled] = {
    "stack": _stacked,
    "hstack": _word("concatenate", axis=1),
    "column_stack": _word("concatenate", axis=1),
    "vstack": _word("concatenate", axis=0),
    "row_stack": _word("concatenate", axis=0),
    "cat": _word("concatenate"),
    "mm": _word("matmul"),
    "inner": contraction.inner,
    "einsum": contraction.einsum,
    "tensordot": contraction.tensordot,
    "transpose": contraction.transposed,
    "sub": _word("subtract"),
    "mul": _word("multiply"),
    "div": _word("divide"),
    "view": _word("reshape"),
    "unsqueeze": _word("expand_dims"),
    "t": _word("transpose"),
    "len": _word("size", axis=0),
    "ravel": _word("reshape", shape=-1),
    "flatten": _word("reshape", shape=-1),
    "max": _either("maximum", "max"),
    "min": _either("minimum", "min"),
    "isfinite": _isfinite,
    "array": _same,
    "asarray": _same,
    **dict.fromkeys(("copy", "clone", "detach", "tensor", "as_tensor"), _same),
    "cosh": _hyperbolic("add"),
    "sinh": _hyperbolic("subtract"),
    "heaviside": _heaviside,
    "astype": _astype,
    **dict.fromkeys((*EXACT, *WHOLE), _cast),
    "norm": norm,
    "zeros": filled(0.0),
    "ones": filled(1.0),
    **DRAWN,
}
"""Every such function, by its name there."""

"""What an operation is told beside its inputs: axes, shapes, and the entries an index picks."""

from __future__ import annotations

import ast
from typing import cast

from bpdebug.language.expression import Apply, Expr, Option, Slice
from bpdebug.language.reading import Reading, library_name

LARGEST_WHOLE = 2**53
SIZES = frozenset({"add", "subtract", "multiply", "divide", "negate", "size"})
"""The operations that may work out a size: n1 * m, X.shape[0] - 1."""
PICKER = "s_"
"""NumPy's own spelling of an index that stands by itself: s_[0, 1:3]."""


def option(reading: Reading, word: str, key: str, node: ast.expr) -> Option:
    """The value of an option of a word."""
    if isinstance(node, ast.Subscript) and library_name(node.value) == PICKER:
        return picks(reading, node.slice)
    value = literal_value(reading, node)
    parts = value if isinstance(value, tuple) else (value,)
    if key == "axis" and not all(each is None or _is_whole(each) for each in parts):
        raise reading.refusal(node, f"{word}: expected a whole number for axis, found '{reading.written(node):.40}'")
    if key == "keepdims" and value not in (True, False):
        raise reading.refusal(node, f"{word}: expected True or False for keepdims, found '{reading.written(node):.40}'")
    return value


def subscript(reading: Reading, node: ast.Subscript) -> Expr:
    """X[0, :], X.shape[1], X[:, None]."""
    array = _measured(node.value)
    if array is not None:
        axis = literal_value(reading, node.slice)
        if not _is_whole(axis):
            raise reading.refusal(
                node.slice, "expected the number of an axis", "The lengths are X.shape[0] and X.shape[1]."
            )
        return Apply("size", (reading.read(array),), (("axis", axis),), span=reading.span(node))
    axis = _new_axis(reading, node.slice)
    if axis is not None:
        return Apply("expand_dims", (reading.read(node.value),), (("axis", axis),), span=reading.span(node))
    places = [place for place, each in enumerate(_axes(node.slice)) if _is_array(each)]
    if len(places) == 1:
        return _taken(reading, node, places[0])
    index = picks(reading, node.slice)
    return Apply("index", (reading.read(node.value),), (("index", index),), span=reading.span(node))


def _taken(reading: Reading, node: ast.Subscript, place: int) -> Expr:
    """E[picked], E[:, picked]: what an array of whole numbers picks along an axis; X[0, picked] picks from X[0]."""
    axes, array = _axes(node.slice), reading.read(node.value)
    others = [*axes[:place], ast.copy_location(ast.Slice(), axes[place]), *axes[place + 1 :]]
    if any(map(_is_ellipsis, others)):
        axis = _from_the_end(reading, node, others, place)
    else:
        index = tuple(_pick(reading, each) for each in others)
        single = [at for at, each in enumerate(index) if not isinstance(each, Slice)]
        if single and max(place, *single) - min(place, *single) > len(single):
            hint = "NumPy would put what is picked first. Pick twice: X[0][:, picked]."
            raise reading.refusal(node.slice, "a slice stands between what picks single entries", hint)
        axis = place - sum(at < place for at in single)
        while index and index[-1] == Slice():
            index = index[:-1]
        if index:
            array = Apply("index", (array,), (("index", index),), span=reading.span(node))
    return Apply("take", (array, reading.read(axes[place])), (("axis", axis),), span=reading.span(node))


def _from_the_end(reading: Reading, node: ast.Subscript, axes: list[ast.expr], place: int) -> int:
    """The axis of [..., picked] and [..., picked, :], counted from the end."""
    dots = [at for at, each in enumerate(axes) if _is_ellipsis(each)]
    if len(dots) > 1 or not all(_is_whole_axis(each) for at, each in enumerate(axes) if at not in dots):
        hint = "Write X[..., picked], or ':' for every axis that is taken whole."
        raise reading.refusal(node.slice, "'...' stands beside what is picked and nothing else", hint)
    return place if place < dots[0] else place - len(axes)


def picks(reading: Reading, node: ast.expr) -> tuple[Option, ...]:
    """What an index picks along each axis."""
    return tuple(_pick(reading, each) for each in _axes(node))


def _axes(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _pick(reading: Reading, node: ast.expr) -> Option:
    if isinstance(node, ast.Slice):
        return Slice(*(_bound(reading, each) for each in (node.lower, node.upper, node.step)))
    if _is_ellipsis(node):
        raise reading.refusal(node, "'...' has no place in this index", "Write ':' for every axis that is taken whole.")
    if isinstance(node, ast.Compare):
        hint = "Choose entries by a condition with where(A > 0, A, 0) or A * (A > 0)."
        raise reading.refusal(node, "a condition cannot stand in an index", hint)
    value = literal_value(reading, node)
    if _is_whole(value) or isinstance(value, Expr):
        return value
    raise reading.refusal(node, f"expected a whole number or a slice, found '{reading.written(node):.40}'")


def _bound(reading: Reading, node: ast.expr | None) -> int | None:
    value = None if node is None else literal_value(reading, node)
    if node is not None and not _is_whole(value):
        raise reading.refusal(node, f"expected a whole number in a slice, found '{reading.written(node):.40}'")
    return cast("int | None", value)


def literal_value(reading: Reading, node: ast.expr) -> Option:
    """What an argument says that is written out: 1, (0, 1), True, "same"; or a size."""
    match node:
        case ast.Constant(value=None | bool() | str()):
            return cast("bool | str | None", node.value)
        case ast.Constant(value=int() | float()):
            return _number(reading, node, cast(float, node.value))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -_number(reading, node, value)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return literal_value(reading, operand)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(literal_value(reading, each) for each in parts)
    return _size(reading, node)


def _number(reading: Reading, node: ast.expr, value: float) -> int | float:
    if isinstance(value, int) and value > LARGEST_WHOLE:
        raise reading.refusal(node, "this whole number is too large", "Sizes and places end at 2**53.")
    return value if isinstance(value, int) else reading.finite(node, value)


def _size(reading: Reading, node: ast.expr) -> Expr:
    """A size that has a name, or is worked out from such."""
    found = reading.read(node)
    stack = [found]
    while stack:
        each = stack.pop()
        if isinstance(each, Apply):
            if each.op not in SIZES:
                raise reading.refusal(
                    node, f"expected a size here, found '{reading.written(node):.40}'", "A size is m or n1 * m."
                )
            stack += each.inputs if each.op != "size" else ()
    return found


def _new_axis(reading: Reading, node: ast.expr) -> int | None:
    """Where an index adds an axis, if it does: 1 for [:, None], -1 for [..., None]."""
    axes = _axes(node)
    places = [place for place, each in enumerate(axes) if _is_none(each)]
    if not places:
        return None
    others = [each for each in axes if not _is_none(each)]
    if len(places) == 1 and all(_is_whole_axis(each) for each in others):
        return places[0]
    if len(places) == 1 and len(others) == 1 and _is_ellipsis(others[0]):
        return -1 if places[0] else 0
    raise reading.refusal(
        node, "an index adds one axis and nothing else", "Write X[:, None] or expand_dims(X, axis=1)."
    )


def _measured(node: ast.expr) -> ast.expr | None:
    """The array whose shape is asked for: X of X.shape and of np.shape(X)."""
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        return node.value
    if isinstance(node, ast.Call) and library_name(node.func) == "shape" and len(node.args) == 1:
        return node.args[0]
    return None


def _is_whole(value: Option) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_array(node: ast.expr) -> bool:
    """Whether what picks is neither written out nor a condition: a quantity, or what is computed from some."""
    if isinstance(node, ast.UnaryOp):
        return not isinstance(node.operand, ast.Constant) and (isinstance(node.op, ast.USub) or _is_array(node.operand))
    return not isinstance(node, ast.Constant | ast.Slice | ast.Tuple | ast.List | ast.Compare) and not _is_none(node)


def _is_none(node: ast.expr) -> bool:
    return library_name(node) == "newaxis" or (isinstance(node, ast.Constant) and node.value is None)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_whole_axis(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice) and node.lower is node.upper is node.step is None

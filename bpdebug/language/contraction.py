"""Products of matrices under other names: einsum, tensordot, inner, written with @ and .T; and axes that are exchanged.

The products are read for matrices: what they do to arrays of more axes is refused.
"""

from __future__ import annotations

import ast
import re
from typing import cast

from msgspec.structs import replace

from bpdebug.errors import ExpressionError
from bpdebug.language.arguments import Arguments, applied
from bpdebug.language.expression import Apply, Expr, apply
from bpdebug.language.options import literal_value
from bpdebug.language.reading import Reading

_SUBSCRIPTS = re.compile(r"([a-zA-Z]{1,2})(?:,([a-zA-Z]{1,2}))?(?:->([a-zA-Z]{0,2}))?")
_PAIRS = [(0, 0), (0, 1), (1, 0), (1, 1)]
"""Which axis of the first matrix meets which of the second."""
HINT = "Write it with @ and .T."


def inner(reading: Reading, arguments: Arguments) -> Expr:
    """np.inner(a, b): the rows of one by the rows of the other."""
    first, second = _inputs(reading, arguments, 2)
    return _placed(reading, arguments, first @ second.T)


def transposed(reading: Reading, arguments: Arguments) -> Expr:
    """np.transpose(x), x.transpose(0, 2, 1); x.transpose(1, 2), which in torch exchanges two axes.

    Of x.transpose(0, 1) NumPy and torch think differently.
    """
    if len(arguments.positional) == 1 and not arguments.keywords:
        return applied(reading, reading.lexicon.words["transpose"], arguments)
    (array,), axes = _inputs(reading, arguments, 1), _axes(reading, arguments, 1)
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in axes)
    pair = len(arguments.positional) == 3
    if axes == [1, 0]:
        return _placed(reading, arguments, array.T)
    if not whole or (pair and axes == [0, 1]):
        hint = "Write x.T of a matrix, and of more axes permute(x, (0, 2, 1)) or swapaxes(x, 1, 2)."
        raise reading.refusal(arguments.node, "which axes 'transpose' moves is not read", hint)
    if pair:
        return _placed(reading, arguments, apply("swapaxes", array, axis1=cast(int, axes[0]), axis2=cast(int, axes[1])))
    return _placed(reading, arguments, apply("permute", array, axes=tuple(cast(int, each) for each in axes)))


def tensordot(reading: Reading, arguments: Arguments) -> Expr:
    """np.tensordot(a, b, axes=1) or axes=([1], [0])."""
    first, second = _inputs(reading, arguments, 2)
    given = [*arguments.positional[2:], *arguments.keywords.values()]
    axes = literal_value(reading, given[0]) if len(given) == 1 and arguments.keywords.keys() <= {"axes"} else None
    found = next((pair for pair in _PAIRS if axes in (pair, tuple((each,) for each in pair))), None)
    if found is None and axes != 1:
        raise _refused(reading, arguments)
    left, right = found or (1, 0)
    return _placed(reading, arguments, (first if left == 1 else first.T) @ (second if right == 0 else second.T))


def einsum(reading: Reading, arguments: Arguments) -> Expr:
    """np.einsum("ij,kj->ik", a, b) of one or two arrays with one or two axes each."""
    head = arguments.positional[0] if arguments.positional else None
    text = head.value if isinstance(head, ast.Constant) and isinstance(head.value, str) else ""
    found = _SUBSCRIPTS.fullmatch(text.replace(" ", ""))
    inputs = [reading.read(each) for each in arguments.positional[1:]]
    if not found or arguments.keywords or len(inputs) != 1 + (found[2] is not None):
        raise _refused(reading, arguments)
    letters = found[1] + (found[2] or "")
    kept = found[3] if found[3] is not None else "".join(sorted(each for each in letters if letters.count(each) == 1))
    result = _contracted(list(zip(found.group(1, 2), inputs, strict=False)), kept)
    if result is None:
        raise _refused(reading, arguments)
    return _placed(reading, arguments, result)


def _contracted(terms: list[tuple[str, Expr]], kept: str) -> Expr | None:
    """Arrays with a letter for each axis, multiplied and summed over the letters that are not kept."""
    if any(len(set(letters)) < len(letters) for letters in (kept, *(letters for letters, _ in terms))):
        return None
    letters, value = terms[0]
    if len(terms) == 2:
        other, second = terms[1]
        common = set(letters) & set(other)
        if common == set(letters) == set(other):
            value = value * (second if other == letters else second.T)
        elif len(letters) == len(other) == 2 and len(common) == 1 and not common & set(kept):
            (over,) = common
            value = (value if letters[1] == over else value.T) @ (second if other[0] == over else second.T)
            letters = letters.replace(over, "") + other.replace(over, "")
        else:
            return None
    return _summed(letters, value, kept)


def _summed(letters: str, value: Expr, kept: str) -> Expr | None:
    if not set(kept) <= set(letters):
        return None
    if not kept:
        return apply("sum", value)
    if len(kept) < len(letters):
        return apply("sum", value, axis=letters.index(next(each for each in letters if each not in kept)))
    return value if kept == letters else value.T


def _inputs(reading: Reading, arguments: Arguments, count: int) -> list[Expr]:
    if len(arguments.positional) < count:
        raise _refused(reading, arguments)
    return [reading.read(each) for each in arguments.positional[:count]]


def _axes(reading: Reading, arguments: Arguments, start: int) -> list[object]:
    """Axes given one by one or as one tuple."""
    given = [literal_value(reading, each) for each in (*arguments.positional[start:], *arguments.keywords.values())]
    return list(given[0]) if len(given) == 1 and isinstance(given[0], tuple) else [*given]


def _placed(reading: Reading, arguments: Arguments, expr: Expr) -> Expr:
    return replace(expr, span=reading.span(arguments.node)) if isinstance(expr, Apply) else expr


def _refused(reading: Reading, arguments: Arguments) -> ExpressionError:
    return reading.refusal(arguments.node, f"this '{arguments.name}' is not read", HINT)

"""Trees taken apart and put together again: places in an expression, its terms, its products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number, walk

SUMS = ("add", "subtract")
PRODUCTS = ("multiply", "divide", "matmul")
Path: TypeAlias = tuple[int, ...]
"""Which input to take at each operation on the way down."""


class Part(Struct, frozen=True):
    """A sub-expression and where it stands. `inverse`: it divides; `negative`: it is subtracted."""

    path: Path
    node: Expr
    inverse: bool = False
    negative: bool = False


def places(expr: Expr, path: Path = ()) -> Iterator[Part]:
    """Every sub-expression, operands before the operation."""
    if isinstance(expr, Apply):
        for at, each in enumerate(expr.inputs):
            yield from places(each, (*path, at))
    yield Part(path, expr)


def at(expr: Expr, path: Path) -> Expr:
    """The sub-expression at a place."""
    for place in path:
        assert isinstance(expr, Apply)
        expr = expr.inputs[place]
    return expr


def still(expr: Expr, path: Path) -> Expr | None:
    """The sub-expression at a place that may be gone."""
    for place in path:
        if not isinstance(expr, Apply) or place >= len(expr.inputs):
            return None
        expr = expr.inputs[place]
    return expr


def replaced(expr: Expr, path: Path, new: Expr) -> Expr:
    """The tree with another sub-expression at a place; what is beside the way there stays the same object."""
    if not path:
        return new
    assert isinstance(expr, Apply)
    inner = replaced(expr.inputs[path[0]], path[1:], new)
    inputs = (*expr.inputs[: path[0]], inner, *expr.inputs[path[0] + 1 :])
    return Apply(expr.op, inputs, expr.options, span=expr.span)


def divides(expr: Expr, path: Path) -> bool:
    """Whether a place is one by which the expression is divided."""
    above = [(at(expr, path[:length]), path[length]) for length in range(len(path))]
    return sum(isinstance(each, Apply) and each.op == "divide" and place == 1 for each, place in above) % 2 == 1


def dropped(expr: Expr, path: Path) -> Expr | None:
    """The tree without an operand of a sum or a product; None where something must stand."""
    if not path:
        return None
    parent, last = at(expr, path[:-1]), path[-1]
    assert isinstance(parent, Apply)
    if parent.op == "negate":
        return dropped(expr, path[:-1])
    if parent.op == "power" and last == 1:
        return replaced(expr, path[:-1], parent.inputs[0])
    if parent.op not in ("add", "subtract", "multiply", "divide", "matmul"):
        return None
    other = parent.inputs[1 - last]
    if last == 0 and parent.op == "subtract":
        other = -other
    if last == 0 and parent.op == "divide":
        other = Number(1.0) / other
    return replaced(expr, path[:-1], other)


def exchanged(expr: Expr, known: Mapping[Expr, Expr]) -> Expr:
    """The tree with others for the sub-expressions that are `known`; what holds none stays the same object."""
    if expr in known or not isinstance(expr, Apply) or not known:
        return known.get(expr, expr)
    inputs = tuple(exchanged(each, known) for each in expr.inputs)
    return expr if all(a is b for a, b in zip(inputs, expr.inputs, strict=True)) else replace(expr, inputs=inputs)


def without(expr: Expr, paths: tuple[Path, ...]) -> Expr | None:
    """The tree without several operands of products."""
    left, remaining = expr, list(paths)
    while remaining:
        gone = remaining.pop()
        above = at(left, gone[:-1]) if gone else None
        found = dropped(left, gone)
        if found is None or not isinstance(above, Apply) or (above.op == "divide" and gone[-1] == 0):
            return None
        left, remaining = found, [shifted(each, gone) for each in remaining]
    return left


def shifted(path: Path, gone: Path) -> Path:
    """Where a place is after another operand of the same product has gone."""
    beside = (*gone[:-1], 1 - gone[-1])
    return gone[:-1] + path[len(beside) :] if path[: len(beside)] == beside else path


def terms(expr: Expr, path: Path = (), negative: bool = False) -> list[Part]:
    """The summands of an expression, with their signs."""
    if isinstance(expr, Apply) and expr.op == "negate":
        return terms(expr.inputs[0], (*path, 0), not negative)
    if isinstance(expr, Apply) and expr.op in SUMS:
        second = negative != (expr.op == "subtract")
        return terms(expr.inputs[0], (*path, 0), negative) + terms(expr.inputs[1], (*path, 1), second)
    return [Part(path, expr, negative=negative)]


def summands(expr: Expr) -> Iterator[Part]:
    """The operands of every sum and difference in an expression, the inner ones first."""
    for part in places(expr):
        parent = at(expr, part.path[:-1]) if part.path else None
        if isinstance(parent, Apply) and parent.op in SUMS:
            yield part


def enclosing(expr: Expr, path: Path) -> Iterator[Expr]:
    """The operands of sums and differences that a place lies in, the outer ones first."""
    for place in path:
        assert isinstance(expr, Apply)
        added, expr = expr.op in SUMS, expr.inputs[place]
        if added:
            yield expr


def factors(expr: Expr, path: Path = (), inverse: bool = False) -> list[Part]:
    """The factors of an entrywise product, from left to right."""
    if isinstance(expr, Apply) and expr.op in ("multiply", "divide"):
        second = inverse != (expr.op == "divide")
        return factors(expr.inputs[0], (*path, 0), inverse) + factors(expr.inputs[1], (*path, 1), second)
    return [Part(path, expr, inverse)]


def products(expr: Expr) -> Iterator[list[Part]]:
    """The factors of every entrywise product in an expression that is not itself a factor of one.

    A sub-expression that is no product counts as a product of one factor.
    """
    inside = set[Path]()
    for part in reversed(list(places(expr))):
        if part.path in inside:
            continue
        found = factors(part.node, part.path)
        inside |= {path for each in found for path in _between(part.path, each.path)}
        yield found


def _between(top: Path, bottom: Path) -> Iterator[Path]:
    return (bottom[:length] for length in range(len(top) + 1, len(bottom) + 1)) if top != bottom else iter(())


def size(expr: Expr) -> int:
    """How many names, numbers and operations an expression has."""
    return sum(1 for _ in walk(expr))


def turned(expr: Expr) -> Expr:
    """The transpose, where two of them undo each other."""
    if isinstance(expr, Apply) and expr.op == "transpose":
        return expr.inputs[0]
    numbers = [isinstance(each, Number) for each in expr.inputs] if isinstance(expr, Apply) else []
    if isinstance(expr, Apply) and (expr.op == "negate" or (expr.op in ("multiply", "divide") and any(numbers))):
        place = 0 if expr.op == "negate" else numbers.index(False) if False in numbers else 0
        return replaced(expr, (place,), turned(expr.inputs[place]))
    return expr.T


def negated(expr: Expr) -> Expr:
    """The expression with the other sign, where two of them undo each other."""
    if isinstance(expr, Apply) and expr.op == "negate":
        return expr.inputs[0]
    if isinstance(expr, Apply) and expr.op in PRODUCTS:
        place = next((place for place, each in enumerate(expr.inputs) if _has_minus(each)), 0)
        return replaced(expr, (place,), negated(expr.inputs[place]))
    if isinstance(expr, Apply) and expr.op == "subtract":
        return replace(expr, inputs=expr.inputs[::-1], span=None)
    return -expr


def once_negated(expr: Expr) -> Expr:
    """An expression without minus signs that undo each other."""
    if not isinstance(expr, Apply):
        return expr
    inner = tuple(map(once_negated, expr.inputs))
    if expr.op == "negate" and isinstance(inner[0], Apply) and inner[0].op == "negate":
        return inner[0].inputs[0]
    return expr if all(a is b for a, b in zip(inner, expr.inputs, strict=True)) else replace(expr, inputs=inner)


def _has_minus(expr: Expr) -> bool:
    """Whether a factor has a minus that can go."""
    if not isinstance(expr, Apply):
        return False
    return expr.op == "negate" or (expr.op in PRODUCTS and any(map(_has_minus, expr.inputs)))


def is_name(expr: Expr) -> bool:
    """A name, or a transposed one."""
    return isinstance(expr, Name) or (
        isinstance(expr, Apply) and expr.op == "transpose" and isinstance(expr.inputs[0], Name)
    )

"""Expressions: frozen trees over names, numbers and operations. Python's operators build them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from bpdebug.errors import Span


class Slice(Struct, frozen=True):
    """One `start:stop:step` of an index; None where nothing was written."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


# What an operation is told beside its inputs: axis=1, keepdims=True, shape=(n1, m), index=(0, Slice()).
# An expression stands where a size is named and is known only when the program is built.
Option: TypeAlias = "None | bool | int | float | str | Slice | Expr | tuple[Option, ...]"
Options: TypeAlias = tuple[tuple[str, "Option"], ...]


class Expr(Struct, frozen=True, eq=False, kw_only=True):
    """A formula. Two are equal when they are the same tree, wherever they were written."""

    span: Span | None = None

    def __ne__(self, other: object) -> bool:  # a Struct's own asks no __eq__
        return not self == other

    def __add__(self, other: Expr | float) -> Expr:
        return apply("add", self, other)

    def __radd__(self, other: float) -> Expr:
        return apply("add", other, self)

    def __sub__(self, other: Expr | float) -> Expr:
        return apply("subtract", self, other)

    def __rsub__(self, other: float) -> Expr:
        return apply("subtract", other, self)

    def __mul__(self, other: Expr | float) -> Expr:
        return apply("multiply", self, other)

    def __rmul__(self, other: float) -> Expr:
        return apply("multiply", other, self)

    def __truediv__(self, other: Expr | float) -> Expr:
        return apply("divide", self, other)

    def __rtruediv__(self, other: float) -> Expr:
        return apply("divide", other, self)

    def __pow__(self, other: Expr | float) -> Expr:
        return apply("power", self, other)

    def __rpow__(self, other: float) -> Expr:
        return apply("power", other, self)

    def __matmul__(self, other: Expr) -> Expr:
        return apply("matmul", self, other)

    def __neg__(self) -> Expr:
        return apply("negate", self)

    def __gt__(self, other: Expr | float) -> Expr:
        return apply("greater", self, other)

    def __ge__(self, other: Expr | float) -> Expr:
        return apply("greater_equal", self, other)

    def __lt__(self, other: Expr | float) -> Expr:
        return apply("less", self, other)

    def __le__(self, other: Expr | float) -> Expr:
        return apply("less_equal", self, other)

    @property
    def T(self) -> Apply:  # noqa: N802 - NumPy's own spelling
        return apply("transpose", self)


class Number(Expr, frozen=True, eq=False):
    """A constant, always a finite float64 and never negative (a minus sign is an operation)."""

    value: float

    def __eq__(self, other: object) -> bool:
        return type(other) is Number and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Name(Expr, frozen=True, eq=False):
    """A quantity, by its name."""

    id: str

    def __eq__(self, other: object) -> bool:
        return type(other) is Name and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


class Apply(Expr, frozen=True, eq=False):
    """One operation of the op table, by name, on its inputs. `options` are sorted by key."""

    op: str
    inputs: tuple[Expr, ...]
    options: Options = ()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Apply or self.op != other.op or self.options != other.options:
            return False
        return self.inputs == other.inputs

    def __hash__(self) -> int:
        return hash((self.op, self.inputs, self.options))

    def option(self, key: str, default: Option = None) -> Option:
        """The option written under `key`."""
        return dict(self.options).get(key, default)


def number(value: float) -> Expr:
    """The expression of a constant of either sign."""
    return Number(float(value)) if value >= 0 else apply("negate", Number(-float(value)))


def apply(op: str, *inputs: Expr | float, **options: Option) -> Apply:
    """The expression of one operation; bare numbers become constants."""
    wrapped = tuple(each if isinstance(each, Expr) else number(each) for each in inputs)
    return Apply(op, wrapped, tuple(sorted(options.items())))


def walk(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression, operands before the operation, left to right. Options are not entered."""
    found: list[Expr] = []
    left = [expr]
    while left:
        node = left.pop()
        found.append(node)
        if isinstance(node, Apply):
            left.extend(node.inputs)
    return reversed(found)


def names(expr: Expr) -> tuple[str, ...]:
    """The names an expression reads, in the order of their first appearance; those of sizes in options too."""
    return tuple(dict.fromkeys(_read(expr)))


def _read(expr: Expr) -> Iterator[str]:
    for node in walk(expr):
        if isinstance(node, Name):
            yield node.id
        elif isinstance(node, Apply) and node.options:
            yield from (name for _, option in node.options for each in _inside(option) for name in _read(each))


def _inside(option: Option) -> Iterator[Expr]:
    """The expressions that an option is made of."""
    if isinstance(option, Expr):
        yield option
    elif isinstance(option, tuple):
        for each in option:
            yield from _inside(each)


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with `change` applied to every node, operands first, and to what its options are made of."""
    if isinstance(expr, Apply):
        inputs = tuple(rebuild(each, change) for each in expr.inputs)
        expr = Apply(expr.op, inputs, _with(expr.options, change), span=expr.span)
    return change(expr)


def _with(options: Options, change: Callable[[Expr], Expr]) -> Options:
    if not any(True for _, option in options for _ in _inside(option)):
        return options
    return tuple((key, _changed(option, change)) for key, option in options)


def _changed(option: Option, change: Callable[[Expr], Expr]) -> Option:
    if isinstance(option, Expr):
        return rebuild(option, change)
    return tuple(_changed(each, change) for each in option) if isinstance(option, tuple) else option


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """The tree with names replaced by expressions."""
    return rebuild(expr, lambda node: values.get(node.id, node) if isinstance(node, Name) else node)

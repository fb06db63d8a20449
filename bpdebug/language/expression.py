"""Expressions: frozen trees over names, numbers and operations. Python's operators build them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bpdebug.errors import Span


@dataclass(frozen=True, slots=True)
class Slice:
    """One `start:stop:step` of an index; None where nothing was written."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


# What an operation is told beside its inputs: axis=1, keepdims=True, shape=(n1, m), index=(0, Slice()).
# An expression stands where a size is named and is known only when the program is built.
Option: TypeAlias = "None | bool | int | float | str | Slice | Expr | tuple[Option, ...]"
Options: TypeAlias = tuple[tuple[str, "Option"], ...]


@dataclass(frozen=True, slots=True)
class Expr:
    """A formula. Two are equal when they are the same tree, wherever they were written."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

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
    def T(self) -> Expr:  # noqa: N802 - NumPy's own spelling
        return apply("transpose", self)


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A constant, always a finite float64 and never negative (a minus sign is an operation)."""

    value: float


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A quantity, by its name."""

    id: str


@dataclass(frozen=True, slots=True)
class Apply(Expr):
    """One operation of the op table, by name, on its inputs. `options` are sorted by key."""

    op: str
    inputs: tuple[Expr, ...]
    options: Options = ()

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
    if isinstance(expr, Apply):
        for each in expr.inputs:
            yield from walk(each)
    yield expr


def names(expr: Expr) -> tuple[str, ...]:
    """The names an expression reads, in the order of their first appearance."""
    return tuple(dict.fromkeys(each.id for each in walk(expr) if isinstance(each, Name)))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with `change` applied to every node, operands first."""
    if isinstance(expr, Apply):
        expr = Apply(expr.op, tuple(rebuild(each, change) for each in expr.inputs), expr.options, span=expr.span)
    return change(expr)


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """The tree with names replaced by expressions."""
    return rebuild(expr, lambda node: values.get(node.id, node) if isinstance(node, Name) else node)

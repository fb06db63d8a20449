"""How large what arrives at an input is, and how far it can be off: a derivative rule run on sizes and errors.

A rule is made ready once for a program: the operations it names, their options and the shapes are always the same.
Absolute values stand in place of values in what is linear in the gradient, so that nothing cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, field

from bpdebug.check.forward import Values
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Op, Shape

GRADIENT = Name("the gradient that arrives")
"""A name no quantity can have."""


class Amount(Struct, frozen=True, eq=False):
    """A size and a bound of its error. `value` is the number itself, None for what is linear in the gradient.

    `single` is the number that a float32 run had in its place and chose its branches by, None where `value` is.
    """

    size: Array
    error: Array
    value: Array | None = None
    single: Array | None = None


NONE = Amount(np.zeros(()), np.zeros(()))


class Frame(Struct, eq=False):
    """The numbers a rule is run on, and what arrives at the step's output."""

    values: Values
    bounds: Values
    single: Values | None = None
    """The values that chose the branches, where a float32 run did."""
    arriving: Amount = NONE
    _known: dict[str, Amount] = field(default_factory=dict)

    def amount(self, name: str) -> Amount:
        """Of a quantity of the run."""
        if name not in self._known:
            value = np.asarray(self.values[name])
            error = self.bounds[name] if name in self.bounds else np.zeros(value.shape)
            single = None if self.single is None else self.single[name]
            self._known[name] = Amount(np.abs(value), error, value, single)
        return self._known[name]

    def forget(self, name: str) -> None:
        """No rule to come reads it."""
        self._known.pop(name, None)


Run: TypeAlias = Callable[[Frame], Amount]


class Ready(Struct, frozen=True, eq=False):
    """A rule that only waits for numbers: what it is of, and whether the gradient is in it."""

    run: Run
    shape: Shape
    linear: bool = False


def ready(expr: Expr, shapes: Mapping[str, Shape], sizes: Mapping[str, float]) -> Ready:
    """A rule made ready for quantities of these shapes; `sizes` are the numbers that its options may name."""
    if expr == GRADIENT:
        return Ready(lambda frame: frame.arriving, shapes[GRADIENT.id], linear=True)
    if isinstance(expr, Number):
        return Ready(constant(expr.value), ())
    if isinstance(expr, Name):
        name = expr.id
        return Ready(lambda frame: frame.amount(name), shapes[name])
    assert isinstance(expr, Apply)
    inputs = tuple(ready(each, shapes, sizes) for each in expr.inputs)
    op = OPS[expr.op]
    written = {key: definite(value, sizes) for key, value in expr.options}
    options = op.resolve(*(each.shape for each in inputs), **written)
    shape = op.shape(*(each.shape for each in inputs), **options)
    if any(each.linear for each in inputs):
        return Ready(on_sizes(op, inputs, options), shape, linear=True)
    return Ready(on_values(op, inputs, options), shape)


def constant(number: float) -> Run:
    """A number of the formula is exact."""
    array = np.asarray(number)
    double, single = Amount(np.abs(array), np.zeros(()), array), array.astype(np.float32)
    both = Amount(np.abs(array), np.zeros(()), array, single)
    return lambda frame: double if frame.single is None else both


def definite(option: Any, sizes: Mapping[str, float]) -> Any:
    """An option with the sizes in it as numbers."""
    if isinstance(option, tuple):
        return tuple(definite(each, sizes) for each in option)
    if not isinstance(option, Expr):
        return option
    return int(size_of(option, sizes))


def size_of(expr: Expr, sizes: Mapping[str, float]) -> float:
    """The number that a size written as an expression comes to."""
    if isinstance(expr, Number):
        return expr.value
    if isinstance(expr, Name):
        return float(sizes[expr.id])
    assert isinstance(expr, Apply)
    return float(OPS[expr.op].forward(*(np.asarray(size_of(each, sizes)) for each in expr.inputs)))


def moved(
    op: Op, deltas: tuple[Array, ...], out: Array, arrays: tuple[Array, ...], options: Mapping[str, Any]
) -> Array:
    """The error of one operation: what its inputs' errors do to it, and its own."""
    return np.asarray(op.spread(deltas, out, *arrays, **options) + op.rounding(out, *arrays, **options))


def on_values(op: Op, inputs: tuple[Ready, ...], options: Mapping[str, Any]) -> Run:
    """What does not depend on the gradient has a value: its size is the value's."""

    def run(frame: Frame) -> Amount:
        amounts = [each.run(frame) for each in inputs]
        arrays = tuple(each.value for each in amounts if each.value is not None)
        deltas = tuple(each.error for each in amounts)
        if frame.single is not None:
            return doubled(op, amounts, arrays, options)
        out = np.asarray(op.forward(*arrays, **options))
        return Amount(np.abs(out), moved(op, deltas, out, arrays, options), out)

    return run


def doubled(op: Op, amounts: list[Amount], arrays: tuple[Array, ...], options: Mapping[str, Any]) -> Amount:
    """The same in float64, on the branch that a float32 run took."""
    single = tuple(array if each.single is None else each.single for each, array in zip(amounts, arrays, strict=True))
    chosen = {"branch": op.branch(*single, **options)} if op.branch else {}
    out = np.asarray(op.forward(*arrays, **options, **chosen))
    deltas = tuple(each.error for each in amounts)
    error = moved(op, deltas, out, single if op.branch else arrays, options)
    return Amount(np.abs(out), error, out, np.asarray(op.forward(*single, **options)))


SIGNLESS = {"subtract": "add"}


def on_sizes(op: Op, inputs: tuple[Ready, ...], options: Mapping[str, Any]) -> Run:
    """What is linear in the gradient has a size only: the operation on absolute values, where nothing cancels.

    What only says where entries go, like an index, is taken as it is.
    """
    if op.name == "negate":
        return inputs[0].run
    signless = OPS[SIGNLESS.get(op.name, op.name)]

    def run(frame: Frame) -> Amount:
        amounts = [each.run(frame) for each in inputs]
        arrays = tuple(as_it_is(each) if at in op.guides else each.size for at, each in enumerate(amounts))
        out = np.asarray(signless.forward(*arrays, **options))
        return Amount(out, moved(signless, tuple(each.error for each in amounts), out, arrays, options))

    return run


def as_it_is(amount: Amount) -> Array:
    """The number itself by which the run chose; what is linear in the gradient has only a size."""
    chosen = amount.value if amount.single is None else amount.single
    return amount.size if chosen is None else chosen

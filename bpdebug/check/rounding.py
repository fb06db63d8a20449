"""How far rounding alone can move a derivative, entry by entry: running error analysis over the same graph.

Two bounds are kept. `carried` follows the errors of the program's own steps, one after the other. `Backward` follows
magnitudes from the cost back to every quantity with absolute values in place of values, so that nothing cancels: what a
derivative is made of, and what the rounding of each slope on the way can do to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpdebug.check.forward import Forward, Values, summed_to
from bpdebug.language.expression import Apply, Expr, Name, Number, apply
from bpdebug.machine.kernels import operand
from bpdebug.ops import OPS, numerical
from bpdebug.ops.table import UNIT, Array, Op, Shape
from bpdebug.program.equations import Step

GRADIENT = Name("the gradient that arrives")
"""A name no quantity can have."""
EACH_STEP = 4
"""Units of round-off granted to every step of the numerical derivative, beside the error of its slope."""
FLOOR = 2.0**-740
"""Below this an imaginary part that was 2⁻²⁵⁶ of it may have underflowed on the way."""


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    """A size and a bound of its error. `value` is the number itself, None for what is linear in the gradient.

    `single` is the number that a float32 run had in its place and chose its branches by, None where `value` is.
    """

    size: Array
    error: Array
    value: Array | None = None
    single: Array | None = None


def errors(
    steps: Iterable[Step],
    values: Values,
    known: Values,
    given: Container[str] = (),
    *,
    by_hand: bool = False,
    single: Values | None = None,
) -> dict[str, Array]:
    """A bound of the rounding error of every value the steps compute; `known` holds those of what they start from.

    Where a step reads one of the `given`, it takes the number as it stands: its error is not carried on. With `by_hand`
    the bound also covers an operation that was written out the way people do. Branches are those of the `single`
    values, where a float32 run decided them.
    """
    bounds = dict(known)
    with np.errstate(all="ignore"):
        for step in steps:
            arrays = tuple(operand(each, values) for each in step.inputs)
            deltas = tuple(
                bounds.get(each.id, np.zeros(np.shape(array)))
                if isinstance(each, Name) and each.id not in given
                else np.zeros(np.shape(array))
                for each, array in zip(step.inputs, arrays, strict=True)
            )
            if single is not None and step.op.branch:
                arrays = tuple(operand(each, single, np.float32) for each in step.inputs)
            bounds[step.out] = moved(step.op, deltas, values[step.out], arrays, step.options)
            if by_hand and step.op.by_hand is not None:
                bounds[step.out] = np.maximum(bounds[step.out], written_out(step, arrays, deltas))
    return bounds


def written_out(step: Step, arrays: tuple[Array, ...], deltas: tuple[Array, ...]) -> Array:
    """The error of an operation written the way people do: 1 - tanh², which has no digits left near ±1."""
    assert step.op.by_hand is not None
    names = tuple(Name(f"input {place}") for place in range(len(arrays)))
    values = {name.id: array for name, array in zip(names, arrays, strict=True)}
    bounds = {name.id: delta for name, delta in zip(names, deltas, strict=True)}
    nothing = Amount(np.zeros(()), np.zeros(()))
    return Arithmetic(values, bounds, nothing).evaluate(step.op.by_hand(*names)).error


def moved(
    op: Op, deltas: tuple[Array, ...], out: Array, arrays: tuple[Array, ...], options: Mapping[str, Any]
) -> Array:
    """The error of one operation: what its inputs' errors do to it, and its own."""
    spread = op.spread(deltas, out, *arrays, **options)
    return np.asarray(spread + op.rounding(out, *arrays, **options))


@dataclass(frozen=True, eq=False)
class Backward:
    """For every quantity of the forward run: of what size its derivative's terms are, and how far they can be off."""

    amounts: Mapping[str, Amount]

    @classmethod
    def of(cls, forward: Forward, bounds: Values) -> Backward:
        """Back from the cost over every forward step, by the op table's own rules."""
        shape = np.shape(forward.values[forward.program.cost])
        amounts = {forward.program.cost: Amount(np.ones(shape), np.zeros(shape))}
        with np.errstate(all="ignore"):
            for step in reversed(forward.steps):
                if step.out in amounts:
                    arithmetic = Arithmetic(forward.values, bounds, amounts[step.out], forward.single)
                    pull_back(step, amounts, arithmetic)
        return cls(amounts)

    def magnitude(self, name: str, shape: Shape) -> Array:
        """The sum of the absolute values of everything that adds up to the derivative."""
        return self.amounts[name].size if name in self.amounts else np.zeros(shape)

    def error(self, name: str, shape: Shape) -> Array:
        """How far rounding can move a derivative taken through the forward steps."""
        return self.amounts[name].error + FLOOR if name in self.amounts else np.full(shape, FLOOR)


def pull_back(step: Step, amounts: dict[str, Amount], arithmetic: Arithmetic) -> None:
    """Add to the inputs of a step what arrives through it."""
    for place, (given, rule) in enumerate(zip(step.inputs, rules(step), strict=True)):
        if rule is None or not isinstance(given, Name):
            continue
        shape = np.shape(arithmetic.values[given.id])
        term = arithmetic.evaluate(rule)
        size, error = summed_to(term.size, shape), summed_to(term.error, shape)
        error = error + UNIT * (EACH_STEP + longest(step, arithmetic.values) + summands(term.size, shape)) * size
        if not step.op.complex_step:
            error = error + summed_to(arithmetic.arriving.size * slope_error(step, place, arithmetic.values), shape)
        if given.id in amounts:
            size, error = size + amounts[given.id].size, error + amounts[given.id].error
        amounts[given.id] = Amount(size, error)


def rules(step: Step) -> tuple[Expr | None, ...]:
    """What arrives at each input: by the activation's own slope where the table has it, which never cancels."""
    slope = OPS.get(f"d{step.op.name}")
    if slope is not None and slope.family == "derivatives":
        written = {key: value for key, value in step.options.items() if key in slope.options}
        return (GRADIENT * apply(slope.name, *step.inputs, **written),)
    return step.op.vjp(GRADIENT, Name(step.out), *step.inputs, **step.options)


def slope_error(step: Step, place: int, values: Values) -> Array:
    """How far the slope by one input may be off where it is taken by Ridders' method, by its own estimate."""
    arrays = tuple(operand(each, values) for each in step.inputs)
    return numerical.slopes(lambda *real: step.op.forward(*real, **step.options), place, *arrays).uncertainty


def longest(step: Step, values: Values) -> int:
    """How many terms the step may add up for one entry of its output."""
    if step.op.elementwise:
        return 0
    return max((max(np.shape(operand(each, values)), default=1) for each in step.inputs), default=1)


def summands(array: Array, shape: Shape) -> int:
    """How many entries are gathered into one."""
    return int(array.size // max(1, int(np.prod(shape))))


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    """Evaluates a derivative rule on sizes and errors."""

    values: Values
    bounds: Values
    arriving: Amount
    single: Values | None = None
    """The values that chose the branches, where a float32 run did."""

    def evaluate(self, expr: Expr) -> Amount:
        """The size of an expression and a bound of its error."""
        if expr == GRADIENT:
            return self.arriving
        if isinstance(expr, Number):
            number = np.asarray(expr.value)
            return Amount(number, np.zeros(()), number, None if self.single is None else number.astype(np.float32))
        if isinstance(expr, Name):
            value = np.asarray(self.values[expr.id])
            single = None if self.single is None else self.single[expr.id]
            return Amount(np.abs(value), self.bounds.get(expr.id, np.zeros(value.shape)), value, single)
        assert isinstance(expr, Apply)
        inputs = tuple(self.evaluate(each) for each in expr.inputs)
        written = {key: self._option(value) for key, value in expr.options}
        op = OPS[expr.op]
        options = op.resolve(*(each.size.shape for each in inputs), **written)
        return concrete(op, inputs, options) or linear(op, inputs, options)

    def _option(self, option: Any) -> Any:
        """An option with the sizes in it as numbers."""
        if isinstance(option, tuple):
            return tuple(self._option(each) for each in option)
        if not isinstance(option, Expr):
            return option
        value = self.evaluate(option).value
        assert value is not None
        return int(value)


def concrete(op: Op, inputs: tuple[Amount, ...], options: Mapping[str, Any]) -> Amount | None:
    """What does not depend on the gradient has a value: its size is the value's."""
    arrays = tuple(each.value for each in inputs if each.value is not None)
    if len(arrays) < len(inputs):
        return None
    deltas = tuple(each.error for each in inputs)
    if all(each.single is None for each in inputs):
        out = np.asarray(op.forward(*arrays, **options))
        return Amount(np.abs(out), moved(op, deltas, out, arrays, options), out)
    single = tuple(array if each.single is None else each.single for each, array in zip(inputs, arrays, strict=True))
    chosen = {"branch": op.branch(*single, **options)} if op.branch else {}
    out = np.asarray(op.forward(*arrays, **options, **chosen))
    error = moved(op, deltas, out, single if op.branch else arrays, options)
    return Amount(np.abs(out), error, out, np.asarray(op.forward(*single, **options)))


SIGNLESS = {"subtract": "add"}


def linear(op: Op, inputs: tuple[Amount, ...], options: Mapping[str, Any]) -> Amount:
    """What is linear in the gradient has a size only: the operation on absolute values, where nothing cancels."""
    if op.name == "negate":
        return inputs[0]
    op = OPS[SIGNLESS.get(op.name, op.name)]
    arrays = tuple(each.size for each in inputs)
    out = np.asarray(op.forward(*arrays, **options))
    return Amount(out, moved(op, tuple(each.error for each in inputs), out, arrays, options))

"""How far rounding alone can move a derivative, entry by entry: running error analysis over the same graph.

Two bounds are kept. `carried` follows the errors of the program's own steps, one after the other. `Backward` follows
magnitudes from the cost back to every quantity with absolute values in place of values, so that nothing cancels: what a
derivative is made of, and what the rounding of each slope on the way can do to it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from functools import lru_cache
from math import prod

import numpy as np
from msgspec import Struct

from bpdebug.check.amounts import GRADIENT, Amount, Frame, Ready, moved, ready
from bpdebug.check.forward import Forward, Values, summed_to
from bpdebug.check.paths import paths
from bpdebug.check.patience import pause
from bpdebug.check.routes import last_reads
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.kernels import operand
from bpdebug.ops import OPS, numerical
from bpdebug.ops.table import UNIT, Array, Shape
from bpdebug.program.equations import Program, Step

EACH_STEP = 4
"""Units of round-off granted to every step of the numerical derivative, beside the error of its slope."""
UNDERFLOW = 2.0**-818
"""What a slope may lose because its imaginary part, 2⁻²⁵⁶ of it, is a subnormal number."""
FLOOR = 2.0**-1000
"""Below this a derivative may itself have underflowed on the way."""


def errors(
    steps: Iterable[Step],
    values: Values,
    known: Values,
    given: Container[str] = (),
    *,
    kept: Collection[str] | None = None,
    by_hand: bool = False,
    single: Values | None = None,
) -> dict[str, Array]:
    """A bound of the rounding error of every value the steps compute; `known` holds those of what they start from.

    Of what is not `kept`, if that is given, a bound goes as soon as no step reads it again. Where a step reads one of
    the `given`, it takes the number as it stands: its error is not carried on. With `by_hand` the bound also covers an
    operation that was written out the way people do. Branches are those of the `single` values, where a float32 run
    decided them.
    """
    bounds, steps = dict(known), tuple(steps)
    spent = ((),) * len(steps) if kept is None else last_reads(steps, *kept)
    with np.errstate(all="ignore"):
        for step, gone in zip(steps, spent, strict=True):
            pause()
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
            for name in gone:
                bounds.pop(name, None)
    return bounds


def written_out(step: Step, arrays: tuple[Array, ...], deltas: tuple[Array, ...]) -> Array:
    """The error of an operation written the way people do: 1 - tanh², which has no digits left near ±1."""
    assert step.op.by_hand is not None
    names = tuple(Name(f"input {place}") for place in range(len(arrays)))
    values = {name.id: array for name, array in zip(names, arrays, strict=True)}
    bounds = {name.id: delta for name, delta in zip(names, deltas, strict=True)}
    shapes = {name: array.shape for name, array in values.items()}
    return ready(step.op.by_hand(*names), shapes, {}).run(Frame(values, bounds)).error


class Backward(Struct, frozen=True, eq=False):
    """For every quantity of the forward run: of what size its derivative's terms are, and how far they can be off."""

    amounts: Mapping[str, Amount]
    kept: Collection[str]
    """The quantities of which this is known."""

    @classmethod
    def of(cls, forward: Forward, bounds: Values, kept: Collection[str]) -> Backward:
        """Back from the cost over every forward step, by the op table's own rules."""
        shape = np.shape(forward.values[forward.program.cost])
        amounts = {forward.program.cost: Amount(np.ones(shape), np.zeros(shape))}
        frame = Frame(forward.values, bounds, forward.single)
        with np.errstate(all="ignore"):
            for name, pulls in pulled(forward.program):
                if name in amounts:
                    frame.arriving = amounts[name]
                    for pull in pulls:
                        pause()
                        pull.back(amounts, frame)
                frame.forget(name)  # only steps after it read it, and these are done
                if name not in kept:
                    amounts.pop(name, None)
        return cls(amounts, kept)

    def magnitude(self, name: str, shape: Shape) -> Array:
        """The sum of the absolute values of everything that adds up to the derivative."""
        assert name in self.kept
        return self.amounts[name].size if name in self.amounts else np.zeros(shape)

    def error(self, name: str, shape: Shape) -> Array:
        """How far rounding can move a derivative taken through the forward steps."""
        assert name in self.kept
        return self.amounts[name].error + FLOOR if name in self.amounts else np.full(shape, FLOOR)


class Pull(Struct, frozen=True, eq=False):
    """What arrives at one input of a step through it, and how many roundings that can take."""

    step: Step
    place: int
    name: str
    shape: Shape
    rule: Ready
    roundings: int

    @classmethod
    def of(cls, step: Step, place: int, rule: Expr, program: Program) -> Pull:
        """Made ready for one program."""
        given = step.inputs[place]
        assert isinstance(given, Name)
        shape = program.shapes[given.id]
        made = ready(rule, {**program.shapes, GRADIENT.id: step.shape}, program.constants)
        gathered = prod(made.shape) // max(1, prod(shape))
        return cls(step, place, given.id, shape, made, EACH_STEP + longest(step, program.shapes) + gathered)

    def back(self, amounts: dict[str, Amount], frame: Frame) -> None:
        """Add what arrives to what is there."""
        term = self.rule.run(frame)
        size, error = summed_to(term.size, self.shape), summed_to(term.error, self.shape)
        error = error + (UNIT * self.roundings) * size
        if self.step.op.degree == 0:
            error = error + self.slack(frame)
        if self.name in amounts:
            size, error = size + amounts[self.name].size, error + amounts[self.name].error
        amounts[self.name] = Amount(size, error)

    def slack(self, frame: Frame) -> Array:
        """What the error of the slope itself may add."""
        if not self.step.op.complex_step:
            off = slope_error(self.step, self.place, frame.values)
            return summed_to(np.asarray(frame.arriving.size * off), self.shape)
        return np.asarray(UNDERFLOW * frame.arriving.size.sum())


@lru_cache(maxsize=64)
def pulled(program: Program) -> tuple[tuple[str, tuple[Pull, ...]], ...]:
    """For every forward step of a program, the last first: what it computes, and what it hands back."""
    return tuple(
        (
            step.out,
            tuple(
                Pull.of(step, place, rule, program)
                for place, (given, rule) in enumerate(zip(step.inputs, rules(step), strict=True))
                if rule is not None and isinstance(given, Name)
            ),
        )
        for step in reversed(paths(program).forward)
    )


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


def longest(step: Step, shapes: Mapping[str, Shape]) -> int:
    """How many terms the step may add up for one entry of its output."""
    if step.op.elementwise:
        return 0
    if step.op.terms is not None:
        return step.op.terms(
            *(shapes[each.id] if isinstance(each, Name) else () for each in step.inputs), **step.options
        )
    return max((max(shapes[each.id], default=1) for each in step.inputs if isinstance(each, Name)), default=1)

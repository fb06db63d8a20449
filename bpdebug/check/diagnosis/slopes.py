"""The slopes of a network's activations, and which of them a value is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.diagnosis.evaluator import Evaluator, same
from bpdebug.check.diagnosis.reference import derivative
from bpdebug.language.expression import Apply, Expr, Name, Number, apply, names, substitute, walk
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Phase, Program, Step

CURVES = ("activations", "functions", "selection")
"""The families of operations that make an equation an activation when it is written by hand."""


class Unit(Struct, frozen=True):
    """One activation of the network: `out = function(into)`."""

    out: Expr
    into: Expr
    function: str
    slope: Expr
    """Its slope where it should be taken, as a person would write it."""
    other: Expr | None
    """The same with `into` for its argument."""
    axis: int | None = None
    """For a softmax, which has no slope entry by entry: the axis it runs along."""

    def at(self, argument: Expr) -> tuple[Expr, ...]:
        """The slope's formulas, applied to any argument: that of the input, that of the output."""
        found = [] if self.other is None else [self._other_at(self.other, argument)]
        made = output_form(self.function, argument)
        return (*found, *(() if made is None else (made,)))

    def _other_at(self, other: Expr, argument: Expr) -> Expr:
        """The slope function at an argument, also where the input of the unit has no name."""
        if isinstance(other, Apply) and other.op == f"d{self.function}":
            return Apply(other.op, (argument,), other.options)
        return substitute(other, {_key(self.into): argument})


def activation(op: object) -> bool:
    """Whether an operation is an activation function."""
    return getattr(op, "family", "") == "activations"


def _key(expr: Expr) -> str:
    return expr.id if isinstance(expr, Name) else ""


def output_form(function: str, out: Expr) -> Expr | None:
    """The slope written with the activation's own value, where that is what people do."""
    if function in ("sigmoid", "softmax"):
        return out * (1 - out)
    if function == "tanh":
        return Number(1.0) - out**2
    return out > 0 if function == "relu" else None


class Slope(Struct, frozen=True):
    """A value recognised: the slope of a unit's function at some argument, in the form for its input or its output."""

    unit: Unit
    argument: str
    right: bool
    """Whether it is what the slope of that unit should be."""


class Slopes(Struct, frozen=True, eq=False, dict=True):
    """All slopes on one set of numbers."""

    program: Program
    evaluator: Evaluator
    quantities: tuple[str, ...]
    _tables: dict[Shape, list[tuple[Array, Slope]]] = field(default_factory=dict)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The activations, those nearest to the cost first."""
        return (*(self._known(each) for each in units(self.program)), *self._softmaxes())

    def _known(self, unit: Unit) -> Unit:
        """A formula written by hand that is a well-known activation."""
        if unit.function:
            return unit
        own = self.evaluator.value(unit.out)
        for function in ("sigmoid", "tanh", "relu", "softplus"):
            if same(self.evaluator.value(apply(function, unit.into)), own):
                short = output_form(function, unit.out if function != "relu" else unit.into)
                return replace(
                    unit, function=function, slope=short or unit.slope, other=apply(f"d{function}", unit.into)
                )
        return unit

    def _softmaxes(self) -> Iterator[Unit]:
        """exp(z) / sum(exp(z), axis=…), in one equation or in two."""
        steps = {step.out for step in self.program.steps if activation(step.op)}
        for name, read in above(self.program).items():
            value = self.evaluator.values.get(name)
            if value is None or name in steps or not value.ndim or not ((value > 0) & (value < 1)).all():
                continue
            for score in read:
                for axis in range(value.ndim):
                    if same(self.evaluator.value(apply("softmax", Name(score), axis=axis)), value):
                        out = Name(name)
                        yield Unit(out, Name(score), "softmax", out * (1 - out), None, axis=axis)

    @cached_property
    def entrywise(self) -> tuple[Unit, ...]:
        return tuple(each for each in self.units if each.axis is None)

    def shape(self, unit: Unit) -> Shape | None:
        value = self.evaluator.value(unit.slope)
        return None if value is None else value.shape

    @cached_property
    def table(self) -> Mapping[Shape, list[tuple[Array, Slope]]]:
        """Every slope function at every name, by shape; where each belongs comes first."""
        found: dict[Shape, list[tuple[Array, Slope]]] = {}
        seen = set[tuple[str, str]]()
        for unit in self.entrywise:
            value = self.evaluator.value(unit.slope)
            if value is not None:
                found.setdefault(value.shape, []).append((value, Slope(unit, _key(unit.into), True)))
        for unit in self.units:
            for name in self.quantities:
                if (unit.function, name) in seen or (unit.axis is not None and Name(name) != unit.out):
                    continue
                seen.add((unit.function, name))
                self._enter(found, unit, name, Name(name))
            if unit.axis is None and not isinstance(unit.out, Name):  # tanh(c) that has no name: 1 - tanh(tanh(c))**2
                self._enter(found, unit, _key(unit.into), unit.out)
        return found

    def _enter(self, found: dict[Shape, list[tuple[Array, Slope]]], unit: Unit, name: str, argument: Expr) -> None:
        """Take down the slope function of a unit at an argument."""
        for expr in unit.at(argument):
            value = self.evaluator.value(expr)
            if value is not None and value.size and np.ptp(value) > 0:
                found.setdefault(value.shape, []).append((value, Slope(unit, name, False)))

    def recognised(self, value: Array | None) -> Slope | None:
        """Which slope a value is, if it is one."""
        if value is None:
            return None
        return next((slope for known, slope in self.table.get(value.shape, ()) if same(value, known)), None)


def above(program: Program) -> dict[str, tuple[str, ...]]:
    """What each equation reads, and what those it reads were made from."""
    made = {e.name: names(e.expr) for e in program.equations if e.phase in (Phase.FORWARD, Phase.COST)}
    return {
        name: tuple(dict.fromkeys((*read, *(n for each in read for n in made.get(each, ())))))
        for name, read in made.items()
        if name != program.cost
    }


def units(program: Program) -> tuple[Unit, ...]:
    """The activations of a program, those nearest to the cost first."""
    steps = [s for s in program.steps if program.equations[s.equation].phase in (Phase.FORWARD, Phase.COST)]
    wholes = {step.out: step.whole for step in steps if ":" in step.out}
    found = [_of_step(step, wholes) for step in reversed(steps) if activation(step.op)]
    outs = {unit.out for unit in found}
    by_hand = (_by_hand(program, each.name, each.expr) for each in reversed(program.equations))
    return (*found, *(unit for unit in by_hand if unit is not None and unit.out not in outs))


def _of_step(step: Step, wholes: Mapping[str, Expr]) -> Unit:
    given = step.inputs[0]
    into = wholes.get(given.id, given) if isinstance(given, Name) else given
    out = wholes.get(step.out, Name(step.out))
    name, options = step.op.name, dict(step.expr.options)
    if name in ("softmax", "log_softmax"):
        rank = len(step.shape)
        return Unit(out, into, name, out * (1 - out), None, axis=int(step.options["axis"]) + rank)
    slope = apply(f"d{name}", into, **options) if f"d{name}" in OPS else None
    short = output_form(name, out if name != "relu" else into) if isinstance(out, Name) else None
    right = short or slope or Number(1.0)
    return Unit(out, into, name, right, slope)


def _by_hand(program: Program, name: str, expr: Expr) -> Unit | None:
    """An equation that works entry by entry on one quantity, with a curve in it: maximum(0, Z), 1/(1 + exp(-Z))."""
    read = [each for each in names(expr) if each not in program.constants]
    inner = [each for each in walk(expr) if isinstance(each, Apply) and not set(names(each)) <= set(program.constants)]
    operations = [OPS[each.op] for each in inner]
    if len(read) != 1 or name in (*program.parameters, program.cost) or not operations:
        return None
    curved = any(op.family in CURVES for op in operations)
    if not curved or not all(op.elementwise for op in operations) or program.shapes[read[0]] != program.shapes[name]:
        return None
    slope = derivative(program, expr, read[0])
    slope = slope if slope is not None and set(names(slope)) <= {*read, *program.constants} else None
    return None if slope is None else Unit(Name(name), Name(read[0]), "", slope, slope)

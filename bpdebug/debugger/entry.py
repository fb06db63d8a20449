"""One entry taken apart: the terms that add up to it, each with the entries that it was made of, back to the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from math import prod

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.debugger.largest import KEPT, NOTHING, Rest, largest
from bpdebug.debugger.words import index as bracketed
from bpdebug.errors import printable
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import write
from bpdebug.ops.arithmetic import constant
from bpdebug.ops.table import Array, Size
from bpdebug.program.equations import Program, Step
from bpdebug.scenario.axes import Axis

Index = tuple[int, ...]
UNNAMED: Mapping[str, Axis] = {}

SCALING = frozenset({"multiply", "divide"})
"""Operations through which a sum is seen when the other operand is one number."""
PASSING = frozenset({"negate", "identity", "transpose", "swapaxes", "permute", "reshape", "expand_dims", "index"})
"""Operations that hand an entry on, but for its sign."""


class Factor(Struct, frozen=True):
    """One entry that a term was made of: of `name`, a quantity or a part of a formula; empty for a written number."""

    formula: Expr
    name: str
    index: Index
    value: float


class Part(Struct, frozen=True):
    """One term of an entry: its value, the entries it was made of by `op`, and what that is multiplied by."""

    value: float
    factors: tuple[Factor, ...]
    op: str
    scale: float
    along: str = ""
    """Which example or unit it comes from, in words."""


class Explained(Struct, frozen=True):
    """An entry: the quantity, its index and value, and the terms that add up to it, largest first."""

    name: str
    index: Index
    value: float
    step: int
    """After which step of the iteration it is complete; 0 for what is given."""
    parts: tuple[Part, ...]
    rest: Rest = NOTHING
    """Of very many terms, those that are not among the parts."""

    @property
    def empty(self) -> bool:
        """Whether an equation gives it and nothing comes there, as among zeros that entries are put in places of."""
        return bool(self.step) and not self.parts and not self.rest.count

    @property
    def total(self) -> float:
        """What the terms add up to."""
        return sum(part.value for part in self.parts) + self.rest.value


class Taking(Struct, frozen=True, eq=False, dict=True):
    """Takes entries of one equation apart, over values as its steps found them."""

    program: Program
    at: int
    """The equation's last step, from 0."""
    values: Mapping[str, Array]
    record: Sequence[Array]
    """What the steps of the iteration gave, up to that one at least."""
    kept: int = KEPT
    """Of very many terms, how many are told one by one."""
    axes: Mapping[str, Axis] = UNNAMED
    """What there is along the axes of matrices, by the name of their size."""

    @cached_property
    def inner(self) -> Mapping[str, Step]:
        """The steps of the equation that give values without a name of their own."""
        steps, equation = self.program.steps, self.program.steps[self.at].equation
        return {each.out: each for each in steps[: self.at] if each.equation == equation}

    @cached_property
    def outs(self) -> Mapping[str, Array]:
        """What each step of the equation gave, before anything was written over."""
        first = self.at - len(self.inner)
        return {step.out: self.record[at] for at, step in enumerate(self.program.steps[: self.at + 1]) if at >= first}

    def parts(self, index: Index) -> tuple[tuple[Part, ...], Rest]:
        """The terms of an entry of the equation, largest first; of very many only some, and the rest together."""
        found = list(self._terms(self.program.steps[self.at], index, 1.0))
        parts = [each for each in found if isinstance(each, Part)]
        rest = sum((each for each in found if isinstance(each, Rest)), NOTHING)
        return tuple(sorted(_along(self.program, parts, self.axes), key=_size)), rest

    def _arrays(self, step: Step) -> tuple[Array, ...]:
        return tuple(np.asarray(self._array(each)) for each in step.inputs)

    def _array(self, given: Name | Number) -> Array | float:
        if isinstance(given, Number):
            return given.value
        return self.outs[given.id] if given.id in self.inner else self.values[given.id]

    def _terms(self, step: Step, index: Index, scale: float) -> Iterator[Part | Rest]:
        """The terms of an entry of what a step computes, each times `scale`; of very many the largest, and the rest."""
        arrays = self._arrays(step)
        out = self.outs[step.out]
        with np.errstate(all="ignore"):
            few = largest(step.op.name, index, arrays, step.options, kept=self.kept)
            found = few[0] if few else step.op.contributions(index, out, *arrays, **step.options)
        yield scale * few[1] if few else NOTHING
        for term in found:
            yield from self._term(step, term.value, term.entries, scale)

    def _term(
        self, step: Step, value: float, entries: Sequence[tuple[int, Index]], scale: float
    ) -> Iterator[Part | Rest]:
        """One term: where it is an entry without a name, scaled by numbers, the terms of that entry."""
        own = [(place, index) for place, index in entries if self._inside(step, place)]
        others = [self._value(step, place, index) for place, index in entries if not self._inside(step, place)]
        if len(own) == 1 and self._transparent(step, own[0][0], len(entries)):
            ((place, index),) = own
            given = step.inputs[place]
            assert isinstance(given, Name)
            yield from self._terms(self.inner[given.id], index, scale * self._share(step, place, others))
            return
        factors = tuple(self._factor(step, place, index) for place, index in entries)
        yield Part(scale * value, factors, step.op.name, self._sign(step, entries) * scale)

    def _inside(self, step: Step, place: int) -> bool:
        given = step.inputs[place]
        return isinstance(given, Name) and given.id in self.inner

    def _transparent(self, step: Step, place: int, count: int) -> bool:
        """Whether a term is nothing but an entry of this input, times numbers."""
        if step.op.name in PASSING or step.op.name in ("add", "subtract", "sum", "mean"):
            return True
        if step.op.name not in SCALING or count != 2 or (step.op.name == "divide" and place == 1):
            return False
        other = step.inputs[1 - place]
        return isinstance(other, Number) or not self.program.shapes[other.id]

    def _share(self, step: Step, place: int, others: list[float]) -> float:
        """By what the entry is multiplied."""
        name = step.op.name
        if name == "multiply":
            return others[0]
        if name == "divide":
            return 1.0 / others[0] if others[0] else float("nan")
        if name == "negate" or (name == "subtract" and place == 1):
            return -1.0
        return 1.0 / prod(step.options["dims"]) if name == "mean" else 1.0

    @staticmethod
    def _sign(step: Step, entries: Sequence[tuple[int, Index]]) -> float:
        """What a term without a temporary in it is multiplied by already."""
        taken = step.op.name == "negate" or (step.op.name == "subtract" and entries and entries[0][0] == 1)
        return -1.0 if taken else 1.0 / prod(step.options["dims"]) if step.op.name == "mean" else 1.0

    def _value(self, step: Step, place: int, index: Index) -> float:
        return float(self._arrays(step)[place][index])

    def _factor(self, step: Step, place: int, index: Index) -> Factor:
        """An entry that a term was made of, by the name of the quantity it is an entry of."""
        given, value = step.inputs[place], self._value(step, place, index)
        while isinstance(given, Name) and given.id in self.inner:
            inner = self.inner[given.id]
            if inner.op.name not in PASSING - {"negate"}:
                written = constant(inner.whole) is not None
                return Factor(inner.whole, "" if written else inner.out, index, value)
            (term,) = inner.op.contributions(index, self.outs[inner.out], *self._arrays(inner), **inner.options)
            ((_, index),) = term.entries
            given = inner.inputs[0]
        return Factor(given, given.id if isinstance(given, Name) else "", index, value)


def _size(part: Part) -> float:
    """The largest first, NaN and infinity before all."""
    return -abs(part.value) if np.isfinite(part.value) else -np.inf


def _along(program: Program, parts: Sequence[Part], axes: Mapping[str, Axis]) -> Sequence[Part]:
    """The terms, each with the example or the unit it comes from, where that is what tells them apart."""
    if len(parts) < 2:
        return parts
    for place in range(min(len(each.factors) for each in parts)):
        factors = [each.factors[place] for each in parts]
        name, *others = {each.name for each in factors}
        shape = program.shapes.get(name, ())
        if not name or others or any(len(each.index) != len(shape) for each in factors):
            continue
        varying = [axis for axis in range(len(shape)) if len({each.index[axis] for each in factors}) > 1]
        if len(varying) == 1:
            (axis,) = varying
            return [
                replace(part, along=called(program, shape[axis], factor.index[axis], axes))
                for part, factor in zip(parts, factors, strict=True)
            ]
    return parts


def called(program: Program, length: int, number: int, axes: Mapping[str, Axis] = UNNAMED) -> str:
    """Which example, feature, unit or class a number along an axis is, by its name where it has one."""
    symbol = length.symbol if isinstance(length, Size) else ""
    if symbol in axes and len(axes[symbol].names) == length:
        return f"{axes[symbol].one} {printable(axes[symbol].names[number])}"
    if symbol == program.examples:
        return f"example {number}"
    if symbol in axes and axes[symbol].kind == "classes":
        return f"{axes[symbol].one} {number}"
    return f"{'feature' if symbol == 'n0' else 'unit'} {number}" if symbol.startswith("n") else ""


def whose(program: Program, name: str, index: Index, axes: Mapping[str, Axis] = UNNAMED) -> str:
    """Which examples and units an entry of a quantity belongs to, in words; empty where nobody knows."""
    places = zip(program.shapes[name], index, strict=True)
    return ", ".join(filter(None, (called(program, length, at, axes) for length, at in places)))


def written(formula: Expr, index: Index, notation: str) -> str:
    """An entry as it is written: A3[0, 2], log(A3)[0, 2], (1 - A3)[0, 2], E[words][0, 2]."""
    text = write(formula, notation)
    if not index:
        return text
    alone = isinstance(formula, Name) or constant(formula) is not None or _is_call(text) or _is_picked(formula)
    return f"{text if alone else f'({text})'}{bracketed(index)}"


def _is_picked(formula: Expr) -> bool:
    """Whether a formula is written with brackets of its own behind an operand."""
    return isinstance(formula, Apply) and formula.op in ("index", "take")


def _is_call(text: str) -> bool:
    """Whether a formula is one call, log(1 - A3), whose brackets hold all of its operands."""
    name, bracket, rest = text.partition("(")
    depths = list(accumulate((each == "(") - (each == ")") for each in bracket + rest))
    return bool(name) and " " not in name and bool(depths) and depths[-1] == 0 and 0 not in depths[:-1]

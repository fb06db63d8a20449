"""The entries of an iteration as it stands at one position: each taken apart, and what of the operands made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct, field

from bpdebug.language.expression import Expr, Name
from bpdebug.machine.kernels import operand, precision
from bpdebug.machine.moment import Moment
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Program
from bpdebug.scenario.axes import Axis

if TYPE_CHECKING:
    from bpdebug.debugger.entry import Explained, Index

Region: TypeAlias = "tuple[int | None, ...]"
"""Entries of an array: an index along each axis, None where all along it."""


class Entries(Struct, frozen=True, eq=False, dict=True):
    """What is known of every entry after `step` steps of an iteration; later moves change nothing of it."""

    program: Program
    iteration: Moment
    step: int
    axes: Mapping[str, Axis] = field(default_factory=dict)
    """What there is along the axes of matrices, by the name of their size."""

    @cached_property
    def values(self) -> Mapping[str, Array]:
        """Every value there is, by name."""
        return self.iteration.found(self.step)

    def given(self, name: str) -> int | None:
        """The step, from 0, that computes a quantity; None of what is given."""
        return next((at for at, step in enumerate(self.program.steps) if step.out == name), None)

    def label(self, name: str) -> Expr:
        """What is written for a quantity: its name, or for a part of an equation the formula it stands for."""
        at = self.given(name)
        step = None if at is None else self.program.steps[at]
        return Name(name) if step is None or step.out == self.program.equations[step.equation].name else step.whole

    def explained(self, name: str, index: Index, number: int | None = None, kept: int | None = None) -> Explained:
        """An entry taken apart, as it stands here or as it was after so many steps; KeyError where it has no value.

        Of very many terms only the `kept` largest are told one by one, and no more than a page of them.
        """
        from bpdebug.debugger.entry import Explained, Taking
        from bpdebug.debugger.largest import KEPT

        number = self.step if number is None else min(number, self.step)
        values, at = self.iteration.found(number) if number < self.step else self.values, self.given(name)
        value = float(values[name][index])
        if at is None or number <= at:
            return Explained(name, index, value, 0, ())
        taking = Taking(self.program, at, self.iteration.found(at), self.iteration.record, kept or KEPT, self.axes)
        return Explained(name, index, value, at + 1, *taking.parts(index))

    def operands(self, index: Index) -> tuple[tuple[Region, ...], ...]:
        """Which entries of each operand of the last operation made an entry of its result; none before the first."""
        if not self.step:
            return ()
        from bpdebug.debugger.largest import some

        at = self.step - 1
        step, found = self.program.steps[at], self.iteration.found(at)
        arrays = tuple(np.asarray(operand(each, found, precision(found))) for each in step.inputs)
        with np.errstate(all="ignore"):
            few = some(step.op.name, index, arrays, step.options)
            terms = few or step.op.contributions(index, self.iteration.record[at], *arrays, **step.options)
        entries = [entry for term in terms for entry in term.entries]
        return tuple(
            regions({index for place, index in entries if place == number}, array.shape, cut=few is not None)
            for number, array in enumerate(arrays)
        )


def lit(explained: Explained, shapes: Mapping[str, Shape]) -> Mapping[str, tuple[Region, ...]]:
    """Which entries of which quantities an entry was made of, by their names."""
    made: dict[str, set[Index]] = {}
    for part in explained.parts:
        for factor in part.factors:
            if factor.name in shapes:
                made.setdefault(factor.name, set()).add(factor.index)
    cut = bool(explained.rest.count or explained.rest.zeros)
    return {name: regions(found, shapes[name], cut=cut) for name, found in made.items()}


def regions(entries: Iterable[Index], shape: Shape, *, cut: bool) -> tuple[Region, ...]:
    """Entries as a row, a column or the whole where they are one; `cut`: only the largest of them are told."""
    known = sorted(set(entries))
    seen = [{entry[axis] for entry in known} for axis in range(len(shape))]
    varying = [axis for axis, found in enumerate(seen) if len(found) > 1]
    whole = 1
    for axis in varying:
        whole *= int(shape[axis])
    if not varying or not (cut or len(known) == whole):
        return tuple(known)
    return (tuple(None if axis in varying else known[0][axis] for axis in range(len(shape))),)


def within(found: Iterable[Region], index: Index) -> bool:
    """Whether an entry is one of them."""
    return any(all(at is None or at == here for at, here in zip(each, index, strict=True)) for each in found)


def uses(program: Program, name: str) -> tuple[str, ...]:
    """The quantities whose equations read a name, in their order."""
    read = {each.equation for each in program.steps if Name(name) in each.inputs}
    return tuple(dict.fromkeys(program.equations[at].name for at in sorted(read)))

"""Numbers that are kept of every iteration without being asked for: norms, and the largest change of a parameter.

Of whole iterations run at full speed they are found of many at once, to the bit what each alone gives. That takes some
hundredths of the time of a small network's iteration; of larger ones nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.changes import BLOCK, Changes
from bpdebug.machine.findings import Findings, Table
from bpdebug.machine.moment import Moment
from bpdebug.machine.state import Layout
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

if TYPE_CHECKING:
    from bpdebug.machine.plan import Plan

Begin: TypeAlias = Callable[[int, Array], None]
"""Is told with what iterations begin: the number of the first, and a state in each row."""
LARGEST = "largest_update"
"""The largest change of an entry of a parameter in an iteration, known where it ends."""
SMALL = 2**14
"""Bytes of parameters up to which norms take little beside an iteration."""


def squares(name: str) -> Expr:
    """What is kept of a parameter or a gradient: the sum of the squares, of which its norm is the root."""
    return apply("sum", Name(name) ** 2.0)


def summed(value: Array) -> Array:
    """The sum of the squares of all entries."""
    return np.asarray(np.add.reduce(value * value, axis=tuple(range(value.ndim))))


def largest(before: Mapping[str, Array], after: Mapping[str, Array], program: Program) -> Array:
    """The largest change of an entry of a parameter, in either direction."""
    changes = [np.max(np.abs(after[name] - before[name]), initial=0.0) for name in program.parameters]
    return np.asarray(np.max(changes, initial=0.0))


class Measured:
    """What is measured of the iterations of a program, whose parameters take so many bytes: a quarter more than the
    budget of states, or nothing."""

    def __init__(self, program: Program, layout: Layout, findings: Findings, budget: int) -> None:
        self._program, self._findings, self._budget = program, findings, budget + budget // 4
        self._places = {name: layout.places[name] for name in program.parameters}
        self.end = max((end for _, end, _ in self._places.values()), default=0)
        """How many entries of a state are those of parameters, from the first on."""
        self.on = 0 < layout.nbytes <= SMALL
        """Whether anything is measured: not of large parameters, nor of more iterations than there is room for."""
        self._bound = {step.out: number for number, step in enumerate(program.steps)}
        factors = {
            given.id
            for step in program.steps
            if step.op.degree > 1 or step.op.guides  # a product of matrices, or rows picked of one
            for given in step.inputs
            if isinstance(given, Name)
        }
        weights = [name for name in program.parameters if name in factors]
        self.names = {*weights, *(program.gradients.get(name) for name in weights)}

    def by(self, plan: Plan, first: int, begin: Begin) -> Measuring:
        """What measures the iterations from `first` on that a plan runs, and tells with what those after them begin."""
        if self._findings.table is None:
            names = [name for name in (*plan.direct, *plan.graded) if name in self.names]
            keys = [(squares(name), self._bound[name] + 1) for name in names]
            self._findings.table = Table([*keys, (Name(LARGEST), len(self._program.steps))])
            self._findings.changes = Changes(self._places)
        return Measuring(self, plan, first, begin)

    def put(self, first: int, numbers: Array, changed: Array) -> None:
        """Keep what was measured of the iterations from `first` on, and which entries changed in them, if there is room
        for it."""
        table, changes, end = self._findings.table, self._findings.changes, first + numbers.shape[1]
        assert table is not None
        assert changes is not None
        if table.fits(end, self._budget):
            table.put(first, numbers)
            changes.put(first, end, changed)
        else:
            self.on, table.full = False, True

    def ends(self, done: Moment, before: Array, after: Array) -> None:
        """An iteration was executed step by step, with these states at its begin and its end."""
        table = self._findings.table
        if not self.on or table is None or table.known.on(done.number) > done.number:
            return
        found = [float(summed(done.record[step - 1])) for expr, step in table.rows if expr != Name(LARGEST)]
        changes = np.abs(after - before)[: self.end]
        change = float(np.max(changes, initial=0.0))
        self.put(done.number, np.array([[each] for each in (*found, change)]), changes != 0)


class Measuring:
    """The measuring of whole iterations that a plan runs, one after the other from `first` on."""

    def __init__(self, measured: Measured, plan: Plan, first: int, begin: Begin) -> None:
        self._measured, self._first, self._count, self._begin = measured, first, 0, begin
        self._rooms, width = plan.rooms, plan.gradients.size
        size, dtype, places = plan.layout.size, plan.layout.dtype, plan.layout.places
        self._states, self._gradients = np.empty((BLOCK + 1, size), dtype), np.empty((BLOCK, width), dtype)
        """What the iterations end with, after what the first began with; and the gradients of each."""
        self._states[0] = plan.room(first)
        self._squares = np.empty((BLOCK, max(size, width)), dtype)
        self._parts = (
            [places[name][:2] for name in plan.direct if name in measured.names],
            [ends for name, ends in plan.graded.items() if name in measured.names],
        )
        self._end = measured.end

    def take(self, number: int, gradients: Array) -> None:
        """The iteration of this number has been run: it computed these gradients, alike in plans that take turns."""
        count = self._count
        self._gradients[count] = gradients
        self._count = count = count + 1
        self._states[count] = self._rooms[number + 1 & 1]
        if count == BLOCK:
            self.settle()

    def settle(self) -> None:
        """Keep what was measured so far; Diverged where an iteration began with something else than before."""
        count = self._count
        self._begin(self._first + 1, self._states[1 : count + 1])
        if self._measured.on:
            self._measured.put(self._first, *self._numbers(count))
        self._states[0] = self._states[count]
        self._first, self._count = self._first + count, 0

    def _numbers(self, count: int) -> tuple[Array, Array]:
        """The numbers of so many iterations, shape (numbers, iterations), and which entries changed in them."""
        states, gradients = self._states[: count + 1], self._gradients[:count]
        found: list[Array] = []
        for rows, parts in zip((states[1:], gradients), self._parts, strict=True):
            squared = np.multiply(rows, rows, self._squares[:count, : rows.shape[1]])
            found += (np.add.reduce(squared[:, begin:end], 1) for begin, end in parts)
        changes = np.subtract(states[1:, : self._end], states[:-1, : self._end], self._squares[:count, : self._end])
        found.append(np.maximum.reduce(np.absolute(changes, changes), 1))
        return np.array(found), np.maximum.reduce(changes, 0, initial=0.0) != 0

"""What formulas take of a run as single numbers, kept by iteration as it is looked at, and found again from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from bpdebug.debugger.columns import Before, Column, Computed, Either, Fixed, Kept, Still
from bpdebug.debugger.formulas import Formula
from bpdebug.debugger.wholes import known, wholes
from bpdebug.language.expression import Expr, Name, names
from bpdebug.machine.findings import Key, Series
from bpdebug.machine.stretches import Stretches
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Program, Step


class Parts(Struct, frozen=True, eq=False):
    """A formula taken apart: numbers that a run gives, and what is computed of them alone."""

    taken: Mapping[str, Expr]
    """The numbers, by the names that they have in the steps of the formula; not those of the iteration before."""
    rest: Formula | None
    """The formula over these names; None where it is no single number."""


class Recorded:
    """A formula whose numbers are kept by iteration as it is looked at, after some steps of each."""

    def __init__(self, formula: Formula, program: Program, steps: Iterable[int]) -> None:
        self.formula, self._program, self._steps = formula, program, frozenset(steps)
        self._parts = parts(formula, program)
        self._bound = {step.out: at for at, step in enumerate(program.steps, start=1)}
        self._bound |= dict.fromkeys(wholes(program), len(program.steps))
        """The step after which each name is known."""
        self._whole = bool(wholes(program, formula.reads))
        self._of: Timeline | None = None
        self._notes: dict[int, list[tuple[Series, str]]] = {}
        """Of the run that goes by: what is noted after which steps, by the name it is found under."""

    def attend(self, timeline: Timeline) -> None:
        """A run is about to go by."""
        numbers = [(out, expr) for out, expr in self._parts.taken.items() if not self._known(expr, timeline)]
        keys = {step: [(self._key(expr, step), out) for out, expr in numbers] for step in self._steps}
        found = timeline.findings
        self._of = timeline
        self._notes = {
            step: [(found.begin(key), out) for key, out in kinds if not found.recorded(key)]
            for step, kinds in keys.items()
        }

    def value(self, timeline: Timeline, earlier: Mapping[str, Array] | None = None) -> Array | None:
        """What the formula is where a run stands; None where something of it is not computed yet."""
        here = known(self.formula.reads, timeline) if self._whole else timeline.here
        found = self.formula.found(here, earlier)
        if found is None:
            return None
        if self._of is timeline:
            for series, out in self._notes.get(timeline.step, ()):
                series.note(timeline.iteration, found[out].item())
        return np.asarray(found[self.formula.answer])

    def attended(self, timeline: Timeline, low: int, high: int) -> None:
        """The run went by, after one place and up to another, and was looked at."""
        if self._of is timeline:
            for step, notes in self._notes.items():
                for series, _ in notes:
                    series.settle(*((place - step) // timeline.steps + 1 for place in (low, high)))

    def column(self, timeline: Timeline, step: int, before: Mapping[str, Column | None] | None = None) -> Column | None:
        """What it is after a step of every iteration, as far as that was kept; `before`: what it takes from the
        iteration before."""
        if self._parts.rest is None:
            return None
        columns = {name: self._column(expr, timeline, step) for name, expr in self._parts.taken.items()}
        told = {name: each for name, each in {**columns, **(before or {})}.items() if each is not None}
        return Computed(self._parts.rest, told) if told.keys() >= self._parts.rest.reads else None

    def still(self, timeline: Timeline) -> Column | None:
        """Where nothing changes that it reads, if it reads parameters and what is given alone."""
        changes, reads = timeline.findings.changes, self.formula.reads
        if changes is None or any(name not in changes.places and timeline.lasting(name) is None for name in reads):
            return None
        parts = [entries(self.formula, name, *changes.places[name]) for name in reads & changes.places.keys()]
        return Still(changes, np.concatenate(parts)) if parts else None

    def _column(self, expr: Expr, timeline: Timeline, step: int) -> Column | None:
        if (given := self._given(expr, timeline)) is not None:
            return Fixed(given)
        if self._is_cost(expr):
            costs = timeline.costs
            return Kept(costs, _untouched(Stretches([0, len(costs)]), timeline), timeline.dtype)
        key = self._key(expr, step)
        found: list[Column] = [_kept(series, timeline) for series in timeline.findings.series(key)]
        table, last = timeline.findings.table, self._key(expr, timeline.steps)
        if not key[1] and table is not None and (series := table.series(last)) is not None:
            found.append(Before(_kept(series, timeline)))  # as the iteration before left it
        return Either(found) if found else None

    def _known(self, expr: Expr, timeline: Timeline) -> bool:
        """Whether a number need not be kept here: the cost is anyway, and what is given stays."""
        return self._is_cost(expr) or self._given(expr, timeline) is not None

    def _is_cost(self, expr: Expr) -> bool:
        return isinstance(expr, Name) and expr.id == self._program.cost

    def _given(self, expr: Expr, timeline: Timeline) -> Array | None:
        return timeline.lasting(expr.id) if isinstance(expr, Name) and expr.id not in self._bound else None

    def _key(self, expr: Expr, step: int) -> Key:
        """What a number is kept under that is looked at after a step: it stays so until it is computed anew."""
        return expr, max((at for name in names(expr) if (at := self._bound.get(name, 0)) <= step), default=0)


def parts(formula: Formula, program: Program) -> Parts:
    """A formula of a program taken apart."""
    shapes = {**dict.fromkeys(wholes(program), ()), **{name: tuple(shape) for name, shape in program.shapes.items()}}
    shapes |= {step.out: tuple(step.shape) for step in formula.steps}
    shapes |= {
        key: tuple(each.steps[-1].shape) if each.steps else shapes[each.only] for key, each in formula.earlier.items()
    }
    whole = {step.out: step.whole for step in formula.steps}
    rest = [step for step in formula.steps if not any(shapes[name] for name in (step.out, *_read(step)))]
    made = {step.out for step in rest}
    answer = formula.only or formula.steps[-1].out
    reads = [name for step in rest for name in _read(step) if name not in made] if answer in made else [answer]
    rest = rest if answer in made else []
    taken = {name: whole.get(name, Name(name)) for name in reads if name not in formula.earlier}
    mixed = any(name in formula.earlier for expr in taken.values() for name in names(expr))
    if shapes[answer] or mixed:
        return Parts({}, None)
    only = "" if rest else answer
    return Parts(taken, Formula(formula.text, frozenset(reads), tuple(rest), only, {}, formula.dtype))


def entries(formula: Formula, name: str, begin: int, end: int, shape: Shape) -> Array:
    """Which entries of a state a formula reads of a parameter, which has those from one to before another."""
    every = np.arange(begin, end)
    readers = [step for step in formula.steps if name in _read(step)]
    if not readers or any(step.op.name != "index" for step in readers):
        return every
    taken = [step.op.forward(every.reshape(shape), **step.options) for step in readers]
    return np.concatenate([np.ravel(each) for each in taken])


def _read(step: Step) -> list[str]:
    return [each.id for each in step.inputs if isinstance(each, Name)]


def edited(timeline: Timeline) -> frozenset[int]:
    """The iterations in which something was written over."""
    return frozenset((edit.position - 1) // timeline.steps for edit in timeline.edits if edit.position)


def _kept(series: Series, timeline: Timeline) -> Kept:
    return Kept(series.values, _untouched(series.known, timeline), timeline.dtype)


def _untouched(known: Stretches, timeline: Timeline) -> Stretches:
    """Without the iterations in which something was written over: there a number may not stay so."""
    if not timeline.edits:
        return known
    left = known.until(timeline.iterations)
    for number in edited(timeline):
        left.take(number, number + 1)
    return left

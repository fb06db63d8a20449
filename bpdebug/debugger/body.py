"""The parts of a program whose health is looked at: activations, weights, what leads to the cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import sqrt
from typing import Any
from weakref import ref

import numpy as np
from msgspec import Struct

from bpdebug.debugger.structure import units_axis
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Name, names
from bpdebug.machine.applied import Applied
from bpdebug.machine.kernels import finite
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array, Size
from bpdebug.program.batch import WHOLE
from bpdebug.program.equations import Phase, Program
from bpdebug.program.settled import at_rest

SLOPES: Mapping[str, Callable[[Array], Array] | None] = {
    "sigmoid": lambda a: 4 * a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": None,
}
"""The slope of an activation from its value, as a share of the steepest; None where it is 0 or 1."""


MOST = 2.0**24
"""Multiplications that a look at all examples may take."""
DRAWN = 10
"""Iterations that are looked at together where chance is in each."""


class Body(Struct, frozen=True, dict=True):
    """The parts of a program whose health is looked at."""

    program: Program

    @cached_property
    def hidden(self) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """Activations that feed another layer: the name, the operation, and along which axes a unit's numbers lie."""
        program, learned = self.program, {*self.program.parameters}
        feeding = set[str]()
        for each in reversed(program.equations):
            if each.phase is Phase.FORWARD and (each.name in feeding or learned.intersection(names(each.expr))):
                feeding.update(names(each.expr))
        found = [(step.out, step.op.name) for step in program.steps if step.out in feeding and step.op.name in SLOPES]
        return tuple((name, op, self._of_a_unit(name)) for name, op in found)

    def _of_a_unit(self, name: str) -> tuple[int, ...]:
        """The axis of the examples; of more than two also those of the places where they meet the same weights."""
        rank, examples = len(self.program.shapes[name]), self._examples(name)
        unit = units_axis(self.program, name, examples)
        return tuple(axis for axis in range(rank) if axis == examples or (rank > 2 and axis != unit))

    def _examples(self, name: str) -> int:
        lengths = self.program.shapes[name]
        found = [
            at for at, each in enumerate(lengths) if isinstance(each, Size) and each.symbol == self.program.examples
        ]
        return found[0] if found else len(lengths) - 1

    @property
    def span(self) -> int:
        """Over how many iterations, whole epochs, a cost is averaged to be told from chance: 1 if nothing is drawn."""
        program = self.program
        drawn = any(each.phase is Phase.BATCH for each in program.equations)
        return -(-DRAWN // program.batches) * program.batches if drawn else 1

    def over_all(self, name: str, timeline: Timeline) -> Array | None:
        """An activation for all examples and not only those of the batch, with the parameters of the iteration; None
        where that takes too long, or its equations hold for the batch alone."""
        if self._over_all is None or self._over_all.work > MOST:
            return None
        return self._over_all.run(timeline.passing[0])[name]

    @cached_property
    def _over_all(self) -> Applied | None:
        program = self.program
        count = int(program.constants.get(program.examples + WHOLE, 0))
        given = {name: program.shapes[name] for name in program.data}
        try:
            return Applied.of(program, [name for name, _, _ in self.hidden], given, count, at_rest(program))
        except BpdebugError:
            return None

    @cached_property
    def weights(self) -> tuple[tuple[str, str], ...]:
        """Every parameter that has a gradient, with the gradient's name."""
        pairs = self.program.gradients
        return tuple((name, pairs[name]) for name in self.program.parameters if name in pairs)

    @cached_property
    def _giving(self) -> Mapping[str, int]:
        """The step that gives each quantity its value, and each parameter its new one."""
        return {step.out: at for at, step in enumerate(self.program.steps)}

    @cached_property
    def before_cost(self) -> Sequence[int]:
        """The steps that the cost is computed by, in their order; its own is the last."""
        at = self._giving[self.program.cost]
        wanted, found = {self.program.cost}, list[int]()
        for before in range(at, -1, -1):
            step = self.program.steps[before]
            if step.out in wanted:
                found.append(before)
                wanted.update(given.id for given in step.inputs if isinstance(given, Name))
        return found[::-1]

    def gave(self, name: str, timeline: Timeline) -> Array:
        """What was computed for a name, whatever was written over it since; the last step of an iteration is done."""
        return timeline.results[self._giving[name]] if timeline.touched else timeline.passing[1][name]

    def gradient(self, name: str, timeline: Timeline) -> Array:
        """The gradient of a parameter as the update found it."""
        gradient, at = self.program.gradients[name], self._giving.get(name)
        return timeline.passing[1][gradient] if at is None or not timeline.touched else timeline.found(at)[gradient]

    def sizes(self, timeline: Timeline) -> Mapping[str, float]:
        """The norm of every parameter's gradient, by the gradient's name; found once for all who ask at a place."""
        place = [ref(timeline.shown), timeline.position]
        if self._sized[:2] != place:
            norms = {gradient: norm(self.gradient(name, timeline)) for name, gradient in self.weights}
            self._sized[:] = *place, norms
        found: Mapping[str, float] = self._sized[2]
        return found

    @cached_property
    def _sized(self) -> list[Any]:
        """Which iteration the norms are of, at which position, and the norms."""
        return [None, -1, {}]

    def steps_off(self, name: str, timeline: Timeline) -> Sequence[Array]:
        """What the last operation of a parameter's update takes beside it."""
        step, found = self.program.steps[self._giving[name]], timeline.found(self._giving[name])
        return [found[given.id] for given in step.inputs if isinstance(given, Name) and given.id != name]

    def updated(self, name: str, timeline: Timeline) -> tuple[Array, Array]:
        """A parameter before and after its update in the iteration that shows, of which the last step is done."""
        at = self._giving.get(name)
        if at is None or not timeline.touched:
            before, after = timeline.passing
            return before[name], after[name]
        return timeline.found(at)[name], timeline.results[at]


def norm(array: Array) -> float:
    """The root of the sum of squares, at a fifth of what np.linalg.norm takes for a small array."""
    flat = array.ravel(order="K")
    return sqrt(flat.dot(flat))


def first_not_finite(timeline: Timeline) -> int | None:
    """The step, from 0, that gave NaN or infinity first in the iteration that shows; None if none did so far."""
    with np.errstate(all="ignore"):
        return next((at for at, value in enumerate(timeline.results) if not finite(value)), None)


def spoils_cost(body: Body, timeline: Timeline) -> int | None:
    """The step, from 0, that first made of finite numbers what the cost is not finite for; None if there is none."""
    results = timeline.results
    numbers = body.before_cost
    if numbers[-1] >= len(results) or finite(results[numbers[-1]]):
        return None
    first = next(at for at in numbers if not finite(results[at]))
    found = timeline.found(first)
    inputs = (given.id for given in body.program.steps[first].inputs if isinstance(given, Name))
    return first if all(finite(found[name]) for name in inputs) else None

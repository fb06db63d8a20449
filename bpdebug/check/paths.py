"""Which way a change takes through a program, found once for a program and not once for a check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bpdebug.check.lanes import Lanes
from bpdebug.language.expression import Name
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Shape
from bpdebug.program.equations import Phase, Program, Step


def steps_of(program: Program, *phases: Phase) -> tuple[Step, ...]:
    """The steps of these phases, in the order they run."""
    return tuple(step for step in program.steps if program.equations[step.equation].phase in phases)


def reads(step: Step) -> tuple[str, ...]:
    """The names a step takes its inputs from."""
    return tuple(each.id for each in step.inputs if isinstance(each, Name))


def downstream(steps: Iterable[Step], *names: str) -> tuple[Step, ...]:
    """Of the steps, in order, those that a change of the named quantities reaches."""
    moved, reached = set(names), []
    for step in steps:
        if moved.intersection(reads(step)):
            moved.add(step.out)
            reached.append(step)
    return tuple(reached)


@dataclass(frozen=True, eq=False)
class Route:
    """The way of one quantity's entries to the cost.

    `apart` are the entrywise steps in which every entry still keeps to itself, `rest` those after them; `spent` names,
    for each of the rest, what is not read again; `largest` and `total` count the entries of the arrays on the way.
    """

    name: str
    shape: Shape
    steps: tuple[Step, ...]
    lanes: Lanes
    apart: tuple[Step, ...]
    rest: tuple[Step, ...]
    spent: tuple[tuple[str, ...], ...]
    largest: int
    total: int


@dataclass(frozen=True, eq=False)
class Paths:
    """The forward steps of a program, and what of them matters to whom."""

    program: Program
    _to_cost: dict[tuple[str, ...], tuple[Step, ...]] = field(default_factory=dict)
    _routes: dict[str, Route] = field(default_factory=dict)
    _uses: dict[str, tuple[tuple[Step, int], ...]] = field(default_factory=dict)
    _needed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _computing: dict[tuple[str, ...], tuple[Step, ...]] = field(default_factory=dict)

    @cached_property
    def forward(self) -> tuple[Step, ...]:
        return steps_of(self.program, Phase.FORWARD, Phase.COST)

    def computing(self, names: tuple[str, ...]) -> tuple[Step, ...]:
        """The backward steps that these gradients are computed by."""
        if names not in self._computing:
            needed, found = set(names), []
            for step in reversed(steps_of(self.program, Phase.BACKWARD)):
                if step.out in needed:
                    needed.update(reads(step))
                    found.append(step)
            self._computing[names] = tuple(reversed(found))
        return self._computing[names]

    @cached_property
    def bearing(self) -> frozenset[str]:
        """What the cost depends on."""
        bearing = {self.program.cost}
        for step in reversed(self.forward):
            if step.out in bearing:
                bearing.update(reads(step))
        return frozenset(bearing)

    @cached_property
    def with_data(self) -> frozenset[str]:
        """What the examples reach."""
        data = self.program.data
        return frozenset((*data, *(step.out for step in downstream(self.forward, *data))))

    def to_cost(self, *names: str) -> tuple[Step, ...]:
        """The forward steps that the quantities reach and that bear on the cost."""
        if names not in self._to_cost:
            reached = downstream(self.forward, *names)
            self._to_cost[names] = tuple(step for step in reached if step.out in self.bearing)
        return self._to_cost[names]

    def uses(self, name: str) -> tuple[tuple[Step, int], ...]:
        """The steps that read a quantity and bear on the cost, and as which of their inputs."""
        if name not in self._uses:
            self._uses[name] = tuple(
                (step, place)
                for step in self.to_cost(name)
                for place, given in enumerate(step.inputs)
                if isinstance(given, Name) and given.id == name
            )
        return self._uses[name]

    def needed(self, name: str) -> tuple[str, ...]:
        """The quantities whose derivatives that by this one is put together from, if it is."""
        if name not in self._needed:
            uses = self.uses(name)
            made = self.keeps_to_itself(name) if name in self.with_data else all(simple(step) for step, _ in uses)
            self._needed[name] = tuple(step.out for step, _ in uses) if made else ()
        return self._needed[name]

    def keeps_to_itself(self, name: str) -> bool:
        """Whether an entrywise step of its own shape follows, and nothing else."""
        uses, shape = self.uses(name), self.program.shapes[name]
        return len(uses) == 1 and uses[0][0].op.elementwise and uses[0][0].shape == shape

    def route(self, name: str) -> Route:
        """The way of a quantity's entries to the cost."""
        if name not in self._routes:
            self._routes[name] = self._found(name)
        return self._routes[name]

    def _found(self, name: str) -> Route:
        shape, steps = self.program.shapes[name], self.to_cost(name)
        alone, reached, apart = {name}, {name}, []
        for step in steps:
            moved = reached.intersection(reads(step))
            reached.add(step.out)
            if step.op.elementwise and step.shape == shape and moved <= alone:
                alone.add(step.out)
                apart.append(step)
        rest = tuple(step for step in steps if step.out not in alone)
        sizes = [int(product(shape)), *(int(product(step.shape)) for step in rest)]
        lanes = Lanes.of(name, shape, steps, self.program.shapes)
        spent = last_reads(rest, self.program.cost)
        return Route(name, shape, steps, lanes, tuple(apart), rest, spent, max(1, *sizes), max(1, sum(sizes)))


def simple(step: Step) -> bool:
    """Whether the derivative by an input of a step is easily had from that by its output."""
    if step.op.name == "matmul":
        return bool(step.options["ranks"] == (2, 2))
    return (
        step.op.elementwise or step.op.name in ("sum", "mean") or (step.op.name == "transpose" and len(step.shape) == 2)
    )


def last_reads(steps: tuple[Step, ...], kept: str) -> tuple[tuple[str, ...], ...]:
    """After each step, the names that no later step reads, but for the one to be kept."""
    last: dict[str, int] = {}
    for index, step in enumerate(steps):
        last |= dict.fromkeys((step.out, *reads(step)), index)
    last.pop(kept, None)
    return tuple(tuple(name for name, index in last.items() if index == at) for at in range(len(steps)))


@lru_cache(maxsize=64)
def paths(program: Program) -> Paths:
    """The paths of a program, which is itself and nothing that is only equal to it."""
    return Paths(program)

"""Which way a change takes through a program, found once for a program and not once for a check."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from bpdebug.check.moves import Move, move
from bpdebug.check.routes import Route, reads, route
from bpdebug.language.expression import Name
from bpdebug.program.equations import Phase, Program, Step

Carry: TypeAlias = tuple[str, Move]
"""What a step computes, and how that moves."""


def steps_of(program: Program, *phases: Phase) -> tuple[Step, ...]:
    """The steps of these phases, in the order they run."""
    return tuple(step for step in program.steps if program.equations[step.equation].phase in phases)


def downstream(steps: Iterable[Step], *names: str) -> tuple[Step, ...]:
    """Of the steps, in order, those that a change of the named quantities reaches."""
    moved, reached = set(names), []
    for step in steps:
        if moved.intersection(reads(step)):
            moved.add(step.out)
            reached.append(step)
    return tuple(reached)


class Paths(Struct, frozen=True, eq=False, dict=True):
    """The forward steps of a program, and what of them matters to whom."""

    program: Program
    _to_cost: dict[tuple[str, ...], tuple[Step, ...]] = field(default_factory=dict)
    _routes: dict[str, Route] = field(default_factory=dict)
    _uses: dict[str, tuple[tuple[Step, int], ...]] = field(default_factory=dict)
    _needed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _carries: dict[tuple[str, ...], tuple[Carry, ...]] = field(default_factory=dict)
    _order: dict[tuple[tuple[str, ...], frozenset[str]], tuple[str, ...]] = field(default_factory=dict)
    _gathers: dict[str, bool] = field(default_factory=dict)
    _computing: dict[tuple[str, ...], tuple[Step, ...]] = field(default_factory=dict)

    @cached_property
    def forward(self) -> tuple[Step, ...]:
        return steps_of(self.program, Phase.FORWARD, Phase.COST)

    @cached_property
    def branching(self) -> tuple[Step, ...]:
        """The forward steps that choose."""
        return tuple(step for step in self.forward if step.op.branch)

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
            made = self.gathers(name) or (name in self.with_data and self.keeps_to_itself(name))
            self._needed[name] = tuple(step.out for step, _ in self.uses(name)) if made else ()
        return self._needed[name]

    def gathers(self, name: str) -> bool:
        """Whether no example reaches a quantity and every step that reads it hands derivatives back simply."""
        if name not in self._gathers:
            apart = name not in self.with_data
            self._gathers[name] = apart and all(simple(step) for step, _ in self.uses(name))
        return self._gathers[name]

    def keeps_to_itself(self, name: str) -> bool:
        """Whether an entrywise step of its own shape follows, and nothing else."""
        uses, shape = self.uses(name), self.program.shapes[name]
        return len(uses) == 1 and uses[0][0].op.elementwise and uses[0][0].shape == shape

    def route(self, name: str) -> Route:
        """The way of a quantity's entries to the cost."""
        if name not in self._routes:
            self._routes[name] = route(name, self.to_cost(name), self.program.shapes, self.program.cost)
        return self._routes[name]

    def carries(self, *names: str) -> tuple[Carry, ...]:
        """How everything between these quantities and the cost moves when they do."""
        if names not in self._carries:
            moving, carries = set(names), []
            for step in self.to_cost(*names):
                carries.append((step.out, move(step, moving, self.program.shapes)))
                moving.add(step.out)
            self._carries[names] = tuple(carries)
        return self._carries[names]

    def order(self, names: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
        """These and all else unknown that their derivatives are put together from, the nearest to the cost first."""
        if (names, known) not in self._order:
            found = dict[str, None]()
            for name in names:
                waiting = [name]
                while waiting:
                    open_ = [each for each in self.needed(waiting[-1]) if each not in found and each not in known]
                    waiting.extend(open_)
                    if not open_:
                        found[waiting.pop()] = None
            self._order[names, known] = tuple(found)
        return self._order[names, known]


def simple(step: Step) -> bool:
    """Whether the derivative by an input of a step is easily had from that by its output."""
    if step.op.name == "matmul":
        return bool(step.options["ranks"] == (2, 2))
    return (
        step.op.elementwise or step.op.name in ("sum", "mean") or (step.op.name == "transpose" and len(step.shape) == 2)
    )


@lru_cache(maxsize=64)
def paths(program: Program) -> Paths:
    """The paths of a program, which is itself and nothing that is only equal to it."""
    return Paths(program)

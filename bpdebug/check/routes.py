"""The way of one quantity's entries to the cost: what is done at each step, decided once for a program.

At first each entry keeps to itself: as long as only entrywise steps follow, one array holds every entry's own change.
Where entries of a lane meet, each becomes a copy of its own; where lanes meet, they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.check.lanes import Lanes, summands
from bpdebug.check.moves import Move, Slopes, move
from bpdebug.language.expression import Name
from bpdebug.ops.shapes import product
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step


class Chunk(Protocol):
    """Some of the copies on their way: those from `start` to `stop`."""

    @property
    def tangents(self) -> Slopes: ...

    moving: dict[str, Array]
    start: int
    stop: int

    def rows(self, name: str) -> Array: ...


Act: TypeAlias = Callable[[Chunk], Array]


class Route(Struct, frozen=True, eq=False):
    """The way of one quantity's entries to the cost.

    `apart` are the entrywise steps in which every entry still keeps to itself, `rest` those after them, each with what
    is done there and what is not read again; `largest` and `total` count the entries of the arrays on the way.
    `narrows` are the quantities that everything on the way passes through, by name, with the step that comes after.
    """

    name: str
    shape: Shape
    lanes: Lanes
    reaches: bool
    """Whether anything on the way reaches the cost."""
    apart: tuple[tuple[str, Move], ...]
    rest: tuple[tuple[str, Act, tuple[str, ...]], ...]
    largest: int
    total: int
    narrows: Mapping[str, int]

    @property
    def copies(self) -> int:
        """How many copies every entry of it takes."""
        lanes = 1 if self.lanes.axis is None else self.shape[self.lanes.axis]
        return int(product(self.shape)) // lanes

    def joins(self, other: Route) -> int | None:
        """The step at which the copies of another quantity can go along with those of this one from there on."""
        at = self.narrows.get(other.name)
        if at is None or other.apart or not other.rest or other.name not in other.rest[0][2]:
            return None
        same = [name for name, *_ in other.rest] == [name for name, *_ in self.rest[at:]]
        return at if same and dict(other.lanes.closing) == dict(self.lanes.closing) else None


def route(name: str, steps: tuple[Step, ...], shapes: Mapping[str, Shape], cost: str) -> Route:
    """The way of a quantity's entries through the steps that lead from it to the cost."""
    shape, alone, reached, apart = shapes[name], {name}, {name}, []
    for step in steps:
        moved = reached.intersection(reads(step))
        reached.add(step.out)
        if step.op.elementwise and step.shape == shape and moved <= alone:
            alone.add(step.out)
            apart.append((step.out, move(step, moved, shapes)))
    rest = tuple(step for step in steps if step.out not in alone)
    lanes = Lanes.of(name, shape, steps, shapes)
    sizes = [int(product(shape)), *(int(product(step.shape)) for step in rest)]
    spent = last_reads(rest, cost)
    acts, moving, narrows = [], set[str](), dict[str, int]()
    for step, done in zip(rest, spent, strict=True):
        fresh = tuple(dict.fromkeys(each for each in reads(step) if each in alone and each not in moving))
        way = first_meeting(step, fresh[0], lanes, shape) if alone_in(step, fresh, moving) else None
        if fresh:
            narrows.clear()
        if way is None:
            moving.update(fresh)
            onward = closing(step, lanes) if step.out in lanes.closing else carrying(move(step, moving, shapes))
            way = as_copies(fresh, onward, lanes, shape) if fresh else onward
        acts.append((step.out, way, done))
        moving.add(step.out)
        moving.difference_update(done)
        if moving == {step.out}:
            narrows[step.out] = len(acts)
    return Route(
        name, shape, lanes, bool(steps), tuple(apart), tuple(acts), max(1, *sizes), max(1, sum(sizes)), narrows
    )


def alone_in(step: Step, fresh: tuple[str, ...], moving: set[str]) -> bool:
    """Whether one quantity whose entries keep to themselves is all that moves there."""
    return len(fresh) == 1 and not moving.intersection(reads(step))


def closing(step: Step, lanes: Lanes) -> Act:
    """The sum in which lanes meet."""
    (read,) = reads(step)
    return lambda chunk: lanes.close(step, chunk.moving[read])


def carrying(carry: Move) -> Act:
    """The copies move on as the step moves them."""
    return lambda chunk: carry(chunk.tangents, chunk.moving)


def as_copies(fresh: tuple[str, ...], onward: Act, lanes: Lanes, shape: Shape) -> Act:
    """Each entry of a lane becomes a copy of its own before the step."""

    def split(chunk: Chunk) -> Array:
        many = chunk.stop - chunk.start
        for name in fresh:
            rows = chunk.rows(name)
            copies = np.zeros((many, *rows.shape))
            copies[np.arange(many), np.arange(chunk.start, chunk.stop)] = rows[chunk.start : chunk.stop]
            chunk.moving[name] = lanes.restored(copies, shape)
        return onward(chunk)

    return split


def first_meeting(step: Step, name: str, lanes: Lanes, shape: Shape) -> Act | None:
    """A product in which only one row of each copy moves, or a sum over all there is: no zeros are multiplied."""
    if lanes.axis is None:
        return None
    if step.out in lanes.closing and len(step.options["axis"]) == len(shape):
        rank, count = len(step.shape), summands(step)
        return lambda chunk: chunk.rows(name)[chunk.start : chunk.stop].reshape(-1, *(1,) * rank) / count
    if step.op.name != "matmul" or step.options["ranks"] != (2, 2):
        return None
    place = [isinstance(each, Name) and each.id == name for each in step.inputs].index(True)
    if place == 1 and lanes.axis == -1:
        return lambda chunk: (
            chunk.tangents.arrays(step)[0].T[chunk.start : chunk.stop, :, None]
            * chunk.rows(name)[chunk.start : chunk.stop, None, :]
        )
    if place == 0 and lanes.axis == -2:
        return lambda chunk: (
            chunk.rows(name)[chunk.start : chunk.stop, :, None]
            * chunk.tangents.arrays(step)[1][chunk.start : chunk.stop, None, :]
        )
    return None


def reads(step: Step) -> tuple[str, ...]:
    """The names a step takes its inputs from."""
    return tuple(each.id for each in step.inputs if isinstance(each, Name))


def last_reads(steps: tuple[Step, ...], *kept: str) -> tuple[tuple[str, ...], ...]:
    """After each step, the names that no later step reads, but for those to be kept."""
    last: dict[str, int] = {}
    for index, step in enumerate(steps):
        last |= dict.fromkeys((step.out, *reads(step)), index)
    for name in kept:
        last.pop(name, None)
    gone: list[list[str]] = [[] for _ in steps]
    for name, index in last.items():
        gone[index].append(name)
    return tuple(map(tuple, gone))

"""How a step carries directions from its inputs to its output, decided once for a program and not once for a check.

A move takes the slopes of one run and the directions of what moves, (copies, *shape) by name, and answers those of the
output, (copies, *step.shape). A linear operation is its own move; a product moves one factor while the other rests; an
entrywise operation needs its slope; anything else takes a complex step in every direction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Protocol, TypeAlias

import numpy as np

from bpdebug.language.expression import Name
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Step

Directions: TypeAlias = Mapping[str, Array]
"""For each quantity that moves, the directions it moves in: (copies, *shape)."""
Fit: TypeAlias = Callable[[Array], Array]

NOTHING = np.zeros(())
"""The direction of what rests, where it is broadcast."""


class Slopes(Protocol):
    """What a move may ask of the run it is made in."""

    def arrays(self, step: Step) -> tuple[Array, ...]: ...

    def along(self, step: Step, place: int, way: Array) -> Array: ...

    def stepped(self, step: Step, moving: Directions) -> Array: ...


Move: TypeAlias = Callable[[Slopes, Directions], Array]


def move(step: Step, moving: Collection[str], shapes: Mapping[str, Shape]) -> Move:
    """How the output of a step moves when these quantities do."""
    places = tuple(place for place, given in enumerate(step.inputs) if isinstance(given, Name) and given.id in moving)
    if step.op.degree == 1 and step.op.branch is None:
        return linear(step, places, shapes)
    if step.op.degree == 2:
        return added([one_factor(step, place, shapes) for place in places])
    if step.op.elementwise:
        return added([entrywise(step, place, shapes) for place in places])
    return lambda slopes, ways: slopes.stepped(step, ways)


def linear(step: Step, places: tuple[int, ...], shapes: Mapping[str, Shape]) -> Move:
    """The rule itself on the directions, with nothing where an input rests."""
    rule = partial(step.op.forward, **step.options) if step.options else step.op.forward
    names = [input_name(step, place) for place in places]
    if len(step.inputs) == 1:
        (name,) = names
        return lambda slopes, ways: np.asarray(rule(ways[name]))
    if not step.op.elementwise:
        return partly_at_rest(step, places, rule)
    fits = [widening(shapes[name], step.shape) for name in names]
    if len(step.inputs) == 2 and len(places) == 2:
        (left, right), (fit, fit_right) = names, fits
        return lambda slopes, ways: np.asarray(rule(fit(ways[left]), fit_right(ways[right])))
    (name,), (fit,) = names, fits
    full = spreading(shapes[name], step.shape)
    if places == (0,):
        return lambda slopes, ways: full(np.asarray(rule(fit(ways[name]), NOTHING)))
    return lambda slopes, ways: full(np.asarray(rule(NOTHING, fit(ways[name]))))


def partly_at_rest(step: Step, places: tuple[int, ...], rule: Callable[..., Array]) -> Move:
    """What joins arrays and is linear in all of them together: those at rest take part with zeros.

    What guides it stays as it is, whether it moves or not.
    """

    def joined(slopes: Slopes, ways: Directions) -> Array:
        copies = len(ways[input_name(step, places[0])])

        def part(place: int, real: Array) -> Array:
            if place in step.op.guides:
                return real
            return ways[input_name(step, place)] if place in places else np.zeros((copies, *real.shape))

        return np.asarray(rule(*(part(place, real) for place, real in enumerate(slopes.arrays(step)))))

    return joined


def one_factor(step: Step, place: int, shapes: Mapping[str, Shape]) -> Move:
    """A product with one factor moving and the other at rest."""
    rule = partial(step.op.forward, **step.options) if step.options else step.op.forward
    name, other = input_name(step, place), 1 - place
    fit = widening(shapes[name], step.shape) if step.op.elementwise else as_it_is
    if place == 0:
        return lambda slopes, ways: np.asarray(rule(fit(ways[name]), slopes.arrays(step)[other]))
    return lambda slopes, ways: np.asarray(rule(slopes.arrays(step)[other], fit(ways[name])))


def entrywise(step: Step, place: int, shapes: Mapping[str, Shape]) -> Move:
    """The slope in every entry, times the directions."""
    name = input_name(step, place)
    fit = widening(shapes[name], step.shape)
    return lambda slopes, ways: slopes.along(step, place, fit(ways[name]))


def added(moves: list[Move]) -> Move:
    """What several inputs do together."""
    if len(moves) == 1:
        return moves[0]
    first, *rest = moves

    def together(slopes: Slopes, ways: Directions) -> Array:
        total = first(slopes, ways)
        for each in rest:
            total = total + each(slopes, ways)
        return total

    return together


def input_name(step: Step, place: int) -> str:
    """The name of what moves as one input of a step."""
    given = step.inputs[place]
    assert isinstance(given, Name)
    return given.id


def as_it_is(way: Array) -> Array:
    """Nothing to be fitted."""
    return way


def widening(shape: Shape, output: Shape) -> Fit:
    """Gives directions of a quantity the axes that broadcasting puts before its own."""
    missing = len(output) - len(shape)
    if missing <= 0:
        return as_it_is
    return lambda way: way.reshape(way.shape[0], *(1,) * missing, *way.shape[1:])


def spreading(shape: Shape, output: Shape) -> Fit:
    """Repeats directions along the axes in which the quantity that moves is broadcast."""
    if shape == output:
        return as_it_is
    return lambda way: np.broadcast_to(way, (way.shape[0], *output))

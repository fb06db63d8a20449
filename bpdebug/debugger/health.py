"""What goes wrong in training: each sign with what it means and what people do about it. To add one, write one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from math import inf
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.debugger.body import SLOPES, Body, norm, spoils_cost
from bpdebug.debugger.words import number
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array

SELDOM = 8
"""How many iterations lie between two looks at what takes long to look at."""
FLAT = 0.04
"""Share of its steepest slope below which an activation counts as saturated."""
MOSTLY = 0.9
VANISHING, EXPLODING = 1e-6, 1e3
RISING = 3
"""Iterations in a row over which the cost rises."""
RISEN = 0.2
"""By which share it rises at least, where chance alone makes it rise and fall."""


HINT = "a value is NaN or infinite here; origin nan tells how it came about"

Ailments: TypeAlias = Mapping[str, str]
"""What is found, by what has it: A1's unit 3 → is 0 for all examples."""
Look: TypeAlias = Callable[[Body, Timeline], Iterator[tuple[str, str]]]


class First(Enum):
    """What is done where a sign shows at the very first look."""

    TOLD = "it is told"
    KNOWN = "that is how the network begins: it is not told as long as it stays so"
    WAITS = "it may be how a training begins: it is told where it still shows at the second look"


class Sign(Struct, frozen=True):
    """One thing that can be wrong."""

    name: str
    summary: str
    means: str
    remedy: str
    look: Look
    every: int = SELDOM
    first: First = First.TOLD
    """What becomes of it in the first iteration, where there is nothing to compare with."""

    def found(self, body: Body, timeline: Timeline) -> Ailments:
        """What is found at the end of the iteration that shows, for a caller that has silenced NumPy."""
        return dict(self.look(body, timeline))


def _not_finite(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    """In any result, also one that reaches neither the cost nor a parameter; and in the cost for a reason of its own.

    The cost has none where what spoilt it came from a value that was not finite before: that was a result, or given.
    """
    if not timeline.finite:
        yield "", HINT
        if spoils_cost(body, timeline) is not None:
            yield body.program.cost, HINT


def _dead(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    for name, op, examples in body.hidden:
        if op != "relu" or not (dead := np.all(body.gave(name, timeline) == 0, axis=examples)).any():
            continue
        if body.program.batches > 1:  # other examples may wake it
            whole = body.over_all(name, timeline)
            dead &= whole is not None and np.all(whole == 0, axis=examples)
        for unit in np.flatnonzero(dead):
            yield f"{name}:{unit}", f"unit {unit} of {name} is 0 for every example"


def _saturated(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    for name, op, _ in body.hidden:
        slope = SLOPES[op]
        if slope is not None:
            share = float(np.mean(slope(body.gave(name, timeline)) < FLAT))
            if share > MOSTLY:
                yield name, f"{share:.0%} of the entries of {name} are where {op} is flat"


def _vanishing(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    sizes = body.sizes(timeline)
    largest = max(sizes, key=lambda name: sizes[name], default="")
    for name, size in sizes.items():
        if size < VANISHING * sizes[largest]:
            yield name, f"norm({name}) is {number(size)}, that of {largest} {number(sizes[largest])}"


def _exploding(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    sizes = body.sizes(timeline)
    for name, gradient in body.weights:
        size = sizes[gradient]
        if not EXPLODING < size < inf:
            continue
        weight = norm(body.updated(name, timeline)[0])
        if size > EXPLODING * weight:
            yield gradient, f"norm({gradient}) is {number(sizes[gradient])}, norm({name}) {number(weight)}"


def _unchanged(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    for name, gradient in body.weights:
        before, after = body.updated(name, timeline)
        if not np.not_equal(before, after).any():
            yield name, f"the update left every entry of {name} as it was: {_still(body, name, gradient, timeline)}"


def _still(body: Body, name: str, gradient: str, timeline: Timeline) -> str:
    """Why an update changes nothing."""
    if not body.gradient(name, timeline).any():
        return f"{gradient} is 0"
    if not any(each.any() for each in body.steps_off(name, timeline)):
        return f"what is made of {gradient} to change it is 0, as with a learning rate of 0"
    return f"what {gradient} changes is lost in it"


def _large_update(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    for name, _ in body.weights:
        if min(body.program.shapes[name], default=0) > 1:
            before, after = body.updated(name, timeline)
            weight, moved = (norm(each) for each in (before, after - before))
            if moved > weight > 0 and np.isfinite(moved):
                yield name, f"the update of {name} has norm {number(moved)}, {name} itself had {number(weight)}"


def averages(costs: Array, span: int) -> Array:
    """The means of costs over so many iterations each."""
    return np.asarray(costs.reshape(-1, span).sum(axis=1) / span)


def risen(costs: Array, span: int) -> Array:
    """Of each of so many times `span` costs whether the sign shows there, as far as these tell."""
    means, found = averages(costs, span), np.zeros(len(costs), dtype=bool)
    if len(means) <= RISING:
        return found
    rose = means[1:] > means[:-1]
    rows = np.logical_and.reduce([rose[at : len(rose) - RISING + 1 + at] for at in range(RISING)])
    if span > 1:
        rows = rows & (means[RISING:] > means[:-RISING] + RISEN * np.abs(means[:-RISING]))
    found[(RISING + 1) * span - 1 :: span] = rows
    return found


def _rising(body: Body, timeline: Timeline) -> Iterator[tuple[str, str]]:
    span = body.span
    costs = timeline.latest_costs((RISING + 1) * span)
    if len(costs) <= RISING * span or (timeline.iteration + 1) % span:
        return
    if risen(np.asarray(costs), span)[-1]:
        cost, means = body.program.cost, averages(np.asarray(costs), span)
        over = f"in {RISING} iterations" if span == 1 else f"on average over {span} iterations {RISING} times"
        yield cost, f"{cost} rose {over} running, {number(means[0])} → {number(means[-1])}"


SIGNS = {
    sign.name: sign
    for sign in (
        Sign(
            "nan",
            "a value became NaN or infinite",
            "Some operation was given numbers it has no answer for, and all that is computed from it is spoilt.",
            "origin nan goes to that operation; usual causes are a learning rate that is too large, log(0), exp of a "
            "large number, 0 / 0.",
            _not_finite,
            every=1,
        ),
        Sign(
            "dead",
            "a relu unit became 0 for every example",
            "Its slope is 0 for all of them, so its weights get no gradient: it will hardly come back.",
            "A smaller learning rate, He initialisation, a leaky relu.",
            _dead,
            first=First.KNOWN,
        ),
        Sign(
            "saturated",
            "a hidden sigmoid or tanh layer is flat nearly everywhere",
            "Where the activation is flat its slope is nearly 0, and so is every gradient that passes it.",
            "Smaller initial weights, inputs scaled to a spread of 1, another activation.",
            _saturated,
        ),
        Sign(
            "vanishing",
            "a gradient is a millionth of the largest",
            "Each layer on the way back multiplies by its slopes and weights; when they are small, the early layers "
            "learn nothing.",
            "Another activation or initialisation, normalisation, connections that skip layers.",
            _vanishing,
            first=First.KNOWN,
        ),
        Sign(
            "exploding",
            "a gradient is a thousand times its weight",
            "Large weights or slopes multiply on the way back; the next update throws the weights far away.",
            "A smaller learning rate, clipping, smaller initial weights, inputs scaled.",
            _exploding,
        ),
        Sign(
            "unchanged",
            "an update left a parameter exactly as it was",
            "Its gradient or the learning rate is 0, or their product so small beside it that the sum rounds to what "
            "it was.",
            "Look at the learning rate and at the gradient: check it, and whether the units it belongs to are dead or "
            "all alike.",
            _unchanged,
            first=First.WAITS,
        ),
        Sign(
            "rising",
            f"the cost rose in {RISING} iterations running",
            "Each step follows the slope downhill; when the cost rises all the same, the steps are too long or the "
            "gradient is wrong.",
            "check the gradients; then try a smaller learning rate.",
            _rising,
            every=1,
        ),
        Sign(
            "large-update",
            "an update is larger than the weight it changes",
            "What the weight had learned is overwritten; usual updates are a thousandth of the weight.",
            "A smaller learning rate; inputs scaled to a spread of 1.",
            _large_update,
        ),
    )
}
"""The table of signs, by name."""


def explained(sign: Sign) -> str:
    """A sign, what it means and what to do."""
    return f"{sign.name}: {sign.summary}.\n  {sign.means}\n  What helps: {sign.remedy}"

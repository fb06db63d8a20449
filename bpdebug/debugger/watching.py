"""The stops as a screen lists them, each with what it looks at, how often it was met, and what that is here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from msgspec import Struct

from bpdebug.debugger.stops import Stop, Stops
from bpdebug.debugger.triggers import Changing, Holding
from bpdebug.debugger.wholes import known
from bpdebug.debugger.words import number, sized
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array

VALUED = 20
"""Stops whose values are looked at."""
LARGE = 10_000
"""Of a matrix with more entries only the shape is told."""


class Watched(Struct, frozen=True):
    """One stop. `called` is its number, or the name of a condition of health."""

    called: str
    kind: str
    """break, tbreak, watch or health"""
    words: str
    enabled: bool
    hits: int
    ignored: int
    value: str
    """What it watches is here, or whether its condition holds; empty where nobody knows."""


def watched(stops: Stops, timeline: Timeline) -> Iterator[Watched]:
    """The stops of the user's own, and of the conditions of health those that were met or are off."""
    few = {id(stop) for stop in islice(stops.own.values(), VALUED)}
    for stop in stops.own.values():
        yield _listed(stop, _value(stop, timeline) if id(stop) in few else "")
    for stop in stops.health.values():
        if stop.hits or not stop.enabled:
            yield _listed(stop, "")


def _listed(stop: Stop, value: str) -> Watched:
    called = stop.name or str(stop.number)
    kind = "health" if stop.name else stop.kind
    return Watched(called, kind, stop.words, stop.enabled, stop.hits, stop.ignored, value)


def _value(stop: Stop, timeline: Timeline) -> str:
    trigger = stop.trigger
    if not isinstance(trigger, Changing | Holding):
        return ""
    if isinstance(trigger, Holding) and trigger.formula.earlier:
        return ""
    with np.errstate(all="ignore"):
        value = trigger.formula.value(known(trigger.formula.reads, timeline))
    if value is None:
        return "not computed yet"
    if isinstance(trigger, Holding):
        return "holds here" if bool(np.all(value)) else "does not hold here"
    return brief(value)


def brief(value: Array) -> str:
    """A value in a few words: a number, or a shape with the largest entry."""
    if not value.ndim:
        return number(float(value))
    if not 0 < value.size <= LARGE:
        return sized(value.shape)
    return f"{sized(value.shape)}, largest {float(np.abs(value).max()):.4g}"

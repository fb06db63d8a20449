"""Numbers of an iteration as a whole, which formulas may read beside the quantities: known where it ends."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import cast

from bpdebug.machine.measured import LARGEST, largest
from bpdebug.machine.timeline import Timeline
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

WHOLES: Mapping[str, Callable[[Timeline], Array]] = {
    LARGEST: lambda timeline: largest(*timeline.passing, timeline.program),
}
"""Each by its name, and what it is where an iteration ends. A program may have quantities of the same names."""


def wholes(program: Program, names: Iterable[str] = WHOLES) -> frozenset[str]:
    """Those among some names that are no quantities of a program."""
    return frozenset(WHOLES.keys() & set(names) - program.shapes.keys())


def known(reads: Iterable[str], timeline: Timeline, values: Mapping[str, Array] | None = None) -> Mapping[str, Array]:
    """What there is where a run stands, or `values`; and the numbers of the iteration that are read, once known."""
    here = timeline.here if values is None else values
    asked = wholes(timeline.program, reads)
    if not asked or timeline.step < timeline.steps:
        return here
    return ChainMap({name: WHOLES[name](timeline) for name in asked}, cast("MutableMapping[str, Array]", here))

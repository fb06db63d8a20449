"""Lines that are alike from layer to layer, written once in a loop over the layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from benchmarks.claims_lines import Line
from bpdebug.ops import write

NAMED = re.compile(r"\b(d?[WbZAS])(\d+)\b")
FORM = "d{}"
"""What gradients have to be called for it."""
OFTEN = 0.7


def looped(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of the layers that are alike, layer by layer from the last to the first of them; [] for none."""
    found: list[list[Line]] = []
    for upper, lower in pairwise(_layers(lines)):
        if _said(upper, 1) == _said(lower, 0):
            found = [*(found or [upper]), lower]
        elif found:
            break
    return found


def _layers(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines from each gradient of weights to the next."""
    found: list[list[Line]] = []
    for line in lines:
        if line.of.startswith("W"):
            found.append([])
        if found:
            found[-1].append(line)
    return found


def _said(lines: Sequence[Line], lower: int) -> list[str]:
    """The equations of a layer, as they are so many layers below it."""
    said = (f"d{line.of} = {write(line.expr, 'ascii')}" for line in lines)
    return [NAMED.sub(lambda name: _named(name[1], int(name[2]) - lower), each) for each in said]


def _named(stem: str, number: int) -> str:
    return "X" if (stem, number) == ("A", 0) else f"{stem}{number}"


def loop(layers: Sequence[Sequence[Line]], written: Callable[[Line], Iterator[str]]) -> Iterator[str]:
    """The loop; `written` gives the text of a line."""
    top = layers[0][0].layer
    yield f"for l in range({top}, {top - len(layers)}, -1):"
    for line in layers[0]:
        for text in written(line):
            yield "    " + NAMED.sub(lambda name: f"{name[1]}[{_index(int(name[2]) - top)}]", text)


def _index(offset: int) -> str:
    return f"l{offset:+d}" if offset else "l"

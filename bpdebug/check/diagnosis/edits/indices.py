"""The wrong entry, column or stretch: X[:, 1:2] for X[:, 2:3]."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.parts import OPERAND
from bpdebug.check.diagnosis.edits.slopes import POINT, in_slope, slope_formula
from bpdebug.check.diagnosis.trees import places, replaced
from bpdebug.language.expression import Apply, Expr, Option, Slice, apply, rebuild, walk

MOST = 12
"""Other entries that are tried along one axis."""
HERE, THERE = 1.6, 1.7
"""What it costs in one place, and wherever the same entry stands in a part of the line."""


def elsewhere(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Another entry of the same array, here or wherever this one stands."""
    for part in places(expr):
        node = part.node
        if not isinstance(node, Apply):
            continue
        if node.op == "index":
            mistakes = (POINT, OPERAND) if in_slope(expr, part) else (OPERAND,)
            for new in _moved(bench, node):
                yield Repair(replaced(expr, part.path, new), HERE, mistakes, node, new, part.path)
            continue
        read = [each for each in walk(node) if isinstance(each, Apply) and each.op == "index"]
        sloped = any(slope_formula(each) for each in walk(node))
        for old in {each for each in read if read.count(each) > 1}:
            if any(sum(n == old for n in walk(each)) == read.count(old) for each in node.inputs):
                continue
            for new in _moved(bench, old):
                other = _everywhere(node, old, new)
                mistakes = (POINT, OPERAND) if sloped else (OPERAND,)
                yield Repair(replaced(expr, part.path, other), THERE, mistakes, node, other, part.path)


def _everywhere(node: Expr, old: Expr, new: Expr) -> Expr:
    """An expression with another part wherever one stands."""
    return rebuild(node, lambda each: new if each == old else each)


def _moved(bench: Bench, node: Apply) -> Iterator[Expr]:
    """The same array at other places, along one axis, of the same extent."""
    value, index = bench.value(node.inputs[0]), node.option("index")
    if value is None or not isinstance(index, tuple):
        return
    for axis, own in enumerate(index[: value.ndim]):
        for other in _others(own, value.shape[axis]):
            yield apply("index", node.inputs[0], index=(*index[:axis], other, *index[axis + 1 :]))


def _others(own: Option, length: int) -> Iterator[int | Slice]:
    """The other places along an axis of this length that are as many."""
    if isinstance(own, int):
        yield from (place for place in range(min(length, MOST)) if place != own % length)
    elif isinstance(own, Slice) and own.step is None:
        start, stop, _ = slice(own.start, own.stop).indices(length)
        extent = stop - start
        for place in range(min(length, MOST) - extent + 1) if 0 < extent < length else ():
            if place != start:
                yield Slice(place, place + extent, None)


EDITS = ((elsewhere, HERE),)

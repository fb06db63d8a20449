"""Two mistakes at the two ends of one matrix product: every pair of changes tried at once, on vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.trees import Part, Path, places, replaced
from bpdebug.language.expression import Apply, Expr
from bpdebug.ops.table import Array

Edit: TypeAlias = Callable[[Bench, Expr], Iterator[Repair]]
DEAREST = 2.0
"""What the change of one end may cost."""
MOST = 400
"""Changes of one end that are tried."""
ROOM = 2_000_000
"""Entries that the changes of one end may have together."""
SWAPPED = 1.1
"""What it costs to exchange the ends as well."""
NEAR = 1e-6
PROBES = 2


class End(Struct, frozen=True, eq=False):
    """One operand of a product, changed or as it is."""

    expr: Expr
    value: Array
    cost: float
    mistakes: tuple[str, ...]


def wanted(bench: Bench, path: Path) -> Array | None:
    """The value that the sub-expression at a place would have to have, all else being right; None where it is open."""
    value, node = bench.target, bench.expr
    for place in path:
        assert isinstance(node, Apply)
        inverse = _inverted(bench, node, place, value)
        if inverse is None or not np.isfinite(inverse).all():
            return None
        value, node = inverse, node.inputs[place]
    return value


def _inverted(bench: Bench, node: Apply, place: int, value: Array) -> Array | None:
    """One operation undone: what its input would have to be for it to give a value."""
    if node.op == "negate":
        return -value
    if node.op == "transpose":
        return value.T
    if node.op not in ("add", "subtract", "multiply", "divide"):
        return None
    other = bench.value(node.inputs[1 - place])
    if other is None or np.broadcast_shapes(other.shape, value.shape) != value.shape:
        return None
    undone: dict[tuple[str, int], Callable[[Array, Array], Array]] = {
        ("add", 0): np.subtract,
        ("add", 1): np.subtract,
        ("subtract", 0): np.add,
        ("subtract", 1): lambda value, other: other - value,
        ("multiply", 0): np.divide,
        ("multiply", 1): np.divide,
        ("divide", 0): np.multiply,
        ("divide", 1): lambda value, other: other / value,
    }
    return np.asarray(undone[node.op, place](value, other))


def at_both_ends(bench: Bench, edits: Sequence[tuple[Edit, float]]) -> Iterator[tuple[Expr, float, tuple[str, ...]]]:
    """Mended lines with what they cost and what was wrong, for every product whose two ends are changed."""
    for part in places(bench.expr):
        node = part.node
        if not isinstance(node, Apply) or node.op != "matmul":
            continue
        try:
            target = wanted(bench, part.path)
        except ValueError:
            continue
        if target is None or target.ndim != 2:
            continue
        ends = [list(_changed(bench, each, edits)) for each in node.inputs]
        yield from _joined(bench, part, ends, target)
        for mended, cost, mistakes in _joined(bench, part, ends[::-1], target):
            yield mended, cost + SWAPPED, (*mistakes, "operand-order")


def _changed(bench: Bench, end: Expr, edits: Sequence[tuple[Edit, float]]) -> Iterator[End]:
    """An operand as it is, and with every cheap change made to it."""
    own = bench.value(end)
    if own is not None and own.ndim == 2:
        yield End(end, own, 0.0, ())
    count = room = 0
    for edit, least in edits:
        for each in edit(bench, end) if least <= DEAREST else ():
            value = bench.value(each.mended) if each.cost <= DEAREST and each.mended is not end else None
            if value is not None and value.ndim == 2 and np.isfinite(value).all():
                count += 1
                room += value.size
                yield End(each.mended, value, each.cost, each.mistakes)
            if count >= MOST or room > ROOM or bench.exhausted():
                return


def _joined(
    bench: Bench, part: Part, ends: Sequence[Sequence[End]], target: Array
) -> Iterator[tuple[Expr, float, tuple[str, ...]]]:
    """The pairs whose product is what is wanted: asked on a few vectors first, the likeliest first."""
    random = np.random.default_rng(0)
    rows, columns = target.shape
    before, after = random.normal(size=(PROBES, rows)), random.normal(size=(columns, PROBES))
    answers = np.einsum("pr,rc,cp->p", before, target, after)
    lefts = [each for each in ends[0] if each.value.shape[0] == rows]
    rights = [each for each in ends[1] if each.value.shape[1] == columns]
    for inner in {each.value.shape[1] for each in lefts} & {each.value.shape[0] for each in rights}:
        first = [each for each in lefts if each.value.shape[1] == inner]
        second = [each for each in rights if each.value.shape[0] == inner]
        found = np.einsum(
            "lpi,rip->lrp", np.array([before @ e.value for e in first]), np.array([e.value @ after for e in second])
        )
        fits = (np.abs(found - answers) <= NEAR * np.max(np.abs(answers))).all(axis=2)
        pairs = [(first[i], second[j]) for i, j in np.argwhere(fits)]
        for left, right in sorted(pairs, key=lambda pair: pair[0].cost + pair[1].cost)[:MOST]:
            mended = replaced(bench.expr, part.path, left.expr @ right.expr)
            yield mended, left.cost + right.cost, (*left.mistakes, *right.mistakes)

"""Two mistakes in two places of a line, found by what each alone would change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.evaluator import alike
from bpdebug.check.diagnosis.trees import Part, places, replaced
from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array

ENTRIES = 24
"""Entries that are compared before a pair is tried on all."""
DEAREST = 2.0
"""What one of two edits may cost."""
MOST = 600
NEAR = 1e-6


def together(bench: Bench, singles: Sequence[Repair]) -> list[tuple[Repair, Repair]]:
    """Pairs of edits whose effects make up the difference, the likeliest first."""
    own, target = bench.value(bench.expr), bench.target
    if own is None or not alike(own, target) or not own.size:
        return []
    kept, values = _usable(bench, singles, target)
    if len(kept) < 2:
        return []
    start, goal = np.ravel(own)[:ENTRIES], np.ravel(target)[:ENTRIES]
    found: set[tuple[int, int]] = set()
    for effects, wanted, add in ((values / start, goal / start, False), (values - start, goal - start, True)):
        found |= _matches(effects, wanted, add=add)
    pairs = [(kept[i], kept[j]) for i, j in found if not _touch(kept[i], kept[j])]
    return sorted(pairs, key=lambda pair: pair[0].cost + pair[1].cost)


def _usable(bench: Bench, singles: Sequence[Repair], target: Array) -> tuple[list[Repair], Array]:
    kept, values = list[Repair](), list[Array]()
    for each in sorted((r for r in singles if r.cost <= DEAREST), key=lambda each: each.cost):
        value = bench.value(each.mended)
        if value is not None and alike(value, target) and np.isfinite(value).all() and len(kept) < MOST:
            kept.append(each)
            values.append(np.ravel(value)[:ENTRIES].copy())
    return kept, np.array(values)


def _matches(effects: Array, wanted: Array, *, add: bool) -> set[tuple[int, int]]:
    """Which two rows multiply, or add up, to what is wanted."""
    scale = np.abs(wanted) + 1e-9 * np.max(np.abs(wanted)) + 1e-300
    found: set[tuple[int, int]] = set()
    for i, effect in enumerate(effects[:-1]):
        both = effects[i + 1 :] + effect if add else effects[i + 1 :] * effect
        fits = (np.abs(both - wanted) <= NEAR * scale).all(axis=1)
        found |= {(i, i + 1 + int(j)) for j in np.flatnonzero(fits)}
    return found


def _touch(one: Repair, other: Repair) -> bool:
    """Whether one place lies inside the other."""
    shorter = min(len(one.path), len(other.path))
    return one.path[:shorter] == other.path[:shorter] and bool(shorter)


def composed(expr: Expr, one: Repair, other: Repair) -> Expr | None:
    """Both edits made: the second on what the first leaves, where the part it changes still stands."""
    for first, second in ((one, other), (other, one)):
        if second.new is not None and second.old is not None:
            place = _where(first.mended, second.old)
            if place is not None:
                return replaced(first.mended, place.path, second.new)
    return None


def _where(expr: Expr, part: Expr) -> Part | None:
    return next((each for each in places(expr) if each.node is part), None)

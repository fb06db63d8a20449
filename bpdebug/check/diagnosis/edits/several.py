"""Slopes of activations that are too many: several of them dropped at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations, pairwise

from bpdebug.check.diagnosis.bench import SEVERAL, Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import EXTRA, in_slope, pairs_of
from bpdebug.check.diagnosis.trees import Part, Path, products, without
from bpdebug.language.expression import Expr

MOST = 4
"""Slopes in one line of which several are dropped together."""
EACH = 0.3
"""What every further one costs."""


def dropped_together(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Two or more slopes of one line dropped."""
    found = list(_slopes(bench, expr))[:MOST]
    for count in range(2, len(found) + 1):
        for several in combinations(found, count):
            gone = [part for group in several for part in group]
            mended = without(expr, tuple(part.path for part in gone)) if _apart(gone) else None
            if mended is not None:
                old = reduce(lambda a, b: a * b, (part.node for part in gone))
                yield Repair(mended, 1.4 + EACH * (count - 1), (EXTRA,), old, None, gone[0].path, SEVERAL)


def _slopes(bench: Bench, expr: Expr) -> Iterator[tuple[Part, ...]]:
    """The factors that are slopes: one by itself, or two of one product that are one between them."""
    for parts in products(expr):
        upper = [part for part in parts if not part.inverse]
        if len(upper) < 2 or in_slope(expr, upper[0]):
            continue
        single = [part for part in upper if bench.slopes.recognised(bench.value(part.node)) is not None]
        yield from ((part,) for part in single)
        for one, other in pairs_of([part for part in upper if part not in single]):
            if bench.slopes.recognised(bench.value(one.node * other.node)) is not None:
                yield (one, other)


def _apart(parts: list[Part]) -> bool:
    """Whether no factor is one of two slopes, nor lies within another."""
    paths: list[Path] = sorted(part.path for part in parts)
    return all(other[: len(one)] != one for one, other in pairwise(paths))


EDITS = ((dropped_together, 1.4 + EACH),)

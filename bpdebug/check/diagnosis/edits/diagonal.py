"""Where every entry depends on many, as under a norm: what an entry does to itself alone, or to the others alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpdebug.check.diagnosis.bench import DIAGONAL, OTHERS, Bench, Repair
from bpdebug.check.diagnosis.draws import Draw
from bpdebug.check.diagnosis.evaluator import ratio
from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array

COST = 1.5
MOST = 400
"""Entries of a quantity up to which each is moved by itself."""


def own_entry(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The diagonal of a derivative that is a matrix, or all but that, where the whole of it belongs."""
    line = bench.right_line if expr is bench.expr else None
    for out in normalised(bench) if line is not None else ():
        itself = tuple(through_itself(draw, bench.scope.of, out) for draw in bench.draws)
        others = tuple(_rest(draw, bench.scope.of, own) for draw, own in zip(bench.draws, itself, strict=True))
        for why, part in ((DIAGONAL, itself), (OTHERS, others)):
            if line is not None and _is(bench, expr, part):
                yield Repair(line, COST, ("missing-path",), expr, line, (), why)


def normalised(bench: Bench) -> Iterator[str]:
    """What is made of all entries of the quantity and has as many; no softmax, whose diagonal has a name of its own."""
    scope, graph = bench.scope, bench.scope.graph
    shapes, learned = scope.program.shapes, {*scope.program.parameters} - {scope.of}
    for name in graph.equations:
        alike = shapes[name] == shapes[scope.of] != () and scope.of in graph.ancestors[name]
        own = alike and not learned & (graph.ancestors[name] - graph.ancestors.get(scope.of, frozenset()))
        if own and name not in graph.activations | graph.entrywise:
            yield name


def through_itself(draw: Draw, of: str, out: str) -> Array | None:
    """What reaches the cost from every entry of one quantity through the same entry of another."""
    shape = draw.given[of].shape
    count = int(np.prod(shape))
    if count > MOST:
        return None
    carries = draw.forward.paths.carries(of)
    moved = draw.derivatives.tangents.carried(carries, {of: np.eye(count).reshape(count, *shape)})
    if out not in moved:
        return None
    whole = np.broadcast_to(moved[out], (count, *shape)).reshape(count, count)
    return np.asarray(draw.derivatives.of(out) * whole.diagonal().reshape(shape))


def _rest(draw: Draw, of: str, own: Array | None) -> Array | None:
    return None if own is None else draw.derivatives.of(of) - own


def _is(bench: Bench, expr: Expr, part: tuple[Array | None, ...]) -> bool:
    """Whether a line is a part of the gradient on all draws, times one number; and the part is not the whole."""
    by = bench.ratios(expr, part)
    return bool(by) and bool(np.allclose(by, by[0])) and ratio(bench.target, part[0]) is None


EDITS = ((own_entry, COST),)

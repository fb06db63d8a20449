"""What a line may be off by: every factor that has a name, and which of them a ratio on all draws is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from itertools import product as pairs

import numpy as np
from msgspec import Struct

from bpdebug.check.called import RATE
from bpdebug.check.diagnosis.bench import Bench
from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.trees import Part, Path, at, dropped, factors, negated, replaced
from bpdebug.language.expression import Apply, Expr, Name, Number, names, walk
from bpdebug.ops import OPS, write
from bpdebug.ops.table import Array

SMALL = (2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3, 8.0, 0.125, 6.0, 1 / 6, 10.0, 0.1)
"""Numbers that people carry along or lose."""
NEAR = 1e-7
SCALED = 0.98
"""What it costs that a scale is left out which the forward pass works out: likelier than any number by itself."""
NAMED = 1.2
"""Up to which cost a factor is taken for a count of the claim or the cost; beyond, it may only have the same value."""


class Factor(Struct, frozen=True):
    """What a line must be multiplied by: a number, times or by a scalar expression of the network's constants."""

    literal: float
    by: Expr | None
    inverse: bool
    cost: float
    mistakes: tuple[str, ...]

    @property
    def undone(self) -> str:
        """What a line that must be multiplied by it is off by, where that has a name: m, 1/m, 1 - p."""
        if self.by is None or self.literal != 1 or self.cost > NAMED:
            return ""
        named = write(self.by, "ascii").replace(" * ", "·")
        return named if self.inverse else f"1/{named}" if isinstance(self.by, Name) else f"1/({named})"

    def applied(self, expr: Expr) -> Expr:
        if self.literal < 0:
            expr = negated(expr)
        if abs(self.literal) != 1:
            expr = scaled(expr, abs(self.literal))
        if self.by is None:
            return expr
        for part in scalars(expr):  # what divides already goes, instead of a factor that undoes it
            if part.node == self.by and part.inverse != self.inverse:
                left = dropped(expr, part.path)
                if left is not None:
                    return left
        return expr / self.by if self.inverse else self.by * expr


def scaled(expr: Expr, by: float) -> Expr:
    """An expression times a number, at the number that is there if there is one."""
    for part in scalars(expr):
        if isinstance(part.node, Number):
            value = part.node.value / by if part.inverse else part.node.value * by
            if abs(value - 1) < NEAR:
                return _without(expr, part.path)
            if abs(value - round(value)) < NEAR:
                return replaced(expr, part.path, Number(float(round(value))))
    return expr / Number(float(round(1 / by))) if by < 1 else Number(by) * expr


def _without(expr: Expr, path: Path) -> Expr:
    """An expression without a number in it, whose minus stays."""
    above = [at(expr, path[:length]) for length in range(len(path))]
    minus = False
    while above and isinstance(last := above.pop(), Apply) and last.op == "negate":
        minus = not minus
    left = dropped(expr, path) or Number(1.0)
    return negated(left) if minus else left


def scalars(expr: Expr, path: Path = (), inverse: bool = False) -> Iterator[Part]:
    """The factors of an expression that may stand anywhere in it: through products of both kinds, sums, transposes."""
    for part in factors(expr, path, inverse):
        yield part
        node = part.node
        if isinstance(node, Apply) and node.op in ("matmul", "negate", "sum", "mean", "transpose"):
            for place, each in enumerate(node.inputs):
                yield from scalars(each, (*part.path, place), part.inverse)


def explained(bench: Bench, ratios: Iterable[float | None]) -> Factor | None:
    """The likeliest factor that a ratio is on all draws."""
    return next(explanations(bench, ratios), None)


def explanations(bench: Bench, ratios: Iterable[float | None]) -> Iterator[Factor]:
    """Every factor that a ratio is on all draws, the likeliest first; no more draws are asked than are needed."""
    known, expected = known_factors(bench)
    left = np.ones(len(known), dtype=bool)
    for draw, by in enumerate(ratios):
        if by is None:
            return
        if not math.isnan(by):
            left &= np.abs(by - expected[:, draw]) <= NEAR * np.abs(expected[:, draw])
        if not left.any():
            return
    yield from (known[place] for place in np.flatnonzero(left))


@lru_cache(maxsize=2)
def known_factors(bench: Bench) -> tuple[tuple[Factor, ...], Array]:
    """The factors that may explain a ratio, and for each what it is on every draw."""
    known = tuple(candidates(bench))
    return known, np.array([[_expected(bench, each, draw) for draw in (0, *bench.usable)] for each in known])


def _expected(bench: Bench, factor: Factor, draw: int) -> float:
    """A factor's value on a draw; NaN where it has none."""
    value = np.ones(1) if factor.by is None else bench.value(factor.by, draw)
    number = 0.0 if value is None else float(np.ravel(value)[0])
    if not number:
        return math.nan
    return factor.literal / number if factor.inverse else factor.literal * number


def candidates(bench: Bench) -> Iterator[Factor]:
    """Factors in the order in which they explain a ratio."""
    named = [*_scales(bench), *_counts(bench), *_constants(bench), *_decimals(bench)]
    yield from (each for each in named if each.cost <= 1.1)
    yield Factor(-1, None, False, 1.0, ("sign-flipped",))
    yield from (Factor(each, None, False, 1.0, ("constant-factor",)) for each in SMALL[:2])
    yield from (each for each in named if each.cost > 1.1)
    yield from (Factor(each, None, False, 1.3, ("constant-factor",)) for each in SMALL[2:])
    for literal in (-1.0, *SMALL[:4]):
        for factor in named:
            extra = "sign-flipped" if literal < 0 else "constant-factor"
            cost, mistakes = factor.cost + 1.0, (extra, *factor.mistakes)
            yield Factor(literal, factor.by, factor.inverse, cost, mistakes)
        if literal > 0:
            yield Factor(-literal, None, False, 2.0, ("sign-flipped", "constant-factor"))


def _counts(bench: Bench) -> Iterator[Factor]:
    """The numbers of something, and the product of two that the cost divides by."""
    scope = bench.scope
    m, in_cost = scope.program.examples, scope.graph.equations[scope.program.cost]
    counts = [name for name in scope.counts if float(scope.program.constants[name]) > 1]
    for name in counts:
        first = name == m and m in scope.program.constants
        read = name in names(bench.expr)
        cost = 1.0 if first or name in in_cost else 1.2 if read else 1.6
        yield Factor(1, Name(name), True, cost, ("missing-1/m" if first else "wrong-normaliser",))
        yield Factor(1, Name(name), False, cost, ("extra-1/m" if first else "wrong-normaliser",))
    for one, other in paired(bench):
        for inverse in (True, False):
            yield Factor(1, Name(one) * Name(other), inverse, 1.2, ("wrong-normaliser",))


def paired(bench: Bench) -> Iterator[tuple[str, str]]:
    """Two counts that the cost divides by."""
    constants, read = bench.scope.program.constants, bench.scope.graph.equations[bench.scope.program.cost]
    return combinations([name for name in bench.scope.counts if name in read and float(constants[name]) > 1], 2)


def of_constant(bench: Bench, name: str) -> str:
    """What it is called that a constant is left out: it weighs the penalty, scales a mask, or is one of the chain."""
    scope = bench.scope
    if name in scope.penalties:
        return "wrong-regularisation"
    readers, totals = scope.graph.readers.get(name, ()), scope.graph.totals
    inner = [each for each in readers if each not in totals]  # what is in the cost is no mask, but a label
    beside = [*inner, *(each for reader in inner for each in scope.graph.equations[reader])]
    beside = beside if readers else [*scope.program.data]
    values = (bench.draws[0].evaluator.values.get(each) for each in beside)
    masks = any(value is not None and value.ndim and is_mask(value) for value in values)
    return "missing-mask-or-scale" if masks else "missing-chain-factor"


def is_mask(value: Array) -> bool:
    """Whether an array says of every entry whether it stays: one number, and zeros."""
    return bool(((value == 0) | (value == value.max())).all() and value.max() > 0)


def _constants(bench: Bench) -> Iterator[Factor]:
    """The constants of masks and penalties, and others that the network reads."""
    scope = bench.scope
    for name in (n for n in scope.program.constants if scope.graph.kind(n) is Kind.CONSTANT):
        if name == RATE or (name not in scope.graph.readers and name not in names(bench.expr)):
            continue
        mistake, proper = of_constant(bench, name), 0 < float(scope.program.constants[name]) < 1
        for complement, inverse in pairs((True, False), (True, False)):
            if not complement or (proper and name not in scope.penalties):
                by = 1 - Name(name) if complement else Name(name)
                yield Factor(1, by, inverse, 1.05, (mistake,))


def _scales(bench: Bench) -> Iterator[Factor]:
    """Numbers that the forward pass works out of constants: sqrt(d_k), 2 * sigma ** 2."""
    scope = bench.scope
    constants = {*scope.program.constants}
    for expr in dict.fromkeys(node for each in scope.graph.formulas for node in walk(each)):
        read = names(expr)
        single = isinstance(expr, Apply) and OPS[expr.op].elementwise
        if single and isinstance(expr, Apply) and read and set(read) <= constants and expr not in _plain(expr):
            for inverse in (True, False):
                yield Factor(1, expr, inverse, SCALED, ("missing-chain-factor",))


def _decimals(bench: Bench) -> Iterator[Factor]:
    """The scales of masks that stand in the formulas as numbers: A1 * D1 / 0.8."""
    for scale in dict.fromkeys(each for _, each in decimals(bench)):
        for inverse in (True, False):
            yield Factor(1, scale, inverse, 1.05, ("missing-mask-or-scale",))


def decimals(bench: Bench) -> Iterator[tuple[str, Number]]:
    """Every mask with the number below 1 that a formula divides it by."""
    values = bench.draws[0].evaluator.values
    for node in (node for each in bench.scope.graph.formulas for node in walk(each)):
        scale = node.inputs[1] if isinstance(node, Apply) and node.op == "divide" else None
        if isinstance(scale, Number) and 0 < scale.value < 1:
            for name in names(node):
                value = values.get(name)
                if value is not None and value.ndim and is_mask(value):
                    yield name, scale


def _plain(expr: Apply) -> tuple[Expr, ...]:
    """What counts and constants explain by themselves."""
    return (expr,) if expr.op == "subtract" and expr.inputs[0] == Number(1.0) else ()

"""Numbers too many or too few: the 1/m, another count, the constant of a mask, a 2 or a half, a sign."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from itertools import product as pairs

import numpy as np

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.slopes import in_slope, makes_slope
from bpdebug.check.diagnosis.scope import Kind
from bpdebug.check.diagnosis.trees import Part, Path, at, dropped, factors, negated, places, replaced, terms
from bpdebug.language.expression import Apply, Expr, Name, Number, names
from bpdebug.ops.table import Array

SMALL = (2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3, 8.0, 0.125, 6.0, 1 / 6, 10.0, 0.1)
"""Numbers that people carry along or lose."""
NEAR = 1e-7
NAMED = 1.2
"""Up to which cost a factor is taken for a count of the claim or the cost; beyond, it may only have the same value."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What a line must be multiplied by: number · names, or number / names, or number / (1 - name)."""

    literal: float
    names: tuple[str, ...]
    inverse: bool
    complement: bool
    cost: float
    mistakes: tuple[str, ...]

    @property
    def undone(self) -> str:
        """What a line that must be multiplied by it is off by, where that has a name: m, 1/m, 1 - p."""
        if not self.names or self.literal != 1 or self.cost > NAMED:
            return ""
        named = f"1 - {self.names[0]}" if self.complement else "·".join(self.names)
        return named if self.inverse else f"1/({named})" if self.complement or len(self.names) > 1 else f"1/{named}"

    def applied(self, expr: Expr) -> Expr:
        if self.literal < 0:
            expr = negated(expr)
        if abs(self.literal) != 1:
            expr = scaled(expr, abs(self.literal))
        if self.names:
            by: Expr = Name(self.names[0])
            for each in self.names[1:]:
                by = by * Name(each)
            by = 1 - by if self.complement else by
            expr = expr / by if self.inverse else by * expr
        return expr


def scaled(expr: Expr, by: float) -> Expr:
    """An expression times a number, at the number that is there if there is one."""
    for part in scalars(expr):
        if isinstance(part.node, Number):
            value = part.node.value / by if part.inverse else part.node.value * by
            if abs(value - 1) < NEAR:
                return dropped(expr, part.path) or Number(1.0)
            if abs(value - round(value)) < NEAR:
                return replaced(expr, part.path, Number(float(round(value))))
    return expr / Number(float(round(1 / by))) if by < 1 else Number(by) * expr


def scalars(expr: Expr, path: Path = (), inverse: bool = False) -> Iterator[Part]:
    """The factors of an expression that may stand anywhere in it: through products of both kinds, sums, transposes."""
    for part in factors(expr, path, inverse):
        yield part
        node = part.node
        if isinstance(node, Apply) and node.op in ("matmul", "negate", "sum", "mean", "transpose"):
            for place, each in enumerate(node.inputs):
                yield from scalars(each, (*part.path, place), part.inverse)


def explained(bench: Bench, ratios: Sequence[float]) -> Factor | None:
    """The likeliest factor that a ratio is on all draws."""
    return next(explanations(bench, ratios), None)


def explanations(bench: Bench, ratios: Sequence[float]) -> Iterator[Factor]:
    """Every factor that a ratio is on all draws, the likeliest first."""
    if not ratios:
        return
    factors, expected = known_factors(bench)
    fits = np.isnan(ratios) | (np.abs(ratios - expected) <= NEAR * np.abs(expected))
    yield from (factors[place] for place in np.flatnonzero(fits.all(axis=1)))


@lru_cache(maxsize=2)
def known_factors(bench: Bench) -> tuple[tuple[Factor, ...], Array]:
    """The factors that may explain a ratio, and for each what it is on every draw."""
    factors = tuple(candidates(bench))
    return factors, np.array([[_expected(bench, each, draw) for draw in (0, *bench.usable)] for each in factors])


def _expected(bench: Bench, factor: Factor, draw: int) -> float:
    """A factor's value on a draw; NaN where it has none."""
    values = bench.draws[draw].evaluator.values
    number = math.prod(float(np.ravel(values[name])[0]) for name in factor.names)
    number = 1 - number if factor.complement else number
    if not number:
        return math.nan
    return factor.literal / number if factor.inverse else factor.literal * number


def candidates(bench: Bench) -> Iterator[Factor]:
    """Factors in the order in which they explain a ratio."""
    named = [*_counts(bench), *_constants(bench)]
    yield from (each for each in named if each.cost <= 1.1)
    yield Factor(-1, (), False, False, 1.0, ("sign-flipped",))
    yield from (Factor(each, (), False, False, 1.0, ("constant-factor",)) for each in SMALL[:2])
    yield from (each for each in named if each.cost > 1.1)
    yield from (Factor(each, (), False, False, 1.3, ("constant-factor",)) for each in SMALL[2:])
    for literal in (-1.0, *SMALL[:4]):
        for factor in named:
            extra = "sign-flipped" if literal < 0 else "constant-factor"
            cost, mistakes = factor.cost + 1.0, (extra, *factor.mistakes)
            yield Factor(literal, factor.names, factor.inverse, factor.complement, cost, mistakes)
        if literal > 0:
            yield Factor(-literal, (), False, False, 2.0, ("sign-flipped", "constant-factor"))


def _counts(bench: Bench) -> Iterator[Factor]:
    """The numbers of something, and the product of two that the cost divides by."""
    scope = bench.scope
    m, in_cost = scope.program.examples, scope.graph.equations[scope.program.cost]
    counts = [name for name in scope.counts if float(scope.program.constants[name]) > 1]
    for name in counts:
        first = name == m and m in scope.program.constants
        read = name in names(bench.expr) or name in in_cost
        cost = 1.0 if first else 1.2 if read else 1.6
        yield Factor(1, (name,), True, False, cost, ("missing-1/m" if first else "wrong-normaliser",))
        yield Factor(1, (name,), False, False, cost, ("extra-1/m" if first else "wrong-normaliser",))
    for pair in _paired(bench):
        yield Factor(1, pair, True, False, 1.2, ("wrong-normaliser",))
        yield Factor(1, pair, False, False, 1.2, ("wrong-normaliser",))


def _paired(bench: Bench) -> Iterator[tuple[str, str]]:
    """Two counts that the cost divides by."""
    constants, read = bench.scope.program.constants, bench.scope.graph.equations[bench.scope.program.cost]
    return combinations([name for name in bench.scope.counts if name in read and float(constants[name]) > 1], 2)


def _constants(bench: Bench) -> Iterator[Factor]:
    """The constants of masks and penalties."""
    scope = bench.scope
    for name in (n for n in scope.program.constants if scope.graph.kind(n) is Kind.CONSTANT):
        if name == "learning_rate":
            continue
        mistake = "wrong-regularisation" if name in scope.penalties else "missing-mask-or-scale"
        for complement, inverse in pairs((True, False), (True, False)):
            if not (complement and name in scope.penalties):
                yield Factor(1, (name,), inverse, complement, 1.05, (mistake,))


def number_of_a_term(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The line, or one of its terms, times a number."""
    if expr is not bench.expr:
        return
    parts = terms(expr)
    for whole in explanations(bench, bench.ratios(expr)):
        yield _repair(bench, expr, Part((), expr), whole, single=True)
    if len(parts) == 1:
        return
    for part in parts:
        for factor in explanations(bench, bench.ratios(part.node, bench.without(part.node, part.negative))):
            yield _repair(bench, expr, part, factor, single=False)


def _repair(bench: Bench, expr: Expr, part: Part, factor: Factor, *, single: bool) -> Repair:
    mistakes, cost = factor.mistakes, factor.cost
    if not single and mistakes == ("sign-flipped",):
        mistakes = ("sign-of-one-term",)
        new = flipped(expr, part)
        return Repair(new, cost, mistakes, part.node, negated(part.node), part.path)
    new = factor.applied(part.node)
    return Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)


def flipped(expr: Expr, part: Part) -> Expr:
    """The expression with the sign of one term turned, at the sign that is there."""
    parent_path = part.path[:-1]
    if not part.path:
        return negated(expr)
    parent = expr
    for place in parent_path:
        assert isinstance(parent, Apply)
        parent = parent.inputs[place]
    assert isinstance(parent, Apply)
    if parent.op == "negate":
        return replaced(expr, parent_path, part.node)
    if part.path[-1] == 1 and parent.op in ("add", "subtract"):
        other = "subtract" if parent.op == "add" else "add"
        return replaced(expr, parent_path, Apply(other, parent.inputs, span=parent.span))
    return replaced(expr, part.path, -part.node)


def sign_inside(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A sign somewhere inside: + for -, or a minus too many."""
    for part in places(expr):
        node = part.node
        if isinstance(node, Apply) and node.op in ("add", "subtract"):
            for other, cost in _other_signs(node):
                mended = replaced(expr, part.path, other)
                mistake = (
                    "wrong-activation-derivative"
                    if makes_slope(bench, mended, other, negative=True)
                    else "sign-of-one-term"
                )
                yield Repair(mended, cost, (mistake,), node, other, part.path)
        elif isinstance(node, Apply) and node.op == "negate" and part.path:
            yield Repair(
                replaced(expr, part.path, node.inputs[0]), 1.2, ("sign-flipped",), node, node.inputs[0], part.path
            )


def _other_signs(node: Apply) -> Iterator[tuple[Expr, float]]:
    """A sum with the sign of its second term turned, or of its first."""
    first, second = node.inputs
    if node.op == "add":
        yield Apply("subtract", node.inputs, span=node.span), 1.1
        yield Apply("subtract", (second, first), span=None), 1.15
    else:
        yield Apply("add", node.inputs, span=node.span), 1.1
        yield -first - second, 1.2


def exchanged_count(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """Another count in the place of one that is there, or none at all."""
    scope = bench.scope
    for part in places(expr):
        if not isinstance(part.node, Name) or part.node.id not in scope.counts:
            continue
        own = part.node.id
        for name in scope.counts:
            if name != own and float(scope.program.constants[name]) > 1:
                new = Name(name)
                read = name in scope.graph.equations[scope.program.cost] or name == scope.program.examples
                cost = 0.95 if read else 1.4
                yield Repair(replaced(expr, part.path, new), cost, ("wrong-normaliser",), part.node, new, part.path)
        for one, other in _paired(bench):
            both = Name(one) * Name(other)
            yield Repair(replaced(expr, part.path, both), 1.1, ("wrong-normaliser",), part.node, both, part.path)
        left = dropped(expr, part.path)
        if left is not None:
            mistake = "extra-1/m" if own == scope.program.examples else "wrong-normaliser"
            yield Repair(left, 1.0, (mistake,), part.node, None, part.path)


def changed_literal(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A number inside the line, dropped or changed."""
    for part in places(expr):
        if not isinstance(part.node, Number):
            continue
        left, (late, mistakes) = dropped(expr, part.path), _of_literal(bench, expr, part)
        if left is not None:
            yield Repair(left, 1.0 + late, mistakes, part.node, None, part.path)
        for value in (2.0, 0.5, 0.0) if left is not None else (1.0, 2.0, 0.5, 0.0):
            if value != part.node.value:
                new = Number(value)
                cost = (1.3 if value else 1.6) + late
                yield Repair(replaced(expr, part.path, new), cost, mistakes, part.node, new, part.path)


def _of_literal(bench: Bench, expr: Expr, part: Part) -> tuple[float, tuple[str, ...]]:
    """What a number is that should not be there, and how much less likely than a factor.

    The exponent of m in 1/m**2 is an average taken twice, that of a square a square left undifferentiated; a number in
    the formula of a slope makes it the slope of something else.
    """
    parent = at(expr, part.path[:-1])
    if isinstance(parent, Apply) and parent.op == "power" and part.path[-1] == 1:
        if parent.inputs[0] == Name(bench.scope.program.examples):
            return 0.0, ("extra-1/m",)
        if not in_slope(expr, part):
            undifferentiated = ("wrong-cost-derivative", "value-vs-derivative")
            return 0.2, undifferentiated if bench.scope.of_cost(parent) else undifferentiated[1:]
    if in_slope(expr, part) and not bench.scope.enters_cost:
        return 0.3, ("wrong-activation-derivative",)
    return 0.0, ("constant-factor",)


def count_inside(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A term inside, divided by the number of examples or multiplied by it, or by 2."""
    m = bench.scope.program.examples
    if m not in bench.scope.counts:
        return
    for part in places(expr):
        if part.path and isinstance(part.node, Apply) and part.node.op in ("matmul", "sum"):
            for new, mistake in ((part.node / Name(m), "missing-1/m"), (part.node * Name(m), "extra-1/m")):
                yield Repair(replaced(expr, part.path, new), 1.1, (mistake,), part.node, new, part.path)


EDITS = (
    (number_of_a_term, 1.0),
    (exchanged_count, 0.95),
    (changed_literal, 1.0),
    (sign_inside, 1.1),
    (count_inside, 1.1),
)

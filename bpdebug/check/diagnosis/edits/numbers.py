"""Numbers too many or too few: the 1/m, another count, the constant of a mask, a 2 or a half, a sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product as pairs

import numpy as np

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.scope import Kind
from bpdebug.check.diagnosis.trees import Part, Path, at, dropped, factors, negated, places, replaced, terms
from bpdebug.language.expression import Apply, Expr, Name, Number, names

SMALL = (2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3, 8.0, 0.125, 6.0, 1 / 6, 10.0, 0.1)
"""Numbers that people carry along or lose."""
NEAR = 1e-7
NAMED = 1.2
"""Up to which cost a factor is taken for a count of the claim or the cost; beyond, it may only have the same value."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What a line must be multiplied by: number · name, or number / name, or number / (1 - name)."""

    literal: float
    name: str
    inverse: bool
    complement: bool
    cost: float
    mistakes: tuple[str, ...]

    @property
    def undone(self) -> str:
        """What a line that must be multiplied by it is off by, where that has a name: m, 1/m, 1 - p."""
        if not self.name or self.literal != 1 or self.cost > NAMED:
            return ""
        named = f"1 - {self.name}" if self.complement else self.name
        return named if self.inverse else f"1/({named})" if self.complement else f"1/{named}"

    def applied(self, expr: Expr) -> Expr:
        if self.literal < 0:
            expr = negated(expr)
        if abs(self.literal) != 1:
            expr = scaled(expr, abs(self.literal))
        if self.name:
            by: Expr = Number(1.0) - Name(self.name) if self.complement else Name(self.name)
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
    """Which factor a ratio is on all draws, the likeliest first."""
    if not ratios:
        return None
    return next((each for each in candidates(bench) if _fits(bench, each, ratios)), None)


def _fits(bench: Bench, factor: Factor, ratios: Sequence[float]) -> bool:
    for draw, found in zip((0, *bench.usable), ratios, strict=True):
        expected = factor.literal
        if factor.name:
            value = bench.draws[draw].evaluator.values.get(factor.name)
            number = float(np.ravel(value)[0]) if value is not None and np.size(value) == 1 else 0.0
            number = 1 - number if factor.complement else number
            if not number:
                return False
            expected = expected / number if factor.inverse else expected * number
        if abs(found - expected) > NEAR * abs(expected):
            return False
    return True


def candidates(bench: Bench) -> Iterator[Factor]:
    """Factors in the order in which they explain a ratio."""
    scope = bench.scope
    m = scope.program.examples
    named: list[Factor] = []
    for name in scope.counts:
        first = name == m and m in scope.program.constants
        read = name in names(bench.expr) or name in scope.graph.equations[scope.program.cost]
        cost = 1.0 if first else 1.2 if read else 1.6
        if float(scope.program.constants[name]) > 1:
            named.append(Factor(1, name, True, False, cost, ("missing-1/m" if first else "wrong-normaliser",)))
            named.append(Factor(1, name, False, False, cost, ("extra-1/m" if first else "wrong-normaliser",)))
    for name in (n for n in scope.program.constants if scope.graph.kind(n) is Kind.CONSTANT):
        if name == "learning_rate":
            continue
        mistake = "wrong-regularisation" if name in scope.penalties else "missing-mask-or-scale"
        for complement, inverse in pairs((True, False), (True, False)):
            if not (complement and name in scope.penalties):
                named.append(Factor(1, name, inverse, complement, 1.05, (mistake,)))
    yield from (each for each in named if each.cost <= 1.1)
    yield Factor(-1, "", False, False, 1.0, ("sign-flipped",))
    yield from (Factor(each, "", False, False, 1.0, ("constant-factor",)) for each in SMALL[:2])
    yield from (each for each in named if each.cost > 1.1)
    yield from (Factor(each, "", False, False, 1.3, ("constant-factor",)) for each in SMALL[2:])
    for literal in (-1.0, *SMALL[:4]):
        for factor in named:
            extra = "sign-flipped" if literal < 0 else "constant-factor"
            cost, mistakes = factor.cost + 1.0, (extra, *factor.mistakes)
            yield Factor(literal, factor.name, factor.inverse, factor.complement, cost, mistakes)
        if literal > 0:
            yield Factor(-literal, "", False, False, 2.0, ("sign-flipped", "constant-factor"))


def number_of_a_term(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """The line, or one of its terms, times a number."""
    if expr is not bench.expr:
        return
    parts = terms(expr)
    whole = explained(bench, bench.ratios(expr))
    if whole is not None:
        yield _repair(bench, expr, Part((), expr), whole, single=True)
    if len(parts) == 1:
        return
    for part in parts:
        factor = explained(bench, bench.ratios(part.node, bench.without(part.node, part.negative)))
        if factor is not None:
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
            other = Apply("subtract" if node.op == "add" else "add", node.inputs, span=node.span)
            slope = bench.slopes.recognised(bench.value(other))
            mistake = "sign-of-one-term" if slope is None else "wrong-activation-derivative"
            yield Repair(replaced(expr, part.path, other), 1.1, (mistake,), node, other, part.path)
        elif isinstance(node, Apply) and node.op == "negate" and part.path:
            yield Repair(
                replaced(expr, part.path, node.inputs[0]), 1.2, ("sign-flipped",), node, node.inputs[0], part.path
            )


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
        left = dropped(expr, part.path)
        if left is not None:
            mistake = "extra-1/m" if own == scope.program.examples else "wrong-normaliser"
            yield Repair(left, 1.0, (mistake,), part.node, None, part.path)


def changed_literal(bench: Bench, expr: Expr) -> Iterator[Repair]:
    """A number inside the line, dropped or changed."""
    for part in places(expr):
        if not isinstance(part.node, Number):
            continue
        left = dropped(expr, part.path)
        if left is not None:
            yield Repair(left, 1.0, (_too_many(bench, expr, part),), part.node, None, part.path)
        for value in (2.0, 0.5, 0.0) if left is not None else (1.0, 2.0, 0.5, 0.0):
            if value != part.node.value:
                new = Number(value)
                cost = 1.3 if value else 1.6
                yield Repair(replaced(expr, part.path, new), cost, ("constant-factor",), part.node, new, part.path)


def _too_many(bench: Bench, expr: Expr, part: Part) -> str:
    """What a number is that should not be there: the exponent of m in 1/m**2 is an average taken twice."""
    parent = at(expr, part.path[:-1])
    squared = isinstance(parent, Apply) and parent.op == "power"
    of_m = isinstance(parent, Apply) and parent.inputs[0] == Name(bench.scope.program.examples)
    return "extra-1/m" if squared and of_m else "constant-factor"


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

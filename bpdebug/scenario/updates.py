"""Updates among pasted lines: W = W - learning_rate * dW is judged by the step it takes, whatever its rate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bpdebug.check.called import RATE, RATES
from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.scenario.naming import Naming


@dataclass(frozen=True, slots=True)
class Update:
    """The update of a parameter and what it should give: W - learning_rate * dJ(W).

    Where the rate stands in the line of the gradient that it reads, that line is `carrier`: its expression is `carried`
    and gives so many times the gradient as `holds` says.
    """

    expr: Expr
    denotes: str
    carrier: str = ""
    carried: Expr | None = None
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Updates:
    """What is known where an update stands: the lines before it, and which names the program gives."""

    lines: Mapping[str, Expr]
    numbers: Mapping[str, Expr]
    """The person's own names for single numbers."""
    given: Callable[[str], bool]
    owner: Callable[[str], str]
    """The quantity of which a name says that it is the gradient."""

    def read(self, of: str, expr: Expr) -> Update | None:
        """The update that a line is; None where it is no plain step of a parameter along a gradient."""
        expr = self._rated(expr)
        if self._crossed(of, expr):
            return Update(expr, f"{of} - {RATE} * dJ({of})")
        step = _step(of, expr)
        if step is None or (of in names(step) and step not in (Name(RATE) * Name(of), Name(of) * Name(RATE))):
            return None  # W - rate * 0.1 * W is a decay; W - rate * W has W for its gradient
        by, rate = abs(_number(step)), f"{RATE} * " if RATE in names(step) else ""
        if not 0 < by < float("inf"):
            return None
        by_number = "" if by == 1 else f"{by!r} * "
        carrier = next((name for name in names(step) if name in self.lines), "")
        carried = self._rated(self.lines[carrier]) if carrier else None
        if carried is None or RATE not in names(carried) or rate:
            return Update(expr, f"{of} - {by_number}{rate}dJ({of})")
        minus = "-" if isinstance(expr, Apply) and expr.op == "add" else ""
        return Update(expr, f"{of} - {by_number}{RATE} * dJ({of})", carrier, carried, f"{minus}{RATE} * dJ({of})")

    def _crossed(self, of: str, expr: Expr) -> bool:
        """Whether parameter and gradient have changed places: dW - rate * W, rate * dW - W."""
        if not isinstance(expr, Apply) or expr.op not in ("add", "subtract"):
            return False
        first, second = (frozenset(names(each)) for each in expr.inputs)
        own, other = (first, second) if of in first else (second, first)
        if own | other != {of, RATE, *(gradient := other - {RATE})} or len(gradient) != 1:
            return False
        swapped = own == {of, RATE} and RATE not in other
        return self.owner(*gradient) == of and (swapped or (own is second and expr.op == "subtract"))

    def _rated(self, expr: Expr) -> Expr:
        """An expression with the learning rate in the program's name, or the number that the person gives it."""
        rates = [name for name in names(expr) if name.lower() in RATES and not self.given(name)]
        return substitute(expr, {name: self.numbers.get(name, Name(RATE)) for name in rates})


def whole(expr: Expr, of: str, naming: Naming, lines: Collection[str]) -> bool:
    """Whether a step is worked out where it is taken: a line above is summed along an axis, or meets an activation.

    A velocity, or what Adam keeps, is not. `lines` are the names that lines above give.
    """
    others, program = [name for name in names(expr) if not naming.usual(name)], naming.program
    computed = {*program.shapes, *program.data}.difference(program.constants, {of})
    summed = any(isinstance(each, Apply) and each.op == "sum" and each.options for each in walk(expr))
    return set(others) <= {*lines} and (summed or bool(computed.intersection(names(expr))))


def _step(of: str, expr: Expr) -> Expr | None:
    """What is added to a parameter or subtracted from it."""
    if not isinstance(expr, Apply) or expr.op not in ("add", "subtract"):
        return None
    first, second = expr.inputs
    return second if first == Name(of) else first if expr.op == "add" and second == Name(of) else None


def _number(expr: Expr) -> float:
    """The numbers that scale an expression, multiplied."""
    if isinstance(expr, Number):
        return expr.value
    if not isinstance(expr, Apply) or expr.op not in ("multiply", "matmul", "divide", "negate"):
        return 1.0
    first, *others = map(_number, expr.inputs)
    for other in others:
        first = first * other if expr.op != "divide" else first / other if other else float("inf")
    return first

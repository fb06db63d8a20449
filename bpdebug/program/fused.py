"""Known pairs of activation and cost, whose slopes cancel: dZ = A - Y in one step."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.program.equations import Equation
from bpdebug.program.terms import Term, Terms


class Fusion(Struct, frozen=True):
    """The gradient of an activation's input, without that of its output."""

    of: str
    output: str
    terms: Terms
    rules: tuple[str, ...]
    note: str


def fusion(equation: Equation, arriving: Terms, one_hot: frozenset[str]) -> Fusion | None:
    """The fused step through `A = sigmoid(Z)` or `A = softmax(Z)`, if what arrives at A is the pair's cost's."""
    expr = equation.expr
    if not isinstance(expr, Apply) or not expr.inputs or not isinstance(expr.inputs[0], Name):
        return None
    output = Name(equation.name)
    if expr.op == "sigmoid":
        found, cost = _binary(output, arriving), "binary cross-entropy"
        why = "the sigmoid's slope A * (1 - A) cancels the A and the 1 - A that the cost's slope is divided by"
    elif expr.op == "softmax":
        found, cost = _categorical(output, arriving, one_hot), "categorical cross-entropy"
        why = "the labels of an example add up to 1, so what the other classes take away is A times that 1"
    else:
        return None
    if found is None:
        return None
    note = f"{expr.op} and {cost} in one step: {why}"
    return Fusion(expr.inputs[0].id, equation.name, (found,), (expr.op, "log"), note)


def _binary(output: Name, arriving: Terms) -> Term | None:
    """c·(A - Y), where c·(-Y / A + (1 - Y) / (1 - A)) arrives."""
    if len(arriving) != 2:
        return None
    for ones, zeros in (arriving, arriving[::-1]):
        for label in _labels(ones):
            rest = _without(ones, label, output)
            other = _without(zeros, Number(1.0) - label, Number(1.0) - output)
            if rest is not None and other is not None and replace(other, coefficient=-other.coefficient) == rest:
                return _difference(rest, output, label)
    return None


def _categorical(output: Name, arriving: Terms, one_hot: frozenset[str]) -> Term | None:
    """c·(A - Y), where -c·Y / A arrives and the labels Y of an example add up to 1."""
    if len(arriving) != 1:
        return None
    for label in _labels(arriving[0]):
        rest = _without(arriving[0], label, output)
        if rest is not None and label.id in one_hot:
            return _difference(rest, output, label)
    return None


def _labels(term: Term) -> list[Name]:
    """What may be the labels: the names above the line."""
    return [each for each in term.numerator if isinstance(each, Name)]


def _without(term: Term, above: Expr, below: Expr) -> Term | None:
    """A term with one factor above and one below the line taken away."""
    if above not in term.numerator or below not in term.denominator:
        return None
    numerator, denominator = list(term.numerator), list(term.denominator)
    numerator.remove(above)
    denominator.remove(below)
    return replace(term, numerator=tuple(numerator), denominator=tuple(denominator))


def _difference(rest: Term, output: Name, label: Expr) -> Term:
    return Term(-rest.coefficient, (*rest.numerator, output - label), rest.denominator)

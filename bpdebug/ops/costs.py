"""Costs and penalties by name: words that expand into the visible formula they stand for."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import NamedTuple

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, apply, rebuild, walk
from bpdebug.language.vocabulary import Word
from bpdebug.ops.forms import call
from bpdebug.ops.table import Array


class Guess(NamedTuple):
    """An answer, in words; its cost, and how that is written exactly where 0.693 is not."""

    words: str
    cost: float
    exact: str = ""


class Cost(Word, frozen=True, kw_only=True):
    """A named cost: what it is called on screen, why it has this form, and the formula it expands to."""

    title: str
    why: str
    formula: Callable[[tuple[Expr, ...], Expr], Expr]
    """formula(inputs, m): the visible formula, m being the number of examples."""
    measures: str = ""
    """What it measures, in a few words."""
    guess: Callable[[Array], Guess] | None = None
    """guess(labels), an example a row: what is answered by who knows nothing of X."""
    penalty: bool = False
    """Takes any number of parameters, and is added to a cost."""


def _sum(expr: Expr) -> Expr:
    return apply("sum", expr)


def _log(expr: Expr) -> Expr:
    return apply("log", expr)


def _binary(inputs: tuple[Expr, ...], m: Expr) -> Expr:
    a, y = inputs
    return -_sum(y * _log(a) + (1 - y) * _log(1 - a)) / m


def _categorical(inputs: tuple[Expr, ...], m: Expr) -> Expr:
    a, y = inputs
    return -_sum(y * _log(a)) / m


def _squared(inputs: tuple[Expr, ...], m: Expr) -> Expr:
    a, y = inputs
    return _sum((a - y) ** 2) / m


def _hinge(inputs: tuple[Expr, ...], m: Expr) -> Expr:
    a, y = inputs
    return _sum(apply("maximum", 0.0, 1 - y * a)) / m


def _even_odds(labels: Array) -> Guess:
    outputs = labels.shape[1]
    return Guess("0.5 for every label", outputs * log(2), f"{outputs} ln 2" if outputs > 1 else "ln 2")


def _any_class(labels: Array) -> Guess:
    classes = labels.shape[1]
    return Guess(f"1/{classes} for every class", log(classes), f"ln {classes}")


def _mean(labels: Array) -> Guess:
    return Guess("the mean of Y for every example", float(labels.var(axis=0).sum()))


def _on_the_line(labels: Array) -> Guess:
    return Guess("0 for every label", float(labels.shape[1]))


def _added(terms: list[Expr]) -> Expr:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


COSTS: dict[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost(
            name="binary_cross_entropy",
            inputs=("A", "Y"),
            aliases=("bce",),
            **call("binary_cross_entropy"),
            title="Binary cross-entropy",
            why="The mean surprise at labels 0 and 1 under the predicted probabilities A: -log of the probability that "
            "was given to what is true.",
            formula=_binary,
            measures="The mean surprise at the true labels",
            guess=_even_odds,
        ),
        Cost(
            name="categorical_cross_entropy",
            inputs=("A", "Y"),
            aliases=("cross_entropy",),
            **call("categorical_cross_entropy"),
            title="Categorical cross-entropy",
            why="The mean surprise at the true class under the predicted probabilities A; Y is one-hot, "
            "so only the true class counts.",
            formula=_categorical,
            measures="The mean surprise at the true classes",
            guess=_any_class,
        ),
        Cost(
            name="mean_squared_error",
            inputs=("A", "Y"),
            aliases=("mse",),
            **call("mean_squared_error"),
            title="Mean squared error",
            why="The squared distance from A to Y, added over the outputs and averaged over the examples, without the "
            "factor ½ that some books put in front.",
            formula=_squared,
            measures="The mean squared distance from Y",
            guess=_mean,
        ),
        Cost(
            name="hinge",
            inputs=("A", "Y"),
            **call("hinge"),
            title="Hinge loss",
            why="With labels -1 and 1 an example costs nothing once it lies on its side of the line by a margin of 1, "
            "and costs by how much it falls short otherwise.",
            formula=_hinge,
            measures="By how much the margin of 1 is missed, on average",
            guess=_on_the_line,
        ),
        Cost(
            name="l2",
            inputs=("W",),
            variadic=True,
            **call("l2", latex=r"\ell_2"),
            title="L2 penalty",
            why="The squares of all weights: large weights are pulled back in proportion to their size. "
            "Its factor, lambd / (2 * m), stands in front.",
            formula=lambda inputs, m: _added([_sum(each**2) for each in inputs]),
            penalty=True,
        ),
        Cost(
            name="l1",
            inputs=("W",),
            variadic=True,
            **call("l1", latex=r"\ell_1"),
            title="L1 penalty",
            why="The absolute values of all weights: each is pulled towards 0 with equal force, so many end there. "
            "Its factor, lambd / m, stands in front.",
            formula=lambda inputs, m: _added([_sum(apply("abs", each)) for each in inputs]),
            penalty=True,
        ),
    )
}
"""Every cost and penalty that has a name."""


def recognised(expr: Expr, examples: str) -> tuple[Cost, str, str] | None:
    """The named cost that is written out in an expression, a penalty beside it or none, and what A and Y are called."""
    found = {each.id: None for each in walk(expr) if isinstance(each, Name)}
    parts = {each for each in walk(expr) if isinstance(each, Apply)}
    pairs = [(Name(a), Name(y)) for a in found for y in found if a != y and examples not in (a, y)]
    for cost in COSTS.values():
        for a, y in pairs if not cost.penalty else ():
            if cost.formula((a, y), Name(examples)) in parts:
                return cost, a.id, y.id
    return None


def expand(expr: Expr, examples: str = "m") -> Expr:
    """The expression with every named cost in it written out."""
    return rebuild(expr, lambda node: _written_out(node, Name(examples)))


def _written_out(node: Expr, m: Name) -> Expr:
    if not isinstance(node, Apply) or node.op not in COSTS:
        return node
    cost = COSTS[node.op]
    takes = "at least one input" if cost.variadic else f"{len(cost.inputs)} inputs ({', '.join(cost.inputs)})"
    if not node.inputs or (not cost.variadic and len(node.inputs) != len(cost.inputs)):
        raise ExpressionError(f"{cost.name}: expected {takes}, got {len(node.inputs)}", span=node.span)
    return cost.formula(node.inputs, m)

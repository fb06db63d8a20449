"""Costs and penalties by name: words that expand into the visible formula they stand for."""

from __future__ import annotations

from collections.abc import Callable

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Apply, Expr, Name, apply, rebuild
from bpdebug.language.vocabulary import Word
from bpdebug.ops.forms import call


class Cost(Word, frozen=True, kw_only=True):
    """A named cost: what it is called on screen, why it has this form, and the formula it expands to."""

    title: str
    why: str
    formula: Callable[[tuple[Expr, ...], Expr], Expr]
    """formula(inputs, m): the visible formula, m being the number of examples."""
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
        ),
        Cost(
            name="hinge",
            inputs=("A", "Y"),
            **call("hinge"),
            title="Hinge loss",
            why="With labels -1 and 1 an example costs nothing once it lies on its side of the line by a margin of 1, "
            "and costs by how much it falls short otherwise.",
            formula=_hinge,
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

"""Named costs stand for formulas that can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.errors import ExpressionError
from bpdebug.language.expression import Name, apply, walk
from bpdebug.ops import COSTS, OPS, VOCABULARY, expand
from tests.ops.evaluate import evaluate

A, Y, W1, W2, M = Name("A"), Name("Y"), Name("W1"), Name("W2"), Name("m")

FORMULAS = {
    "binary_cross_entropy": -apply("sum", Y * apply("log", A) + (1 - Y) * apply("log", 1 - A)) / M,
    "categorical_cross_entropy": -apply("sum", Y * apply("log", A)) / M,
    "mean_squared_error": apply("sum", (A - Y) ** 2) / M,
    "hinge": apply("sum", apply("maximum", 0.0, 1 - Y * A)) / M,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_cost_expands_to_its_formula(name: str) -> None:
    assert expand(apply(name, A, Y)) == FORMULAS[name]


def test_penalties_take_any_number_of_parameters() -> None:
    assert expand(apply("l2", W1, W2)) == apply("sum", W1**2) + apply("sum", W2**2)
    assert expand(apply("l1", W1)) == apply("sum", apply("abs", W1))


def test_a_cost_is_expanded_wherever_it_stands() -> None:
    whole = apply("binary_cross_entropy", A, Y) + Name("lambd") / (2 * M) * apply("l2", W1, W2)
    expanded = expand(whole)

    assert not {node.op for node in walk(expanded) if hasattr(node, "op")} & set(COSTS)
    assert expanded == FORMULAS["binary_cross_entropy"] + Name("lambd") / (2 * M) * expand(apply("l2", W1, W2))


def test_the_number_of_examples_may_have_another_name() -> None:
    assert expand(apply("mean_squared_error", A, Y), examples="N") == apply("sum", (A - Y) ** 2) / Name("N")


def test_an_expression_without_costs_stays_as_it_is() -> None:
    assert expand(W1 @ A + Y) == W1 @ A + Y


@pytest.mark.parametrize(
    ("name", "a", "y", "expected"),
    [
        ("binary_cross_entropy", [[0.9, 0.2]], [[1, 0]], -(np.log(0.9) + np.log(0.8)) / 2),
        ("categorical_cross_entropy", [[0.7, 0.1], [0.3, 0.9]], [[1, 0], [0, 1]], -(np.log(0.7) + np.log(0.9)) / 2),
        ("mean_squared_error", [[1.0, 2.0], [0.0, 0.0]], [[0, 0], [3, 0]], (1 + 4 + 9) / 2),
        ("hinge", [[2.0, 0.5]], [[1, -1]], 1.5 / 2),
    ],
)
def test_costs_have_the_values_of_the_textbook(name: str, a: list[float], y: list[float], expected: float) -> None:
    values = {"A": np.array(a), "Y": np.array(y, dtype=float), "m": np.asarray(2.0)}

    assert evaluate(expand(apply(name, A, Y)), values) == pytest.approx(expected, rel=1e-14)


def test_a_cost_with_a_missing_input_says_what_it_takes() -> None:
    with pytest.raises(ExpressionError, match=r"hinge: expected 2 inputs \(A, Y\), got 1"):
        expand(apply("hinge", A))
    with pytest.raises(ExpressionError, match="l2: expected at least one input, got 0"):
        expand(apply("l2"))


def test_costs_are_words_but_not_operations() -> None:
    assert set(VOCABULARY) == set(OPS) | set(COSTS)
    assert not set(OPS) & set(COSTS)
    words = [word for entry in VOCABULARY.values() for word in (entry.name, *entry.aliases)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda cost: cost.name)
def test_every_cost_says_what_it_is(cost: object) -> None:
    assert cost.title  # type: ignore[attr-defined]
    assert cost.why.endswith(".")  # type: ignore[attr-defined]

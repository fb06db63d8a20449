"""A cost is known by what it gives, however it is written."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.measures import compared, named
from tests.debugger.scenes import small

DATA = {"X": np.array([[0.2, 0.5, -0.3]]), "Y": np.array([[1.0, 0.0, 1.0]])}
WEIGHTS = {"W": np.array([[0.7]])}


@pytest.mark.parametrize(
    ("cost", "name"),
    [
        ("-sum(Y * log(A) + (1 - Y) * log(1 - A)) / m", "binary_cross_entropy"),
        ("sum(-log(A) * Y - log(1 - A) * (1 - Y)) / m", "binary_cross_entropy"),
        ("-mean(log(A) * Y + log(1 - A) * (1 - Y))", None),
        ("1 / m * sum(log(1 / A) * Y + log(1 / (1 - A)) * (1 - Y))", "binary_cross_entropy"),
        ("-1 / m * sum(log(A) * Y)", "categorical_cross_entropy"),
        ("sum((Y - A) * (Y - A)) / m", "mean_squared_error"),
        ("sum(maximum(1 - A * Y, 0)) / m", "hinge"),
        ("sum((Y - A) ** 2) / (2 * m)", None),
        ("sum(A * Y) / m", None),
        ("sum(A ** 2) / m", None),
    ],
)
def test_a_cost_is_known_by_its_numbers(cost: str, name: str | None) -> None:
    session = small({"A": "sigmoid(W @ X)", "J": cost}, DATA, WEIGHTS, m=3.0)
    found = named(session.program)
    assert (found and found.cost.name) == name
    assert found is None or (found.predicted, found.labels) == ("A", "Y")
    pair = compared(session.program)
    assert pair == (None if cost == "sum(A ** 2) / m" else ("A", "Y", name is not None))

"""Turned to the other orientation, an equation says the same of the transposes."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.errors import ExpressionError
from bpdebug.ops import parse
from bpdebug.scenario.transpose import rank_of, transposed
from tests.ops.evaluate import evaluate

RANDOM = np.random.default_rng(1)
VALUES = {
    "W": RANDOM.uniform(0.1, 2, (3, 4)),
    "X": RANDOM.uniform(0.1, 2, (4, 5)),
    "Z": RANDOM.uniform(0.1, 2, (3, 5)),
    "b": RANDOM.uniform(0.1, 2, (3, 1)),
    "m": np.asarray(5.0),
}
RANKS = {name: value.ndim for name, value in VALUES.items()}

TURNED = """
W @ X + b
W.T @ (Z - 1) / m
sum(Z, axis=0, keepdims=True) * X
sum(Z, axis=1, keepdims=True) / m
sum(Z * log(Z)) / m
mean(Z) + sum(W)
max(Z, axis=-2, keepdims=True) * Z
softmax(Z, axis=0)
log_softmax(Z, axis=-1)
argmax_mask(Z, axis=0) * Z
relu(Z - 1) ** 2
where(Z > 1, Z, 0 * Z)
maximum(Z, b) * (Z > 1)
Z[0:2, :] @ Z[1:3, :].T
Z[:, 2:4]
Z[1, 2] + m
concatenate([Z, b], axis=1)
concatenate([Z, X], axis=0)
W @ W.T + eye(3)
ones((3, 5)) - Z
zeros((1, 5)) + Z
size(Z, axis=1) * Z
clip(Z, 0.5, 1)
-Z / (1 + abs(Z))
sigmoid(W @ X + b) - Z
""".strip().splitlines()


@pytest.mark.parametrize("text", TURNED)
def test_the_value_is_the_transpose(text):
    expr = parse(text)
    flipped = {name: value.T for name, value in VALUES.items()}

    value = evaluate(expr, VALUES)
    np.testing.assert_allclose(evaluate(transposed(expr, RANKS), flipped), value.T, rtol=1e-13)
    assert rank_of(expr, RANKS) == value.ndim


@pytest.mark.parametrize("text", TURNED)
def test_twice_turned_is_what_it_was(text):
    expr = parse(text)
    again = transposed(transposed(expr, RANKS), RANKS)
    np.testing.assert_allclose(evaluate(again, VALUES), evaluate(expr, VALUES), rtol=1e-13)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v + Z", "v is a vector, which has no transpose"),
        ("sum(Z, axis=0)", "'sum(Z, axis=0)' cannot be turned"),
        ("Z[1]", "cannot be turned"),
        ("Z[0, :]", "cannot be turned"),
        ("reshape(Z, (5, 3))", "cannot be turned"),
        ("outer(sum(Z, axis=0), sum(Z, axis=1))", "cannot be turned"),
    ],
)
def test_what_has_no_transpose_is_refused(text, words):
    with pytest.raises(ExpressionError, match=words.replace("(", r"\(").replace(")", r"\)")):
        transposed(parse(text), {**RANKS, "v": 1})

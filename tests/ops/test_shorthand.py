"""Functions that are short for a formula have the values that NumPy gives them."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.errors import ExpressionError
from bpdebug.ops import parse
from tests.ops.evaluate import evaluate

X = np.random.default_rng(0).normal(size=(4, 3))
V, K = X[0], X[1, :2]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("np.var(X, axis=0)", np.var(X, axis=0)),
        ("X.std(1, keepdims=True)", X.std(1, keepdims=True)),
        ("np.std(X)", np.std(X)),
        ("np.linalg.norm(X, axis=1, keepdims=True)", np.linalg.norm(X, axis=1, keepdims=True)),
        ("np.trace(X.T @ X)", np.trace(X.T @ X)),
        ("np.log1p(X**2)", np.log1p(X**2)),
        ("np.logaddexp(0, X)", np.logaddexp(0, X)),
        ("np.logaddexp(X, 1)", np.logaddexp(X, 1)),
        ("logsumexp(X, axis=1)", np.log(np.exp(X).sum(axis=1))),
        ("silu(X)", X / (1 + np.exp(-X))),
        ("np.ones_like(X)", np.ones_like(X)),
        ("np.ones(X.shape)", np.ones_like(X)),
        ("np.zeros((2, 3))", np.zeros((2, 3))),
        ("np.full((2, 3), 0.5)", np.full((2, 3), 0.5)),
        ("np.full(X.shape, 2)", np.full(X.shape, 2)),
        ("np.flip(X, axis=1)", np.flip(X, axis=1)),
        ("np.flipud(X)", np.flipud(X)),
        ("np.convolve(V, K)", np.convolve(V, K)),
        ("np.convolve(V, K, 'valid')", np.convolve(V, K, "valid")),
        ("np.convolve(K, V, mode='valid')", np.convolve(K, V, "valid")),
    ],
)
def test_they_have_numpy_s_values(text: str, value: object) -> None:
    np.testing.assert_allclose(evaluate(parse(text), {"X": X, "V": V, "K": K}), value, rtol=1e-12)


@pytest.mark.parametrize("text", ["np.flip(X)", "norm(X, 1)", "np.var(X, ddof=1)", "full(3)", "convolve(V, K, 'same')"])
def test_what_they_leave_open_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)

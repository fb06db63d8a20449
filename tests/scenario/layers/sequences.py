"""Layers over positions: embedding, attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.layers.case import Case, Tensors, linear


def attention(torch: Any, values: Tensors) -> Any:
    attended = torch.nn.functional.scaled_dot_product_attention
    hidden = torch.tanh(attended(*(values["X"] @ values[f"W{each}1"] for each in "qkv"), is_causal=True))
    return attended(*(hidden @ values[f"W{each}2"] for each in "qkv"))


def block(torch: Any, values: Tensors) -> Any:
    """A block of a transformer."""
    functional = torch.nn.functional
    gamma, beta = values["gamma1"].flatten(), values["b1"].flatten()
    normal = functional.layer_norm(values["X"], gamma.shape, gamma, beta)
    parts = (normal @ values[f"W{each}2"] for each in "qkv")
    attended = functional.scaled_dot_product_attention(*parts, is_causal=True)
    return linear(torch, torch.relu(linear(torch, attended + values["X"], values, 4)), values, 5)


def embedding(torch: Any, values: Tensors) -> Any:
    functional = torch.nn.functional
    rows = torch.tanh(functional.embedding(values["X"].long(), values["E1"]))
    gamma, beta = values["gamma2"].flatten(), values["b2"].flatten()
    return functional.batch_norm(rows.transpose(1, 2), None, None, gamma, beta, training=True).transpose(1, 2)


CASES: Mapping[str, Case] = {
    "attention": Case(
        '{ kind = "attention", units = 4, causal = true, activation = "tanh" }, { kind = "attention", units = 2 }',
        (7, 3),
        (7, 2),
        """
Q1 = X @ Wq1
K1 = X @ Wk1
V1 = X @ Wv1
S1 = Q1 @ K1.T / sqrt(n1)
M1 = tril(ones((m, m)))
C1 = where(M1, S1, -10000)
P1 = softmax(C1, axis=1)
Z1 = P1 @ V1
A1 = tanh(Z1)
Q2 = A1 @ Wq2
K2 = A1 @ Wk2
V2 = A1 @ Wv2
S2 = Q2 @ K2.T / sqrt(n2)
P2 = softmax(S2, axis=1)
Z2 = P2 @ V2
""",
        attention,
    ),
    "attention, of sequences": Case(
        '{ kind = "layer-norm" }, { kind = "attention", units = 5, causal = true }, '
        '{ kind = "residual", over = 2 }, { units = 4, activation = "relu" }, { units = 2 }',
        (7, 3, 5),
        (7, 3, 2),
        """
mu1 = mean(X, axis=2, keepdims=True)
var1 = mean((X - mu1) ** 2, axis=2, keepdims=True)
Xhat1 = (X - mu1) / sqrt(var1 + eps)
Z1 = gamma1 * Xhat1 + b1
Q2 = Z1 @ Wq2
K2 = Z1 @ Wk2
V2 = Z1 @ Wv2
S2 = Q2 @ K2.mT / sqrt(n2)
M2 = tril(ones((T, T)))
C2 = where(M2, S2, -10000)
P2 = softmax(C2, axis=2)
Z2 = P2 @ V2
Z3 = Z2 + X
Z4 = Z3 @ W4 + b4
A4 = relu(Z4)
Z5 = A4 @ W5 + b5
""",
        block,
    ),
    "embedding": Case(
        '{ kind = "embedding", words = 5, units = 2, activation = "tanh" }, { kind = "batch-norm" }',
        (4, 3),
        (4, 3, 2),
        """
Z1 = E1[X]
A1 = tanh(Z1)
mu2 = mean(A1, axis=(0, 1), keepdims=True)
var2 = mean((A1 - mu2) ** 2, axis=(0, 1), keepdims=True)
Xhat2 = (A1 - mu2) / sqrt(var2 + eps)
Z2 = gamma2 * Xhat2 + b2
""",
        embedding,
        "values = [[0, 1, 4], [4, 1, 1], [2, 0, 1], [2, 2, 2]]",
    ),
}

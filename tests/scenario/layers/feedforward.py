"""Layers between units: dense, tied, residual, normalizing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.layers.case import Case, Tensors, linear


def dense(torch: Any, values: Tensors) -> Any:
    hidden = torch.tanh(linear(torch, values["X"], values, 1))
    return hidden @ values["W2"]


def tied(torch: Any, values: Tensors) -> Any:
    code = torch.sigmoid(linear(torch, values["X"], values, 1))
    square = torch.tanh(linear(torch, code, values, 2))
    again = torch.nn.functional.linear(square, values["W2"].T, values["b3"].flatten())
    return torch.nn.functional.linear(again, values["W1"], values["b4"].flatten())


def batch_norm(torch: Any, values: Tensors) -> Any:
    scores = values["X"] @ values["W1"]
    gamma, beta = values["gamma2"].flatten(), values["b2"].flatten()
    normal = torch.nn.functional.batch_norm(scores, None, None, gamma, beta, training=True, eps=1e-3)
    plain = torch.nn.functional.batch_norm(torch.tanh(normal), None, None, training=True, eps=1e-5)
    return linear(torch, plain, values, 4)


def layer_norm(torch: Any, values: Tensors) -> Any:
    scores = linear(torch, values["X"], values, 1)
    gamma, beta = values["gamma2"].flatten(), values["b2"].flatten()
    normal = torch.nn.functional.layer_norm(scores, gamma.shape, gamma, beta, eps=1e-5)
    return linear(torch, torch.nn.functional.gelu(normal, approximate="tanh"), values, 3)


def residual(torch: Any, values: Tensors) -> Any:
    first = torch.tanh(linear(torch, values["X"], values, 1))
    second = linear(torch, torch.nn.functional.softplus(linear(torch, first, values, 2)), values, 3)
    summed = torch.tanh(second + first)
    return torch.sigmoid(linear(torch, summed, values, 5)) + summed


CASES: Mapping[str, Case] = {
    "dense": Case(
        '{ units = 4, activation = "tanh" }, { units = 2, bias = false, scale = 0.5, init = "lecun" }',
        (7, 3),
        (7, 2),
        """
Z1 = X @ W1 + b1
A1 = tanh(Z1)
Z2 = A1 @ W2
""",
        dense,
    ),
    "dense, tied": Case(
        '{ units = 4, activation = "sigmoid" }, { units = 4, activation = "tanh" }, '
        '{ units = 4, weights = "W2" }, { units = 3, weights = "W1.T" }',
        (7, 3),
        (7, 3),
        """
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = tanh(Z2)
Z3 = A2 @ W2 + b3
Z4 = Z3 @ W1.T + b4
""",
        tied,
    ),
    "residual": Case(
        '{ units = 4, activation = "tanh" }, { units = 5, activation = "softplus" }, { units = 4 }, '
        '{ kind = "residual", over = 2, activation = "tanh" }, { units = 4, activation = "sigmoid" }, '
        '{ kind = "residual" }',
        (7, 3),
        (7, 4),
        """
Z1 = X @ W1 + b1
A1 = tanh(Z1)
Z2 = A1 @ W2 + b2
A2 = softplus(Z2)
Z3 = A2 @ W3 + b3
Z4 = Z3 + A1
A4 = tanh(Z4)
Z5 = A4 @ W5 + b5
A5 = sigmoid(Z5)
Z6 = A5 + A4
""",
        residual,
    ),
    "batch-norm": Case(
        '{ units = 4, bias = false }, { kind = "batch-norm", epsilon = 1e-3, activation = "tanh" }, '
        '{ kind = "batch-norm", affine = false }, { units = 2 }',
        (7, 3),
        (7, 2),
        """
Z1 = X @ W1
mu2 = mean(Z1, axis=0, keepdims=True)
var2 = mean((Z1 - mu2) ** 2, axis=0, keepdims=True)
Xhat2 = (Z1 - mu2) / sqrt(var2 + eps)
Z2 = gamma2 * Xhat2 + b2
A2 = tanh(Z2)
mu3 = mean(A2, axis=0, keepdims=True)
var3 = mean((A2 - mu3) ** 2, axis=0, keepdims=True)
Xhat3 = (A2 - mu3) / sqrt(var3 + eps3)
Z4 = Xhat3 @ W4 + b4
""",
        batch_norm,
    ),
    "layer-norm": Case(
        '{ units = 5 }, { kind = "layer-norm", activation = "gelu" }, { units = 2 }',
        (7, 3),
        (7, 2),
        """
Z1 = X @ W1 + b1
mu2 = mean(Z1, axis=1, keepdims=True)
var2 = mean((Z1 - mu2) ** 2, axis=1, keepdims=True)
Xhat2 = (Z1 - mu2) / sqrt(var2 + eps)
Z2 = gamma2 * Xhat2 + b2
A2 = gelu(Z2)
Z3 = A2 @ W3 + b3
""",
        layer_norm,
    ),
}

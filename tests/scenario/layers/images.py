"""Layers over images and signals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.layers.case import Case, Tensors, linear


def convolved(torch: Any, values: Tensors) -> Any:
    functional = torch.nn.functional
    maps = functional.conv2d(values["X"], values["W1"], values["b1"].flatten(), padding="same")
    gamma, beta = values["gamma2"].flatten(), values["b2"].flatten()
    maps = functional.batch_norm(torch.nn.functional.softplus(maps), None, None, gamma, beta, training=True)
    maps = functional.conv2d(maps, values["W3"], stride=2, padding=1)
    return linear(torch, torch.tanh(maps).flatten(1), values, 5)


def signals(torch: Any, values: Tensors) -> Any:
    functional = torch.nn.functional
    maps = functional.conv1d(values["X"], values["W1"], values["b1"].flatten())
    maps = functional.conv1d(torch.tanh(maps), values["W2"], values["b2"].flatten(), padding=1)
    return functional.avg_pool1d(functional.max_pool1d(maps, 3, stride=2), 2).flatten(1)


def largest(torch: Any, values: Tensors) -> Any:
    pooled = torch.nn.functional.max_pool2d(torch.nn.functional.conv2d(values["X"], values["W1"]), 2)
    return linear(torch, pooled.flatten(1), values, 4)


def mean(torch: Any, values: Tensors) -> Any:
    pooled = torch.nn.functional.avg_pool2d(torch.nn.functional.conv2d(values["X"], values["W1"]), 2, stride=1)
    return torch.nn.functional.avg_pool2d(pooled, (2, 3)).flatten(1)


def pixels(torch: Any, values: Tensors) -> Any:
    images = values["X"].reshape(-1, 2, 3, 4)
    return torch.nn.functional.conv2d(images, values["W2"], values["b2"].flatten()).reshape(7, 2, 3)


CASES: Mapping[str, Case] = {
    "conv2d": Case(
        '{ kind = "conv2d", filters = 3, size = 3, padding = "same", activation = "softplus" }, '
        '{ kind = "batch-norm" }, '
        '{ kind = "conv2d", filters = 2, size = 2, stride = 2, padding = 1, bias = false, activation = "tanh" }, '
        '{ kind = "flatten" }, { units = 4 }',
        (3, 2, 4, 5),
        (3, 4),
        """
Z1 = conv2d(X, W1, padding="same") + b1
A1 = softplus(Z1)
mu2 = mean(A1, axis=(0, 2, 3), keepdims=True)
var2 = mean((A1 - mu2) ** 2, axis=(0, 2, 3), keepdims=True)
Xhat2 = (A1 - mu2) / sqrt(var2 + eps)
Z2 = gamma2 * Xhat2 + b2
Z3 = conv2d(Z2, W3, stride=2, padding=1)
A3 = tanh(Z3)
Z4 = reshape(A3, (m, n4))
Z5 = Z4 @ W5 + b5
""",
        convolved,
    ),
    "conv1d": Case(
        '{ kind = "conv1d", filters = 3, size = 2, activation = "tanh" }, '
        '{ kind = "conv1d", filters = 2, size = 3, padding = 1 }, { kind = "max-pool", size = 3, stride = 2 }, '
        '{ kind = "avg-pool", size = 2 }, { kind = "flatten" }',
        (5, 4, 10),
        (5, 4),
        """
Z1 = conv1d(X, W1) + b1
A1 = tanh(Z1)
Z2 = conv1d(A1, W2, padding=1) + b2
Z3 = max_pool1d(Z2, 3, stride=2)
Z4 = avg_pool1d(Z3, 2)
Z5 = reshape(Z4, (m, n5))
""",
        signals,
    ),
    "max-pool": Case(
        '{ kind = "conv2d", filters = 3, size = 2, bias = false }, { kind = "max-pool", size = 2 }, '
        '{ kind = "flatten" }, { units = 4 }',
        (2, 1, 5, 7),
        (2, 4),
        """
Z1 = conv2d(X, W1)
Z2 = max_pool2d(Z1, 2)
Z3 = reshape(Z2, (m, n3))
Z4 = Z3 @ W4 + b4
""",
        largest,
    ),
    "avg-pool": Case(
        '{ kind = "conv2d", filters = 3, size = 2, bias = false }, { kind = "avg-pool", size = 2, stride = 1 }, '
        '{ kind = "avg-pool" }, { kind = "flatten" }',
        (2, 1, 4, 5),
        (2, 3),
        """
Z1 = conv2d(X, W1)
Z2 = avg_pool2d(Z1, 2, stride=1)
Z3 = avg_pool2d(Z2, (2, 3))
Z4 = reshape(Z3, (m, n4))
""",
        mean,
    ),
    "flatten": Case(
        '{ kind = "conv2d", filters = 3, size = 2, bias = false }, { kind = "max-pool", size = 2 }, '
        '{ kind = "flatten" }, { units = 4 }',
        (2, 1, 3, 5),
        (2, 4),
        """
Z1 = conv2d(X, W1)
Z2 = max_pool2d(Z1, 2)
Z3 = reshape(Z2, (m, n3))
Z4 = Z3 @ W4 + b4
""",
        largest,
    ),
    "reshape": Case(
        '{ kind = "reshape", shape = [2, 3, 4] }, { kind = "conv2d", filters = 1, size = 2 }, '
        '{ kind = "reshape", shape = [2, 3] }',
        (7, 24),
        (7, 2, 3),
        """
Z1 = reshape(X, (m, n1, 3, 4))
Z2 = conv2d(Z1, W2) + b2
Z3 = reshape(Z2, (m, 2, n3))
""",
        pixels,
    ),
}

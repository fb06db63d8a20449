"""Every kind of layer in a small network: the file, the same equations by hand, and the same network in torch.

Sizes are all different, so that nothing fits by chance. What a case misses fails a test: a new kind needs a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Tensors = Mapping[str, Any]


class Case(NamedTuple):
    """Layers on an X of this shape; `output` is what they give, in torch, of X and the parameters."""

    layers: str
    x: tuple[int, ...]
    y: tuple[int, ...]
    forward: str
    """The same as equations a person writes, one example a row, down to the output."""
    output: Callable[[Any, Tensors], Any]
    data: str = 'init = "normal"'
    """How X is filled."""
    draws: bool = False
    """Whether it draws by chance, which comes out otherwise where examples stand in columns."""

    def file(self, *, columns: bool = False, forward: str = "") -> str:
        """The scenario file of the layers, or of equations."""
        x, y = ([*shape[::-1]] if columns else [*shape] for shape in (self.x, self.y))
        return f"""
[data]
X = {{ shape = {x}, {self.data} }}
Y = {{ shape = {y}, init = "normal" }}
[network]
orientation = "{"columns" if columns else "rows"}"
layers = [{self.layers}]
cost = "mean-squared-error"
"""


def linear(torch: Any, given: Any, values: Tensors, layer: int) -> Any:
    """A dense layer, whose weights torch keeps the other way round."""
    return torch.nn.functional.linear(given, values[f"W{layer}"].T, values[f"b{layer}"].flatten())


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


def dropout(torch: Any, values: Tensors) -> Any:
    hidden = torch.tanh(linear(torch, values["X"], values, 1)) * values["D1"] / 0.75
    kept = torch.sigmoid(linear(torch, hidden, values, 2)) * values["D3"] / 0.5
    return linear(torch, kept, values, 4)


def noise(torch: Any, values: Tensors) -> Any:
    return linear(torch, values["H1"], values, 2) + values["E3"]


CASES: Mapping[str, Case] = {
    "dropout": Case(
        '{ units = 4, activation = "tanh", dropout = 0.25 }, { units = 5, activation = "sigmoid" }, '
        '{ kind = "dropout", share = 0.5 }, { units = 2 }',
        (7, 3),
        (7, 2),
        """
Z1 = X @ W1 + b1
A1 = tanh(Z1)
H1 = A1 * D1 / keep_prob
Z2 = H1 @ W2 + b2
A2 = sigmoid(Z2)
H3 = A2 * D3 / keep_prob3
Z4 = H3 @ W4 + b4
""",
        dropout,
        draws=True,
    ),
    "noise": Case(
        '{ kind = "noise", deviation = 0.1 }, { units = 4 }, { kind = "noise", deviation = 0.2 }',
        (7, 3),
        (7, 4),
        """
Z2 = H1 @ W2 + b2
H3 = Z2 + E3
""",
        noise,
        draws=True,
    ),
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
"""By kind, and what of it."""

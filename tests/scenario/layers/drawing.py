"""Layers that draw anew in each iteration: torch is given what was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.layers.case import Case, Tensors, linear


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
}

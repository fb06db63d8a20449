"""Recurrent layers, unrolled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.layers.case import Case, Tensors, linear


def recurrent(torch: Any, values: Tensors, cell: str, gates: str, layer: str = "") -> tuple[Any, Any, Any]:
    """A recurrent network of torch, its weights (ours, turned and joined, gates in its order), and its size."""
    joined = {
        part: torch.cat([values[f"{ours}{gate}{layer}"] for gate in gates], dim=1).T
        for part, ours in (("weight_ih_l0", "Wx"), ("weight_hh_l0", "Wh"))
    }
    joined["bias_ih_l0"] = torch.cat([values[f"b{gate}{layer}"] for gate in gates], dim=1).flatten()
    size = joined["weight_hh_l0"].shape[1]
    joined["bias_hh_l0"] = torch.zeros(len(gates) * size, dtype=torch.float64)
    network = getattr(torch.nn, cell)(joined["weight_ih_l0"].shape[1], size, batch_first=True, dtype=torch.float64)
    return network, joined, size


def rnn(torch: Any, values: Tensors) -> Any:
    network, weights, _ = recurrent(torch, values, "RNN", "h")
    return linear(torch, torch.func.functional_call(network, weights, values["X"])[0][:, -1], values, 2)


def numbers(torch: Any, values: Tensors) -> Any:
    """Rows of single numbers, and relu in place of tanh."""
    network, weights, size = recurrent(torch, values, "RNN", "h")
    network = torch.nn.RNN(1, size, nonlinearity="relu", batch_first=True, dtype=torch.float64)
    states = torch.func.functional_call(network, weights, values["X"].unsqueeze(2))[0]
    return linear(torch, states[:, -1], values, 2)


def lstm(torch: Any, values: Tensors) -> Any:
    network, weights, _ = recurrent(torch, values, "LSTM", "ifgo")
    return linear(torch, torch.func.functional_call(network, weights, values["X"])[0][:, -1], values, 2)


def gru_after(torch: Any, values: Tensors) -> Any:
    network, weights, size = recurrent(torch, values, "GRU", "rzg")
    weights["bias_hh_l0"] = torch.cat([weights["bias_hh_l0"][: 2 * size], values["bhg"].flatten()])
    return linear(torch, torch.func.functional_call(network, weights, values["X"])[0][:, -1], values, 2)


def gru(torch: Any, values: Tensors) -> Any:
    """Reset before the weights, as its paper has it, which torch.nn has not."""
    state = torch.zeros(values["X"].shape[0], values["Whr"].shape[0], dtype=torch.float64)
    for given in values["X"].unbind(dim=1):
        r, z = (torch.sigmoid(given @ values[f"Wx{g}"] + state @ values[f"Wh{g}"] + values[f"b{g}"]) for g in "rz")
        candidate = torch.tanh(given @ values["Wxg"] + (r * state) @ values["Whg"] + values["bg"])
        state = z * state + (1 - z) * candidate
    return linear(torch, state, values, 2)


def stacked(torch: Any, values: Tensors) -> Any:
    lower, lower_weights, _ = recurrent(torch, values, "LSTM", "ifgo", "1")
    upper, upper_weights, _ = recurrent(torch, values, "RNN", "h", "2")
    states = torch.func.functional_call(lower, lower_weights, values["X"])[0]
    states = torch.func.functional_call(upper, upper_weights, states)[0]
    gamma, beta = values["gamma3"].flatten(), values["b3"].flatten()
    return torch.nn.functional.layer_norm(states, gamma.shape, gamma, beta, eps=1e-5)


def unrolled(step: str, steps: int, **stems: str) -> str:
    """The lines of a step, for each: {t} is its number, {s} that of the one before, {k} its place from 0."""
    return "".join(step.format(t=at, s=at - 1, k=at - 1, **stems) for at in range(1, steps + 1))


SLICES = "X{n}{t} = X[:, {k}]\n"
RNN = """\
a{n}{t} = {x}{t} @ Wxh{l} + h{n}{s} @ Whh{l} + bh{l}
h{n}{t} = tanh(a{n}{t})
"""
LSTM = """\
ai{n}{t} = X{n}{t} @ Wxi{l} + h{n}{s} @ Whi{l} + bi{l}
i{n}{t} = sigmoid(ai{n}{t})
af{n}{t} = X{n}{t} @ Wxf{l} + h{n}{s} @ Whf{l} + bf{l}
f{n}{t} = sigmoid(af{n}{t})
ao{n}{t} = X{n}{t} @ Wxo{l} + h{n}{s} @ Who{l} + bo{l}
o{n}{t} = sigmoid(ao{n}{t})
ag{n}{t} = X{n}{t} @ Wxg{l} + h{n}{s} @ Whg{l} + bg{l}
g{n}{t} = tanh(ag{n}{t})
c{n}{t} = f{n}{t} * c{n}{s} + i{n}{t} * g{n}{t}
h{n}{t} = o{n}{t} * tanh(c{n}{t})
"""
GATES = """\
ar{t} = X{t} @ Wxr + h{s} @ Whr + br
r{t} = sigmoid(ar{t})
az{t} = X{t} @ Wxz + h{s} @ Whz + bz
z{t} = sigmoid(az{t})
"""
CANDIDATE = "ag{t} = X{t} @ Wxg + (r{t} * h{s}) @ Whg + bg\n"
CANDIDATE_AFTER = "ag{t} = X{t} @ Wxg + r{t} * (h{s} @ Whg + bhg) + bg\n"
MIXED = "g{t} = tanh(ag{t})\nh{t} = z{t} * h{s} + (1 - z{t}) * g{t}\n"
ONE = {"n": "", "l": "", "x": "X"}
START = "h0 = zeros((m, n1))\n"
READ = "Z2 = h{t} @ W2 + b2\n"


CASES: Mapping[str, Case] = {
    "rnn": Case(
        '{ kind = "rnn", units = 4 }, { units = 2 }',
        (7, 3, 5),
        (7, 2),
        unrolled(SLICES, 3, **ONE) + START + unrolled(RNN, 3, **ONE) + READ.format(t=3),
        rnn,
    ),
    "lstm": Case(
        '{ kind = "lstm", units = 4, forget = 0.5 }, { units = 2 }',
        (7, 3, 5),
        (7, 2),
        unrolled(SLICES, 3, **ONE) + START + "c0 = zeros((m, n1))\n" + unrolled(LSTM, 3, **ONE) + READ.format(t=3),
        lstm,
    ),
    "rnn, of numbers": Case(
        '{ kind = "rnn", units = 4, activation = "relu" }, { units = 2 }',
        (7, 3),
        (7, 2),
        "X1 = X[:, 0:1]\nX2 = X[:, 1:2]\nX3 = X[:, 2:3]\n"
        + START
        + unrolled(RNN, 3, **ONE).replace("tanh", "relu")
        + READ.format(t=3),
        numbers,
    ),
    "gru": Case(
        '{ kind = "gru", units = 4 }, { units = 2 }',
        (7, 3, 5),
        (7, 2),
        unrolled(SLICES, 3, **ONE) + START + unrolled(GATES + CANDIDATE + MIXED, 3) + READ.format(t=3),
        gru,
    ),
    "gru, reset after": Case(
        '{ kind = "gru", units = 4, reset_after = true }, { units = 2 }',
        (7, 3, 5),
        (7, 2),
        unrolled(SLICES, 3, **ONE) + START + unrolled(GATES + CANDIDATE_AFTER + MIXED, 3) + READ.format(t=3),
        gru_after,
    ),
    "lstm, stacked": Case(
        '{ kind = "lstm", units = 4 }, { kind = "rnn", units = 2, every = true }, { kind = "layer-norm" }',
        (7, 3, 5),
        (7, 3, 2),
        unrolled(SLICES, 3, n="1_")
        + "h1_0 = zeros((m, n1))\nc1_0 = zeros((m, n1))\n"
        + unrolled(LSTM, 3, n="1_", l="1")
        + "h2_0 = zeros((m, n2))\n"
        + unrolled(RNN, 3, n="2_", l="2", x="h1_")
        + """\
H2 = concatenate([expand_dims(h2_1, axis=1), expand_dims(h2_2, axis=1), expand_dims(h2_3, axis=1)], axis=1)
mu3 = mean(H2, axis=2, keepdims=True)
var3 = mean((H2 - mu3) ** 2, axis=2, keepdims=True)
Xhat3 = (H2 - mu3) / sqrt(var3 + eps)
Z3 = gamma3 * Xhat3 + b3
""",
        stacked,
    ),
}

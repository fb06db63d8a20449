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
    data: str = ""
    """The values of X, where it is not drawn."""
    draws: bool = False
    """Whether it draws by chance, which comes out otherwise where examples stand in columns."""

    def file(self, *, columns: bool = False, forward: str = "") -> str:
        """The scenario file of the layers, or of equations."""
        x, y = ([*shape[::-1]] if columns else [*shape] for shape in (self.x, self.y))
        return f"""
[data]
X = {{ shape = {x}, {self.data or 'init = "normal"'} }}
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


def attention(torch: Any, values: Tensors) -> Any:
    attended = torch.nn.functional.scaled_dot_product_attention
    hidden = torch.tanh(attended(*(values["X"] @ values[f"W{each}1"] for each in "qkv"), is_causal=True))
    return attended(*(hidden @ values[f"W{each}2"] for each in "qkv"))


def embedding(torch: Any, values: Tensors) -> Any:
    functional = torch.nn.functional
    rows = torch.tanh(functional.embedding(values["X"].long(), values["E1"]))
    gamma, beta = values["gamma2"].flatten(), values["b2"].flatten()
    return functional.batch_norm(rows.transpose(1, 2), None, None, gamma, beta, training=True).transpose(1, 2)


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
"""By kind, and what of it."""

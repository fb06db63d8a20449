"""Convolution, pooling, embeddings, attention and normalisation: against complex steps, and against another library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from msgspec import Struct

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from bpdebug.errors import ProgramError
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from tests.program.written import built, run_once

SIZES = {"m": 3, "c": 2, "f": 4, "v": 5, "t": 3, "d": 4}


class Network(Struct, frozen=True):
    """The equations of a network, the shapes of what it is given, and its whole numbers."""

    text: str
    data: Mapping[str, tuple[Any, ...]]
    parameters: Mapping[str, tuple[Any, ...]]
    whole: Mapping[str, int] = {}

    def program(self, **options: Any) -> Program:
        return built(self.text, self.data, self.parameters, SIZES, orientation="rows", **options)

    def run(self, program: Program) -> dict[str, Array]:
        random = np.random.default_rng(2)
        given = {name: random.integers(below, size=program.shapes[name]) for name, below in self.whole.items()}
        return run_once(program, {name: np.asarray(each, dtype=float) for name, each in given.items()}, seed=1)


NETWORKS: dict[str, Network] = {
    "convolution": Network(
        """
        Z1 = conv2d(X, W1, stride=2, padding=1) + b1
        A1 = tanh(Z1)
        P1 = max_pool2d(A1, 2)
        Z2 = reshape(P1, (m, -1)) @ W2 + b2
        J = sum(square(Z2 - one_hot(Y, 3))) / m
        """,
        {"X": ("m", "c", 8, 7), "Y": ("m",)},
        {"W1": ("f", "c", 3, 3), "b1": (1, "f", 1, 1), "W2": (16, 3), "b2": (1, 3)},
        {"Y": 3},
    ),
    "signals": Network(
        """
        A1 = softplus(conv1d(X, W1) + b1)
        A2 = avg_pool1d(conv1d(A1, W2, padding=2), 3, stride=2)
        J = mean(A2 * A2) + sum(mean(A1, axis=(0, 2)) ** 2)
        """,
        {"X": ("m", "c", 9)},
        {"W1": ("f", "c", 3), "b1": ("f", 1), "W2": (2, "f", 3)},
    ),
    "normalised maps": Network(
        """
        Z = conv2d(X, W)
        mu = mean(Z, axis=(0, 2, 3), keepdims=True)
        var = mean((Z - mu) ** 2, axis=(0, 2, 3), keepdims=True)
        N = gamma * (Z - mu) / sqrt(var + 0.1) + beta
        G = mean(tanh(N), axis=(2, 3))
        J = sum(G ** 3) / m
        """,
        {"X": ("m", "c", 5, 4)},
        {"W": ("f", "c", 2, 2), "gamma": (1, "f", 1, 1), "beta": ("f", 1, 1)},
    ),
    "causal attention": Network(
        """
        H = E[words] + P
        Q = H @ Wq
        K = H @ Wk
        V = H @ Wv
        S = where(tril(ones((t, t))) > 0, Q @ K.mT / sqrt(d), -1e9)
        A = softmax(S, axis=-1)
        O = A @ V + H
        mu = mean(O, axis=-1, keepdims=True)
        N = (O - mu) / sqrt(var(O, axis=-1, keepdims=True) + 0.1)
        L = log_softmax(N @ E.T, axis=-1)
        J = -sum(L * one_hot(next, v)) / m
        """,
        {"words": ("m", "t"), "next": ("m", "t")},
        {"E": ("v", "d"), "P": ("t", "d"), "Wq": ("d", "d"), "Wk": ("d", "d"), "Wv": ("d", "d")},
        {"words": 5, "next": 5},
    ),
    "heads": Network(
        """
        Q = permute(reshape(X @ Wq, (m, t, 2, 2)), (0, 2, 1, 3))
        K = swapaxes(reshape(X @ Wk, (m, t, 2, 2)), 1, 2)
        O = softmax(Q @ K.mT, axis=-1) @ swapaxes(reshape(X, (m, t, 2, 2)), 1, 2)
        C = reshape(permute(O, (0, 2, 1, 3)), (m, t, d))
        w = C @ q
        R = cumsum(w, axis=1)
        J = sum(R * R) + sum(triu(K @ Q.mT, 1)) + sum(q @ C.mT)
        """,
        {"X": ("m", "t", "d")},
        {"Wq": ("d", "d"), "Wk": ("d", "d"), "q": ("d",)},
    ),
}
NETWORK = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


@NETWORK
@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
def test_every_gradient_agrees_with_complex_steps(network: Network, bookkeeping: str) -> None:
    program = network.program(bookkeeping=bookkeeping)
    checks = check_gradients(program, network.run(program))

    assert {each.name for each in checks} == set(program.gradients.values())
    assert {*network.parameters} <= {each.of for each in checks}
    for each in checks:
        assert each.verdict in (Verdict.MATCH, Verdict.UNTESTED), each.name
        size = np.max(np.abs(each.numerical))
        np.testing.assert_allclose(each.analytic, each.numerical, rtol=1e-9, atol=1e-12 * size, err_msg=each.name)


@NETWORK
def test_every_gradient_agrees_with_another_library(network: Network) -> None:
    torch = pytest.importorskip("torch")
    from tests.program.torch_oracle import gradients

    program = network.program()
    values = network.run(program)
    given = {name: values[name] for name in (*program.data, *program.parameters)}
    found = gradients(torch, program, {**program.constants, **given})

    assert {*found} == {*program.gradients}
    for of, name in program.gradients.items():
        size = np.max(np.abs(found[of]))
        np.testing.assert_allclose(values[name], found[of], rtol=1e-9, atol=1e-12 * size, err_msg=name)


def test_a_matrix_that_all_examples_share_gathers_from_all_of_them() -> None:
    program = NETWORKS["causal attention"].program()
    found = {each.name: write(each.expr, "ascii") for each in program.equations}

    assert found["dWv"] == "sum(H.mT @ dV, axis=0)"
    assert found["dA"] == "dO @ V.mT"
    assert found["dK"] == "where(tril(ones((t, t))) > 0, dS, 0).mT @ Q / sqrt(d)"
    assert found["dV"] == "A.mT @ dO"
    assert found["dP"] == "sum(dH, axis=0)"
    (note,) = {each.origin.note for each in program.equations if each.name == "dWv" and each.origin}
    assert note == "Wv was repeated m times, and every copy adds to its gradient"


@pytest.mark.parametrize(
    ("product", "hint"),
    [
        ("Q @ K", "These would fit: Q.mT @ K, Q @ K.mT."),
        ("Q @ K.T", "These would fit: Q @ K.mT."),  # .T reverses all axes
        ("Q @ W", "These would fit: Q @ W.T."),
        ("Q @ V", ""),
    ],
)
def test_the_way_out_is_told_for_stacks_too(product: str, hint: str) -> None:
    shapes = {"Q": ("m", "t", "d"), "K": ("m", "t", "d"), "W": ("v", "d"), "V": ("v", "d", 1)}
    with pytest.raises(ProgramError) as refusal:
        built(f"J = sum({product})", {}, shapes, {**SIZES, "t": 6}, orientation="rows")

    assert refusal.value.hint == hint

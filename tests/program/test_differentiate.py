# ruff: noqa: E501
"""Fan-out, sharing, broadcasting, dead ends: each has the gradient that complex steps say it has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from bpdebug.language.expression import Apply, walk
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.differentiate import LARGEST
from bpdebug.program.equations import Phase, Program
from tests.program.written import built, run_once

SIZES = {"n": 3, "k": 4, "m": 5}
X, Y, W, U, B, R, S = ("n", "m"), ("k", "m"), ("k", "n"), ("k", "k"), ("k", 1), (1, "m"), ()

CASES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "a value used twice": ("Z = W @ X; A = tanh(Z); J = sum(A * Z) / m", {"W": W}, ["dA = Z / m", "dZ = dA * dtanh(Z) + A / m"]),
    "a value used twice in one equation": ("Z = W @ X; J = sum(Z * Z)", {"W": W}, ["dZ = 2 * Z"]),
    "shared weights": ("A = tanh(U @ Y); H = U @ A; J = sum(H ** 2)", {"U": U}, ["dU = (dA * dtanh(U @ Y)) @ Y.T + dH @ A.T"]),
    "weights and their transpose": ("H = W @ X; R = W.T @ H; J = sum((R - X) ** 2) / m", {"W": W}, ["dW = dH @ X.T + H @ dR.T"]),
    "a skip connection": ("Z = U @ Y; A = relu(Z) + Z; J = sum(A ** 2)", {"U": U}, ["dZ = dA * drelu(Z) + dA"]),
    "a scalar for a whole matrix": ("Z = s * X; J = sum(Z ** 2)", {"s": S}, ["ds = sum(dZ * X)"]),
    "a scalar added": ("Z = X + s; J = sum(Z) / m", {"s": S}, ["ds = sum(dZ)"]),
    "a scalar added inside a sum": ("J = sum(X + s)", {"s": S}, ["ds = n * m"]),
    "a bias inside a sum": ("J = sum(W @ X + b)", {"W": W, "b": B}, ["dW = ones((k, m)) @ X.T", "db = m * ones((k, 1))"]),
    "a row and a column": ("Z = b + r; J = sum(Z ** 2)", {"b": B, "r": R}, ["db = sum(dZ, axis=1, keepdims=True)", "dr = sum(dZ, axis=0, keepdims=True)"]),
    "a vector for the rows of a matrix": ("Z = X.T + v; J = sum(Z ** 2)", {"v": ("n",)}, ["dv = sum(dZ, axis=0)"]),
    "a mean": ("J = mean((W @ X) ** 2)", {"W": W}, ["dW = 2 * (W @ X @ X.T) / (k * m)"]),
    "a sum along an axis": ("s = sum(W, axis=1); J = sum(s ** 3)", {"W": W}, ["ds = 3 * s ** 2", "dW = expand_dims(ds, axis=1) * ones((k, n))"]),
    "entries and slices": ("J = W[0, 1] ** 2 + sum(W[1:, 0])", {"W": W}, []),
    "a quotient of itself": ("Z = W / sum(W ** 2); J = sum(Z * W)", {"W": W}, []),
    "a function of parameters only": ("V = W / 2; Z = V @ X; J = sum(tanh(Z)) / m", {"W": W}, []),
    "divided by a decimal": ("Z = W @ X; H = Z * X[0:1] / 0.8; J = sum(H ** 2)", {"W": W}, ["dZ = dH * X[0:1] / 0.8"]),
    "divided by decimals": ("Z = W @ X; H = 0.3 * Z / 0.7; J = sum(H ** 2)", {"W": W}, ["dZ = 0.3 * dH / 0.7"]),
    "numbers on all sides": ("J = -3 * sum(W * -2) / 4 - sum(W) ** 2 / 0.1", {"W": W}, []),
    "divided by a parameter": ("J = sum(1 / (W * W + 1)) + sum(X) / s", {"W": W, "s": S}, []),
    "a power of a parameter": ("J = sum((X * X + 1) ** s)", {"s": S}, []),
    "numbers and conditions": ("Z = W @ X; J = sum((Z > 0) * Z) + sum(where(Z > 0.5, Z, 0))", {"W": W}, []),
    "a largest entry": ("Z = W @ X; J = max(Z) - min(Z, axis=0)[1]", {"W": W}, []),
    "stacked": ("H = concatenate([W @ X, Y], axis=0); J = sum(H ** 2)", {"W": W}, []),
    "reshaped": ("J = sum(reshape(W, (n, k)) @ Y)", {"W": W}, []),
    "outer products": ("J = sum(outer(v, v) ** 2)", {"v": ("n",)}, []),
    "everything in one line": ("J = -sum(Y * log(softmax(U @ tanh(W @ X + b), axis=0))) / m", {"W": W, "U": U, "b": B}, []),
}  # fmt: skip


def program(text: str, parameters: dict[str, Any], **options: Any) -> Program:
    return built(text.replace("; ", "\n"), {"X": X, "Y": Y}, parameters, SIZES, **options)


def values(made: Program, seed: int = 0) -> dict[str, Array]:
    classes = np.random.default_rng(seed).integers(SIZES["k"], size=SIZES["m"])
    return run_once(made, {"Y": np.eye(SIZES["k"])[:, classes]}, seed)


def lines(made: Program) -> list[str]:
    return [f"{each.name} = {write(each.expr, 'ascii')}" for each in made.equations if each.phase is Phase.BACKWARD]


@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
@pytest.mark.parametrize("case", CASES)
def test_gradients_are_right(case: str, bookkeeping: str) -> None:
    text, parameters, _ = CASES[case]
    made = program(text, parameters, bookkeeping=bookkeeping)
    checks = check_gradients(made, values(made))

    assert set(parameters) <= {each.of for each in checks}
    assert {each.name: each.verdict for each in checks} == dict.fromkeys((each.name for each in checks), Verdict.MATCH)
    for each in checks:
        assert made.shapes[each.name] == made.shapes[each.of]


@pytest.mark.parametrize("case", [case for case, (_, _, expected) in CASES.items() if expected])
def test_gradients_are_written_so(case: str) -> None:
    text, parameters, expected = CASES[case]

    assert set(expected) <= set(lines(program(text, parameters)))


def test_a_parameter_that_never_reaches_the_cost_is_left_alone_and_told() -> None:
    made = program("Z = W @ X; A = U @ Y; J = sum(Z ** 2)", {"W": W, "U": U})

    assert set(made.gradients) == {"Z", "W"}
    assert [each.name for each in made.equations if each.phase is Phase.UPDATE] == ["W"]
    assert made.notes == ("U never reaches the cost: it has no gradient and is not updated",)


def test_what_only_conditions_pass_on_has_no_gradient() -> None:
    made = program("M = W @ X > 0; J = sum(M * Y) + sum(U)", {"W": W, "U": U})

    assert "W" not in made.gradients
    assert "W never reaches the cost" in made.notes[0]


def test_data_alone_have_no_gradient() -> None:
    made = program("N = X - mean(X, axis=1, keepdims=True); Z = W @ N; J = sum(Z ** 2)", {"W": W})

    assert set(made.gradients) == {"Z", "W"}


def test_a_gradient_inside_an_equation_gets_a_name_before_it_grows_without_bound() -> None:
    nested = "W @ X"
    for _ in range(6):
        nested = f"softmax(U @ ({nested}), axis=0)"
    made = program(f"J = sum({nested} ** 2)", {"W": W, "U": U})
    auxiliary = [each for each in made.equations if each.phase is Phase.BACKWARD and each.denotes is None]

    assert auxiliary
    assert all(each.origin and "what arrives at" in each.origin.note for each in auxiliary)
    assert sum(isinstance(node, Apply) for each in made.equations for node in walk(each.expr)) < 60 * LARGEST
    assert {each.verdict for each in check_gradients(made, values(made))} == {Verdict.MATCH}


def test_with_one_example_the_sum_over_examples_is_still_there() -> None:
    made = built(
        "Z = W @ X + b\nJ = sum(Z ** 2) / m", {"X": ("n", "m")}, {"W": ("k", "n"), "b": ("k", 1)}, {**SIZES, "m": 1}
    )

    assert "db = sum(dZ, axis=1, keepdims=True)" in lines(made)


def test_bookkeeping_scales_what_the_examples_reach_and_nothing_else() -> None:
    made = program(
        "V = W / 2; Z = V @ X; L = sum(tanh(Z)) / m; J = L + sum(W ** 2)", {"W": W}, bookkeeping="per-example"
    )
    denoted = {each.name: str(each.denotes) for each in made.equations if each.denotes}

    assert denoted == {"dL": "dJ(L)", "dZ": "m*dJ(Z)", "dV": "dJ(V)", "dW": "dJ(W)"}
    assert [each.name for each in made.equations if each.phase is Phase.COST] == ["L", "J"]


def test_without_a_number_of_examples_bookkeeping_is_total() -> None:
    made = program("Z = W @ X; J = sum(Z ** 2)", {"W": W}, bookkeeping="per-example", examples="N")

    assert made.bookkeeping == "total"


def test_fusing_asks_for_the_pair() -> None:
    softmax = "Z = W @ X; A = softmax(Z, axis=0); J = -sum(Y * log(A)) / m"
    squares = "Z = W @ X; A = sigmoid(Z); J = sum((A - Y) ** 2) / m"
    twice = "Z = W @ X; A = sigmoid(Z); J = -sum(Y * log(A) + (1 - Y) * log(1 - A)) / m + sum(A)"

    assert "dZ = (A - Y) / m" in lines(program(softmax, {"W": W}, fused=True, one_hot=frozenset({"Y"})))
    assert "dZ = (A - Y) / m" not in lines(program(softmax, {"W": W}, fused=True))
    for text in (squares, twice):
        made = program(text, {"W": W}, fused=True)
        assert "A" in made.gradients
        assert made.notes == ("nothing to fuse: no sigmoid under binary cross-entropy, no softmax of one-hot labels",)


@pytest.mark.parametrize(
    "cost",
    [
        "-sum(Y * log(A) + (1 - Y) * log(1 - A)) / m",
        "sum(-log(A) * Y - log(1 - A) * (1 - Y)) / m",
        "-1 / m * sum(Y * log(A) + (1 - Y) * log(1 - A))",
        "-(1 / m) * (sum(log(A) * Y) + sum((1 - Y) * log(1 - A)))",
        "2 * sum(-Y * log(A) - (1 - Y) * log(1 - A)) / (m * 2)",
    ],
)
def test_the_pair_is_known_however_the_cost_is_written(cost: str) -> None:
    made = program(f"Z = W @ X; A = sigmoid(Z); J = {cost}", {"W": W}, fused=True, bookkeeping="per-example")

    assert "dZ = A - Y" in lines(made)

"""The backward pass reads as a person writes it."""

from __future__ import annotations

import pytest

from bpdebug.ops import parse, write
from bpdebug.ops.table import Size
from bpdebug.program.equations import Phase, Program
from bpdebug.program.terms import undone
from tests.program.written import built

LAYERS = """
Z1 = W1 @ X + b1
A1 = relu(Z1)
Z2 = W2 @ A1 + b2
A2 = relu(Z2)
Z3 = W3 @ A2 + b3
A3 = sigmoid(Z3)
J = -sum(Y * log(A3) + (1 - Y) * log(1 - A3)) / m
"""
SHAPES = {"X": ("n0", "m"), "Y": ("n3", "m")}
PARAMETERS = {
    "W1": ("n1", "n0"), "b1": ("n1", 1), "W2": ("n2", "n1"), "b2": ("n2", 1), "W3": ("n3", "n2"), "b3": ("n3", 1)
}  # fmt: skip
SIZES = {"n0": 4, "n1": 5, "n2": 3, "n3": 1, "m": 8}


def three_layers(**options: object) -> Program:
    return built(LAYERS, SHAPES, PARAMETERS, SIZES, **options)


def listing(program: Program, phase: Phase = Phase.BACKWARD) -> list[str]:
    return [f"{each.name} = {write(each.expr, 'ascii')}" for each in program.equations if each.phase is phase]


def test_the_three_layer_network_is_differentiated_as_the_course_does() -> None:
    assert listing(three_layers(bookkeeping="per-example")) == [
        "dA3 = -Y / A3 + (1 - Y) / (1 - A3)",
        "dZ3 = dA3 * dsigmoid(Z3)",
        "dW3 = dZ3 @ A2.T / m",
        "db3 = sum(dZ3, axis=1, keepdims=True) / m",
        "dA2 = W3.T @ dZ3",
        "dZ2 = dA2 * drelu(Z2)",
        "dW2 = dZ2 @ A1.T / m",
        "db2 = sum(dZ2, axis=1, keepdims=True) / m",
        "dA1 = W2.T @ dZ2",
        "dZ1 = dA1 * drelu(Z1)",
        "dW1 = dZ1 @ X.T / m",
        "db1 = sum(dZ1, axis=1, keepdims=True) / m",
    ]


def test_fused_the_first_two_lines_are_one() -> None:
    assert listing(three_layers(bookkeeping="per-example", fused=True))[:2] == ["dZ3 = A3 - Y", "dW3 = dZ3 @ A2.T / m"]
    assert listing(three_layers(bookkeeping="total", fused=True))[:2] == ["dZ3 = (A3 - Y) / m", "dW3 = dZ3 @ A2.T"]


def test_in_total_bookkeeping_the_1_over_m_comes_with_the_cost_and_never_again() -> None:
    lines = listing(three_layers(bookkeeping="total"))

    assert lines[0] == "dA3 = -Y / A3 / m + (1 - Y) / (1 - A3) / m"
    assert not [line for line in lines[1:] if "/ m" in line]


def test_each_gradient_says_what_it_denotes() -> None:
    denoted = {str(each.denotes) for each in three_layers(bookkeeping="per-example").equations if each.denotes}

    assert {"m*dJ(A3)", "m*dJ(Z3)", "dJ(W3)", "dJ(b3)", "m*dJ(Z1)", "dJ(W1)"} <= denoted
    assert {str(each.denotes) for each in three_layers(bookkeeping="total").equations if each.denotes} == {
        f"dJ({name})" for name in ("A3", "Z3", "W3", "b3", "A2", "Z2", "W2", "b2", "A1", "Z1", "W1", "b1")
    }


def test_each_gradient_remembers_where_it_came_from() -> None:
    origins = {each.name: each.origin for each in three_layers().equations if each.origin}

    assert origins["dW2"].equations == ("Z2",)
    assert origins["dW2"].rules[0] == "matmul"
    assert origins["dZ2"].rules == ("relu",)
    assert origins["db2"].note == "b2 was repeated m times, and every copy adds to its gradient"


def test_the_update_is_gradient_descent() -> None:
    assert listing(three_layers(), Phase.UPDATE)[:2] == [
        "W1 = W1 - learning_rate * dW1",
        "b1 = b1 - learning_rate * db1",
    ]


def test_phases_follow_each_other() -> None:
    phases = [each.phase for each in three_layers().equations]

    assert phases == sorted(phases, key=list(Phase).index)
    assert [each.name for each in three_layers().equations if each.phase is Phase.COST] == ["J"]


def test_examples_in_rows() -> None:
    rows = """
    Z1 = X @ W1 + b1
    A1 = tanh(Z1)
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2, axis=1)
    J = -sum(Y * log(A2)) / m + lambd / (2 * m) * (sum(W1 ** 2) + sum(W2 ** 2))
    """
    program = built(
        rows,
        {"X": ("m", "n0"), "Y": ("m", "n2")},
        {"W1": ("n0", "n1"), "b1": (1, "n1"), "W2": ("n1", "n2"), "b2": (1, "n2")},
        {"n0": 4, "n1": 5, "n2": 3, "m": 8},
        orientation="rows",
        bookkeeping="per-example",
    )

    assert listing(program) == [
        "dA2 = -Y / A2",
        "dZ2 = A2 * (dA2 - sum(dA2 * A2, axis=1, keepdims=True))",
        "dW2 = A1.T @ dZ2 / m + lambd / m * W2",
        "db2 = sum(dZ2, axis=0, keepdims=True) / m",
        "dA1 = dZ2 @ W2.T",
        "dZ1 = dA1 * dtanh(Z1)",
        "dW1 = X.T @ dZ1 / m + lambd / m * W1",
        "db1 = sum(dZ1, axis=0, keepdims=True) / m",
    ]


def test_batch_normalization_reads_as_in_its_paper() -> None:
    """S. Ioffe and C. Szegedy, ICML 2015, page 4, where -3/2 is the power of what is a root to the third here."""
    text = """
    Z = X @ W
    mu = mean(Z, axis=0, keepdims=True)
    var = mean((Z - mu) ** 2, axis=0, keepdims=True)
    Xhat = (Z - mu) / sqrt(var + 0.001)
    A = gamma * Xhat + b
    J = sum(A ** 3)
    """
    parameters = {"W": ("n0", "n1"), "gamma": (1, "n1"), "b": (1, "n1")}
    program = built(text, {"X": ("m", "n0")}, parameters, {"n0": 4, "n1": 5, "m": 8}, orientation="rows")

    assert listing(program)[3:7] == [
        "dXhat = dA * gamma",
        "dvar = -0.5 * sum(dXhat * (Z - mu), axis=0, keepdims=True) / sqrt(var + 0.001) ** 3",
        "dmu = -2 * dvar * sum(Z - mu, axis=0, keepdims=True) / m"
        " - sum(dXhat, axis=0, keepdims=True) / sqrt(var + 0.001)",
        "dZ = dmu / m + 2 * dvar * (Z - mu) / m + dXhat / sqrt(var + 0.001)",
    ]


def test_sums_of_sums_need_no_ones_and_no_axis_that_is_cut_off_again() -> None:
    text = """
    q = sum(w * expand_dims(v, axis=1), axis=2)
    J = mean(sum(q ** 2, axis=1))
    """
    program = built(text, {"w": ("m", "k", "d")}, {"v": ("m", "d")}, {"m": 5, "k": 3, "d": 2}, orientation="rows")

    assert listing(program) == ["dq = 2 * q / m", "dv = sum(expand_dims(dq, axis=2) * w, axis=1)"]


def test_a_small_fraction_is_written_as_one() -> None:
    text = "M = mean(W, keepdims=True)\nS = sum(W) * 0.1 / 3\nJ = sum((W - M) ** 2) / 18 + S"
    program = built(text, {}, {"W": (3, 12)}, {})

    assert listing(program) == [
        "dS = 1",
        "dM = -sum(W - M, axis=(0, 1), keepdims=True) / 9",
        "dW = dM / 36 + 0.1 * dS / 3 + (W - M) / 9",
    ]


@pytest.mark.parametrize("text", ["A.T.T", "A.mT.mT", "B @ A.T.T"])
def test_transposes_that_undo_each_other(text: str) -> None:
    assert write(undone(parse(text)), "ascii") == text.replace(".T.T", "").replace(".mT.mT", "")


@pytest.mark.parametrize("bookkeeping", ["total", "per-example"])
@pytest.mark.parametrize("fused", [False, True])
def test_every_line_can_be_typed(bookkeeping: str, fused: bool) -> None:
    for equation in three_layers(bookkeeping=bookkeeping, fused=fused).equations:
        for notation in ("ascii", "unicode"):
            assert parse(write(equation.expr, notation)) == equation.expr


def test_a_listing_keeps_what_was_written() -> None:
    program = built("J = sum(0.5 * (W - X) ** 2)", {"X": ("n", "m")}, {"W": ("n", "m")}, {"n": 2, "m": 3})

    assert listing(program) == ["dW = W - X"]
    assert program.equations[0].expr == parse("sum(0.5 * (W - X) ** 2)")
    assert program.equations[0].written == "sum(0.5 * (W - X) ** 2)"
    assert isinstance(program.shapes["dW"][0], Size)

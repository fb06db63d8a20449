"""Names that say of no quantity that they are its gradient, and names that the program spells otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.check.claims import Judgement, judge
from bpdebug.check.iteration import trained
from bpdebug.ops import write
from bpdebug.scenario.load import load
from bpdebug.scenario.owners import meant, owner
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.tied import errors_tied
from tests.bundled import bundled

SCENARIO = bundled("three-layer")
PROGRAM = SCENARIO.program


def ties(block: str) -> tuple[dict[str, str], tuple[str, ...]]:
    claims, notes = errors_tied(pasted(block, PROGRAM).claims, PROGRAM, lambda: trained(SCENARIO, 0))
    return {each.name: each.of for each in claims}, notes


@pytest.mark.parametrize(("top", "middle"), [("delta3", "delta2"), ("δ_3", "δ_2"), ("error3", "layer_2_delta")])
def test_deltas_are_tied_by_their_value(top: str, middle: str) -> None:
    found, notes = ties(f"{top} = A3 - Y\n{middle} = W3.T @ {top} * (Z2 > 0)\ndW2 = {middle} @ A1.T / m")

    assert found == {top: "Z3", middle: "Z2", "dW2": "W2"}
    assert notes == tuple(
        f"{name} is taken for m*dJ({of}), whose value it has" for name, of in ((top, "Z3"), (middle, "Z2"))
    )


def test_a_wrong_delta_is_tied_by_number_and_shape_counted_as_the_right_ones_are() -> None:
    wrong = "W3.T @ delta4 * dsigmoid(Z2)"
    found, notes = ties(f"delta2 = W2.T @ delta3 * (Z1 > 0)\ndelta3 = {wrong}\ndelta4 = A3 - Y")

    assert found == {"delta2": "Z1", "delta3": "Z2", "delta4": "Z3"}
    assert notes[1] == "delta3 is taken for the gradient of Z2, by its number and its shape"


def test_what_speaks_of_no_error_or_has_another_shape_is_left_alone() -> None:
    found, notes = ties("half = A3 - Y\ndelta2 = half @ A2.T\nnumber = 3\ndelta = A1 * 7")

    assert found == dict.fromkeys(("half", "delta2", "number", "delta"), "")
    assert notes == ()


XOR = """
[data]
X = { shape = [4, 3], init = "normal" }
y = { values = [[0], [1], [1], [0]] }
[parameters]
w1 = { shape = [3, 5], init = "normal" }
w2 = { shape = [5, 1], init = "normal" }
b = { shape = [4, 1], init = "normal" }
[network]
orientation = "rows"
forward = '''
z1 = X @ w1
h1 = sigmoid(z1)
z2 = h1 @ w2 + b
h2 = sigmoid(z2)
J = sum((y - h2) ** 2) / 2'''
"""


def test_errors_downhill_are_tied_and_only_the_wrong_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "xor.toml").write_text(XOR, encoding="utf-8")
    scenario = load(str(tmp_path / "xor.toml"))
    lines = ["l1 = sigmoid(X @ w1)", "l2_error = y - h2", "l2_delta = l2_error * h2 * (1 - h2)"]
    lines += ["l1_error = l2_error @ w2.T", "l1_delta = l1_error * l1 * (1 - l1)"]
    block = "\n".join([*lines, "w2 += l1.T @ l2_delta", "b += l2_delta", "w1 += X.T @ l1_delta"])
    claims, _ = errors_tied(pasted(block, scenario.program).claims, scenario.program, lambda: trained(scenario, 0))
    found = judge(scenario.program, trained(scenario, 0), claims)

    assert [each.of for each in claims[1:]] == ["h2", "z2", "h1", "z1", "w2", "b", "w1"]
    assert [each.name for each in found.claims if each.local is Judgement.WRONG] == ["l1_error"]


def test_a_name_with_the_other_sign_is_tied_where_that_makes_more_lines_right() -> None:
    alone, _ = ties("dout = Y - A3\ndW3 = dout @ A2.T / m")
    found, notes = ties("dout = Y - A3\ndW3 = dout @ A2.T / m\ndb3 = sum(dout, axis=1, keepdims=True) / m")

    assert alone["dout"] == ""
    assert found["dout"] == "Z3"
    assert notes == ("dout is taken for -m*dJ(Z3), whose value it has",)


def test_a_number_kept_for_the_update_makes_no_delta_wrong(tmp_path: Path) -> None:
    (tmp_path / "xor.toml").write_text(XOR.replace("** 2) / 2", "** 2)"), encoding="utf-8")
    scenario = load(str(tmp_path / "xor.toml"))
    lines = ["diff = (h2 - y) * h2 * (1 - h2)", "delta1 = diff @ w2.T * h1 * (1 - h1)"]
    block = "\n".join([*lines, "w2 -= lr * 2 * h1.T @ diff", "w1 -= lr * 2 * X.T @ delta1"])
    claims, notes = errors_tied(pasted(block, scenario.program).claims, scenario.program, lambda: trained(scenario, 0))

    assert [each.of for each in claims] == ["", "", "w2", "w1"]
    assert notes == ()


@pytest.mark.parametrize(
    "name", ["dl_dW2", "dL_dW_2", "dW_2", "d_w_2", "nabla_W2", "dE_by_dW2", "W_2_grad", "W2_derivative"]
)
def test_further_names_of_gradients(name: str) -> None:
    assert owner(name, ["W2", "Z2", "A2"]) == "W2"


@pytest.mark.parametrize(
    ("name", "quantity"), [("w2", "W2"), ("W_2", "W2"), ("w_2", "W2"), ("a", "a"), ("x", "X"), ("W", ""), ("b2", "b2")]
)
def test_a_quantity_in_another_spelling(name: str, quantity: str) -> None:
    assert meant(name, ["W2", "b2", "X", "A", "a"]) == quantity


def test_names_in_another_spelling_are_read_as_the_program_s_and_said_to_be() -> None:
    found = pasted("dz_3 = a3 - y\ndw3 = dz_3 @ a_2.T / m\ndb_2 = mean(dz2, axis=1)", PROGRAM)

    assert [(each.name, each.of, write(each.expr, "ascii")) for each in found.claims] == [
        ("dz_3", "Z3", "A3 - Y"),
        ("dw3", "W3", "dz_3 @ A2.T / m"),
        ("db_2", "b2", "mean(dZ2, axis=1)"),
    ]
    assert found.notes == ("read in the program's spelling: a3 as A3, y as Y, a_2 as A2 and dz2 as dZ2",)


def test_a_name_that_an_operation_has_is_a_name_where_it_is_not_called() -> None:
    found = pasted(
        "l1 = W3.T @ dZ3\nsum = np.sum(l1)\ndZ2 = l1 * (Z2 > 0) + l1(sum)\nlambda = 3\nq = lambda * W3", PROGRAM
    )

    assert not found.errors
    assert {each.name: write(each.expr, "ascii") for each in found.claims} == {
        "l1": "W3.T @ dZ3",
        "sum": "sum(l1)",
        "dZ2": "l1 * (Z2 > 0) + sum(abs(sum))",
        "lambda_": "3",
        "q": "lambda_ * W3",
    }
    assert found.notes == ("lambda is called lambda_ here: a formula keeps lambda for itself",)


def test_what_an_optimizer_keeps_under_a_gradient_s_key_is_no_gradient() -> None:
    block = """
dW3 = dZ3 @ A2.T / m
v["dW3"] = beta * v["dW3"] + (1 - beta) * grads["dW3"]
cache["dW3"] = rho * cache["dW3"] + (1 - rho) * dW3 ** 2
corrected["dW3"] = v["dW3"] / (1 - beta ** t)
grads["dW3"] = grads["dW3"] + 0.1 * params["W3"]
"""
    found = pasted(block, PROGRAM)

    assert [(each.name, write(each.expr, "ascii")) for each in found.claims] == [
        ("dW3", "dZ3 @ A2.T / m"),
        ("dW3_2", "dW3 + 0.1 * W3"),
    ]
    assert sum("no gradient reads it" in each or "is not seen here" in each for each in found.notes) == 3


def test_an_error_after_a_renamed_name_is_placed_in_the_block() -> None:
    block = "l1 = dZ3\ndZ2 = l1 * l1 + open(l1)"
    (error,) = pasted(block, PROGRAM).errors

    assert error.span
    assert block[error.span.start : error.span.end] == "open"


def test_a_capital_letter_is_no_other_name_where_there_is_only_one() -> None:
    assert meant("Y", ["X", "y"]) == "y"
    assert meant("Y", ["Y", "y"]) == "Y"
    assert owner("dW1", ["w1", "X"]) == "w1"


@pytest.mark.parametrize("name", ["dloss_dyhat", "dL_dy_hat", "dJdyhat", "dcost_dy_pred"])
def test_the_gradient_by_the_prediction_is_of_what_the_cost_reads(name: str) -> None:
    assert ties(f"{name} = Y / A3 + (1 - Y) / (1 - A3)")[0] == {name: "A3"}

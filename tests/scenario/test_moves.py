"""Updates that are no plain step: judged where that can be said, told as not judged or not read where not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.ops import write
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Scenario
from bpdebug.scenario.tied import errors_tied
from tests.bundled import bundled

DECAY = str(folder() / "practice" / "09-weight-decay.toml")
LAST = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\n"


@cache
def scenario(name: str) -> Scenario:
    return bundled(name)


def locally(block: str, name: str = "three-layer") -> list[str]:
    """What each line is by itself."""
    of = scenario(name)
    values = trained(of, 0)
    claims, _ = errors_tied(pasted(block, of.program).claims, of.program, lambda: values)
    return [str(each.local) for each in review(of.program, values, claims).claims]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("b3 = b3 - learing_rate * db3", 'learing_rate is not defined; did you mean "learning_rate"?'),
        ("W3 = W3 - learning_rate * dw3_avg", 'dw3_avg is not defined; did you mean "dW3"?'),
        ("v = 0.9 * v_prev + dW3\nW3 -= lr * v", "v_prev is not defined"),
        ("lr_t = lr * 0.99**epoch\nW3 -= lr_t * dW3", "epoch is not defined"),
        ("v, s = state.pop()\nW3 -= lr * v", "what v holds is not known here"),
        ("W3 = W3 - opt(dW3)", "unknown function 'opt'"),
    ],
)
def test_an_update_that_reads_what_nobody_knows_is_not_read(block: str, message: str) -> None:
    found = pasted(LAST + block, scenario("three-layer").program)

    assert [each.message for each in found.errors] == [message]
    assert not any(each.denotes for each in found.claims)


@pytest.mark.parametrize(
    "line",
    [
        "W3 = W3 - learning_rate * (dW3 + 0.1 * W3)",
        "W3 = W3 * (1 - 0.1 * lr) - lr * dW3",
        "v = np.zeros_like(W3)\nv = 0.9 * v + dW3\nW3 -= lr * v",
        "vel['W3'] = 0\nvel['W3'] = 0.9 * vel['W3'] + dW3\nW3 -= lr * vel['W3']",
        "W3_new = W3 - lr * dW3\nW3 = W3_new",
        "update = -lr * np.sign(dW3)\nW3 += update",
    ],
)
def test_another_rule_than_the_gradient_s_is_a_line_that_is_not_judged(line: str) -> None:
    assert locally(LAST + line)[-1] == "auxiliary"


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("delta3 = A3 - Y\nb3 += learning_rate * delta3.mean(axis=1, keepdims=True)", "wrong"),
        ("delta3 = A3 - Y\nb3 -= learning_rate * delta3.mean(axis=1, keepdims=True)", "correct"),
        (f"{LAST}W3 = learning_rate * dW3", "wrong"),
        ("dZ3 = A3 - Y\ngradients = dZ3 @ A2.T / m\nW3 = W3 - learning_rate * gradients", "correct"),
        (f"{LAST}update = lr * dW3\nW3 = W3 - update", "correct"),
        (f"{LAST}w3 ← w3 - η dW3", "correct"),
        (f"{LAST}W3 := W3 - α/m (A3 - Y) A2ᵀ", "correct"),
        (f"{LAST}W3 := W3 + α/m (A3 - Y) A2ᵀ", "wrong"),
    ],
)
def test_a_step_that_is_known_whole_is_judged(update: str, expected: str) -> None:
    assert locally(update)[len(update.split("\n")) - 1 :] == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("w = w - alpha * 2 * X.T @ (X @ w + b - y) / m", "correct"),
        ("W += alpha / m * 2 * X.T @ (Y - X @ W - b)", "correct"),
        ("w = w + alpha * 2 * X.T @ (X @ w + b - y) / m", "wrong"),
        ("w -= alpha * X.T @ (X @ w + b - y)", "wrong"),
        ("W -= alpha * (2 * X.T @ (X @ W + b - Y) / m + 0.1 * W)", "auxiliary"),
        ("W -= alpha * 2 * X.T @ (X @ W + b - Y) / m / np.sqrt(np.sum(W**2))", "auxiliary"),
    ],
)
def test_a_step_that_works_out_the_forward_pass_is_judged_and_one_with_a_decay_is_not(line: str, expected: str) -> None:
    assert locally(line, "linear-regression") == [expected]


BATCH_NORM = str(Path(__file__).parent.parent / "check" / "cases" / "batch-norm-two-forms.toml")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "dY = R\ndstd = -np.sum(dY * (X - mu), axis=0) / std**2\ndmu = -np.sum(dY, axis=0) / std\n"
            "dX = dY / std + dstd * (X - mu) / (6 * std) + dmu / 6\nX -= lr * dX",
            ["correct"] * 5,
        ),
        ("X -= mu", ["auxiliary"]),
    ],
)
def test_vectors_that_the_forward_pass_makes_are_meant_as_such_and_data_may_be_centred(
    lines: str, expected: list
) -> None:
    assert locally(lines, BATCH_NORM) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("dY = A3 - Y\ndW3 = dY @ A2.T / m", ["correct", "correct"]),
        ("grad_Y = Y - A3\ndW3 = grad_Y @ A2.T / m", ["auxiliary", "wrong"]),
        ("dL_dy = (A3 - y) / m\ndW3 = dL_dy @ A2.T", ["correct", "correct"]),
    ],
)
def test_the_gradient_of_labels_is_that_of_what_is_held_against_them(lines: str, expected: list) -> None:
    assert locally(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("dW2 = dZ2 @ A1.T / m\nW2 = (1 - learning_rate*lam/m) * W2 - learning_rate * dW2", ["correct", "correct"]),
        ("dW2 = dZ2 @ A1.T / m\nW2 -= learning_rate * (dW2 + lam / m * W2)", ["correct", "correct"]),
        ("dW2 = dZ2 @ A1.T / m\nW2 = (1 - learning_rate*lam) * W2 - learning_rate * dW2", ["correct", "wrong"]),
        ("dW2 = dZ2 @ A1.T / m\nW2 -= learning_rate * dW2", ["wrong", "correct"]),
        ("dW2 = dZ2 @ A1.T / m + lam/m*W2\nW2 = W2 - lr*dW2 - lr*lam/m*W2", ["correct", "wrong"]),
        ("W2 = W2 - learning_rate*(dZ2 @ A1.T/m + lam/m*W2)", ["correct"]),
    ],
)
def test_a_penalty_of_the_cost_is_brought_once_by_the_gradient_or_by_its_update(lines: str, expected: list) -> None:
    assert locally(f"dZ2 = A2 - Y\n{lines}", DECAY)[1:] == expected


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("dA2 = A⁽²⁾(1 − A⁽²⁾)", "A2 * (1 - A2)"),
        ("dA2 = 1 / σ(Z⁽²⁾)(1 − σ(Z⁽²⁾))", "1 / (sigmoid(Z2) * (1 - sigmoid(Z2)))"),
        (r"dW1 = \frac{1}{m} dZ^{(1)} x^T", "1 / m * dZ1 @ X.T"),
        ("dW1 = 1/m * dZ_1 x^T", "1 / m * dZ1 @ X.T"),
        ("db3 = 1/m Σᵢ dZ³⁽ⁱ⁾", "1 / m * sum(dZ3, axis=1, keepdims=True)"),
        ("dW3 = sum(np.outer(dZ3[:, i], A2[:, i]) for i in range(m))", "dZ3 @ A2.T"),
        ("dW1 = dZ1 @ cache[f'A{1 - 1}'].T", "dZ1 @ X.T"),
    ],
)
def test_mathematics_as_it_is_typed(line: str, formula: str) -> None:
    (claim,) = pasted(line, scenario("three-layer").program).claims

    assert write(claim.expr, "ascii") == formula


def test_labels_may_be_worked_out_where_they_are_an_index() -> None:
    (claim,) = pasted("dA3 = A3\ndA3[np.arange(N), T.argmax(axis=1)] -= 1", scenario("iris").program).claims

    assert write(claim.expr, "ascii") == "A3 - Y"


def test_an_entry_of_a_list_of_errors_that_is_appended_to_is_not_read() -> None:
    loop = "for i in range(2, 0, -1):\n  delta = W[i+1].T @ delta\n  deltas.append(delta)"
    found = pasted(
        f"delta = A3 - Y\ndeltas = [delta]\n{loop}\ndW3 = deltas[0] @ A2.T / m", scenario("three-layer").program
    )

    assert found.unknown == ("dW3",)
    assert [each.said for each in found.claims] == ["delta"] * 3


RECURRENT = """
dO = (A - Y) / m
dS = v.T @ dO
dW = np.zeros_like(W)
for X_t, S_t in {over}:
    dZ = dS * (1 - S_t**2)
    dW += dZ @ X_t.T
    dS = U.T @ dZ
"""


@pytest.mark.parametrize("over", ["[(X2, S2), (X1, S1)]", "zip([X2, X1], [S2, S1])", "reversed([(X1, S1), (X2, S2)])"])
def test_a_loop_over_names_that_are_written_out_is_unrolled(over: str) -> None:
    found = locally(RECURRENT.format(over=over), str(folder() / "practice" / "12-recurrent.toml"))

    assert found == ["correct", *["auxiliary"] * 4, "correct", "auxiliary"]


def test_what_an_unread_loop_changes_is_named() -> None:
    found = pasted(RECURRENT.format(over="steps"), load(str(folder() / "practice" / "12-recurrent.toml")).program)

    assert "passed over: line 3: dS: a line below that changes it is not read" in found.notes
    assert {"dS", "dW"} <= set(found.unknown)


def test_what_is_added_with_another_line_of_a_name_is_no_part_of_the_line_before() -> None:
    block = "d = A3 - Y\ndW3 = d @ A2.T\nd = d / m\ndW3 += d @ A2.T"

    assert [write(each.expr, "ascii") for each in pasted(block, scenario("three-layer").program).claims] == [
        "A3 - Y", "d @ A2.T", "d / m", "dW3 + d_2 @ A2.T"
    ]  # fmt: skip


def test_a_rate_among_the_constants_is_one_where_the_network_reads_it_nowhere() -> None:
    case = Path(__file__).parents[1] / "check" / "cases" / "factors-updated-one-after-the-other.toml"
    block = "dP = -2 * e @ Q + beta * P\ndQ = -2 * e.T @ P + beta * Q\nP -= alpha * dP\nQ -= alpha * dQ"

    assert locally(block, str(case)) == ["correct"] * 4


def test_an_update_in_the_very_first_line_is_read_by_the_lines_below() -> None:
    block = "W3 -= lr * (A3 - Y) @ A2.T / m\ndZ3 = (A3 - Y) / m\ndA2 = W3.T @ dZ3"

    assert locally(block) == ["correct", "wrong", "correct"]

"""Updates that are no plain step: judged where that can be said, told as not judged or not read where not."""

from __future__ import annotations

from functools import cache

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.ops import write
from bpdebug.scenario.bundled import folder
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Scenario
from bpdebug.scenario.tied import errors_tied

DECAY = str(folder() / "practice" / "09-weight-decay.toml")
LAST = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\n"


@cache
def scenario(name: str) -> Scenario:
    return load(name)


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
        (f"{LAST}w3 ← w3 - η dW3", "correct"),
        (f"{LAST}W3 := W3 - α/m (A3 - Y) A2ᵀ", "correct"),
        (f"{LAST}W3 := W3 + α/m (A3 - Y) A2ᵀ", "wrong"),
    ],
)
def test_a_step_that_is_known_whole_is_judged(update: str, expected: str) -> None:
    assert locally(update)[len(update.split("\n")) - 1 :] == [expected]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("dW2 = dZ2 @ A1.T / m\nW2 = (1 - learning_rate*lam/m) * W2 - learning_rate * dW2", ["correct", "correct"]),
        ("dW2 = dZ2 @ A1.T / m\nW2 -= learning_rate * (dW2 + lam / m * W2)", ["correct", "correct"]),
        ("dW2 = dZ2 @ A1.T / m\nW2 = (1 - learning_rate*lam) * W2 - learning_rate * dW2", ["wrong", "wrong"]),
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

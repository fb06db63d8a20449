"""Pasted code in the order in which it runs: conditions, loops over layers and examples, updates, lines finished."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.ops import write
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.tied import errors_tied
from tests.bundled import bundled

SCENARIO = bundled("three-layer")
PROGRAM = SCENARIO.program
LAYERS = {
    "dZ3": "A3 - Y",
    "dW3": "dZ3 @ A2.T / m",
    "dZ2": "W3.T @ dZ3 * (Z2 > 0)",
    "dW2": "dZ2 @ A1.T / m",
    "dZ1": "W2.T @ dZ2 * (Z1 > 0)",
    "dW1": "dZ1 @ X.T / m",
}


def formulas(block: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in pasted(block, PROGRAM).claims}


def reviewed(block: str) -> Review:
    found = pasted(block, PROGRAM)
    values = trained(SCENARIO, 0)
    return review(PROGRAM, values, errors_tied(found.claims, PROGRAM, lambda: values)[0], found.unknown)


def verdicts(block: str) -> dict[str, str]:
    """For each gradient what is said of it by itself, or that it is not judged."""
    return {each.name: "unread" if each.unread else each.local for each in reviewed(block).claims if each.of}


@pytest.mark.parametrize(
    "body",
    [
        "if l == L:\n  dZ[l] = A[l] - Y\n else:\n  dZ[l] = (W[l+1].T @ dZ[l+1]) * (Z[l] > 0)\n"
        " dW[l] = dZ[l] @ A[l-1].T / m",
        "if l != L: dZ[l] = (W[l+1].T @ dZ[l+1]) * (Z[l] > 0)\n if not l < 3: dZ[l] = A[l] - Y\n"
        " dW[l] = dZ[l] @ (A[l-1] if l > 1 else X).T / m",
        "dZ[l] = A[l] - Y if l == len(weights) else (W[l+1].T @ dZ[l+1]) * (Z[l] > 0)\n"
        " if l - 1 > 0 and l <= 3:\n  dW[l] = dZ[l] @ A[l-1].T / m\n  continue\n dW[l] = dZ[l] @ X.T / m",
    ],
)
@pytest.mark.parametrize("head", ["for l in range(3, 0, -1):", "l = 4\nwhile l > 1:\n l -= 1"])
def test_conditions_on_the_layer_are_decided(head: str, body: str) -> None:
    found = formulas(f"{head}\n {body}")
    found.pop("l", None)

    assert found == LAYERS


@pytest.mark.parametrize(
    ("block", "unknown"),
    [
        ("if cost == 'ce':\n  dZ3 = A3 - Y\nelse:\n  dZ3 = A3\ndW3 = dZ3 @ A2.T / m", ("dZ3",)),
        ("dZ3 = A3 - Y\ndA2 = W3.T @ dZ3\nif drop:\n  dA2 = dA2 * D\ndZ2 = dA2 * (Z2 > 0)", ("dA2_2",)),
        ("dW3 = (A3 - Y) @ A2.T / m\nif lam > 0: dW3 += lam * W3\n", ("dW3",)),
        ("dZ3 = A3 - Y if ce else A3\ndW3 = dZ3 @ A2.T / m", ("dZ3",)),
        ("switch f\n case 1\n  dZ2 = W3' * dZ3;\n case 2\n  dZ2 = dA2;\nend\ndW2 = dZ2 * A1' / m;", ("dZ2",)),
    ],
)
def test_what_depends_on_an_unknown_condition_is_not_judged(block: str, unknown: tuple[str, ...]) -> None:
    assert pasted(block, PROGRAM).unknown == unknown
    assert set(verdicts(block).values()) <= {"correct", "unread"}


def test_under_a_condition_a_name_that_is_given_nowhere_else_is_what_stands_there() -> None:
    block = "if train:\n  dZ3 = A3 - Y\n  dW3 = dZ3 @ A2.T\n  dW3 /= m\ntry:\n  dA2 = W3.T @ dZ3\nexcept E:\n  dA2 = 0"

    assert formulas(block) == {"dZ3": "A3 - Y", "dW3": "dZ3 @ A2.T / m", "dA2": "W3.T @ dZ3"}


@pytest.mark.parametrize(
    "block",
    [
        "for i in range(8):\n d3 = A3[:, [i]] - Y[:, [i]]\n dW3 = dW3 + d3 @ A2[:, [i]].T\n",
        "for layer in reversed(layers):\n dW3 = dZ3 @ layer.T\n",
    ],
)
def test_a_loop_over_what_is_not_known_is_not_half_read(block: str) -> None:
    found = pasted(f"{block}dW3 = dW3 / m\ndb3 = sum(A3 - Y, axis=1, keepdims=True) / m", PROGRAM)

    assert [each.message for each in found.errors] in (
        ["what this loop runs over is not known here"],
        ["this loop is not one over layers: its turns are not read one by one"],
    )
    assert "dW3" in found.unknown
    assert verdicts(f"{block}dW3 = dW3 / m\nold = W3") == {}


def test_a_loop_over_epochs_is_read_once() -> None:
    body = "\n ".join(f"{name} = {formula}" for name, formula in LAYERS.items())
    block = f"for i in range(5):\n losses[i] = np.mean(A3)\n {body}\n W3 -= lr * dW3\n if i % 2 == 0: print(i)"

    assert formulas(block) == {**LAYERS, "W3_2": "W3 - learning_rate * dW3"}
    assert not pasted(block, PROGRAM).errors


def test_a_parameter_is_the_updated_one_for_the_lines_below() -> None:
    block = "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\nW3 -= lr * dW3\ndZ2 = (W3.T @ dZ3) * (Z2 > 0)"
    found = reviewed(block)

    assert [each.local for each in found.claims] == ["correct", "correct", "wrong", "correct"]
    assert [each.mistakes[0] for each in found.diagnoses if each] == ["uses-updated-parameter"]


@pytest.mark.parametrize(
    "block",
    [
        "old = W3.copy()\nW3 -= lr * dW3\ndZ2 = (old.T @ dZ3) * (Z2 > 0)",
        "W3 -= lr * dW3\nZ3 = W3 @ A2 + b3\ndZ2 = (W3.T @ dZ3) * (Z2 > 0)",
        "def update(self):\n W3 -= lr * dW3\n b3 -= lr * db3\ndef backward(self):\n dZ2 = (W3.T @ dZ3) * (Z2 > 0)\n"
        " dW2 = dZ2 @ A1.T / m",
        "if sgd: W3 -= lr * dW3\ndZ2 = (W3.T @ dZ3) * (Z2 > 0)",
    ],
)
def test_until_then_and_elsewhere_it_is_the_old_one(block: str) -> None:
    assert set(verdicts(block).values()) == {"correct"}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("dW3 = dZ3 @ A2.T\ndW3 = dW3 / m", {"dW3_2": "correct"}),
        ("dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T\ndW3 = dW3 / m", {"dZ3": "correct", "dW3_2": "correct"}),
        ("dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T\ndW3 = dW3 / m / m", {"dZ3": "correct", "dW3_2": "wrong"}),
        ("dZ3 = A3 - Y\ndZ2 = W3.T @ dZ3\ndZ2 = dZ2 * (Z2 > 0)", {"dZ3": "correct", "dZ2_2": "correct"}),
        (
            "dZ3 = A3 - Y\ndb3 = mean(dZ3, axis=1)\ndb3 = db3 * m",
            {"dZ3": "correct", "db3": "correct", "db3_2": "wrong"},
        ),
        ("dZ3 = A3 - Y\ndZ3 = dZ3 / m\ndW3 = dZ3 @ A2.T", {"dZ3": "correct", "dZ3_2": "correct", "dW3": "correct"}),
    ],
)  # fmt: skip
def test_a_line_that_another_finishes_is_judged_with_it(block: str, expected: dict[str, str]) -> None:
    assert verdicts(block) == expected


def test_a_line_that_changes_what_nobody_gives_is_not_read() -> None:
    found = pasted("dW3 = dW3 / m\ndb3 = np.zeros(1)\ndb3 = db3 + np.sum(dZ3)", PROGRAM)

    assert [each.message for each in found.errors] == ["this line changes dW3, which no line before it gives"]
    assert [write(each.expr, "ascii") for each in found.claims] == ["0 + sum(dZ3)"]


def test_several_errors_of_one_name_are_of_no_layer_by_the_number_they_get_here() -> None:
    block = "delta = A3 - Y\ndelta = (W3.T @ delta) * A2\ndelta = (W2.T @ delta) * (Z1 > 0)"
    found = errors_tied(pasted(block, PROGRAM).claims, PROGRAM, lambda: trained(SCENARIO, 0))[0]

    assert [each.of for each in found] == ["Z3", "", ""]

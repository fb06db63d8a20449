"""Lists with an entry for each layer: read where it is plain how they count, else said to be not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.ops import write
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
BOOK = """
def backprop(self, x, y):
    nabla_b = [np.zeros(b.shape) for b in self.biases]
    activations = [x]
    for b, w in zip(self.biases, self.weights):
        activation = sigmoid(np.dot(w, activation)+b)
        activations.append(activation)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in xrange(2, self.num_layers):
        delta = np.dot(self.weights[-l+1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_w[-l] = np.dot(delta, activations[-l-1].transpose())
    return (nabla_b, nabla_w)
net.backprop(x, y)
"""


def formulas(block: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in pasted(block, PROGRAM).claims}


def test_the_lists_of_the_book_count_from_the_end() -> None:
    assert not pasted(BOOK, PROGRAM).errors
    assert formulas(BOOK) == {
        "delta": "(A3 - Y) * dsigmoid(Z3)",
        "nabla_b3": "delta",
        "nabla_w3": "delta @ A2.T",
        "delta_2": "W3.T @ delta * dsigmoid(Z2)",
        "nabla_w2": "delta_2 @ A1.T",
        "delta_3": "W2.T @ delta_2 * dsigmoid(Z1)",
        "nabla_w1": "delta_3 @ X.T",
    }
    assert {each.of for each in pasted(BOOK, PROGRAM).claims} == {"", "b3", "W3", "W2", "W1"}


@pytest.mark.parametrize(
    "block",
    [
        "dW[2] = dZ[2] @ A2.T\ndW[0] = dZ[0] @ X.T",
        "activations = [X]\nfor i in range(len(weights) - 1, -1, -2):\n  dW[i] = dZ[i] @ activations[i].T",
        "dW[3] = dZ[3] @ A[2].T\ndW[1] = dZ[1] @ A[0].T",
        "for l in range(3, 0, -2): grads['dW%d' % l] = grads['dZ{}'.format(l)] @ A[l - 1].T",
        "for l in (3, 1):\n  dW[str(l)] = dZ[f'{l}'] @ A['%d' % (l - 1)].T",
        "dW['3'] = dZ['3'] @ A['2'].T\ndW[-3] = dZ[-3] @ activations[-4].T",
    ],
)
def test_from_which_number_lists_count_is_seen_from_the_places_that_are_used(block: str) -> None:
    assert formulas(block) == {"dW3": "dZ3 @ A2.T", "dW1": "dZ1 @ X.T"}


@pytest.mark.parametrize(
    "block",
    [
        "dW[2] = (A3 - Y) @ A2.T / m",
        "dW2 = dZ2 @ self.A[0].T / m\nW[0] = W[0] - lr * dW[0]",
        "dZ3 = A3 - Y\ndW[0] = dZ[0] @ X.T / m",
        "dW2 = dZ2 @ outputs[1].T / m",
    ],
)
def test_where_that_is_not_seen_nothing_is_judged(block: str) -> None:
    found = pasted(block, PROGRAM)

    assert found.errors
    assert {each.name for each in found.claims} <= {"dZ3", "W1_2"}


@pytest.mark.parametrize("count", ["for l in range(3, 0, -1):\n", "l = 3\nwhile l > 0:\n"])
def test_what_the_last_turn_of_a_loop_gives_and_nothing_reads_says_nothing_of_how_lists_count(count: str) -> None:
    body = "    dW[l] = dZ @ A[l-1].T / m\n    dZ = (W[l].T @ dZ) * (Z[l-1] > 0)\n" + "    l -= 1\n" * (
        "while" in count
    )
    found = pasted(f"dZ = A3 - Y\n{count}{body}", PROGRAM)
    formulas = [write(each.expr, "ascii") for each in found.claims if each.said == "dZ"]

    assert formulas == ["A3 - Y", "W3.T @ dZ * (Z2 > 0)", "W2.T @ dZ_2 * (Z1 > 0)"]
    assert any("of the last turn of its loop nothing reads what this gives" in note for note in found.notes)


def test_the_book_s_own_numbers_begin_with_the_input_as_layer_1(tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text(
        """
[data]
x = { shape = [3, 1], init = "normal" }
y = { shape = [2, 1], init = "uniform" }
[parameters]
w2 = { shape = [4, 3], init = "normal" }
b2 = { shape = [4, 1], init = "normal" }
w3 = { shape = [2, 4], init = "normal" }
b3 = { shape = [2, 1], init = "normal" }
[network]
forward = '''
z2 = w2 @ x + b2
a2 = sigmoid(z2)
z3 = w3 @ a2 + b3
a3 = sigmoid(z3)
J = sum((a3 - y) ** 2) / 2'''
""",
        encoding="utf-8",
    )
    found = pasted(BOOK, load(str(tmp_path / "book.toml")).program)

    assert {each.name: write(each.expr, "ascii") for each in found.claims} == {
        "delta": "(a3 - y) * dsigmoid(z3)",
        "nabla_b3": "delta",
        "nabla_w3": "delta @ a2.T",
        "delta_2": "w3.T @ delta * dsigmoid(z2)",
        "nabla_w2": "delta_2 @ x.T",
    }

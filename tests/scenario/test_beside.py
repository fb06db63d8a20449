"""Lines beside a derivation, and data that comes in batches or one example at a time."""

from __future__ import annotations

import pytest

from bpdebug.ops import write
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
BESIDE = """
dZ3 = A3 - Y
acc = np.mean(pred == Y)
accuracy = (np.argmax(A3, axis=0) == Y).mean()
start = time.time()
history["loss"].append(cost)
plt.plot(losses)
"""


def test_what_no_gradient_reads_need_not_be_read_and_is_named_once() -> None:
    found = pasted(BESIDE, PROGRAM)

    assert not found.errors
    assert [each.name for each in found.claims] == ["dZ3"]
    assert [note for note in found.notes if "no gradient" in note] == [
        "passed over: line 3: acc: no gradient reads it",
        "passed over: line 4: accuracy: no gradient reads it",
        "passed over: line 5: start: no gradient reads it",
    ]


def test_what_a_gradient_reads_has_to_be_read() -> None:
    found = pasted("scale = time.time()\nrate = scale / 2\ndW3 = dZ3 @ A2.T / rate", PROGRAM)

    assert len(found.errors) == 1
    assert {"scale"} <= {*found.unknown}


BATCHES = """
batch_size = 64
permutation = np.random.permutation(m)
X_shuffled, Y_shuffled = X[:, permutation], Y[:, permutation]
for i in range(0, m, batch_size):
    X_batch = X_shuffled[:, i:i + batch_size]
    y_batch = Y_shuffled[:, i:i + batch_size]
    dZ3 = A3 - y_batch
    dW3 = dZ3 @ A2.T / batch_size
    dW1 = dZ1 @ X_batch.T / X_batch.shape[1]
"""
CLAIMED = {"dZ3": "A3 - Y", "dW3": "dZ3 @ A2.T / m", "dW1": "dZ1 @ X.T / size(X, axis=1)"}


def formulas(block: str, program=PROGRAM) -> dict[str, str]:
    found = pasted(block, program)
    assert not found.errors
    return {each.name: write(each.expr, "ascii") for each in found.claims}


def test_a_batch_stands_for_all_examples() -> None:
    assert formulas(BATCHES) == CLAIMED
    assert formulas(f"for X_batch, y_batch in batches:\n{BATCHES[BATCHES.index('    dZ3') :]}") == CLAIMED


@pytest.mark.parametrize("line", ["labels = Y.argmax(1)\n", "labels = np.argmax(Y, axis=1)\n", ""])
def test_the_labels_of_the_examples_are_known_by_what_they_are_made_of(line: str) -> None:
    block = f"{line}dZ2 = A2.copy()\ndZ2[np.arange(N), labels] -= 1\ndZ2 /= N"

    assert formulas(block, bundled("iris").program) == {"dZ2": "(A2 - Y) / m"}


def test_labels_of_something_else_are_not_guessed_and_told_once() -> None:
    block = "best = np.argmax(A2, axis=1)\ndZ2 = A2.copy()\ndZ2[range(N), best] -= 1\ndZ2 /= N\ndW2 = A1.T @ dZ2"
    found = pasted(block, bundled("iris").program)

    assert [each.message for each in found.errors] == ["which entries of dZ2 these are is not seen here"]


def test_a_parameter_is_updated_in_any_spelling() -> None:
    assert formulas("w3 -= lr * grad_w3\nW2 = W2 - lr * dw2") == {
        "W3_2": "W3 - learning_rate * dW3",
        "W2_2": "W2 - learning_rate * dW2",
    }


NETWORK = """
def forward(self, X):
    self.Z1 = np.dot(self.W1, X) + self.b1
    return softmax(self.Z1)
def backward(A2, Y):
    one_hot_Y = one_hot(Y)
    dZ2 = A2 - one_hot_Y
    dW2 = np.dot(A1.T, dZ2)
    data_loss = -np.sum(np.log(A2[range(N), y])) / N
    loss = data_loss + reg_loss
    return dZ2, dW2
def one_hot(Y):
    out = np.zeros((Y.size, Y.max() + 1))
    out[np.arange(Y.size), Y] = 1
    return out
A2 = forward(X)
dZ2, dW2 = backward(A2, Y)
"""


def test_calls_of_the_forward_pass_and_of_the_derivation_are_passed_over() -> None:
    assert formulas(NETWORK, bundled("iris").program) == {
        "one_hot_Y": "Y",
        "dZ2": "A2 - one_hot_Y",
        "dW2": "A1.T @ dZ2",
    }


SINGLY = """
dW3, db3 = np.zeros(W3.shape), np.zeros(b3.shape)
dW2 = np.zeros_like(W2)
for x, y in zip(X.T, Y.T):
    x = x.reshape(-1, 1)
    dz3 = A3 - y
    dW3 += dz3 @ A2.T
    db3 += dz3
    dW2 += np.outer(dz2, A1)
db3 /= m
"""


def test_examples_taken_one_by_one_are_read_all_at_once() -> None:
    assert formulas(SINGLY) == {
        "dz3": "A3 - Y",
        "dW3": "dz3 @ A2.T",
        "db3": "sum(dz3, axis=1, keepdims=True) / m",
        "dW2": "dZ2 @ A1.T",
    }
    picked = "dW3 = np.zeros_like(W3)\nfor i in range(m):\n  d3 = A3[:, [i]] - Y[:, i:i+1]\n  dW3 += d3 @ A2[:, [i]].T"
    assert formulas(picked) == {"d3": "A3 - Y", "dW3": "d3 @ A2.T"}
    assert formulas(picked.split("\n", 1)[1]) == formulas(picked)


@pytest.mark.parametrize("line", ["dW3 = dz3 @ A2.T", "W3 -= lr * dz3 @ A2.T", "dW3 += np.sum(dz3)"])
def test_what_one_example_gives_is_not_judged(line: str) -> None:
    found = pasted(f"dW3 = 0\nfor x, y in zip(X.T, Y.T):\n  dz3 = A3 - y\n  db3 += dz3\n  {line}", PROGRAM)

    assert any("of one example only" in each.message for each in found.errors)


def test_in_rows_the_outer_product_is_the_other_way_round() -> None:
    block = "dW2 = 0\ndb2 = 0\nfor x, y in zip(X, Y):\n  dz2 = A2 - y\n  dW2 += np.outer(A1, dz2)\n  db2 += dz2"

    assert formulas(block, bundled("iris").program) == {
        "dz2": "A2 - Y",
        "dW2": "A1.T @ dz2",
        "db2": "sum(dz2, axis=0, keepdims=True)",
    }

"""Forms that courses write NumPy in: vectors for examples, labels as numbers, keys in loops, caches taken apart."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.ops import write
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

BY_ONE = """dw = np.zeros({zeros})
db = 0
for i in range(m):
    dz = sigmoid(np.dot(w, X[:, i]) + b) - Y[{label}]
    dw += {added}
    db += dz
dw /= m
db /= m"""
CACHES = """def backward(AL, Y, caches):
    L = len(caches)
    dZ = AL - Y
    A_prev, W, b, Z = caches[{last}]
    grads["dW" + str(L)] = dZ @ A_prev.T / m
    grads["dA" + str(L - 1)] = W.T @ dZ
    for l in reversed(range(L - 1)):
        A_prev, W, b, Z = caches[{place}]
        dZ = np.array(grads["dA" + str(l + 1)])
        dZ[Z <= 0] = 0
        grads["dW" + str(l + 1)] = dZ @ A_prev.T / m
        grads["dA" + str(l)] = W.T @ dZ"""


def formulas(block: str, name: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in pasted(block, bundled(name).program).claims}


def verdicts(block: str, name: str) -> dict[str, str]:
    scenario = bundled(name)
    found = pasted(block, scenario.program)
    judged = review(scenario.program, trained(scenario, 0), found.claims, found.unknown)
    return {each.name: str(each.local.value) for each in judged.claims if each.of}


@pytest.mark.parametrize(
    ("zeros", "label", "added", "verdict"),
    [
        ("(1, n)", ":, i", "dz * X[:, i]", "correct"),
        ("w.shape", "0, i", "dz * X[:, i].T", "correct"),
        ("n", ":, i", "X[:, i] * dz", "correct"),
        ("(n, 1)", ":, i", "dz * X[:, i]", "wrong"),
        ("(1, n)", ":, i", "X[:, i]", "wrong"),
    ],
)
def test_an_index_drops_its_axis_and_vectors_add_up_to_a_row(zeros: str, label: str, added: str, verdict: str) -> None:
    found = verdicts(BY_ONE.format(zeros=zeros, label=label, added=added), "logistic")

    assert (found["dw"], found["db"]) == (verdict, "correct")


def test_a_column_times_a_row_is_a_product_of_matrices_over_all_examples() -> None:
    block = BY_ONE.format(zeros="(1, n)", label="0, i", added="dz * x_i.T").replace("X[:, i]", "x_i")
    block = block.replace(":\n", ":\n    x_i = X[:, i].reshape(-1, 1)\n", 1)

    assert verdicts(block, "logistic") == {"dz": "correct", "dw": "correct", "db": "correct"}


def test_what_becomes_of_an_unread_name_is_not_judged() -> None:
    block = "dP = 2 * (P - Y) / m\nfor i in range(unknown):\n    dW += foo(i)\ndW = dW / m"

    assert verdicts(block, "linear-regression") == {"dP": "correct"}
    assert "dW" in pasted(f"{block}\nW -= 0.1 * dW", bundled("linear-regression").program).unknown


def test_labels_that_only_pick_entries_are_no_equation() -> None:
    program = bundled("iris").program
    block = "y = np.argmax(Y, axis=1)\ndZ2 = A2.copy()\ndZ2[range(m), y] -= 1\ndZ2 /= m"

    assert pasted(block, program).errors == ()
    assert len(pasted(f"{block}\ndZ = A2 - y", program).errors) == 1


@pytest.mark.parametrize(("head", "sign", "told"), [("lr=0.1, beta=0.9", "-", ""), ("lr=0.1, *, beta=0.9", "+", "W")])
def test_the_defaults_of_a_function_are_known_numbers(head: str, sign: str, told: str) -> None:
    block = (
        f"def train(X, Y, W, b, {head}):\n vW = np.zeros_like(W)\n dW = 2 / m * X.T.dot(P - Y)\n"
        f" vW = beta * vW + (1 - beta) * dW\n W = W {sign} lr * vW"
    )
    wrong = [name for name, verdict in verdicts(block, "linear-regression").items() if verdict == "wrong"]

    assert pasted(block, bundled("linear-regression").program).errors == ()
    assert [name[:1] for name in wrong] == [*told]


@pytest.mark.parametrize("gradient", ["grads[p]", "grads['d' + p]", "grads[f'd{p}']"])
def test_a_loop_over_keys_written_out_is_read_for_each(gradient: str) -> None:
    block = f"dW = X.T @ (P - Y)\nfor p in ['W', 'b']:\n params[p] -= learning_rate * {gradient}"

    assert list(formulas(block, "linear-regression").values())[1:] == [
        "W - learning_rate * dW",
        "b - learning_rate * db",
    ]


def test_what_is_taken_out_of_caches_is_of_the_layer_whose_gradient_follows() -> None:
    found = formulas(CACHES.format(last="L - 1", place="l"), "three-layer")

    assert [found[f"dW{layer}"] for layer in (3, 1)] == ["dZ @ A2.T / m", "dZ_3 @ X.T / m"]
    assert set(verdicts(CACHES.format(last="L - 1", place="l"), "three-layer").values()) == {"correct"}


def test_a_cache_of_another_layer_than_that_is_not_taken_for_the_right_one() -> None:
    assert "A_prev" in pasted(CACHES.format(last="L - 1", place="l + 1"), bundled("three-layer").program).unknown


def test_of_objects_of_a_class_it_is_said_that_they_are_not_followed() -> None:
    block = (
        "class Dense:\n def backward(self, dZ):\n  self.dW = dZ @ self.x.T\n  return self.W.T @ dZ\n"
        "l1, l2 = Dense(W1), Dense(W2)\ndZ2 = (A2 - Y) / m\ndA1 = l2.backward(dZ2)\ndW2 = l2.dW"
    )
    found = pasted(block, bundled("iris").program)

    assert {each.message for each in found.errors} == {
        "l2 is an object of a class: what it keeps and does is not followed"
    }
    assert any("'backward' is of a class" in note for note in found.notes)
    assert {"dA1", "dW2"} <= {*found.unknown}


def test_a_loop_over_keys_in_which_an_optimizer_keeps_something_is_left_unread() -> None:
    block = "for p in ['W', 'b']:\n v_t[p] = b_1 * v_t[p] + grads[p]\n params[p] -= learning_rate * v_t[p]"

    assert formulas(f"dW = X.T @ (P - Y)\n{block}", "linear-regression") == {"dW": "X.T @ (P - Y)"}

"""What is not followed is told as not read or not judged: never as all right, and never as a mistake."""

from __future__ import annotations

import pytest

from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled
from tests.check.test_diagnosis_homework import reviewed

XOR = bundled("xor").program
PUT_INTO = "which gradient is put into {} here is not known"


@pytest.mark.parametrize(
    ("block", "holder"),
    [
        ("dZ2 = A2 - Y\ndW, db = [], []\ndW.append(dZ2 @ A1.T)", "dW"),
        ("gW = []\ndelta = A2 - Y\ngW.append(np.dot(delta, A1.T) * 5)", "gW"),
        ("dZ2 = A2 - Y\ndb = []\ndb.insert(0, dZ2.sum(axis=1, keepdims=True))", "db"),
    ],
)
def test_gradients_put_into_a_list_that_nobody_reads_are_not_read(block: str, holder: str) -> None:
    assert PUT_INTO.format(holder) in [error.message for error in pasted(block, XOR).errors]


@pytest.mark.parametrize("line", ["costs.append(J)", "caches.append((A1, W2, b2))", "norms.append(abs(dZ2))"])
def test_what_else_is_put_into_a_list_is_passed_over(line: str) -> None:
    assert not pasted(f"dZ2 = A2 - Y\n{line}", XOR).errors


RETURNED = "def f(A2):\n    dZ2 = A2 - Y\n    dW2 = dZ2 @ A1.T / m\n    return dZ2, dW2\n"


def test_what_is_returned_and_taken_in_another_order_is_wrong() -> None:
    assert reviewed(f"{RETURNED}dZ2, dW2 = f(A2)").ok
    assert not reviewed(f"{RETURNED}dW2, dZ2 = f(A2)").ok


def test_what_a_method_is_given_nobody_knows() -> None:
    block = "class Dense:\n    def backward(self, dZ):\n        self.dW = dZ @ self.A_prev.T / m\n"
    found = reviewed(block)

    assert "dZ" in pasted(block, XOR).unknown
    assert found.first_wrong is None


def test_a_parameter_that_a_function_changes_under_another_name_is_not_read() -> None:
    update = 'def update(params, grads, lr):\n    p = params["W2"]\n    p += lr * grads["dW2"]\n'
    block = f'{update}dZ2 = A2 - Y\ngrads["dW2"] = dZ2 @ A1.T / m\nupdate(params, grads, lr)'

    assert pasted(block, XOR).errors

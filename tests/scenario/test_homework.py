"""Homework as pasted: code around the equations is passed over, its names are read, one bad line stops nothing."""

from __future__ import annotations

import os
import time

import pytest

from bpdebug.errors import ExpressionError
from bpdebug.ops import write
from bpdebug.scenario.owners import owner
from bpdebug.scenario.pasted import Pasted, pasted
from bpdebug.scenario.record import MOST_CLAIMS
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program

NOTEBOOK = '''
def backward_propagation(X, Y, cache):
    """
    Arguments:  cache = (Z1, A1, ...)
    """
    m = X.shape[1]
    (Z1, A1, W1, b1,
     Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = A3 - Y                                  # why?
    grads["dW3"] = 1./m * np.dot(dZ3, cache["A2"].T)
    self.db3 = 1./m * np.sum(dZ3, axis=1,
                             keepdims = True)
    dA2 = np.dot(parameters['W3'].T, dZ3)
    dZ2 = np.array(dA2, copy=True)
    dZ2[Z2 <= 0] = 0
    grads["W2"] = 1./m * np.dot(dZ2, A1.T)
    grads["W2"] += lambd / m * self.params["W2"]
    ∂J/∂A1 = W⁽²⁾ᵀ · dZ⁽²⁾
    dZ1 = dA1 * (A1 > 0); dW1 = dZ1 @ X^T / m
    gradients = {"dZ3": dZ3, "dW3": dW3,
                 "db1": db1}
    W1 -= learning_rate * dW1
    return gradients
'''


def read(block: str) -> Pasted:
    return pasted(block, PROGRAM)


def formulas(block: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in read(block).claims}


def test_a_notebook_s_cell_is_read_as_it_stands() -> None:
    found = read(NOTEBOOK)

    assert not found.errors
    assert formulas(NOTEBOOK) == {
        "dZ3": "A3 - Y",
        "dW3": "1 / m * (dZ3 @ A2.T)",
        "db3": "1 / m * sum(dZ3, axis=1, keepdims=True)",
        "dA2": "W3.T @ dZ3",
        "dZ2": "where(Z2 <= 0, 0, dA2)",
        "dW2": "1 / m * (dZ2 @ A1.T) + lambd / m * W2",
        "dA1": "W2.T @ dZ2",
        "dZ1": "dA1 * (A1 > 0)",
        "dW1": "dZ1 @ X.T / m",
        "W1_2": "W1 - learning_rate * dW1",
    }
    assert [each.of for each in found.claims] == ["Z3", "W3", "b3", "A2", "Z2", "W2", "A1", "Z1", "W1", "W1"]
    assert [each.line for each in found.claims] == [10, 11, 12, 14, 15, 17, 19, 20, 20, 23]
    assert found.claims[-1].denotes == "W1 - learning_rate * dJ(W1)"
    assert found.notes == (
        "passed over: line 7: Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3: what 'cache' holds is not seen here",
        "passed over: line 6: m is the program's own",
        "passed over: line 2: 'def' is no equation",
        "passed over: line 24: 'return' is no equation",
    )


@pytest.mark.parametrize(
    ("line", "name", "formula"),
    [
        ("dW3 = dZ3 @ A2.T / m", "dW3", "dZ3 @ A2.T / m"),
        ("self.grads['dW' + str(3)] = dZ3.dot(self.cache['A' + str(2)].T)", "dW3", "dZ3 @ A2.T"),
        ("grads['b3'] = np.sum(net.dZ3, 1, keepdims=True)", "db3", "sum(dZ3, axis=1, keepdims=True)"),
        ("dJ/dW3 = dJ/dZ3 @ A2.T", "dW3", "dZ3 @ A2.T"),
        ("∂L/∂W₃ = ∂L/∂Z₃ · A₂ᵀ", "dW3", "dZ3 @ A2.T"),
        ("W3.grad = Z3.grad @ A2.T", "dW3", "dZ3 @ A2.T"),
        (">>> dW3 = dZ3 @ A2^{T}", "dW3", "dZ3 @ A2.T"),
        ("dW3: np.ndarray = dZ3 @ A2.T", "dW3", "dZ3 @ A2.T"),
        ("dW3 = dZ3 \\\n   @ A2.T", "dW3", "dZ3 @ A2.T"),
        ("dW3 = (dZ3 # not closed (\n   @ A2.T)", "dW3", "dZ3 @ A2.T"),
        ("dW3 = dZ3 @ A2.T\ndW3 /= m", "dW3", "dZ3 @ A2.T / m"),
        ("dW3 = dZ3 @ A2.T\ndW3 *= 1 / m", "dW3", "dZ3 @ A2.T * (1 / m)"),
        ("dZ3 = A3\ndZ3 -= Y", "dZ3", "A3 - Y"),
    ],
)
def test_the_spellings_of_code(line: str, name: str, formula: str) -> None:
    assert formulas(line) == {name: formula}


def test_several_assignments_at_once_are_several_claims() -> None:
    assert formulas("dW3, db3 = dZ3 @ A2.T / m, mean(dZ3, axis=1)") == {
        "dW3": "dZ3 @ A2.T / m",
        "db3": "mean(dZ3, axis=1)",
    }


def test_rivals_are_kept_apart_and_the_lines_after_them_read_the_last() -> None:
    found = read("dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T\ndZ3 = (A3 - Y) / m\ndb3 = sum(dZ3, 1)")

    assert [(each.name, each.text, each.of) for each in found.claims] == [
        ("dZ3", "dZ3 = A3 - Y", "Z3"),
        ("dW3", "dW3 = dZ3 @ A2.T", "W3"),
        ("dZ3_2", "dZ3 = (A3 - Y) / m", "Z3"),
        ("db3", "db3 = sum(dZ3, 1)", "b3"),
    ]
    assert [write(each.expr, "ascii") for each in found.claims][3] == "sum(dZ3_2, axis=1)"


def test_what_is_added_after_the_line_was_read_is_a_line_of_its_own() -> None:
    assert formulas("dW3 = dZ3 @ A2.T\nstep = 2 * dW3\ndW3 += W3") == {
        "dW3": "dZ3 @ A2.T",
        "step": "2 * dW3",
        "dW3_2": "dW3 + W3",
    }


def test_a_line_that_cannot_be_read_is_pointed_at_and_the_others_go_on() -> None:
    block = "dZ3 = A3 -\ndA2 = W3.T @ dZ3\ndW3 = open('x').read()\nself.db3 = sum(cache['dZ3'] * 'a')\ndb2 += 1"
    found = read(block)

    assert [each.name for each in found.claims] == ["dA2"]
    assert [error.message for error in found.errors] == [
        "expected an operand after '-'",
        "''' is no sign of a formula",
        "''' is no sign of a formula",
        "this '+=' changes db2, which no line before it gives",
    ]
    assert all(error.text == block and error.span for error in found.errors)
    places = [block[error.span.start : error.span.end] for error in found.errors if error.span]
    assert places == ["-", "'", "'", "db2 += 1"]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("dW3 = " + "(" * 999_000, "the line has 999,006 characters"),
        ("dW3 = " + "a + " * 600 + "a", "a formula has at most 2,000 characters"),
        (
            "\n".join(f"dW3 = dZ3 @ A2.T / {i}" for i in range(1, 10_001)),
            f"{MOST_CLAIMS} equations are judged together",
        ),
        ("\n".join(f"dW3 = dZ3 @ (A2.T / {i}" for i in range(1, 3_001)), "'(' is never closed"),
        ("dW3 = " + "'''" * 300_000, "the line has 900,006 characters"),
        ("dW3 = " + "a." * 450_000 + "b", "the line has 900,007 characters"),
    ],
)
def test_what_is_too_much_is_refused_in_bounded_time(block: str, words: str) -> None:
    begun = time.process_time()
    found = read(block)

    assert words in found.errors[0].message
    assert len(found.claims) <= MOST_CLAIMS
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("block", "kept", "words"),
    [
        ("dW3 = " + "a'*" * 300_000 + "\ndZ3 = A3 - Y", ["dZ3"], ["the line has 900,006 characters"]),
        ("dW3 = dZ3 @ A2.T; " * 50_000 + "dW2 = 1\ndZ3 = A3 - Y", ["dZ3"], ["the line has 900,007 characters"]),
        ("'''" + "a" * 900_000 + "'''\ndW3 = dZ3 @ A2.T", ["dW3"], []),
    ],
)
def test_a_line_that_is_far_too_long_costs_no_time(block: str, kept: list[str], words: list[str]) -> None:
    begun = time.process_time()
    found = read(block)

    assert time.process_time() - begun < 0.5
    assert [each.name for each in found.claims] == kept
    assert [said in each.message for each, said in zip(found.errors, words, strict=True)] == [True] * len(words)


@pytest.mark.parametrize(
    "line", ["a{}, b{} = f(x)", "y{} = z{}_", "A2 = relu(Z2) # {} {}", "grads = {{'dW3': dW2 / {}}} # {}"]
)
def test_thousands_of_lines_are_told_apart_in_bounded_time(line: str) -> None:
    lines = int(os.environ.get("BPDEBUG_LINES", "1500"))
    begun = time.process_time()
    found = read("\n".join(line.format(i, i) for i in range(lines)))

    assert len(found.claims) <= MOST_CLAIMS
    assert time.process_time() - begun < 1.5 * lines / 1000


@pytest.mark.parametrize(
    ("block", "kept", "unknown"),
    [
        ("dZ3 = foo(A3)\ndW3 = dZ3 @ A2.T", {"dW3": "dZ3 @ A2.T"}, ("dZ3",)),
        ("dz3 = foo(A3)\ndW3 = dz3 @ A2.T", {"dW3": "dZ3 @ A2.T"}, ("dz3", "dZ3")),
        ("dZ3 = A3\ndZ3[some] -= 1\ndW3 = dZ3 @ A2.T", {"dW3": "dZ3 @ A2.T"}, ("dZ3",)),
        ("dZ3 = A3\nb = dZ3\ndZ3[some] -= 1\nc = dZ3", {"dZ3": "A3", "b": "dZ3", "c": "dZ3_2"}, ("dZ3_2",)),
        ("dZ3 = A3\ndZ3 += foo(Y)", {}, ("dZ3",)),
        ("for l in range(3, 0, -1):\n  grads['W' + str(l)] = foo(l)", {}, ("dW3", "dW2", "dW1")),
        ("self.dW3: float = 3 +", {}, ("dW3",)),
    ],
)
def test_what_an_unread_line_would_have_given_is_known_to_be_unknown(block, kept, unknown) -> None:
    assert formulas(block) == kept
    assert read(block).unknown == unknown


@pytest.mark.parametrize(
    "block",
    [
        "grads = {'dW3': dZ3 @ A2.T / m, 'W2': dZ2 @ A1.T, 'dZ3': dZ3, 'loss': 3}",
        "return {'dW3': dZ3 @ A2.T / m,\n        'dW2': dZ2 @ A1.T}",
        "gradients = dict(dW3=dZ3 @ A2.T / m, dW2=dZ2 @ A1.T)",
        "def right(d, a): return d @ a.T\nself.grads = {'dW3': right(dZ3, A2) / m, 'dW2': right(dZ2, A1)}",
    ],
)
def test_the_gradients_that_a_dictionary_holds_are_claims(block: str) -> None:
    assert formulas(block) == {"dW3": "dZ3 @ A2.T / m", "dW2": "dZ2 @ A1.T"}


def test_a_gradient_under_another_s_key_and_one_that_cannot_be_read_do_not_go_unseen() -> None:
    found = read("dW3 = dZ3 @ A2.T\ngrads = {'dW3': dW2, 'db3': unheard_of(dZ3), 'cache': 3}")

    assert [(each.text, each.of, each.line) for each in found.claims] == [
        ("dW3 = dZ3 @ A2.T", "W3", 1), ("dW3 = dW2", "W3", 2)
    ]  # fmt: skip
    assert found.unknown == ("db3",)


@pytest.mark.parametrize(
    ("block", "names", "unknown"),
    [
        ("A_prev, W3, b = cache\ndW3 = dZ3 @ A_prev.T", ["dW3"], ("A_prev",)),
        ("dA2, dW3, db3 = linear_backward(dZ3, cache)\ndZ2 = dA2 * (Z2 > 0)", ["dZ2"], ("dA2", "dW3", "db3")),
        ("figure, axes = subplots()\n(z3, A2) = cache\ndZ3 = A3 - Y", ["dZ3"], ()),
        ("dZ3 = A3\ndZ3, dA2 = clip(dZ3, dA2)\ndW3 = dZ3 @ A2.T", ["dZ3", "dW3"], ("dZ3_2", "dA2")),
        ("n = len(caches)\nold = caches[n]\ndW3 = dZ3 @ old.T\nq = W3 + k", ["dW3"], ("old",)),
    ],
)
def test_what_comes_out_of_something_unseen_is_known_to_be_unknown(block, names, unknown) -> None:
    found = read(block)

    assert not found.errors
    assert [each.name for each in found.claims] == names
    assert found.unknown == unknown


FORWARD = """
m = X.shape[1]
Z1 = np.dot(W1, X) + b1
A1 = Z1 * (Z1 > 0)
A2 = np.tanh(Z2)
Z3 = W3 @ A2 + b3
A3 = 1 / (1 + np.exp(-Z3))
m = 209
X = X / 255
A1 = A1 * mask / keep
"""


def test_a_forward_pass_that_computes_something_else_is_read_as_the_person_s_own() -> None:
    found = read(f"{FORWARD}dZ2 = dA2 * (1 - A2 ** 2)\ndW2 = dZ2 @ A1.T / m")

    assert {each.name: write(each.expr, "ascii") for each in found.claims} == {
        "A2_2": "tanh(Z2)",
        "dZ2": "dA2 * (1 - A2_2 ** 2)",
        "dW2": "dZ2 @ A1.T / m",
    }
    assert [each.of for each in found.claims] == ["", "Z2", "W2"]
    assert found.notes[-1] == (
        "line 5: A2 is not what the program has under that name; "
        "the lines below are judged with A2 as it stands there"
    )  # fmt: skip


def test_what_is_taken_out_of_a_cache_under_another_name_is_what_it_is() -> None:
    assert formulas("W2 = params['W2']\nA1 = cache['A2']\ndW2 = dZ2 @ A1.T") == {"A1_2": "A2", "dW2": "dZ2 @ A1_2.T"}


def test_a_count_of_something_else_is_not_taken_for_the_number_of_examples() -> None:
    found = read("m = X.shape[0]\ndW3 = dZ3 @ A2.T / m")

    assert [write(each.expr, "ascii") for each in found.claims] == ["dZ3 @ A2.T / m"]
    assert found.errors[0].message == "m is 8 here, and this gives 4"
    assert found.errors[0].hint == "Each column of X is an example: m = X.shape[1]."


def test_more_than_can_be_meant_is_not_read_at_all() -> None:
    with pytest.raises(ExpressionError, match="at most 1,000,000 are read"):
        read("a" * 1_000_001)


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("dW2", "W2"), ("d_W2", "W2"), ("dL_dW2", "W2"), ("dJdW2", "W2"), ("dLdz", "Z"), ("grad_W2", "W2"),
        ("W2_grad", "W2"), ("dw2", "W2"), ("da", "a"), ("dA", "A"), ("step", ""), ("delta", ""), ("W2", ""),
    ],
)  # fmt: skip
def test_what_a_name_says_it_is_the_gradient_of(name: str, of: str) -> None:
    assert owner(name, ["W2", "Z", "a", "A"]) == of

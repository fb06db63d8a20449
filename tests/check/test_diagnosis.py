"""One mistake of each class, planted in networks of the tests' own, is named and mended; right lines raise nothing."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.claims import judge
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.ops import parse
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program
from tests.check.test_claims import COURSE, lines, network
from tests.program.written import run_once

FORWARD = """
scores = X @ W + c
H = tanh(scores)
D = H * mask / (1 - p)
out = D @ V + e
P = softmax(out, axis=1)
J = sum((P - T)**2) / (2*N) + reg * sum(V**2)
"""
RIGHT = """
dP = (P - T) / N
dout = P * (dP - sum(dP * P, axis=1, keepdims=True))
dV = D.T @ dout + 2 * reg * V
de = sum(dout, axis=0, keepdims=True)
dD = dout @ V.T
dH = dD * mask / (1 - p)
dscores = dH * (1 - H**2)
dW = X.T @ dscores
dc = sum(dscores, axis=0, keepdims=True)
"""
SIZES = {"N": 5, "d": 4, "h": 6, "k": 3}


def rows() -> tuple[Program, dict[str, Array]]:
    """Examples in rows: dropout, softmax under squares, a penalty."""
    random, s = np.random.default_rng(7), {name: Size(n, name) for name, n in SIZES.items()}
    data: dict[str, Shape] = {"X": (s["N"], s["d"]), "T": (s["N"], s["k"]), "mask": (s["N"], s["h"])}
    parameters: dict[str, Shape] = {"W": (s["d"], s["h"]), "c": (1, s["h"]), "V": (s["h"], s["k"]), "e": (1, s["k"])}
    constants = {**{name: float(n) for name, n in SIZES.items()}, "p": 0.3, "reg": 0.2, "learning_rate": 0.1}
    equations = [Equation(each.name, each.expr) for each in lines(FORWARD)]
    program = build(
        equations,
        data=data,
        parameters=parameters,
        constants=constants,
        cost="J",
        examples="N",
        orientation="rows",
    )
    values = {name: random.normal(size=shape) for name, shape in (data | parameters).items()}
    values["mask"] = (random.random((5, 6)) > 0.3) * 1.0
    values["T"] = np.eye(3)[random.integers(3, size=5)]
    return program, run_once(program, values | {name: np.asarray(each) for name, each in constants.items()})


def diagnosed(right: str, name: str, wrong: str, made: tuple[Program, dict[str, Array]]) -> Diagnosis:
    """The diagnosis of one line of a right derivation, changed."""
    text = "\n".join(
        f"{left} = {wrong if left == name else line}"
        for left, _, line in (each.partition(" = ") for each in right.strip().splitlines())
    )
    claims = lines(text)
    derivation = judge(*made, claims)
    found = diagnose(*made, claims, derivation)
    place = next(i for i, each in enumerate(claims) if each.name == name)
    assert [each for i, each in enumerate(found) if i != place] == [None] * (len(claims) - 1)
    diagnosis = found[place]
    assert diagnosis is not None
    mended = judge(*made, lines(text.replace(f"{name} = {wrong}", diagnosis.mended_text)))
    assert mended.ok
    assert diagnosis.explanation
    return diagnosis


PLANTED = [
    ("missing-1/m", "dW2", "np.dot(dZ2, A1.T)"),
    ("extra-1/m", "dW2", "1 / m * np.dot(dZ2, A1.T) / m"),
    ("wrong-normaliser", "dW2", "1 / n1 * np.dot(dZ2, A1.T)"),
    ("constant-factor", "dW2", "2 / m * np.dot(dZ2, A1.T)"),
    ("sign-flipped", "dW2", "-1 / m * np.dot(dZ2, A1.T)"),
    ("sign-of-one-term", "dA3", "-(np.divide(Y, A3) + np.divide(1 - Y, 1 - A3))"),
    ("transposed-operand", "dA1", "np.dot(W2, dZ2)"),
    ("operand-order", "dW3", "1 / m * np.dot(A2.T, dZ3)"),
    ("elementwise-vs-matrix", "dA2", "W3.T * dZ3"),
    ("missing-sum", "db2", "1 / m * dZ2"),
    ("wrong-reduction", "db2", "1 / m * np.sum(dZ2, axis=0, keepdims=True)"),
    ("wrong-reduction", "db2", "np.sum(dZ2) / m"),
    ("wrong-operand", "dA1", "np.dot(dW2.T, dZ2)"),
    ("stale-layer-index", "dW2", "1 / m * np.dot(dZ2, X.T)"),
    ("stale-layer-index", "dZ2", "dA2 * drelu(Z1)"),
    ("missing-activation-derivative", "dZ2", "dA2"),
    ("missing-activation-derivative", "dZ3", "dA3"),
    ("wrong-activation-derivative", "dZ2", "dA2 * dsigmoid(Z2)"),
    ("activation-derivative-at-wrong-point", "dZ3", "dA3 * dsigmoid(A3)"),
    ("value-vs-derivative", "dZ3", "dA3 * A3"),
    ("missing-chain-factor", "dZ3", "dsigmoid(Z3)"),
]


@pytest.mark.parametrize(("mistake", "name", "wrong"), PLANTED)
def test_a_mistake_in_the_course_s_network_is_named_and_mended(mistake: str, name: str, wrong: str) -> None:
    assert diagnosed(COURSE, name, wrong, network()).mistakes[0] == mistake


@pytest.mark.parametrize(
    ("mistake", "name", "wrong"),
    [
        ("missing-regularisation", "dV", "D.T @ dout"),
        ("wrong-regularisation", "dV", "D.T @ dout + reg * V"),
        ("wrong-regularisation", "dV", "D.T @ dout + 2 * reg * sum(V)"),
        ("missing-mask-or-scale", "dH", "dD * mask"),
        ("missing-mask-or-scale", "dH", "dD"),
        ("softmax-as-elementwise", "dout", "dP * P * (1 - P)"),
        ("wrong-activation-derivative", "dscores", "dH * (1 + H**2)"),
        ("activation-derivative-at-wrong-point", "dscores", "dH * (1 - scores**2)"),
        ("extra-activation-derivative", "dW", "X.T @ (dscores * (1 - H**2))"),
        ("extra-activation-derivative", "dW", "X.T * (dscores * (1 - H**2))"),
        ("wrong-reduction", "dc", "mean(dscores, axis=0, keepdims=True)"),
    ],
)
def test_a_mistake_with_examples_in_rows_is_named_and_mended(mistake: str, name: str, wrong: str) -> None:
    assert diagnosed(RIGHT, name, wrong, rows()).mistakes[0] == mistake


def test_slopes_that_are_too_many_go_together() -> None:
    found = diagnosed(RIGHT, "dW", "X.T @ ((dscores * (1 - H**2)) * dtanh(scores))", rows())

    assert found.mistakes == ("extra-activation-derivative",)
    assert found.mended_text == "dW = X.T @ dscores"
    assert found.explanation.startswith("These slopes are too many: no activation stands between W and dscores.")


@pytest.mark.parametrize("right", ["(A3 - Y)", "A3 - Y", "dA3 * A3 * (1 - A3)", "(1 - A3) * (dA3 * A3)"])
def test_a_right_line_spelled_otherwise_raises_nothing(right: str) -> None:
    claims = lines(COURSE.replace("dA3 * dsigmoid(Z3)", right))
    made = network()

    assert diagnose(*made, claims, judge(*made, claims)) == (None,) * len(claims)


def test_the_spelling_of_the_person_is_kept() -> None:
    found = diagnosed(COURSE, "dA1", "np.dot(W2, dZ2)", network())

    assert found.mended_text == "dA1 = np.dot(W2.T, dZ2)"
    assert (found.offending, found.should_be) == ("W2", "W2.T")


def test_what_no_small_change_explains_gets_facts_and_the_formula_but_no_name() -> None:
    found = diagnosed(COURSE, "dZ1", "exp(W2.T @ sign(dZ2)) + abs(Z1) ** 3", network())

    assert found.mistakes == ()
    assert found.mended == parse("dA1 * drelu(Z1)")


@pytest.mark.parametrize(
    ("wrong", "ratio"), [("np.dot(dZ2, A1.T)", "m"), ("3 / m * np.dot(dZ2, A1.T)", "3"), ("dZ2 @ A1.T / m / m", "1/m")]
)
def test_how_far_a_line_is_off_is_said_by_name(wrong: str, ratio: str) -> None:
    assert diagnosed(COURSE, "dW2", wrong, network()).facts == {"ratio": ratio}

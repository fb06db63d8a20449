"""What is said of right lines: conventions, and that a line is right here only because sizes agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.claims_trials import Trial
from bpdebug.check.claims import judge
from bpdebug.check.diagnosis.canonical import canonical, freed
from bpdebug.check.diagnosis.remarks import Remark, remarks
from bpdebug.check.iteration import trained
from bpdebug.check.review import review
from bpdebug.ops import parse
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled
from tests.check.test_claims import COURSE, Line, lines, network
from tests.program.written import run_once

CASES = Path(__file__).parent / "cases"


def square() -> tuple[Program, dict[str, Array]]:
    """A layer with as many units as examples."""
    random, n, m = np.random.default_rng(3), Size(4, "n"), Size(4, "m")
    shapes: dict[str, dict[str, Shape]] = {"data": {"X": (n, m), "G": (n, m)}, "parameters": {"W": (n, n), "b": (n, 1)}}
    constants = {"n": 4.0, "m": 4.0, "learning_rate": 0.1}
    forward = [Equation(each.name, each.expr) for each in lines("Z = W @ X + b\nJ = sum(G * Z)")]
    program = build(forward, constants=constants, cost="J", **shapes)
    values = {name: random.normal(size=shape) for each in shapes.values() for name, shape in each.items()}
    return program, run_once(program, values | {name: np.asarray(each) for name, each in constants.items()})


def said(text: str, made: tuple[Program, dict[str, Array]]) -> dict[str, str]:
    claims = lines(text)
    found = remarks(*made, claims, judge(*made, claims))
    return {claim.name: each.kind for claim, each in zip(claims, found, strict=True) if each is not None}


def test_per_example_gradients_are_a_convention() -> None:
    assert set(said(COURSE, network()).items()) == {
        (name, "convention-only") for name in ("dA3", "dZ3", "dA2", "dZ2", "dA1", "dZ1")
    }


def test_a_sum_over_the_wrong_axis_that_these_numbers_hide_is_masked_by_them() -> None:
    program, values = square()
    values = run_once(program, {**values, "G": np.ones((4, 4))})
    text = "dZ = G\ndW = dZ @ X.T\ndb = sum(dZ, axis=0, keepdims=True).T"

    assert said(text, (program, values)) == {"db": "masked-by-data"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("dW = (-2/7) * np.sum(X * (Y - P))", "masked-by-dimensions"),
        ("dW = -2 * np.mean(X * (Y - P))", "masked-by-dimensions"),
        ("dW = (-2/7) * X.T @ (Y - P)", "equivalent-form"),
        ("dW = (-2/m) * X.T @ (Y - P)", ""),
    ],
)
def test_a_size_written_as_a_number_hides_no_other(line: str, kind: str) -> None:
    scenario = bundled("linear-regression")
    claims = pasted(line, scenario.program).claims
    (remark,) = review(scenario.program, trained(scenario, 0), claims).remarks

    assert (remark.kind if remark else "") == kind


def test_a_transposed_gradient_is_a_layout() -> None:
    made = square()
    line = Line("turned", "turned = X @ G.T", lines("turned = X @ G.T")[0].expr, "W", "dJ(W).T")

    assert remarks(*made, [line], judge(*made, [line])) == (Remark("layout-convention", "turned holds ∂J/∂Wᵀ."),)


def of_case(slug: str) -> dict[str, Remark]:
    scenario = load(str(CASES / f"{slug}.toml"))
    found = review(scenario.program, trained(scenario, 0), scenario.claims)
    return {claim.name: each for claim, each in zip(scenario.claims, found.remarks, strict=True) if each is not None}


def test_what_hides_a_mistake_is_told() -> None:
    by_size = of_case("multiply-for-dot")["dZ1"]
    by_data = of_case("bias-from-the-weight-gradient")["grad_b1"]

    assert by_size == Remark("masked-by-dimensions", "dZ1 is right here only because n2 is 1.")
    assert by_data == Remark("masked-by-data", "grad_b1 is right here only because every column of X adds up to 1.")


def test_weights_that_are_zero_hide_what_is_done_with_them() -> None:
    made = square()
    values = run_once(made[0], {**made[1], "b": np.zeros((4, 1))})
    text = "dZ = G + 0 * X + b\ndW = dZ @ X.T\ndb = sum(dZ, axis=1, keepdims=True)"
    claims = lines(text)
    found = remarks(made[0], values, claims, judge(made[0], values, claims))

    assert found[0] == Remark("masked-by-data", "dZ is right here only because b is 0 everywhere.")


def test_another_form_and_a_term_that_vanishes_are_told() -> None:
    other = COURSE.replace("np.dot(W2.T, dZ2)", "np.dot(W2.T, dZ2) * (A3 + Y - A3 - Y + 1)[0, 0]")
    made = network()
    total = COURSE.replace("1 / m * ", "").replace("dA3 = -(", "dA3 = -1 / m * (")
    mean = total.replace("np.sum(dZ3, axis=1, keepdims=True)", "m * np.mean(dZ3, axis=1, keepdims=True)")
    gone = total.replace("np.dot(dZ1, X.T)", "np.dot(dZ1, X.T) + W1 * (m - m)")

    assert said(total, made) == {}
    assert said(mean, made) == {"db3": "equivalent-form"}
    assert said(gone, made) == {"dW1": "equivalent-form"}
    assert said(other, made)["dA1"] == "convention-only"


@pytest.mark.parametrize("seed", range(12))
def test_right_lines_in_any_writing_hide_nothing(seed: int) -> None:
    trial = Trial((41, 2, seed))
    claims = trial.claims()
    found = remarks(trial.program, trial.values, claims, judge(trial.program, trial.values, claims))

    assert {each.kind for each in found if each is not None} <= {"convention-only"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/m*np.dot(dZ, A.T)", "dZ @ A.T / m"),
        ("-(Y - A)/m", "A/m - Y/m"),
        ("1/m*dZ @ A.T", "dZ @ A.T / m"),
        ("dZ @ (2 * A.T / m) / k", "2 * (dZ @ A.T) / (m * k)"),
        ("(A @ dZ.T).T", "dZ @ A.T"),
        ("(A - Y)*A*(1 - A)", "A*((1 - A)*(A - Y))"),
        ("-(np.divide(Y, A) - np.divide(1 - Y, 1 - A))", "-Y/A + (1 - Y)/(1 - A)"),
    ],
)
def test_what_differs_in_writing_only_has_one_form(one: str, other: str) -> None:
    first, second = (canonical(freed(parse(each), ("m", "k")), lambda _: None) for each in (one, other))

    assert first == second


@pytest.mark.parametrize(
    ("one", "other"), [("dZ @ A.T", "A @ dZ.T"), ("A - Y", "A + Y"), ("A*B", "A@B"), ("A/m", "A*m")]
)
def test_what_is_not_the_same_has_another(one: str, other: str) -> None:
    assert canonical(parse(one), lambda _: None) != canonical(parse(other), lambda _: None)


def test_a_line_that_has_no_digits_in_a_larger_network_is_not_said_to_hold_by_its_sizes() -> None:
    """Large weights on more units would drive the last sigmoid to 1, where A2 - Y is right and nothing shows it."""
    shapes: dict[str, dict[str, Shape]] = {
        "data": {"X": (Size(3, "n0"), Size(4, "m")), "Y": (Size(1, "n2"), Size(4, "m"))},
        "parameters": {"W1": (Size(5, "n1"), Size(3, "n0")), "W2": (Size(1, "n2"), Size(5, "n1"))},
    }
    constants = {"n0": 3.0, "n1": 5.0, "n2": 1.0, "m": 4.0, "learning_rate": 0.1}
    cost = "J = -sum(Y*log(A2) + (1 - Y)*log(1 - A2))/m"
    forward = [Equation(e.name, e.expr) for e in lines(f"A1 = relu(W1 @ X)\nZ2 = W2 @ A1\nA2 = sigmoid(Z2)\n{cost}")]
    program = build(forward, constants=constants, cost="J", **shapes)
    random = np.random.default_rng(1)
    values = {name: random.normal(size=shape) for each in shapes.values() for name, shape in each.items()}
    values |= {"W2": np.abs(values["W2"]) * 3, "Y": np.array([[1.0, 0.0, 0.0, 0.0]])}
    made = run_once(program, values | {name: np.asarray(each) for name, each in constants.items()})

    assert set(said("dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m", (program, made)).values()) == {"convention-only"}

"""Homework about a bundled scenario, mistakes planted as beginners make them: each is told by itself, mended as short
as can be and in the writer's own spelling."""

from __future__ import annotations

import re

import pytest

from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.review import Review, review
from bpdebug.check.telling import lines, summary
from bpdebug.scenario.pasted import pasted
from tests.bundled import begun, bundled

RIGHT = """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (1 - A1**2)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
"""


def reviewed(text: str, name: str = "xor") -> Review:
    scenario = bundled(name)
    found = pasted(text, scenario.program)
    return review(scenario.program, begun(name), found.claims, found.unknown)


def wrong(*written: str) -> dict[str, Diagnosis]:
    """What is wrong where these lines stand in the place of the right ones of their names."""
    text = RIGHT
    for line in written:
        text = re.sub(rf"^{line.split()[0]} = .*$", lambda _, line=line: line, text, flags=re.MULTILINE)
    found = reviewed(text)
    return {each.name: said for each, said in zip(found.claims, found.diagnoses, strict=True) if said is not None}


def test_what_is_right_is_right() -> None:
    assert wrong() == {}
    assert wrong("dZ2 = -(Y - A2)") == {}


def test_several_mistakes_are_each_told_where_they_are() -> None:
    found = wrong("dZ1 = dA1", "dW1 = dZ1 @ X.T", "db1 = np.sum(dZ1, axis=0, keepdims=True) / m")

    assert {name: each.mistakes[0] for name, each in found.items()} == {
        "dZ1": "missing-activation-derivative",
        "dW1": "missing-1/m",
        "db1": "wrong-reduction",
    }
    assert found["dW1"].mended_text == "dW1 = dZ1 @ X.T / m"


@pytest.mark.parametrize(
    ("line", "mistakes", "mended"),
    [
        (
            "db1 = np.mean(dZ1, axis=0, keepdims=True)",
            "wrong-reduction shape-mismatch",
            "db1 = np.mean(dZ1, axis=1, keepdims=True)",
        ),
        ("db2 = np.mean(dZ2, axis=0)", "wrong-reduction shape-mismatch", "db2 = np.mean(dZ2, axis=1, keepdims=True)"),
        ("db1 = np.mean(dZ1)", "wrong-reduction shape-mismatch", "db1 = np.mean(dZ1, axis=1, keepdims=True)"),
        (
            "db1 = np.sum(dZ1, axis=1) / m",
            "wrong-reduction shape-mismatch",
            "db1 = np.sum(dZ1, axis=1, keepdims=True) / m",
        ),
        (
            "db1 = dZ1.sum(axis=0, keepdims=True) / m",
            "wrong-reduction shape-mismatch",
            "db1 = dZ1.sum(axis=1, keepdims=True) / m",
        ),
        ("dW2 = dZ2 @ A1.T / m + lam * W2", "wrong-regularisation", "dW2 = dZ2 @ A1.T / m"),
        ("dW1 = dZ1 @ X.T / m + 0.1 * W1 / m", "wrong-regularisation", "dW1 = dZ1 @ X.T / m"),
        ("dW2 = dZ2 @ A1.T / X.shape[0]", "wrong-normaliser", "dW2 = dZ2 @ A1.T / m"),
        ("dW2 = dZ2 @ A1.T / X.size", "wrong-normaliser", "dW2 = dZ2 @ A1.T / m"),
        ("dW1 = 1. / (m - 1) * dZ1 @ X.T", "wrong-normaliser", "dW1 = 1. / m * dZ1 @ X.T"),
        ("dW2 = dZ2 @ A1.T * m", "missing-1/m", "dW2 = dZ2 @ A1.T / m"),
        ("dZ2 = Y - A2", "sign-flipped", "dZ2 = A2 - Y"),
        ("dA1 = W2.T @ dZ2 * D1", "wrong-operand", "dA1 = W2.T @ dZ2"),
        ("dA1 = W2.T @ dZ2 * D1 / keep_prob", "wrong-operand", "dA1 = W2.T @ dZ2"),
    ],
)
def test_a_mistake_has_one_name_and_a_short_way_out(line: str, mistakes: str, mended: str) -> None:
    ((name, found),) = wrong(line).items()

    assert name == line.split(maxsplit=1)[0]
    assert found.mistakes == tuple(mistakes.split())
    assert found.mended_text == mended


def test_a_count_along_the_wrong_axis_is_the_mistake_of_its_own_line() -> None:
    found = reviewed("N = len(X)" + RIGHT.replace("/ m", "/ N"))
    (count,) = (found.told(place) for place in range(len(found.claims)) if found.told(place))

    assert found.first_wrong == 0
    assert count is not None
    assert count.mistakes == ("wrong-normaliser",)
    assert count.mended_text == "N = m"
    assert "That is m = 4; this line has X.shape[0] = 2." in count.explanation


def test_a_sum_without_keepdims_is_said_to_be_the_right_one() -> None:
    (found,) = wrong("db1 = np.sum(dZ1, axis=1) / m").values()

    assert found.explanation.startswith("The sum is the right one, but without keepdims=True its axis is gone: b1 is ")


def test_a_rule_at_a_kink_is_not_right_because_of_the_numbers() -> None:
    text = "dZ3 = A3 - Y\ndA2 = W3.T @ dZ3\ndZ2 = dA2 * (Z2 >= 0)"
    found = reviewed(text, "three-layer")

    assert found.ok
    assert "only" not in summary(found)


def test_lines_of_one_name_are_called_as_they_are_written() -> None:
    text = RIGHT.replace("dZ1 =", "dA1 = dA1 * D1\ndA1 = dA1 / keep_prob\ndZ1 =")
    found = reviewed(text)
    shown = "\n".join(line for place in range(len(found.claims)) for line in lines(found, place, "unicode"))

    assert "inherits from dA1," in shown
    assert "dA1_" not in f"{shown}\n{summary(found)}"


def test_a_name_whose_line_is_lost_is_called_as_it_is_written() -> None:
    text = RIGHT.replace("dZ1 =", "q = dA1 * 2\ndA1 = open('x')\ndZ1 =")
    found = reviewed(text)
    shown = "\n".join(line for place in range(len(found.claims)) for line in lines(found, place, "unicode"))

    assert "not judged: dA1 could not be read" in shown
    assert "dA1_" not in f"{shown}\n{summary(found)}"


def test_a_number_for_a_gradient_is_told_there_and_not_where_it_is_multiplied() -> None:
    found = wrong("dZ2 = 1", "dW2 = np.dot(dZ2, A1.T) / m")

    assert list(found) == ["dZ2"]


@pytest.mark.parametrize(
    ("line", "mistakes", "mended"),
    [
        ("dZ1 = dA1 * (1 - A1**2) * (1 - A1**2)", ("extra-activation-derivative",), "dZ1 = dA1 * (1 - A1**2)"),
        ("dA1 = W2.T @ (-dZ2)", ("sign-flipped",), "dA1 = W2.T @ dZ2"),
    ],
)
def test_what_is_too_much_goes_and_nothing_else_changes(line: str, mistakes: tuple[str, ...], mended: str) -> None:
    (found,) = wrong(line).values()

    assert found.mistakes == mistakes
    assert re.sub(r"[()]", "", found.mended_text) == re.sub(r"[()]", "", mended)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("xor", RIGHT.replace("A2 - Y", "Y - A2").replace("@ X.T / m", "@ X.T")),
        ("xor", "dZ2 = A2 - Y\nfoo = W2.T @ dZ2\nW2 += 0.1 * dZ2 @ A1.T\nW1 -= 0.1 * foo @ X.T / m"),
        ("linear-regression", "dW = X.T @ (P - Y)\ndb = sum(P - Y)\nW -= 2 * lr / m * dW\nb -= lr * db"),
        ("linear-regression", "dW = X.T @ (Y - P)\nW -= learning_rate * 2 / m * dW"),
        ("logistic", "e = Y - A\ndw = e @ X.T\ndb = np.sum(e) / m\nw -= lr * dw\nb += lr * db"),
    ],
)
def test_lines_that_are_all_mended_are_right_together(name: str, text: str) -> None:
    found = reviewed(text, name)
    lines = [
        each.text if found.told(place) is None else found.diagnoses[place].mended_text  # type: ignore[union-attr]
        for place, each in enumerate(found.claims)
    ]
    again = reviewed("\n".join(lines), name)

    assert found.first_wrong is not None
    assert again.first_wrong is None, lines


@pytest.mark.parametrize(
    ("line", "mended", "words"),
    [
        ("dZ1 = dA1 * (1 - np.power(Al, 2))", "np.power(A1, 2)", "Al is not defined; A1 is"),
        ("dW2 = dZ2 @ A1.T / M", "A1.T / m", "M is not defined; m is"),
        ("dA1 = np.dot(W2.T, dA2)", "(W2.T, dZ2)", "made from the gradient of Z2: dZ2"),
        ("db1 = np.sum(dW1, axis=1, keepdims=True) / m", "(dZ1,", "gradient of Z1: dZ1"),
    ],
)
def test_a_name_that_nobody_gives_is_told_apart_from_one_that_does_not_belong(
    line: str, mended: str, words: str
) -> None:
    (diagnosis,) = wrong(line).values()

    assert diagnosis.mistakes == ("wrong-operand",)
    assert mended in diagnosis.mended_text
    assert words in diagnosis.explanation
    assert not reviewed(RIGHT.replace(RIGHT.splitlines()[4], "dA1 = np.dot(W2.T, dA2)")).lacking


def test_a_condition_where_no_relu_is_is_the_slope_of_another_activation() -> None:
    error = "dZ2 = (A2 - Y) / m\nhidden = np.dot(dZ2, W2.T)\nhidden[A1 <= 0] = 0\n"
    found = reviewed(f"{error}dW1 = X.T @ hidden", "iris")
    diagnosis = next(filter(None, found.diagnoses))

    assert diagnosis.mistakes == ("wrong-activation-derivative",)
    assert diagnosis.mended_text.endswith("np.dot(dZ2, W2.T) * (1 - A1 ** 2)")


def test_a_row_may_be_an_array_without_a_second_axis() -> None:
    last = "dZ2 = (A2 - Y) / m\ndZ1 = dZ2 @ W2.T * (1 - A1**2)\n"

    assert reviewed(f"{last}db2 = np.ones(len(X)) @ dZ2\ndb1 = dZ1.T @ np.ones(m)", "iris").first_wrong is None
    assert reviewed("dZ2 = A2 - Y\ndZ1 = W2.T @ dZ2 * (1 - A1**2)\ndb1 = dZ1 @ np.ones(m) / m").first_wrong == 2


@pytest.mark.parametrize(
    ("line", "way_out"),
    [
        ("dA1 = W2.T @ dZ2", "below this line, which is right as it stands. "),
        ("dA1 = W2 @ dZ2", "below this line, and mend it as shown. "),
    ],
)
def test_an_update_that_comes_too_early_is_moved_whatever_else_is_mended(line: str, way_out: str) -> None:
    found = reviewed(RIGHT.replace("dA1 = W2.T @ dZ2", f"W2 = W2 - lr * dW2\n{line}"))
    (diagnosis,) = filter(None, found.diagnoses)

    assert diagnosis.mistakes[0] == "uses-updated-parameter"
    assert diagnosis.mended_text == "dA1 = W2.T @ dZ2"
    assert diagnosis.explanation.startswith(f"Move the update W2 = W2 - lr * dW2 {way_out}")

"""What is kept elsewhere consistently is a convention; what nothing makes up for is the mistake."""

from __future__ import annotations

import pytest

from bpdebug.check.claims import Judged, Judgement, judge
from bpdebug.check.meaning import Meaning, plain
from bpdebug.check.review import review
from bpdebug.check.scales import Scale, Scales
from bpdebug.check.telling import remarked
from tests.check.test_claims import lines, network

DELTAS = """
dZ3 = Y - A3
dW3 = -dZ3 @ A2.T / m
db3 = -np.mean(dZ3, axis=1, keepdims=True)
dZ2 = W3.T @ dZ3 * (Z2 > 0)
dW2 = -dZ2 @ A1.T / m
dZ1 = W2.T @ dZ2 * (Z1 > 0)
dW1 = -dZ1 @ X.T / m
"""


def judged(text: str) -> dict[str, Judged]:
    return {each.name: each for each in judge(*network(), lines(text)).claims}


def wrong(text: str) -> list[str]:
    return [name for name, each in judged(text).items() if each.local is not Judgement.CORRECT]


def read(text: str, name: str) -> str:
    meaning = judged(text)[name].meaning
    assert meaning is not None
    return meaning.written


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        (DELTAS, "dZ1", "-m*dJ(Z1)"),
        (DELTAS.replace(" / m", "").replace("np.mean", "np.sum").replace("Y - A3", "(Y - A3) / m"), "dZ1", "-dJ(Z1)"),
        ("dA3 = Y / A3 - (1 - Y) / (1 - A3)\ndZ3 = -dA3 * dsigmoid(Z3)", "dA3", "-m*dJ(A3)"),
        ("dZ3 = 2 * (A3 - Y)\ndW3 = 1 / (2 * m) * dZ3 @ A2.T\ndZ2 = W3.T @ dZ3 * (Z2 > 0)", "dZ2", "2*m*dJ(Z2)"),
        ("dZ3 = (A3 - Y) / 2\ndW3 = 2 / m * dZ3 @ A2.T", "dZ3", "m*dJ(Z3)/2"),
        ("dZ3 = (A3 - Y).T\ndW3 = (A2 @ dZ3).T / m\ndZ2 = (dZ3 @ W3) * (Z2 > 0).T", "dZ2", "m*dJ(Z2).T"),
        ("dZ3 = A3 - Y\ndA2 = W3.T @ dZ3 * (Z2 > 0)\ndW2 = dA2 @ A1.T / m", "dA2", "m*dJ(Z2)"),
    ],
)
def test_what_the_lines_below_make_up_for_is_no_mistake(text: str, name: str, meaning: str) -> None:
    assert wrong(text) == []
    assert read(text, name) == meaning


@pytest.mark.parametrize(
    ("text", "mistaken"),
    [
        ("dZ3 = Y - A3", ["dZ3"]),
        ("dZ3 = Y - A3\ndW3 = dZ3 @ A2.T / m", ["dZ3"]),
        ("dZ3 = Y - A3\ndA2 = W3.T @ dZ3\ndZ2 = dA2 * (Z2 > 0)", ["dZ3"]),
        ("dZ3 = 2 * (A3 - Y)\ndW3 = dZ3 @ A2.T / m\ndA2 = W3.T @ dZ3", ["dZ3"]),
        ("dZ3 = A3 - Y\ndA2 = W3.T @ dZ3 * (Z2 > 0)\ndZ2 = dA2 * (Z2 > 0)", ["dA2"]),
        (DELTAS.replace("dW1 = -", "dW1 = "), ["dW1"]),
        (DELTAS.replace("db3 = -", "db3 = "), ["db3"]),
        (DELTAS.replace("W3.T @ dZ3", "W3.T @ dZ3 * A2"), ["dZ2"]),
    ],
)
def test_what_nothing_makes_up_for_is_the_mistake(text: str, mistaken: list[str]) -> None:
    assert wrong(text) == mistaken


def test_where_the_count_is_kept_leaves_the_smallest_mistakes() -> None:
    text = """
dZ3 = A3 - Y
dW3 = dZ3 @ A2.T / m
dZ2 = W3.T @ dZ3 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T
db2 = np.sum(dZ2, axis=0) / m
"""
    assert wrong(text) == ["dZ2", "dW2", "db2"]
    found = review(*network(), lines(text))
    assert [each.mistakes[0] for each in found.diagnoses if each] == [
        "wrong-activation-derivative",
        "missing-1/m",
        "wrong-reduction",
    ]


def test_what_makes_up_for_it_is_said_once() -> None:
    found = review(*network(), lines(DELTAS))
    told = [remarked(found, place, "ascii") for place in range(len(found.claims))]

    assert told[0] == "dZ3 is read as -m*dJ(Z3), and dW3 and db3 keep the minus that undoes its own."
    assert not any(told[1:])


def test_a_name_that_holds_the_gradient_of_another_quantity_is_told_so() -> None:
    found = review(*network(), lines("dZ3 = A3 - Y\ndA2 = W3.T @ dZ3 * (Z2 > 0)\ndW2 = dA2 @ A1.T / m"))

    assert found.ok
    assert "it is the gradient by Z2 and not by A2" in remarked(found, 1, "ascii")


def test_a_line_left_out_is_told_with_what_is_kept_elsewhere() -> None:
    text = "dZ3 = (A3 - Y).T\ndW3 = (A2 @ dZ3).T / m\ndZ2 = (dZ3 @ W3) * (Z2 > 0).T"
    mended = {each.name: each.mended for each in review(*network(), lines(text)).lacking}

    assert mended["db3"] == "db3 = sum((dZ3 / m).T, axis=1, keepdims=True)"


@pytest.mark.parametrize(
    ("scale", "written"),
    [
        (Scale(), "dJ(Z)"),
        (Scale(-1.0), "-dJ(Z)"),
        (Scale(-2.0, ("m",)), "-2*m*dJ(Z)"),
        (Scale(0.25, (), ("n",), turned=True), "dJ(Z).T/4/n"),
        (Scale(0.3), "0.3*dJ(Z)"),
    ],
)
def test_a_scale_is_found_again_from_its_number(scale: Scale, written: str) -> None:
    true = network()[1]["W2"]
    assert scale.meaning("Z").written == written
    constants = {"m": 7.0, "n": 5.0}
    value = scale.number(constants) * (true.T if scale.turned else true)
    assert Scales(constants, "m", ("n",)).of(value, true) == scale


def test_no_other_number_is_a_scale() -> None:
    true = network()[1]["W2"]

    assert Scales({"m": 7.0}, "m", ()).of(0.4142135 * true, true) is None
    assert Scales({"m": 7.0}, "m", ()).of(true**2, true) is None
    assert Meaning("Z", Scale(over=("m",)).meaning("Z").expr) == plain("Z", "m")

"""What is said of a mistake: in the names, shapes and numbers of the network, each thing once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bpdebug.check.diagnosis.lessons import LESSONS
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted

CASES = Path(__file__).parent / "cases"
LONGEST = 700


def reviewed(path: str, lines: str = "") -> Review:
    scenario = load(path)
    claims = pasted(lines, scenario.program).claims if lines else scenario.claims
    return review(scenario.program, trained(scenario, 0), claims)


@pytest.mark.parametrize("name", sorted(json.loads((CASES / "expected.json").read_text(encoding="utf-8"))))
def test_an_explanation_speaks_of_its_line_and_says_nothing_twice(name: str) -> None:
    found = reviewed(str(CASES / f"{name}.toml"))
    for claim, diagnosis in zip(found.claims, found.diagnoses, strict=True):
        if diagnosis is None:
            continue
        sentences = re.split(r"(?<=[a-z\d)])\. ", diagnosis.explanation)
        assert len(sentences) == len(set(sentences))
        assert len(diagnosis.explanation) <= LONGEST
        assert diagnosis.explanation.endswith(".")
        assert ".." not in diagnosis.explanation
        assert "  " not in diagnosis.explanation
        assert claim.name in diagnosis.explanation or claim.of in diagnosis.explanation


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("dZ3 = J * (A3 - Y)", "J does not belong into this line: Z3 enters A3 = sigmoid(Z3), and nothing between"),
        ("dZ2 = dA2 * sigmoid(Z2)", "This is not the slope of A2 = relu(Z2)."),
        ("db3 = sum(dZ3) / m * 2", "no square is taken, whose derivative would bring a 2"),
        ("dZ1 = W2.T * dZ2 * (Z1 > 0)", "so sums are taken on the way back to Z1"),
        ("dW2 = dZ2 * A1.T / m", "In Z2 = W2 @ A1 + b2, each entry of W2 enters many sums"),
    ],
)
def test_what_is_said_of_a_mistake(lines: str, words: str) -> None:
    found = reviewed("three-layer", lines)

    assert any(each is not None and words in each.explanation for each in found.diagnoses)


def test_the_derivative_of_something_else_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    wrong = LESSONS["wrong-activation-derivative"]

    def both(lesson: Lesson) -> str:
        said.append(LESSONS["differentiates-wrong-function"](lesson))
        return wrong(lesson)

    monkeypatch.setitem(LESSONS, "wrong-activation-derivative", both)  # type: ignore[arg-type]
    reviewed("three-layer", "dZ2 = dA2 * dsigmoid(Z2)")

    assert said[0].startswith("This is the derivative of something else than J. What training makes small is J")
    assert "says how fast that one number changes with Z2: Z2 > 0, not dsigmoid(Z2)." in said[0]

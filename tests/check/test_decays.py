"""Updates where the cost has a penalty: the decay of a parameter is in its gradient or in its update, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.tied import errors_tied

PENALISED = """
title = "A layer and a penalty"
[sizes]
n = 3
m = 5
[data]
X = { shape = ["n", "m"], init = "normal" }
Y = { values = [[1, 0, 1, 1, 0]] }
[network]
layers = [
  { units = "n", activation = "tanh", init = "xavier" },
  { units = 1, activation = "sigmoid", init = "xavier" },
]
cost = "binary-cross-entropy"
l2 = 0.7
[training]
learning_rate = 0.3
"""
LAST = "dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m"
WITH, WITHOUT = f"{LAST} + lambd / m * W2\n", f"{LAST}\n"


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Review]:
    path: Path = tmp_path_factory.mktemp("decays") / "penalised.toml"
    path.write_text(PENALISED, encoding="utf-8")
    scenario = load(str(path))

    def judged(text: str) -> Review:
        found = pasted(text, scenario.program)
        claims, _ = errors_tied(found.claims, scenario.program, lambda: trained(scenario, 0))
        return review(scenario.program, trained(scenario, 0), claims, found.unknown)

    return judged


@pytest.mark.parametrize(
    "text",
    [
        f"{WITH}W2 -= learning_rate * dW2",
        f"{WITHOUT}W2 -= learning_rate * (dW2 + lambd / m * W2)",
        f"{WITHOUT}W2 = (1 - learning_rate * lambd / m) * W2 - learning_rate * dW2",
    ],
)
def test_a_decay_is_right_in_one_of_its_places(reviewed: Callable[[str], Review], text: str) -> None:
    assert reviewed(text).ok


@pytest.mark.parametrize(
    ("text", "mistakes", "mended", "words"),
    [
        (
            f"{WITH}W2 = W2 - learning_rate*(dW2 + 2*lambd/m*W2)",
            ("wrong-regularisation",),
            "W2 = W2 - learning_rate*dW2",
            "dW2 holds the derivative of the penalty on W2 already: with 2 * lambd / m * W2",
        ),
        (
            f"{WITH}W2 = (1 - learning_rate*lambd/m)*W2 - learning_rate*dW2",
            ("wrong-regularisation",),
            "W2 = W2 - learning_rate*dW2",
            "the update takes a part of W2 off once more",
        ),
        (
            f"{WITH}W2 = W2 + learning_rate*(dW2 + lambd/m*W2)",
            ("wrong-regularisation", "sign-flipped"),
            "W2 = W2 - learning_rate * dW2",
            "the update goes the other way",
        ),
        (
            f"{WITHOUT}W2 = W2 - learning_rate*(dW2 + lambd*W2)",
            ("wrong-regularisation", "missing-1/m"),
            "W2 = W2 - learning_rate*(dW2 + lambd*W2 / m)",
            "for the penalty, which dW2 leaves out, is its derivative: lambd * W2 / m, not lambd * W2.",
        ),
        (
            f"{WITHOUT}W2 = W2 - learning_rate*(dW2 - lambd/m*W2)",
            ("wrong-regularisation", "sign-flipped"),
            "W2 = W2 - learning_rate*(dW2 + lambd/m*W2)",
            "which dW2 leaves out",
        ),
    ],
)
def test_a_wrong_decay_is_one_mistake_and_that_of_the_update(
    reviewed: Callable[[str], Review], text: str, mistakes: tuple[str, ...], mended: str, words: str
) -> None:
    (diagnosis,) = filter(None, reviewed(text).diagnoses)

    assert diagnosis.mistakes == mistakes
    assert diagnosis.mended_text == mended
    assert words in diagnosis.explanation

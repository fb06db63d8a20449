"""Conditions that are no slope of a relu: each is mended where it is wrong, the rest of the line stays."""

from __future__ import annotations

import pytest

from tests.check.test_diagnosis_homework import reviewed

WRONG, POINT = "wrong-activation-derivative", "activation-derivative-at-wrong-point"


@pytest.mark.parametrize(
    ("lines", "mistake", "mended"),
    [
        ("dZ2 = W3.T @ dZ3\ndZ2[Z2 > 0] = 0", WRONG, "dZ2 = where(Z2 <= 0, 0, (W3.T @ dZ3))"),
        ("dZ2 = W3.T @ dZ3\ndZ2[Z2 == 0] = 0", WRONG, "dZ2 = where(Z2 <= 0, 0, (W3.T @ dZ3))"),
        ("dZ2 = W3.T @ dZ3\ndZ2[Z2 < 0.5] = 0", WRONG, "dZ2 = where(Z2 < 0, 0, (W3.T @ dZ3))"),
        ("dZ2 = W3.T @ dZ3\ndZ2[Z2 < 0] = 1", WRONG, "dZ2 = where(Z2 < 0, 0, (W3.T @ dZ3))"),
        ("dZ2 = np.where(W3.T @ dZ3 > 0, W3.T @ dZ3, 0)", POINT, "dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0)"),
        ("dA2 = W3.T @ dZ3\ndZ2 = dA2 * np.where(Z2 > 0, 1, 0.5)", WRONG, "dZ2 = dA2 * np.where(Z2 > 0, 1, 0)"),
        ("dA2 = W3.T @ dZ3\ndZ2 = dA2 * (Z2 < 0)", WRONG, "dZ2 = dA2 * (Z2 > 0)"),
    ],
)
def test_a_condition_is_mended_where_it_is_wrong(lines: str, mistake: str, mended: str) -> None:
    (diagnosis,) = filter(None, reviewed(f"dZ3 = A3 - Y\n{lines}\ndW2 = dZ2 @ A1.T / m", "three-layer").diagnoses)

    assert diagnosis.mistakes[0] == mistake
    assert diagnosis.mended_text == mended


@pytest.mark.parametrize("condition", ["dh = dh * (h > 0)", "dh[h <= 0] = 0"])
def test_a_helper_with_the_value_of_an_activation_is_that_and_no_updated_parameter(condition: str) -> None:
    lines = f"h = np.tanh(X @ W1 + b1)\ndh = ((A2 - Y) / m) @ W2.T\n{condition}\ndW1 = X.T @ dh"
    (diagnosis,) = filter(None, reviewed(lines, "iris").diagnoses)

    assert diagnosis.mistakes == (WRONG,)
    assert diagnosis.mended_text.endswith("* (1 - A1 ** 2)")

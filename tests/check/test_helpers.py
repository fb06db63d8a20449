"""A mistake in a helper line is told at the helper, and what reads it is right with that line mended."""

from __future__ import annotations

import pytest

from bpdebug.check.telling import lines, summary
from tests.check.test_spelling import reviewed

RIGHT = """dZ3 = A3 - Y
back = W3.T @ dZ3
slope = A2 > 0
dZ2 = back * slope
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m"""


def told(text: str) -> tuple[str, dict[str, str]]:
    """The first wrong line, and what is said of each."""
    found = reviewed(text)
    place = found.first_wrong
    said = {each.name: " ".join(" ".join(lines(found, at, "ascii")).split()) for at, each in enumerate(found.claims)}
    return "" if place is None else found.claims[place].name, said


@pytest.mark.parametrize(
    ("name", "wrong", "mended"),
    [
        ("back", "W3.T @ (A3 + Y)", "W3.T @ (A3 - Y)"),
        ("back", "W3 @ dZ3", "W3.T @ dZ3"),
        ("slope", "A2 * (1 - A2)", "Z2 > 0"),
    ],
)
def test_a_wrong_helper_is_told_and_mended_itself(name: str, wrong: str, mended: str) -> None:
    before = next(line for line in RIGHT.splitlines() if line.startswith(name))
    first, said = told(RIGHT.replace(before, f"{name} = {wrong}"))

    assert first == name
    assert f"mended: {name} = {mended}" in said[name]
    assert "mistake" not in said["dZ2"]
    assert "mistake" not in said["dW2"]
    assert name in said["dZ2"]


def test_what_is_wrong_beside_a_right_helper_is_told_where_it_is() -> None:
    assert told(RIGHT)[0] == ""
    first, said = told(RIGHT.replace("back * slope", "back * slope / m"))
    assert first == "dZ2"
    assert "extra 1/m" in said["dZ2"]
    assert "helper, not judged" in said["back"]

    error = RIGHT.replace("A3 - Y\n", "A3 - Y\nerror = Y - A3\ndW3 = error @ A2.T / m\n")
    assert told(error)[0] == "dW3"  # error is the gradient with the other sign, as many keep it


@pytest.mark.parametrize(
    ("line", "mistake"),
    [("db2 = db2 * m", "missing-1/m"), ("db2 = -db2", "sign-flipped"), ("db2 = db2.T", "transposed-operand")],
)
def test_a_line_that_undoes_the_one_before_it_is_told_to_be_left_out(line: str, mistake: str) -> None:
    found = reviewed(f"{RIGHT}\n{line}")

    assert found.first_wrong == 6
    diagnosis = found.diagnoses[6]
    assert diagnosis is not None
    assert diagnosis.mistakes[0] == mistake
    assert (diagnosis.mended, diagnosis.mended_text) == (None, "")
    assert diagnosis.explanation.endswith("Leave the line out: the db2 before it is right.")
    assert summary(found).startswith("not all right: the first wrong line is db2")

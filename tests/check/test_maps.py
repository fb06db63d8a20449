"""Lines of one's own for images and filters: what is wrong in them is told as it is of matrices."""

from __future__ import annotations

import pytest

from bpdebug.check.review import review
from bpdebug.debugger.body import Body
from bpdebug.debugger.structure import units_axis
from bpdebug.scenario.pasted import pasted
from tests.bundled import begun, bundled
from tests.program.written import built

RIGHT = {
    "dZ2": "A2 - Y",
    "dW2": "F1.T @ dZ2 / m",
    "db2": "np.sum(dZ2, axis=0, keepdims=True) / m",
    "dF1": "dZ2 @ W2.T",
    "dA1": "dF1.reshape(m, f, 2, 2)",
    "dP1": "dA1 * (P1 > 0)",
    "dZ1": "max_pool2d_input(dP1, Z1, 2)",
    "dW1": "conv2d_filter(dZ1, X, (3, 3)) / m",
    "db1": "np.sum(dZ1, axis=(0, 2, 3), keepdims=True) / m",
}


def found(**wrong: str) -> dict[str, tuple[str, str]]:
    """Of each line what is said of it, and how it is mended."""
    program = bundled("convolution").program
    text = "\n".join(f"{name} = {formula}" for name, formula in {**RIGHT, **wrong}.items())
    reviewed = review(program, begun("convolution"), pasted(text, program).claims)
    pairs = zip(reviewed.claims, reviewed.diagnoses, strict=True)
    return {each.name: (each.verdict.name, said.mended_text if said else "") for each, said in pairs}


def test_lines_that_are_right_are() -> None:
    assert {said for said, _ in found().values()} == {"CORRECT"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("dW1", "conv2d_filter(dZ1, X, (3, 3))"),
        ("dW1", "conv2d_filter(dA1, X, (3, 3)) / m"),
        ("db1", "np.sum(dZ1, axis=(0, 2, 3)) / m"),
        ("db1", "np.sum(dZ1, axis=0, keepdims=True) / m"),
        ("db1", "dZ1 / m"),
        ("dP1", "dA1 * (Z1 > 0)"),
        ("dZ1", "avg_pool2d_input(dP1, (4, 4), 2)"),
    ],
)
def test_a_wrong_line_is_mended(name: str, wrong: str) -> None:
    said, mended = found(**{name: wrong})[name]

    assert said in ("WRONG", "NOT_EVALUABLE")
    assert mended == f"{name} = {RIGHT[name]}"


def test_a_unit_of_a_map_is_its_filter_and_lies_in_every_place() -> None:
    maps = bundled("convolution").program
    assert units_axis(maps, "A1", 0) == 1
    assert [(name, axes) for name, _, axes in Body(maps).hidden] == [("A1", (0, 2, 3))]

    sequence = built(
        "A = relu(X @ W)\nB = A @ V\nJ = sum(B)",
        {"X": ("m", 5, 3)},
        {"W": (3, 4), "V": (4, 2)},
        {"m": 2},
        orientation="rows",
    )
    assert [axes for _, _, axes in Body(sequence).hidden] == [(0, 1)]

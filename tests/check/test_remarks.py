"""What is said of right lines: conventions, and that a line is right here only because sizes agree."""

from __future__ import annotations

import numpy as np

from bpdebug.check.claims import judge
from bpdebug.check.diagnosis.remarks import Remark, remarks
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program
from tests.check.test_claims import COURSE, Line, lines, network
from tests.program.written import run_once


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


def test_a_product_that_is_right_because_sizes_agree_is_masked() -> None:
    program, values = square()
    values = run_once(program, {**values, "G": np.ones((4, 4))})
    text = "dZ = G\ndW = dZ @ X.T\ndb = sum(dZ, axis=0, keepdims=True).T"

    assert said(text, (program, values)) == {"db": "masked-by-dimensions"}


def test_a_transposed_gradient_is_a_layout() -> None:
    made = square()
    line = Line("turned", "turned = X @ G.T", lines("turned = X @ G.T")[0].expr, "W", "dJ(W).T")

    assert remarks(*made, [line], judge(*made, [line])) == (Remark("layout-convention", "turned holds ∂J/∂Wᵀ."),)

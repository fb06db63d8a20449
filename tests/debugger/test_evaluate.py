"""Expressions over the values here: any formula of the language, settled in shape and size before it is computed."""

from __future__ import annotations

import tracemalloc
from time import process_time

import numpy as np
import pytest

from bpdebug.ops.table import Array
from tests.debugger.scenes import opened, refused, said

SESSION = opened("three-layer")
said(SESSION, "goto 2:dW2")
VALUES = SESSION.view.values


def value(text: str) -> Array:
    return SESSION.evaluator.value(text, VALUES)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W1[0, :]", VALUES["W1"][0]),
        ("W1[-1]", VALUES["W1"][-1]),
        ("A1[1:3, ::2]", VALUES["A1"][1:3, ::2]),
        ("A1.T @ W2.T - 1", VALUES["A1"].T @ VALUES["W2"].T - 1),
        ("np.dot(W1, X) + b1", VALUES["W1"] @ VALUES["X"] + VALUES["b1"]),
        ("J * 2", VALUES["J"] * 2),
        ("m", np.asarray(8.0)),
        ("-3.5", np.asarray(-3.5)),
        ("2", np.asarray(2.0)),
        ("np.sum(A3, axis=1, keepdims=True)", VALUES["A3"].sum(axis=1, keepdims=True)),
        ("mse(A3, Y)", ((VALUES["A3"] - VALUES["Y"]) ** 2).sum() / 8),
        ("ones((n1, m))", np.ones((5, 8))),
        ("W⁽¹⁾ · X", VALUES["W1"] @ VALUES["X"]),
        ("log(-1)", np.asarray(np.nan)),
    ],
)
def test_any_formula_of_the_language(text: str, expected: Array) -> None:
    assert np.array_equal(value(text), expected, equal_nan=True)


def test_values_are_not_changed_by_looking() -> None:
    found = value("W1")
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 9


@pytest.mark.parametrize(
    "text",
    [
        "ones((1000000, 1000000))",
        "zeros((3000, 3000)) + 1",
        "eye(100000)",
        "outer(ones((10000,)), ones((10000,)))",
        "ones((5000, 1)) * ones((1, 5000))",
        "ones((1400, 1400)) @ ones((1400, 1400)) @ ones((1400, 1400))",
        " + ".join(["ones((1400, 1400))"] * 10),
        "concatenate([ones((1400, 1400)), ones((1400, 1400))], axis=0)",
    ],
)
def test_too_much_is_refused_before_it_is_computed(text: str) -> None:
    begin = process_time()
    tracemalloc.start()
    try:
        said_text = refused(SESSION, f"print {text}")
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    assert process_time() - begin < 2
    assert said_text.startswith("too ")


def test_a_large_value_is_shown_by_its_corners() -> None:
    text = said(SESSION, "print ones((1000, 1000))")
    assert text.startswith("ones((1000, 1000)) (1000, 1000)\n[[1. 1. 1. 1. ... 1. 1. 1. 1.]")
    assert len(text) < 1000


def test_an_empty_value_says_so() -> None:
    assert said(SESSION, "print W1[5:]") == "W⁽¹⁾[5:] (0, 4): no entries"


def test_names_inside_the_machine_are_no_names() -> None:
    assert "Z1:1" in SESSION.view.values
    assert refused(SESSION, "print Z1:1").startswith("':' has no place outside of brackets")


def test_shape_of_a_formula_not_computed() -> None:
    assert said(SESSION, "shape dW1 @ X") == "dW⁽¹⁾ · X  (5, 8) = (n1, m)"

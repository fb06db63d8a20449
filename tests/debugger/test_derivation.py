"""Why a gradient is so: derived from its forward equation, and what is derived holds of the numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from tests.bundled import TURNED
from tests.debugger.scenes import opened, refused, said, small

BOTH = pytest.mark.parametrize("orientation", ["columns", "rows"])


def complete(name: str = "three-layer", **overrides) -> Session:
    session = opened(name, notation="ascii", iterations=2, **overrides)
    said(session, "disable health", "end")
    return session


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize(("name", "orientation"), TURNED)
def test_everything_is_derived_or_told(name: str, orientation: str, fused: bool) -> None:
    for bookkeeping in ("per-example", "total"):
        session = complete(name, orientation=orientation, bookkeeping=bookkeeping, fused=fused)
        for quantity in [each for each in session.program.shapes if each.isidentifier()]:
            assert said(session, f"inputs {quantity}").startswith(quantity)
            assert said(session, f"uses {quantity}").startswith(quantity)
            head, *sentences = said(session, f"why {quantity}").splitlines()
            assert [each.partition(". ")[0] for each in sentences] == [str(at + 1) for at in range(len(sentences))]
            assert sentences[-1].endswith(f"Together: {head}.") or quantity not in session.program.gradients.values()


@BOTH
def test_what_a_product_hands_on_is_the_gradient(orientation: str) -> None:
    session = complete(orientation=orientation, bookkeeping="total")
    values = session.timeline.values
    for of in ("W1", "W2", "W3", "A1", "A2", "Z1", "Z2", "Z3"):
        text = said(session, f"why d{of}")
        received = re.findall(rf": {of} receives (.*)\.$", text, re.MULTILINE)
        assert len(received) == 1
        # the parameters have been updated meanwhile: what is derived is that of the values the iteration found
        _, found = session.evaluator.value(received[0], {**values, **session.timeline.inputs})
        np.testing.assert_allclose(found, values[f"d{of}"], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("orientation", "of", "operand", "rule", "turned"),
    [
        ("columns", "dW2", "u", "g @ v.T", "A1"),
        ("columns", "dA1", "v", "u.T @ g", "W2"),
        ("rows", "dW2", "v", "u.T @ g", "A1"),
        ("rows", "dA1", "u", "g @ v.T", "W2"),
    ],
)
def test_why_the_transpose(orientation: str, of: str, operand: str, rule: str, turned: str) -> None:
    text = said(complete(orientation=orientation), f"why {of}")
    reaches = "u[i, k] reaches every column j" if operand == "u" else "v[k, j] reaches every row i"
    assert f"{operand} receives {rule}. Entry {reaches}" in text
    assert f"only transposed does {turned} fit" in text
    assert ("8 = m, is what the product adds up over: the examples" in text) == (of == "dW2")


def test_a_square_factor_is_not_said_to_be_told_by_its_shape() -> None:
    session = small({"Z": "X @ W", "J": "sum(Z * Z)"}, {"X": [[1, 2], [3, 4]]}, {"W": [[0.1, 0.2], [0.3, 0.4]]}, m=2)
    text = said(session, "why dW")
    assert "X is square and would fit untransposed too" in text
    assert "only transposed" not in text


@BOTH
def test_why_the_sum(orientation: str) -> None:
    text = said(complete(orientation=orientation), "why db2")
    word = "column" if orientation == "columns" else "row"
    assert (
        f"b2 is added to every one of the m {word}s, so every {word} sends its gradient back, and they add up." in text
    )
    assert "matmul" not in text


def test_where_the_1_m_is() -> None:
    course = complete()
    assert "dA3 stands for m times the derivative" in said(course, "why dA3")
    assert "dW2 is the derivative itself, so here it is divided by m" in said(course, "why dW2")
    total = complete(bookkeeping="total")
    assert "that of the cost came in with dA3" in said(total, "why dW2")
    assert "divided by m" in said(total, "why dA3")


def test_a_fused_pair_is_told_in_full_too() -> None:
    text = said(complete(fused=True), "why dZ3")
    assert text.startswith("dZ3 = A3 - Y")
    assert "on the way from there it is" in text
    assert "Z3 receives g * dsigmoid(Z3)" in text
    assert "cancels the A and the 1 - A" in text


def test_several_uses_add_up() -> None:
    session = small(
        {"Z": "X @ W", "A": "tanh(Z)", "J": "sum(A * Z) / m + 0.5 * sum(W ** 2)"},
        {"X": [[1, 2], [3, 4], [5, 7]]},
        {"W": [[0.1], [0.3]]},
        m=3,
    )
    text = said(session, "why dW")
    assert "it can change J through Z and directly" in text
    assert "W reaches J in 2 ways at once: what they bring adds up." in text
    assert "reaches J in 2 ways" in said(session, "why dZ")
    assert "ways" not in said(session, "why dA")


def test_a_forward_quantity_is_told_of() -> None:
    session = complete()
    text = said(session, "why Z2")
    assert "It is computed from W2 (a parameter, as the iteration began), A1 (forward, step 3)" in text
    assert "It is read by dZ2 = dA2 * drelu(Z2)  (backward, step 36)." in text
    assert "why dZ2 derives that" in text
    assert "It is the cost" in said(session, "why J")


def test_inputs_and_uses() -> None:
    session = complete()
    assert said(session, "inputs dW2").splitlines()[1:] == [
        "  dZ2  (3, 8) = (n2, m)  backward, step 36",
        "  A1   (5, 8) = (n1, m)  forward, step 3",
        "  m    a number          the number of examples, 8",
    ]
    assert "W1             (5, 4) = (n1, n0)  a parameter, as the iteration began" in said(session, "inputs W1")
    assert said(session, "inputs X").endswith("is data: nothing computes it")
    assert said(session, "uses A1").splitlines()[1:] == [
        "  forward   step 5   Z2 = W2 @ A1 + b2",
        "  backward  step 39  dW2 = dZ2 @ A1.T / m",
    ]
    assert "by no equation" in said(session, "uses J")


@pytest.mark.parametrize("line", ["why", "inputs", "uses", "why dW22", "uses W1[0,1]", "inputs @", "why " + "Z" * 900])
def test_what_is_no_quantity_is_refused(line: str) -> None:
    assert len(refused(opened("xor"), line)) < 200

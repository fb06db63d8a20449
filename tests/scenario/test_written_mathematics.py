"""Derivations as they stand in LaTeX, in Unicode and among words: right ones are all right, wrong ones are told."""

from __future__ import annotations

from functools import cache

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.scenario.pasted import Pasted, pasted
from bpdebug.scenario.tied import errors_tied
from bpdebug.scenario.worded import without_words
from tests.bundled import bundled

run = cache(lambda name: ((scenario := bundled(name)), trained(scenario, 0)))


def judged(block: str, name: str) -> tuple[Pasted, Review]:
    scenario, values = run(name)
    found = pasted(block, scenario.program)
    claims, _ = errors_tied(found.claims, scenario.program, lambda: values)
    return found, review(scenario.program, values, claims, found.unknown)


ALIGNED = r"""
% backpropagation of the three layers
\begin{align*}
\delta^{[3]} &= \hat{y} - y \\
\frac{\partial J}{\partial W^{[3]}} &= \frac{1}{m}\,\delta^{[3]} a^{[2]T} \\
\frac{\partial J}{\partial b^{[3]}} &= \frac{1}{m}\sum_{i=1}^{m} \delta^{[3](i)} \\[2pt]
\delta^{[2]} &= W^{[3]T}\delta^{[3]} \odot \mathrm{relu}'(z^{[2]}) \\
\nabla_{W^{[2]}} J &= \frac{1}{m}\,\delta^{[2]} a^{[1]T}
\end{align*}
"""
RAISED = r"""
% the upper numbers are layers
$$\delta^2 = a^2 - y$$
$$\frac{\partial J}{\partial W^2} = \frac{1}{m}\,\delta^2 (a^1)^\top$$
$$\frac{\partial J}{\partial b^2} = \frac{1}{m}\sum_i \delta^2_i$$
$$\delta^1 = (W^2)^\top \delta^2 \odot \left(1 - \tanh^2(z^1)\right)$$
$$\frac{\partial J}{\partial W^1} = \frac{1}{m}\,\delta^1 x^\top$$
"""
BOLD = r"""
\boldsymbol{\delta}^{(3)} = \mathbf{A}^{(3)} - \mathbf{Y}
\dfrac{\partial \mathcal{L}}{\partial \mathbf{W}^{(3)}} = \dfrac{1}{m} \bm{\delta}^{(3)} {\mathbf{A}^{(2)}}^\intercal
\nabla_{\mathbf{b}^{(3)}} J = \frac1m \sum_{i=1}^m \boldsymbol{\delta}^{(3)}_{i}
\bm\delta^{(2)} = \left( {\mathbf W^{(3)}}^{\top} \delta^{(3)} \right) \circ \text{ReLU}'\left(\mathbf{Z}^{(2)}\right)
\nabla_{W^{(2)}} J = \frac{1}{m} \delta^{(2)} (A^{(1)})^{T}
"""
LOWERED = r"""
\delta_3 = \hat y - y
\partial J / \partial W_3 = \frac{1}{m} \delta_3 A_2^T
\partial J / \partial b_3 = \frac{1}{m} \sum_{i=1}^{m} \delta_3
\delta_2 = W_3^{T} \delta_3 \odot g'(Z_2)
\partial J / \partial W_2 = \frac{1}{m} \delta_{2} A_{1}^{\top}
"""
COURSE = r"""
dA^{[1]} = W^{[2]T}dZ^{[2]}
dZ^{[1]} = dA^{[1]} \odot g'^{[1]}(Z^{[1]})
dW^{[1]} = \frac{1}{m} dZ^{[1]}X^T % weights
"""
INDICATOR = r"""
dZ^{[3]} = A^{[3]} - Y
dA^{[2]} = {W^{[3]}}^T dZ^{[3]}
dZ^{[2]} = dA^{[2]} \odot \mathbb{1}[Z^{[2]} > 0]
"""
UNICODE = """
∂J/∂A₂ = (−Y ⊘ A₂ + (1 − Y) ⊘ (1 − A₂)) / m
∂J/∂Z₂ = ∂J/∂A₂ ⊙ A₂ ⊙ (1 − A₂)
∂J/∂W₂ = ∂J/∂Z₂ A₁ᵀ
∂J/∂A₁ = W₂ᵀ ∂J/∂Z₂
"""
SENTENCES = r"""
The error of the last layer is $\delta^{(2)} = a^{(2)} - y$, and
$$\frac{\partial J}{\partial W^{(2)}} = \frac{1}{m} \delta^{(2)} A^{(1)\top},$$
so dA1 = W2.T @ δ2 and dZ1 = dA1 * (1 - a_1^2), dW1 = dZ1 @ X.T / m
"""
LABELLED = """
Aufgabe 3 -- drei Schichten (Unicode)
Schritt 1: dZ3 = ŷ - Y
Eq. (2): dW3 = dZ3 @ A2.T / m, wobei m die Anzahl ist
Layer 2: dA2 = W3.T @ dZ3
**Hidden layer:** dZ2 = dA2 * (Z2 > 0)
- **dW2** = dZ2 @ A1.T / m, where m is the number of examples.
(4) db2 = np.sum(dZ2, axis=1, keepdims=True) / m (by the chain rule)
"""
OCTAVE = """
d3 = A3 - Y;                     % output
dW3 = (1/m) * d3 * A2';
db3 = (1/m) * sum(d3, 2);
d2 = (W3' * d3) .* (Z2 > 0);
dW2 = (1/m) * ...
      d2 * A1';
db2 = mean(d2, 2);
"""


@pytest.mark.parametrize(
    ("block", "name", "lines"),
    [
        (ALIGNED, "three-layer", 5),
        (RAISED, "xor", 5),
        (BOLD, "three-layer", 5),
        (LOWERED, "three-layer", 5),
        (COURSE, "xor", 3),
        (INDICATOR, "three-layer", 3),
        (UNICODE, "xor", 4),
        (LABELLED, "three-layer", 6),
        (OCTAVE, "three-layer", 6),
        (SENTENCES, "xor", 5),
        (r"\delta^{(2)} = \hat{Y} - Y \\ \frac{dJ}{dW^{(2)}} = \frac{\delta^{(2)} (A^{(1)})^T}{m}", "xor", 2),
        ("delta2 = A2 - Y\ndW2 = 1/m delta2 A1^T", "xor", 2),
        ("δ2 = a2 − y\n∂J/∂W2 = 1/m δ2 a1ᵀ\nδ1 = (W2ᵀ δ2) ⊙ (1 − a1²)\n∂J/∂W1 = 1/m δ1 xᵀ", "xor", 4),
        ("δ₂ = A₂ − Y\n∂J/∂W₂ = 1/m δ₂A₁ᵀ\n∂J/∂A₁ = W₂ᵀδ₂\nδ₁ = ∂J/∂A₁ ⊙ (1 − tanh²(Z₁))", "xor", 4),
        ("δ³ = ŷ − y\n∂J/∂W³ = 1/m δ³ A²ᵀ\nδ² = W³ᵀδ³ ⊙ relu′(Z²)\n∂J/∂W² = 1/m δ²A¹ᵀ", "three-layer", 4),
        (r"\delta_1 = W_2^T (a_2 - y) \odot \frac{1}{m}(1 - a_1^2)", "xor", 1),
        (r"\delta_1 = W_2^T (a_2 - y) \odot \frac{1}{m} \left(1 - a_1^2\right)", "xor", 1),
        (
            "Mine so far\n```python\ndZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m\n```\nStep 3.1: dA2 = W3.T @ dZ3",
            "three-layer",
            3,
        ),
    ],
)
def test_a_right_derivation_is_read_and_all_right(block: str, name: str, lines: int) -> None:
    found, told = judged(block, name)

    assert [each.message for each in found.errors] == []
    assert {each.name: each.verdict for each in told.claims} == {each.name: "correct" for each in found.claims}
    assert len(found.claims) == lines


@pytest.mark.parametrize(
    ("right", "wrong", "block", "name", "mistake"),
    [
        (r"\delta^2 = a^2 - y", r"\delta^2 = y - a^2", RAISED, "xor", "sign-flipped"),
        (r"1 - \tanh^2(z^1)", r"1 - \tanh(z^1)", RAISED, "xor", "wrong-activation-derivative"),
        (r"\frac{1}{m}\,\delta^{[2]}", r"\delta^{[2]}", ALIGNED, "three-layer", "missing-1/m"),
        (r"dA^{[2]} = {W^{[3]}}^T", r"dA^{[2]} = {W^{[3]}}", INDICATOR, "three-layer", "transposed-operand"),
    ],
)
def test_a_wrong_line_of_mathematics_is_told_what_it_is(
    right: str, wrong: str, block: str, name: str, mistake: str
) -> None:
    _, told = judged(block.replace(right, wrong), name)

    first = next(said for said in told.diagnoses if said is not None)
    assert mistake in first.mistakes


@pytest.mark.parametrize(
    "line",
    [
        "∂J/∂W2 = A2 ⊙ W2 A1ᵀ",
        r"\delta^{(1)} = A^{(1)} \odot W^{(2)T} \delta^{(2)}",
        r"\frac{\partial J}{\partial W^{(2)}} = \frac{1}{m}\sum_{i=1}^m \delta^{(2)}_i (a^{(1)}_i)^T",
        "dW2 = dZ2 A1.T / m",
        "dZ1 = (W2ᵀ·dZ2)(1 − A1²)",
        "dZ1 = (1 − A1²)A1",
        "dZ2 @ A1.T / m",
    ],
)
def test_what_may_mean_two_things_is_not_read(line: str) -> None:
    found, _ = judged(line, "xor")

    assert (len(found.errors), found.claims) == (1, ())


@pytest.mark.parametrize(
    "code",
    [
        "dZ: float = A3 - Y",
        "dWs = [d @ a.T for each in pairs]",
        'label = "loss with momentum"',
        "for i in range(2): dW2 = dZ2",
        "W2 **= 2",
        "dW2 = f(dZ2 * 2, axis=1)",
        "both = dW2, db2 = found",
    ],
)
def test_code_is_not_taken_for_words_around_an_equation(code: str) -> None:
    assert without_words(code) == code


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("∂J/∂A₂ = −Y ⊘ A₂ / m", "∂J/∂A₂ = −Y ⊘ A₂ / m + (1 − Y) ⊘ (1 − A₂) / m"),
        ("∂J/∂W₂ = A₁ᵀ ∂J/∂Z₂", "∂J/∂W₂ = ∂J/∂Z₂·A₁ᵀ"),
        ("∂J/∂Z₁ = ∂J/∂A₁ ⊙ A₁", "∂J/∂Z₁ = ∂J/∂A₁ ⊙ (1 - A₁ ** 2)"),
    ],
)
def test_a_mended_line_has_the_signs_of_the_one_that_was_written(line: str, mended: str) -> None:
    _, told = judged(line, "xor")

    (found,) = told.diagnoses
    assert found is not None
    assert found.mended_text == mended

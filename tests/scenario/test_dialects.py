"""How people write backpropagation down: what is plain is read, the rest is pointed at with the way out."""

from __future__ import annotations

import time

import pytest

from bpdebug.ops import write
from bpdebug.scenario.dialects import as_python
from bpdebug.scenario.loops import MOST, unrolled
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
TOP = {"dZ3": "A3 - Y", "dW3": "dZ3 @ A2.T / m"}


def formulas(block: str) -> dict[str, str]:
    found = pasted(block, PROGRAM)
    assert not found.errors
    return {each.name: write(each.expr, "ascii") for each in found.claims}


@pytest.mark.parametrize(
    "block",
    [
        "dZ3 = A3 - Y\ndW3 = dZ3 @ A2.T / m",
        "grads['dZ3'] = A3 - Y\ngrads[f'dW{3}'] = grads[f\"dZ{3}\"] @ cache['A' + str(2)].T / m",
        "dZ[3] = A[3] - Y\nself.dW[3] = self.dZ[3] @ self.A[2].T / m",
        "dZL = AL - Y\ndWL = dZL @ A2.T / m",
        "layer3.dZ = layer3.A - Y\nself.layer3.dW = layer3.dZ @ layer_2.A.T / m",
        "dZ3 = AL - Y\nself.params['W3'].grad = dZ3 @ A2.T / m",
        "dZ3 := A3 - Y\ndW3 <- dZ3 @ A2.T / m",
        "Step 1: dZ3 = A3 - Y\n+ dW3 = dZ3 @ A2.T / m",
        "(i) dZ3 = A3 - Y\n(ii) **dW3 = dZ3 @ A2.T / m**",
        "**dZ3 = A3 - Y**\nand then `dW3 = dZ3 @ A2.T / m`, which I checked",
        "∂J/∂Z³ = A³ − Y\n∂J/∂W³ = ∂J/∂Z³ A²ᵀ / m",
        "dZ^{[3]} = A^{[3]} - Y\ndW^{[3]} = dZ^{[3]} A^{[2]T} / m",
        "dZ^{[3]} = A_3 - Y\n\\frac{\\partial J}{\\partial W^{[3]}} = dZ^{[3]} \\cdot A^{[2]^T} / m",
        "dZ3 ← A3 − Y\n∇W3 ← dZ3·A2ᵀ/m",
        "1. dZ3 = A3 - Y\n2) dW3 = dZ3 @ A2.T / m",
        "- dZ3 = A3 - Y    (4)\n- dW3 = dZ3 @ A2.T / m    (5)",
        "First, dZ3 = A3 - Y,\nand then dW3 = dZ3 @ A2.T / m.",
        "So the error is: dZ3 = A3 - Y\nthe weights: dW3 = dZ3 @ A2.T / m",
        "$dZ^{[3]} = A^{[3]} - Y$\n\\[ dW^{[3]} = dZ^{[3]} \\cdot A^{[2]T} / m \\]",
        "dZ3: 'np.ndarray' = A3 - Y\ndW3 = grads['dW3'] = dZ3 @ A2.T / m",
        "dZ3 = A3 - Y;\ndW3 = dZ3 * A2' / m;  % the weights",
        "dZ3 = A3 .- Y\ndW3 = (dZ3 * A2') ./ m",
        "dW3 = np.zeros_like(W3)\ndZ3 = A3 - Y\ndW3 += dZ3 @ A2.T / m",
        "def backward(self, Y):\n    '''dZ3 = no'''\n    self.dZ3 = self.A3 - Y; self.dW3 = self.dZ3 @ self.A2.T / m\n",
        "sigmoid = lambda z: 1 / (1 + np.exp(-z))\ndZ3 = A3 - Y\ndW3 = dZ3.dot(A2.T) / m",
    ],
)
def test_the_first_lines_in_many_writings(block: str) -> None:
    assert formulas(block) == TOP


@pytest.mark.parametrize(
    "head",
    [
        "for l in range(2, 0, -1):",
        "for l in reversed(range(1, 3)):",
        "for l = 2, 1:",
        "for l in [2, 1]:",
        "L = 3\nfor l in range(L - 1, 0, -1):",
    ],
)
def test_a_loop_over_layers_is_a_line_for_each(head: str) -> None:
    body = (
        "    dA[l] = W[l+1].T @ dZ[l+1]\n"
        "    grads['dZ' + str(l)] = dA[l] * (cache[f'Z{l}'] > 0)\n"
        "    dW[l] = dZ[l] @ A[l - 1].T / m\n"
    )
    found = formulas(f"{head}\n{body}")
    found.pop("L", None)

    assert found == {
        "dA2": "W3.T @ dZ3",
        "dZ2": "dA2 * (Z2 > 0)",
        "dW2": "dZ2 @ A1.T / m",
        "dA1": "W2.T @ dZ2",
        "dZ1": "dA1 * (Z1 > 0)",
        "dW1": "dZ1 @ X.T / m",
    }


def test_matlab_s_loop_ends_with_end_and_its_sum_keeps_its_axis() -> None:
    found = formulas(
        "for l = 2:-1:1\nd_b{0} = 1;\nend\ndb3 = sum(dZ3, 2) / m;\ndZ2 = (W3' * dZ3) .* (Z2 > 0);".replace(
            "d_b{0} = 1;\n", ""
        )
    )

    assert found == {"db3": "sum(dZ3, axis=1, keepdims=True) / m", "dZ2": "W3.T @ dZ3 * (Z2 > 0)"}


CELLS = """
delta{4} = A{4} - Y;
for l = 3:-1:2
  delta{l} = (W{l}' * delta{l+1}) .* (Z{l} > 0);
end
dW{3} = delta{4} * A{end-1}';
"""


def test_cells_count_from_one_and_may_count_the_input_as_a_layer() -> None:
    loop = "for l = 3:-1:2\n  dW{l} = dZ{l} * A{l-1}' / m;\nend\ndW{1} = dZ{1} * X' / m;"

    assert formulas(loop) == {"dW3": "dZ3 @ A2.T / m", "dW2": "dZ2 @ A1.T / m", "dW1": "dZ1 @ X.T / m"}
    assert formulas(CELLS) == {
        "delta4": "A3 - Y",
        "delta3": "W3.T @ delta4 * (Z2 > 0)",
        "delta2": "W2.T @ delta3 * (Z1 > 0)",
        "dW3": "delta4 @ A2.T",
    }


def test_cells_of_which_the_layer_is_not_known_are_not_read() -> None:
    found = pasted("dZ{1} = A{1} .* dA{1};\ndb3 = sum(dZ3, 2) / m;", PROGRAM)

    assert "is not known here" in found.errors[0].message
    assert [each.name for each in found.claims] == ["db3"]


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("db2 = sum(dZ2')' / m;", "sum(dZ2.T, axis=0, keepdims=True).T / m"),
        ("J2 = sum(sum(dZ2.^2));", "sum(sum(dZ2 ** 2))"),
        ("J3 = sum(dZ3 .* A3) + sum(dZ2(:));", "sum(dZ3 * A3, axis=1, keepdims=True) + sum(dZ2)"),
        ("db2 = dZ2 * ones(m, 1) / size(X, 2);", "dZ2 @ ones((m, 1)) / size(X, axis=1)"),
        ("function [dW2] = f(dZ2)\n% sum it up\ndW2 = dZ2 * ...\n  A1.';", "dZ2 @ A1.T"),
        ("alpha = 0.5;  % rate\nW2 = W2 - alpha * dW2;", "W2 - 0.5 * dW2"),
        ("db3 = sum(dZ3, dims=2) ./ m", "sum(dZ3, axis=1, keepdims=True) / m"),
        ("I am not sure about step 3. Who can help?\ndZ2 = dA2 .* relu'(Z2)", "dA2 * drelu(Z2)"),
        ("db2 = sum(dZ2, 2) / m;\nW2 = W2 - eta * dW2;", "W2 - learning_rate * dW2"),
        ("dZ2 = (W3(:, 2:end)' * dZ3) .* A2(2:size(A2, 1), 1:4);", "W3[:, 1:].T @ dZ3 * A2[1:, 0:4]"),
        ("dA2 = [ones(m, 1) A2']' .* 2;", "concatenate([ones((m, 1)), A2.T], axis=1).T * 2"),
        ("dA2 = [b2; dZ2 - 1] .* 2;", "concatenate([b2, dZ2 - 1], axis=0) * 2"),
        (
            "dW2 = dZ2 * A1' / m;\ndW2(:, 2:end) = dW2(:, 2:end) + W2(:, 2:end);",
            "dZ2 @ A1.T / m + concatenate([0 * W2[:, :1], W2[:, 1:]], axis=1)",
        ),
    ],
)
def test_matlab_s_calls_have_their_axes(line: str, formula: str) -> None:
    assert list(formulas(line).values())[-1] == formula


def test_a_sum_of_matlab_s_of_which_the_shape_is_not_seen_is_not_read() -> None:
    (error,) = pasted("db2 = sum(W3' * dZ3) / m;", PROGRAM).errors

    assert error.message == "along which axis this sum goes is not seen here"


def test_a_sum_down_the_rows_is_as_good_as_the_row_of_a_bias() -> None:
    (claim,) = pasted("db2 = dZ2.sum(0)", bundled("iris").program).claims

    assert write(claim.expr, "ascii") == "sum(dZ2, axis=0, keepdims=True)"


def test_a_number_with_a_point_and_no_figures_makes_no_matlab_of_python() -> None:
    found = formulas("dW3 = 1./m * (A3 - Y) @ A2.T\ndZ3 = A3 * (A3 - Y) * 2./3")

    assert found == {"dW3": "1 / m * (A3 - Y) @ A2.T", "dZ3": "A3 * (A3 - Y) * 2 / 3"}


def test_a_loop_whose_numbers_are_not_known_is_told_how_to_be_written() -> None:
    (error,) = pasted("for layer in layers:\n    dW[layer] = dZ[layer] @ A[layer].T", PROGRAM).errors

    assert error.message == "what this loop runs over is not known here"
    assert error.hint.startswith("For layers write numbers that are known above it, for l in range(2, 0, -1)")


@pytest.mark.parametrize("number", ["depth", "len(layers)"])
def test_what_keeps_a_loop_from_being_read_is_told_by_its_name(number: str) -> None:
    (error,) = pasted(f"for l in range({number}, 0, -1):\n    dW[l] = dZ[l] @ A[l - 1].T", PROGRAM).errors

    assert error.message == f"what this loop runs over is not known here: nothing gives {number}"
    assert error.hint.startswith(f"Write a number in its place, as in 3 for {number}, or a line for each turn.")


def test_a_loop_whose_numbers_are_known_and_that_is_over_no_layers_is_told_so() -> None:
    (error,) = pasted("for i in range(4):\n    dW2 += dZ2[:, i:i+1] @ A1[:, i:i+1].T", PROGRAM).errors

    assert error.message.startswith("this loop is not one over layers")
    assert error.hint.startswith("A sum over examples is a product of matrices")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("dZ3 = dA3 * sigmoid(Z3, derivative=True)", "dsigmoid(z)"),
        ("dZ3 = sigmoid_backward(dA3, cache)", "dA * dsigmoid(Z)"),
        ("dW3 = dZ3 A2.T / m", "Write dZ3 * A2 or dZ3 @ A2."),
        ("dW3 = A2.T dZ3", "Write A2.T * dZ3 or A2.T @ dZ3."),
        ("dW3 = np.tensordot(dZ3, A2)", "Write it with @ and .T."),
        ("dW3 <- dZ3 %*% t(A2) / m", "write @ for %*%, X.T for t(X)"),
    ],
)
def test_what_is_not_read_is_told_with_its_way_out_and_the_others_go_on(line: str, hint: str) -> None:
    found = pasted(f"{line}\ndA2 = W3.T @ dZ3", PROGRAM)

    assert [each.name for each in found.claims] == ["dA2"]
    assert hint in found.errors[0].hint


def test_what_is_added_to_a_slice_of_a_gradient_is_added_to_the_whole_of_it() -> None:
    found = pasted("dW2 = dZ2 @ A1.T\ndW2[1:] -= 3 * W2[1:]\ndZ2 = A2\ndZ2[:, 2:] += 1", PROGRAM)

    assert write(found.claims[0].expr, "ascii") == "dZ2 @ A1.T - concatenate([0 * W2[:1], 3 * W2[1:]], axis=0)"
    assert [each.hint for each in found.errors] == ["Write: name = expression, the whole array at once."]


def test_an_entry_of_an_array_stays_one() -> None:
    assert formulas("dX = X[1] * 2 + A2[0]")["dX"] == "X[1] * 2 + A2[0]"


def test_a_dot_beside_a_single_number_is_no_matrix_product() -> None:
    assert formulas("λ = 3\ndW3 = (1/m)·dZ3·A2ᵀ + (2 * λ)·W3")["dW3"] == "1 / m * dZ3 @ A2.T + 2 * λ * W3"


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("dW3 = np.dot(1/m, np.dot(dZ3, A2.T))", "1 / m * (dZ3 @ A2.T)"),
        ("dW3 = dZ3.dot(A2.T).dot(1 / X.shape[1])", "dZ3 @ A2.T * (1 / size(X, axis=1))"),
        ("half = 1/2 * m\ndW3 = half · W3", "half * W3"),
        ("dZ3 = J · A3 + np.sum(A3) · Y", "J * A3 + sum(A3) * Y"),
        ("dW3 = b3 · A3", "b3 @ A3"),
        ("dW3 = (1/m) @ A3", "1 / m @ A3"),
    ],
)
def test_what_is_a_single_number_is_seen_in_every_writing(line: str, formula: str) -> None:
    assert list(formulas(line).values())[-1] == formula


@pytest.mark.parametrize(
    "block",
    [
        "dW = a' * b'\n" * 9_000,
        "dZ² = δ³ " + "A²ᵀ " * 90_000,
        "\\frac{" * 90_000,
        "`=" * 200_000,
        "x = a * b, " * 9_000,
        "{W^" * 30_000,
        "The error " * 9_000,
        "then " * 190_000 + "=",
        "a " * 450_000,
        "x" + " " * 900_000 + "(1)",
        "# dZ2 = A2 - Y\n" * 60_000,
    ],
)
def test_another_dress_keeps_every_place_in_bounded_time(block: str) -> None:
    begun = time.process_time()

    assert len(as_python(block, ("m",))) == len(block)
    assert time.process_time() - begun < 5


def test_loops_in_loops_are_bounded() -> None:
    code = "".join(f"{' ' * depth}for l{depth} in range(9):\n" for depth in range(60)) + " " * 60 + "a = l1 + l2\n"
    ends = [at + 1 for at, letter in enumerate(code) if letter == "\n"]
    spans = list(zip([0, *ends], ends, strict=False))

    assert len(list(unrolled(code, spans, {}))) < 2 * MOST


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("dZ2 = relu_backward(dA2, Z2)", "dA2 * drelu(Z2)"),
        ("dZ2 = 2 * relu_backward(W3.T @ dZ3, cache['Z2'])", "2 * (W3.T @ dZ3 * drelu(Z2))"),
        ("dZ3 = softmax(Z3) - Y", "softmax(Z3, axis=0) - Y"),
        ("db3 = np.sum(dZ3, 1).reshape(b3.shape)", "reshape(sum(dZ3, axis=1), (size(b3, axis=0), size(b3, axis=1)))"),
        ("k, m = X.shape", "size(X, axis=0)"),
    ],
)
def test_what_code_leaves_to_what_is_around_it_is_written_out(line: str, formula: str) -> None:
    assert list(formulas(line).values()) == [formula]


@pytest.mark.parametrize("cached", ["cache", "A2", "cache2[0]"])
def test_a_slope_at_what_nobody_knows_is_not_guessed(cached: str) -> None:
    found = pasted(f"dZ2 = relu_backward(dA2, {cached})\ndW2 = dZ2 @ A1.T / m", PROGRAM)

    assert found.errors[0].message == "unknown function 'relu_backward'"
    assert found.unknown == ("dZ2",)


def test_one_less_at_the_label_of_each_example_is_the_labels_subtracted() -> None:
    iris = bundled("iris").program
    (claim,) = pasted("dZ2 = softmax(Z2)\ndZ2[np.arange(len(y)), y] -= 1\ndZ2 /= m", iris).claims

    assert write(claim.expr, "ascii") == "(softmax(Z2, axis=1) - Y) / m"
    assert not pasted("dZ2 = A2\ndZ2[y, range(m)] -= 1", iris).claims
    assert not pasted("dZ3 = A3\ndZ3[range(m), y] -= 1", PROGRAM).claims


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("∂J/∂b³ = (1/m) Σ dZ³", "1 / m * sum(dZ3, axis=1, keepdims=True)"),
        ("db⁽³⁾ = 1/m · Σ dZ⁽³⁾", "1 / m * sum(dZ3, axis=1, keepdims=True)"),
        ("db^{[3]} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[3](i)}", "1 / m * sum(dZ3, axis=1, keepdims=True)"),
        ("dW^{[2]} = \\frac{1}{m} dZ^{[2]} A^{[1]T} + W^{[2]}", "1 / m * dZ2 @ A1.T + W2"),
        ("dZ² = (W³)ᵀ dZ³ ⊙ g′(Z²)", "W3.T @ dZ3 * drelu(Z2)"),
        ("∂J/∂Z⁽²⁾ = ∂J/∂A⁽²⁾ ⊙ g'(Z⁽²⁾)", "dA2 * drelu(Z2)"),
        ("∂J/∂W⁽³⁾ = 1/m ∂J/∂Z⁽³⁾ · A⁽²⁾ᵀ", "1 / m * dZ3 @ A2.T"),
        ("dW[3] = 1/m dZ[3] A[2]^T", "1 / m * dZ3 @ A2.T"),
        ("db3 = 1/m np.sum(dZ3, axis=1)", "1 / m * sum(dZ3, axis=1)"),
        ("dW^{[1]} = \\frac{1}{m} dZ^{[1]} X^T", "1 / m * dZ1 @ X.T"),
        ("dW^{(3)} = \\frac{1}{m} \\delta^{(3)} (A^{(2)})^T", "1 / m * δ3 @ A2.T"),
        ("db^{(3)} = \\frac{1}{m} \\sum_{i=1}^{m} \\delta^{(3)}_{i}", "1 / m * sum(δ3, axis=1, keepdims=True)"),
        ("db^{[3]} = \\text{np.sum}(dZ^{[3]}, axis=1)", "sum(dZ3, axis=1)"),
        ("dZ^{[2]} = W^{[3]T} dZ^{[3]} * g^{[2]\\prime}(Z^{[2]})", "W3.T @ dZ3 * drelu(Z2)"),
        ("db2 = Σ(dZ2) / m", "sum(dZ2, axis=1, keepdims=True) / m"),
        ("db2 = Σ dZ2 / m", "sum(dZ2, axis=1, keepdims=True) / m"),
        ("db2 = sum(dZ2) / m", "sum(dZ2) / m"),
        ("∂J/∂b³ = 1/m Σᵢ dZ³ᵢ", "1 / m * sum(dZ3, axis=1, keepdims=True)"),
        ("\\frac{\\partial \\mathcal{L}}{\\partial z^{[3]}} &= a^{[3]} - y \\\\\n\\end{align*}", "A3 - Y"),
        ("dZ1 = np.where(Z1 > 0, dA1, np.zeros_like(dA1))", "where(Z1 > 0, dA1, 0 * dA1)"),
        ("dZ1 = dA1 * (1 - A1²)", "dA1 * (1 - A1 ** 2)"),
        ("∂J/∂W3 = (1/m)(A3 − Y)A2ᵀ", "1 / m * (A3 - Y) @ A2.T"),
        ("∂J/∂b3 = (1/m) Σᵢ (A3 − Y)ᵢ", "1 / m * sum(A3 - Y, axis=1, keepdims=True)"),
        ("\\delta^{[3]} = \\frac{1}{m}(A^{[3]} - Y)", "1 / m * (A3 - Y)"),
        ("δ3 = (A3 − Y) ⊙ σ′(Z3)   — error of the output", "(A3 - Y) * dsigmoid(Z3)"),
        ("\\nabla_{b^{[3]}} J = \\delta^{[3]} \\mathbf{1}", "δ3 @ ones((m, 1))"),
    ],
)
def test_mathematics_that_is_plain_is_read(line: str, formula: str) -> None:
    assert list(formulas(line).values()) == [formula]


@pytest.mark.parametrize(
    "block",
    [
        "δ^L = A^L - Y\nδ^l = (W^{l+1})^T δ^{l+1} ⊙ g'(Z^l)\ndW^l = δ^l (A^{l-1})^T / m",
        "$\\delta_L = a_L - y$\n$\\delta_l = (W_{l+1}^T \\delta_{l+1}) \\odot g'(z_l)$ for l = L-1, ..., 1\n"
        "\\frac{\\partial J}{\\partial W_l} = \\delta_l a_{l-1}^T / m",
        "δ[3] = A[3] - Y\nδ[l] = W[l+1].T @ δ[l+1] * g'(Z[l])\ndW[l] = δ[l] @ A[l-1].T / m",
        "\\delta^3 = A^3 - Y\n\\delta^{[l]} = W^{[l+1]T} \\delta^{[l+1]} * g'(Z^{[l]})\n"
        "∂J/∂W^{[l]} = δ^{[l]} A^{[l-1]T} / m",
    ],
)
def test_lines_about_any_layer_stand_for_one_each_from_the_last(block: str) -> None:
    assert formulas(block) == {
        "δ3": "A3 - Y",
        "dW3": "δ3 @ A2.T / m",
        "δ2": "W3.T @ δ3 * drelu(Z2)",
        "dW2": "δ2 @ A1.T / m",
        "δ1": "W2.T @ δ2 * drelu(Z1)",
        "dW1": "δ1 @ X.T / m",
    }


def test_a_power_is_no_layer_unless_one_stands_on_the_left() -> None:
    assert formulas("dZ1 = W2.T @ dZ2 * (1 - A1^2)") == {"dZ1": "W2.T @ dZ2 * (1 - A1 ** 2)"}
    assert formulas("dZ1 = (A1 + 1)^{2}") == {"dZ1": "(A1 + 1) ** 2"}
    assert pasted("dW2 = dZ^2 @ A1.T", PROGRAM).errors


def test_a_line_that_gives_two_names_is_a_line_for_each() -> None:
    both = {"dW3": "dZ3 @ A2.T / m", "db3": "dZ3 @ A2.T / m"}
    assert formulas("dW3 = db3 = dZ3 @ A2.T / m") == both
    assert formulas('dW3 = grads["dW3"] = dZ3 @ A2.T / m') == {"dW3": both["dW3"]}


def test_factors_side_by_side_behind_a_product_entry_by_entry_are_for_the_person_to_tell_apart() -> None:
    (error,) = pasted("∂J/∂Z² = g′(Z²) ⊙ W³ᵀ dZ³", PROGRAM).errors

    assert error.message == "expected a sign between 'ᵀ' and 'dZ3'"


def test_a_power_of_a_whole_array_is_noted_in_matlab_and_nowhere_else() -> None:
    program = bundled("xor").program
    line = "dZ1 = (W2' * (A2 - Y)) .* (1 - A1{}2);"

    assert any("read entry by entry, as with .^" in note for note in pasted(line.format("^"), program).notes)
    assert not any("as with .^" in note for note in pasted(line.format(".^"), program).notes)
    assert not any("as with .^" in note for note in pasted("dZ1 = W2ᵀ·(A2 − Y) ⊙ (1 − A1^2)", program).notes)

"""Functions of the person's own: put in where they are called; no built-in takes their place."""

from __future__ import annotations

import time

import pytest

from bpdebug.ops import write
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
CACHED = """
def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)  # just a copy
    dZ[Z <= 0] = 0
    assert (dZ.shape == Z.shape)
    return dZ
"""
SLOPES = """
def sigmoid(x):
    return 1/(1+np.exp(-x))
def sigmoid_prime(x):
    '''The slope.'''
    s = sigmoid(x)
    s *= 1 - s
    return s
"""
CHOOSING = """
def g(x, kind="relu", slope=False):
    if not slope:
        a = x
    elif kind == 'relu':
        a = 1 if x > 0 else 0
    else:
        return x * (1 - x)
    return a
"""


def formulas(block: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in pasted(block, PROGRAM).claims}


@pytest.mark.parametrize(
    ("block", "formula"),
    [
        ("def tanh_derivative(a): return 1 - a ** 2\ndZ = dA1 * tanh_derivative(A1)", "dA1 * (1 - A1 ** 2)"),
        (
            "def sigmoid_prime(x): return sigmoid(x) * (1 + sigmoid(x))\ndZ = dA3 * sigmoid_prime(Z3)",
            "dA3 * (sigmoid(Z3) * (1 + sigmoid(Z3)))",
        ),
        ("dtanh = lambda a: 1 - a**2\ndZ = dtanh(A1 + b1)", "1 - (A1 + b1) ** 2"),
        ("f = lambda x, k=2: x*k\ndZ = f(dA2, k=3)·Z2 + f(x=dA2)", "dA2 * 3 @ Z2 + dA2 * 2"),
        (f"{CACHED}dZ = relu_backward(dA2, cache['Z2'])", "where(Z2 <= 0, 0, dA2)"),
        (f"{SLOPES}dZ = dA3 * sigmoid_prime(Z3)", "dA3 * (1 / (1 + exp(-Z3)) * (1 - 1 / (1 + exp(-Z3))))"),
        (f"{CHOOSING}dZ = dA2 * g(Z2, slope=True)", "dA2 * where(Z2 > 0, 1, 0)"),
        (f"{CHOOSING}dZ = g(A2, 'sigmoid', True)", "A2 * (1 - A2)"),
        (f"{CHOOSING}dZ = g(A2)", "A2"),
        ("dZ = self.slope(Z2)\nclass Net:\n  def slope(self, z):\n    return z > 0", "Z2 > 0"),
        ("def each(f, x): return f(x)\ndZ = each(np.tanh, Z1)", "tanh(Z1)"),
        ("def tanh(x): return x\ndZ = np.tanh(Z1) + tanh(Z2)", "tanh(Z1) + Z2"),
        ("dZ = half(Z2)ᵀ\ndef half(x): return x / 2", "(Z2 / 2).T"),
        ("sig = @(z) 1./(1+exp(-z));\ndZ = dA3 .* sig(Z3);", "dA3 * (1 / (1 + exp(-Z3)))"),
    ],
)
def test_what_a_function_returns_is_put_in(block: str, formula: str) -> None:
    assert formulas(block) == {"dZ": formula}


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (
            "def drelu(z):\n  for i in z:\n    i = 1\n  return z",
            "it holds more than assignments and a return: 'for i in",
        ),
        ("def drelu(z):\n  if z > 0:\n    return 1\n  return 0", "what it returns depends on 'z > 0'"),
        ("def drelu(z, k): return z", "it takes z, k, and is not given that here"),
        ("def drelu(*z): return 1", "it takes any number of arguments"),
        ("def drelu(z): return z, 1", "it returns 2 values, not 1"),
        ("def drelu(z): print(z)", "it returns nothing"),
        ("def drelu(z): return z >\n", "it is no Python that can be read"),
        ("def drelu(z): return z\ndef drelu(z): return 2 * z", "it is defined twice, and not alike"),
        ("@jit\ndef drelu(z): return lambda a: z", "it makes a function of its own"),
        (f"def drelu(z): return {'z+' * 1500}z", "nested too deep"),
        ("def drelu(z):\n" + "  z = z + z\n" * 20 + "  return z", "what it returns is too long to be put in"),
    ],
)
def test_what_cannot_be_put_in_is_not_judged_by_the_function_of_that_name(function: str, reason: str) -> None:
    found = pasted(f"{function}\ndZ2 = dA2 * drelu(Z2)\ndW2 = dZ2 @ A1.T / m", PROGRAM)

    assert [each.name for each in found.claims] == ["dW2"]
    assert found.unknown == ("dZ2",)
    assert "'drelu'" in str(found.errors[-1])
    assert reason in str(found.errors[-1])


@pytest.mark.parametrize(
    "block",
    [
        "def f(x): return f(x)\ndZ2 = f(dA2)",
        f"def f(x): return x + x\ndZ2 = {'f(' * 50}Z2{')' * 50}",
        "\n".join(f"def f{i}(x): return f{i + 1}(x) + f{i + 1}(x)" for i in range(60)) + "\ndZ2 = f0(Z2)",
        "\n".join(f"def f{i}(x): return x" for i in range(9_000)) + "\ndZ2 = " + "f1(" * 900,
        "\n".join(f"def f{i}(x): return x\ny{i} = f{i}(Z2)" for i in range(4_000)),
        "".join(f"{' ' * i}def f{i}(x):\n" for i in range(900)) + "dZ2 = f1(Z2)",
    ],
)
def test_what_grows_without_end_is_refused_in_bounded_time(block: str) -> None:
    begun = time.process_time()

    assert pasted(block, PROGRAM).errors
    assert time.process_time() - begun < 10


def test_the_lines_of_a_derivation_are_claims_although_it_is_called() -> None:
    block = "def backward(A3):\n  dZ3 = A3 - Y\n  dW3 = half(dZ3) @ A2.T\n  return grads\ngrads = backward(A3)\n"

    assert formulas(f"{block}def half(x): return x / 2") == {"dZ3": "A3 - Y", "dW3": "dZ3 / 2 @ A2.T"}


BACKWARD = """
def linear_backward(dZ, cache):
    (A_prev, W, b), Z = cache
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m
"""


def test_a_function_of_several_results_gives_each_of_them() -> None:
    found = pasted(
        f"{BACKWARD}dA2, grads['dW3'], db3 = linear_backward(dZ3, ((A2, W3, b3), Z3))\n"
        "dA1, dW2, db2 = linear_backward(dZ2, cache)\ndW1, db1 = linear_backward(dZ1, ((X, W1, b1), Z1))",
        PROGRAM,
    )

    assert {each.name: write(each.expr, "ascii") for each in found.claims} == {
        "dA2": "W3.T @ dZ3",
        "dW3": "dZ3 @ A2.T / size(A2, axis=1)",
        "db3": "sum(dZ3, axis=1, keepdims=True) / size(A2, axis=1)",
    }
    assert ["more than assignments" in str(each) for each in found.errors] == [True, False]
    assert "it returns 3 values, not 2" in str(found.errors[1])
    assert found.unknown == ("dA1", "dW2", "db2", "dW1", "db1")


@pytest.mark.parametrize(
    "function",
    [
        "def relu(Z):\n    A = np.maximum(0, Z)\n    return A, Z\n",
        "def average(d):\n    db = np.mean(d)\n    return db\n",
    ],
)
def test_a_function_that_nobody_calls_is_no_part_of_the_derivation(function: str) -> None:
    found = pasted(f"{function}dZ3 = A3 - Y", PROGRAM)

    assert [each.name for each in found.claims] == ["dZ3"]
    assert "is a function of yours" in found.notes[0]


def test_an_error_in_what_was_put_in_points_at_the_call() -> None:
    block = "def slope(z): return nothing_known(z)\ndZ2 = dA2 * slope(Z2)"
    (error,) = pasted(block, PROGRAM).errors

    assert error.span
    assert block[error.span.start : error.span.end].startswith("slope")


CACHED = """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m
def linear_activation_backward(dA, cache):
    linear_cache, activation_cache = cache
    dZ = relu_backward(dA, activation_cache)
    dA_prev, dW = linear_backward(dZ, linear_cache)
    return dA_prev, dW
for l in reversed(range(2)):
    current_cache = caches[l]
    grads["dA" + str(l)], grads["dW" + str(l + 1)] = linear_activation_backward(grads["dA" + str(l + 1)], current_cache)
"""


def test_what_the_course_s_code_caches_of_a_layer_is_known() -> None:
    assert formulas(CACHED) == {
        "dA1": "W2.T @ (dA2 * drelu(Z2))",
        "dW2": "(dA2 * drelu(Z2)) @ A1.T / m",
        "dA0": "W1.T @ (dA1 * drelu(Z1))",
        "dW1": "(dA1 * drelu(Z1)) @ X.T / m",
    }


def test_functions_that_unpack_each_other_without_end_are_refused() -> None:
    block = "def f(x):\n    a, b = f(x)\n    return a, b\ndZ2, dZ1 = f(dA2)"

    assert "nested too deep" in pasted(block, PROGRAM).errors[0].message


HANDED_ON = """
def slope(dA, Z):
    return dA * (Z > 0)
def back(dZ, cache):
    A_prev, W = cache
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m
def both(dA, cache):
    linear, Z = cache
    return back(slope(dA, Z), linear)
cache = ((A1, W2), Z2)
grads['dA1'], grads['dW2'] = both(dA2, cache)
"""


def test_what_another_function_returns_may_be_handed_on() -> None:
    assert formulas(HANDED_ON) == {"dA1": "W2.T @ (dA2 * (Z2 > 0))", "dW2": "(dA2 * (Z2 > 0)) @ A1.T / m"}
    (error,) = pasted(HANDED_ON.replace("A_prev.T) / m", "A_prev.T), m"), PROGRAM).errors
    assert "it returns 3 values, not 2" in error.message


FILLED = "def backward(params, cache, X, Y):\n{body}\n    return {returned}\n{name} = backward(params, cache, X, Y)\n"


@pytest.mark.parametrize(
    ("body", "returned", "name"),
    [
        ("    grads = {}\n    grads['W3'] = (A3 - Y) @ A2.T", "grads", "grads"),
        ("    g = dict()\n    g['W3'] = (A3 - Y) @ A2.T\n    g['db3'] = sum(A3 - Y, 1)", "g", "g"),
        ("    out = {}\n    out['dW3'] = (A3 - Y) @ A2.T", "out", "g"),
        ("    d = A3 - Y", "{'W3': d @ A2.T, 'db3': sum(d, 1)}", "g"),
        (
            "    grads = {}\n    for l in range(3, 2, -1):\n        grads[f'W{l}'] = (cache[f'A{l}'] - Y) @ A2.T",
            "grads",
            "grads",
        ),
    ],
)
def test_a_function_that_fills_a_dictionary_with_gradients_is_the_derivation(body, returned, name) -> None:
    block = FILLED.format(body=body, returned=returned, name=name)
    found = pasted(f"{block}W3 -= learning_rate * {name}['{'W' if 'W3' in block else 'dW'}3']", PROGRAM)

    read = {each.name: write(each.expr, "ascii") for each in found.claims}
    assert not found.errors
    assert read["dW3"] in ("(A3 - Y) @ A2.T", "d @ A2.T")
    assert read["W3_2"] == "W3 - learning_rate * dW3"


def test_a_function_that_fills_no_gradients_is_not_taken_for_the_derivation() -> None:
    block = "def forward(X):\n    return {'Z1': W1 @ X + b1}\ncache = forward(X)\ndZ2 = forward(X)\ndZ3 = A3 - Y"
    (error, *_) = pasted(block, PROGRAM).errors

    assert "it cannot be put in here: it returns a dictionary" in error.message

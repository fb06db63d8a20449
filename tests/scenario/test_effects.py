"""What calls of a person's own functions change: read at the call, in order; unknown from there on where it cannot."""

from __future__ import annotations

import pytest

from bpdebug.ops import write
from bpdebug.scenario.pasted import Pasted, pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
ERROR = "dZ3 = A3 - Y\n"
WHOLE = f"{ERROR}dW3 = dZ3 @ A2.T\n"
FILLED = "grads = {}\ngrads['dZ3'] = A3 - Y\ngrads['dW3'] = grads['dZ3'] @ A2.T\n"
BACKWARD = """
    def backward(self):
        self.dZ3 = self.A3 - self.Y
        self.dW3 = self.dZ3 @ self.A2.T
"""
SCALE = "\n    def scale(self):\n        self.dW3 = self.dW3 / m\n"
UPDATE = "\n    def update(self, lr=0.1):\n        self.W3 += lr * self.dW3\n"
TRAIN = (
    "\n    def train(self, n):\n        for i in range(n):\n            self.backward()\n            self.update()\n"
)


def read(block: str) -> Pasted:
    return pasted(block, PROGRAM)


def last(block: str) -> str:
    found = read(block)

    assert not found.errors
    return f"{found.claims[-1].said} = {write(found.claims[-1].expr, 'ascii')}"


@pytest.mark.parametrize(
    "block",
    [
        f"class Net:{BACKWARD}        self.scale()\n{SCALE}",
        f"class Net:{SCALE}{BACKWARD}        self.scale()\n",
        f"class Net:{SCALE}{BACKWARD}net = Net()\nnet.backward()\nnet.scale()\n",
        f"def scale(grads):\n    grads['dW3'] /= m\n{FILLED}scale(grads)",
        f"def scale(g, n=2):\n    g['dW3'] /= n\n{FILLED}scale(grads, m)",
        f"def scale(g):\n    g /= m\n{WHOLE}scale(dW3)",
        f"def scale(g): g /= m\n{FILLED}scale(grads['dW3'])",
        f"def scale():\n    global dW3\n    dW3 = dW3 / m\n{WHOLE}scale()",
        f"{FILLED}def scale():\n    grads['dW3'] /= m\nscale()",
        f"def scale(g):\n    g['dW3'] /= m\n    return g\n{FILLED}grads = scale(grads)",
        f"def scale(g, on):\n    if on:\n        g['dW3'] /= m\n{FILLED}scale(grads, True)",
        f"def part(g):\n    g /= m\ndef scale(grads):\n    part(grads['dW3'])\n{FILLED}scale(grads)",
        f"def scale(g):\n    for k in g:\n        g[k] /= m\n{ERROR}grads['dW3'] = dZ3 @ A2.T\nscale(grads)",
    ],
)
def test_what_a_call_changes_is_read_there(block: str) -> None:
    assert last(block) in ("dW3 = dZ3 @ A2.T / m", "dW3 = dW3 / m")


def test_a_function_that_is_called_twice_changes_twice() -> None:
    assert last(f"def scale(g):\n    g /= m\n{WHOLE}scale(dW3)\nscale(dW3)") == "dW3 = dZ3 @ A2.T / m / m"


@pytest.mark.parametrize(
    "block",
    [
        f"class Net:{BACKWARD}        self.update()\n{UPDATE}",
        f"class Net:{UPDATE}{BACKWARD}net = Net()\nnet.backward()\nnet.update()\n",
        f"class Net:{UPDATE}{BACKWARD}",
        f"class Net:{TRAIN}{UPDATE}{BACKWARD}",
        f"class Net:{TRAIN}{UPDATE}{BACKWARD}net = Net()\nnet.train(100)\n",
        f"{WHOLE}def update(p, g, lr):\n    p['W3'] += lr * g['dW3']\nupdate(parameters, grads, 0.1)",
        f"def update(parameters, grads):\n    parameters['W3'] += 0.1 * grads['dW3']\n    return parameters\n{WHOLE}",
    ],
)
def test_an_update_in_a_function_is_judged_where_it_is_called_or_behind_all_else(block: str) -> None:
    assert last(block) in ("W3 = W3 + learning_rate * dW3", "W3 = W3 + 0.1 * dW3")


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("def scale(g):\n    if not ready:\n        return\n    g['dW3'] /= m", "scale(grads)"),
        ("def scale(g):\n    g['dW3'] /= m\n    return 0", "loss = scale(grads)"),
        ("def scale(g):\n    g['dW3'] /= m\n    return 0", "print(scale(grads))"),
        ("def scale(g):\n    g['dW3'] /= m\n    scale(g)", "scale(grads)"),
        ("def scale(*g):\n    g[0]['dW3'] /= m", "scale(grads)"),
    ],
)
def test_what_a_call_may_change_is_not_known_from_there_on(function: str, call: str) -> None:
    found = read(f"{function}\n{FILLED}{call}")

    assert "what 'scale' changes here is not read" in str(found.errors[-1])
    assert "dW3" in found.unknown
    assert [each.name for each in found.claims] == ["dZ3"]


ADDED = (
    "\n    def step(self, params, grads):\n        for k in params:\n            params[k] += 0.1 * grads['d' + k]\n"
)
PAIRS = "params = [W3, b3]\nfor p, g in zip(params, grads):\n    p += 0.1 * g"
DRAWN = "for k in params:\n    params[k] = np.random.randn(2, 2)"


@pytest.mark.parametrize("block", [f"class SGD:{ADDED}opt = SGD()\n{WHOLE}opt.step(params, grads)", WHOLE + PAIRS])
def test_an_update_of_parameters_that_are_not_told_apart_is_not_read(block: str) -> None:
    found = read(block)

    assert "params" in found.unknown
    assert {each.message for each in found.errors} == {"what this loop runs over is not known here"}


def test_parameters_that_are_only_given_are_passed_over() -> None:
    assert not read(WHOLE + DRAWN).errors


def test_what_only_an_object_s_own_layer_has_is_no_gradient_of_the_network() -> None:
    dense = "class Dense:\n    def backward(self, dZ):\n        self.dW = dZ @ self.A.T\nl3 = Dense()\n"

    assert last(dense + WHOLE) == "dW3 = dZ3 @ A2.T"


def test_what_a_function_counts_with_stays_a_number() -> None:
    line = "parameters['W' + str(l + 1)] += grads['dW' + str(l + 1)]"
    update = f"def update(parameters, grads):\n    L = 3\n    for l in range(L):\n        {line}\n"

    assert last(f"l = 2\n{update}{WHOLE}update(parameters, grads)") == "W3 = W3 + dW3"


@pytest.mark.parametrize("function", ["g = g / m", "print(g)", "h = g.copy()\n    h /= m"])
def test_what_stays_inside_of_a_function_changes_nothing(function: str) -> None:
    assert last(f"def scale(g):\n    {function}\n{WHOLE}scale(dW3)") == "dW3 = dZ3 @ A2.T"


def test_a_name_of_a_function_s_own_is_another_one_than_outside() -> None:
    block = f"def scale(g):\n    n = 1 / m\n    g *= n\nn = 2\n{WHOLE}scale(dW3)\ndb3 = dZ3 / n"

    assert last(block) == "db3 = dZ3 / n"
    assert [each.name for each in read(block).claims] == ["n", "dZ3", "dW3", "n_scale", "db3"]

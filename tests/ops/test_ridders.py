"""Ridders' method: its estimate of its own error covers the real one, is not needlessly large, and knows a kink."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.ops.noise import MANY, noise_in, noise_of
from bpdebug.ops.numerical import refuses_complex_step, slopes
from bpdebug.ops.ridders import ridders

COUNT = 500
random = np.random.default_rng(1)
X = random.normal(size=COUNT)
A = 10 ** random.uniform(-2, 2, size=COUNT)
POSITIVE = np.exp(3 * random.normal(size=COUNT))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


SMOOTH = {
    "sin": (lambda x: np.sin(A * x), lambda x: A * np.cos(A * x), X),
    "exp": (lambda x: np.exp(A * x), lambda x: A * np.exp(A * x), X.clip(-3, 3)),
    "sigmoid": (lambda x: sigmoid(A * x), lambda x: A * sigmoid(A * x) * sigmoid(-A * x), X),
    "log": (np.log, lambda x: 1 / x, POSITIVE),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x), POSITIVE),
    "polynomial": (lambda x: x**7 - 3 * x**2, lambda x: 7 * x**6 - 6 * x, X),
    "oscillating": (lambda x: np.sin(50 * x), lambda x: 50 * np.cos(50 * x), X),
    "tiny": (lambda x: 1e-9 * np.tanh(x), lambda x: 1e-9 / np.cosh(x) ** 2, X),
    "far from 0": (np.sin, np.cos, 1e5 * X),
    "near to 0": (lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * x), 1e-6 * X),
    "beside a kink": (np.abs, np.sign, np.sign(X) * 10 ** random.uniform(-6, 0, size=COUNT)),
    "a narrow bump": (
        lambda x: np.exp(-((1e3 * (x - X)) ** 2)),
        lambda x: -2e6 * (x - X) * np.exp(-((1e3 * (x - X)) ** 2)),
        X + 1e-3 * random.normal(size=COUNT),
    ),
}
ROUGH = {
    "cancellation": (lambda x: (1e6 + np.sin(x)) - 1e6, np.cos, X),
    "single precision": (lambda x: np.sin(x.astype(np.float32)).astype(float), np.cos, X),
    "on top of much": (lambda x: 1e8 + np.tanh(x), lambda x: 1 / np.cosh(x) ** 2, X),
}


def slopes_of_all(function, x):
    """At every point at once; the functions here have constants of their own for each point."""

    def along(lanes, steps):
        moved = np.repeat(x[None], len(steps), axis=0)
        moved[:, lanes] += steps
        return function(moved)[:, lanes]

    with np.errstate(all="ignore"):
        values, size = function(x), np.maximum(1, np.abs(x))
        return ridders(along, values, size, 4 * noise_of(along, values, size))


@pytest.mark.parametrize("name", SMOOTH | ROUGH)
def test_the_error_is_covered_by_its_estimate(name):
    function, derivative, x = (SMOOTH | ROUGH)[name]
    slope = slopes_of_all(function, x)

    covered = np.abs(slope.slope - derivative(x)) <= slope.error

    assert covered.mean() >= 0.99
    assert slope.kinked.mean() < 0.01


@pytest.mark.parametrize("name", SMOOTH)
def test_the_estimate_is_not_needlessly_large(name):
    function, derivative, x = SMOOTH[name]
    slope = slopes_of_all(function, x)

    assert np.median(slope.error / np.abs(derivative(x))) < 1e-7
    assert slope.evaluations < 40 * COUNT


@pytest.mark.parametrize("name", ["sin", "exp", "sigmoid", "log", "polynomial", "tiny"])
def test_ordinary_functions_are_known_to_eleven_digits(name):
    function, derivative, x = SMOOTH[name]

    assert np.median(slopes_of_all(function, x).error / np.abs(derivative(x))) < 1e-11


@pytest.mark.parametrize(
    ("function", "left", "right"),
    [
        (np.abs, -1, 1),
        (lambda x: np.where(x > 0, x, 0.01 * x), 0.01, 1),
        (lambda x: np.maximum(x, 0) + np.exp(x), 1, 2),
    ],
)
def test_a_kink_has_a_large_error_and_two_sides(function, left, right):
    slope = slopes(function, 0, np.zeros(3))

    assert slope.kinked.all()
    assert np.all(slope.error >= 0.49 * (right - left))
    np.testing.assert_allclose(slope.left, left, atol=1e-6)
    np.testing.assert_allclose(slope.right, right, atol=1e-6)
    assert np.all(slope.uncertainty < 1e-4)


def test_where_the_function_ends_nothing_is_told():
    slope = slopes(np.sqrt, 0, np.array([0.0, 1e-8, 4.0]))

    assert np.isinf(slope.error[0])
    assert abs(slope.slope[1] - 5e3) <= slope.error[1] < 1
    assert slope.error[2] < 1e-11
    assert np.isinf(slopes(np.log, 0, np.array(-1.0)).error)


def test_a_function_that_is_flat_is_known_exactly():
    slope = slopes(lambda x: np.maximum(x, 0), 0, np.array([-3.0, -2.0]))

    assert not slope.slope.any()
    assert not slope.error.any()


def test_inputs_broadcast_and_each_has_its_own_slope():
    a, b = np.array([[1.0], [2.0]]), np.array([0.5, 1.5, 2.5])
    slope = slopes(lambda a, b: a * np.tanh(b), 1, a, b)

    assert slope.slope.shape == (2, 3)
    assert np.all(np.abs(slope.slope - a * (1 - np.tanh(b) ** 2)) <= slope.error)


def test_a_kink_between_two_neighbours_is_no_noise():
    t = np.arange(MANY) - MANY / 2

    assert noise_in(np.abs(t)[:, None])[0] < 1e-12
    assert noise_in(np.random.default_rng(0).normal(size=(MANY, 50))).mean() == pytest.approx(0.7, abs=0.3)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.abs(x),
        lambda x: np.real(x) ** 2,
        lambda x: np.conj(x) * x,
        lambda x: np.sqrt(np.real(x) ** 2 + 1),
        lambda x: x.astype(np.float64) ** 2,
    ],
)
def test_functions_that_destroy_a_complex_step_are_found_out(function):
    assert refuses_complex_step(function, np.array([-1.3, 0.4, 2.0]))


@pytest.mark.parametrize("function", [np.tanh, np.exp, lambda x: np.where(x > 0, x, 0.1 * x), lambda x: x**3])
def test_functions_that_take_one_are_let(function):
    assert not refuses_complex_step(function, np.array([-1.3, 0.4, 2.0, 0.0]))

"""check_gradient on numbers of every size, on fast waves and on steps: what is right passes, a lie does not."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug import check_gradient
from bpdebug.check.verdict import Verdict

X = np.array([0.40963783, 0.82985531, -1.64302337, -0.25673013])
WEIGHTS = np.arange(1.0, 5.0)
SIZES = (1.0, 1e-3, 1e-5, 1e-7, 1e-9, 1e-12, 1e-15, 1e-20)


def skewness(x):
    return np.sum((x - x.mean()) ** 3) / np.std(x) ** 3


def skewness_gradient(x):
    c, s = x - x.mean(), np.std(x)
    return (3 * c**2 - 3 * np.mean(c**2)) / s**3 - 3 * np.sum(c**3) * c / 4 / s**5


def at_sizes():
    """A function, where it is looked at, and its gradient, for numbers of many sizes."""
    for size in SIZES:
        p = np.array([size, 0.3, 0.5, 2 * size])
        yield f"log, {size:g}", lambda p: -np.sum(np.log(p)), p, lambda p: -1 / p
        yield f"inverse, {size:g}", lambda p: np.sum(1 / p), p, lambda p: -1 / p**2
        yield f"root, {size:g}", lambda p: np.sum(np.sqrt(p)), p, lambda p: 0.5 / np.sqrt(p)
        yield f"entropy, {size:g}", lambda p: np.sum(p * np.log(p)), p, lambda p: np.log(p) + 1
        yield f"absolute, {size:g}", lambda x: np.sum(np.abs(x)), size * X, np.sign
        yield f"cubes, {size:g}", lambda x: np.sum(x**3), size * X, lambda x: 3 * x**2
        yield f"skewness, {size:g}", skewness, size * np.array([1.0, 2, -1, 4]), skewness_gradient
        yield (
            f"share of a norm, {size:g}",
            lambda x: x[0] / np.sqrt(x @ x),
            size * X[:3],
            lambda x: np.array([1.0, 0, 0]) / np.sqrt(x @ x) - x[0] * x / np.sqrt(x @ x) ** 3,
        )
    for speed in (1e2, 2e3, 1e4, 1e5, 1e6, 1e7):
        yield (
            f"wave, {speed:g}",
            lambda x, s=speed: np.sum(np.sin(s * x)),
            X,
            lambda x, s=speed: s * np.cos(s * x),
        )
    yield "cubes, 1e-50", lambda x: np.sum(x**3), 1e-50 * X, lambda x: 3 * x**2
    yield "the least numbers", lambda x: 1e-310 * (x @ x), X, lambda x: 2e-310 * x
    yield (
        "an epsilon",
        lambda x: np.sum(x / np.sqrt(x * x + 1e-30)),
        1e-15 * X,
        lambda x: 1e-30 / (x * x + 1e-30) ** 1.5,
    )


CASES = list(at_sizes())
NAMES = [name for name, *_ in CASES]


@pytest.mark.parametrize(("f", "x", "gradient"), [case for _, *case in CASES], ids=NAMES)
def test_a_right_gradient_passes_and_one_entry_off_by_a_tenth_of_a_percent_does_not(f, x, gradient):
    right = gradient(x)
    lie = right.copy()
    lie[np.argmax(np.abs(right))] *= 1.001

    assert check_gradient(f, x, gradient).ok
    assert check_gradient(f, x, right).ok
    report = check_gradient(f, x, lie)
    assert report.checks[0].verdicts.tolist().count(Verdict.WRONG) == 1, str(report)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(("skewness", "share", "cubes, 1e-"))])
def test_and_so_it_is_where_no_complex_step_is_taken(name):
    f, x, gradient = CASES[NAMES.index(name)][1:]
    right = gradient(x)
    lie = right.copy()
    lie[np.argmax(np.abs(right))] *= 1.001

    report = check_gradient(lambda x: float(f(x.copy())), x, right)
    assert report.method == "Ridders' method"
    assert not report.checks[0].counts[Verdict.WRONG], str(report)
    assert not check_gradient(lambda x: float(f(x.copy())), x, lie).ok


@pytest.mark.parametrize("steps", [16, 64, 100, 256, 1_000, 1_024, 4_096])
@pytest.mark.parametrize("step", [np.round, np.floor])
@pytest.mark.parametrize("kind", [np.asarray, float], ids=["complex", "real"])
def test_the_slope_of_a_step_is_zero_however_it_looks_from_afar(steps, step, kind):
    def f(x):
        return kind(np.sum(np.real(step(x * steps)) / steps * WEIGHTS))

    assert check_gradient(f, X, np.zeros(4)).ok
    straight_through = check_gradient(f, X, WEIGHTS)
    assert straight_through.checks[0].counts[Verdict.WRONG] == 4, str(straight_through)


@pytest.mark.parametrize("steps", [1e6, 1e7, 1e9])
def test_of_steps_as_small_as_rounding_neither_slope_is_called_right(steps):
    def f(x):
        return np.sum(np.round(x * steps) / steps * WEIGHTS)

    for given in (WEIGHTS, np.zeros(4)):
        report = check_gradient(f, X, given)
        assert not report.ok
        assert report.checks[0].counts[Verdict.CANNOT_TELL] == 4
        assert "small steps" in str(report)


def test_a_jump_at_the_point_is_no_slope():
    report = check_gradient(lambda x: np.sum((x >= 0) + x), np.array([0.0, 0, 1, -1]), np.ones(4))

    assert not report.ok
    assert report.checks[0].verdicts.tolist() == [*[Verdict.CANNOT_TELL] * 2, Verdict.MATCH, Verdict.MATCH]


def test_a_tiny_entry_beside_a_huge_one_is_not_told_without_a_complex_step():
    factors = np.array([1e12, 1, 1e-12, 1e-6])
    given = 2 * factors * X
    given[2] *= 1.001

    assert not check_gradient(lambda x: float(np.sum(factors * x**2)), X, given).ok
    assert check_gradient(lambda x: np.sum(factors * x**2), X, 2 * factors * X).ok


def test_single_precision_on_the_way_of_a_complex_step_is_no_lie():
    def f(x):
        return np.sum(x.astype(np.complex64 if np.iscomplexobj(x) else np.float32) ** 2)

    for given in (2 * X, lambda x: 2 * x):
        assert not check_gradient(f, X, given).checks[0].counts[Verdict.WRONG]
    assert not check_gradient(f, X, 2.02 * X).ok

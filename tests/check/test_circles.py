"""What drops the imaginary part of a small term is found out, and what is analytic is not suspected of it."""

import numpy as np
import pytest

from bpdebug import check_gradient

X = np.random.default_rng(1).normal(size=5)


@pytest.mark.parametrize("share", [1e-3, 1e-7, 1e-9, 1e-11, 1e-12])
@pytest.mark.parametrize(
    ("term", "slope"),
    [
        (lambda w: np.linalg.norm(w) ** 2, lambda w: 2 * w),
        (lambda w: np.sum(np.abs(w)), np.sign),
        (lambda w: np.sum(np.sin(np.real(w))), np.cos),
    ],
    ids=["norm", "abs", "real"],
)
def test_a_term_that_drops_the_imaginary_part_is_missed_at_no_size(term, slope, share):
    def f(w):
        return np.sum(np.sin(w)) + share * term(w)

    assert check_gradient(f, X, np.cos(X) + share * slope(X)).ok
    assert not check_gradient(f, X, np.cos(X)).ok
    assert not check_gradient(f, X, np.cos(X) - share * slope(X)).ok


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x**3) / np.sqrt(np.sum(x**2) + 1e-8),
        lambda x: np.sum(np.tanh(30 * x)),
        lambda x: np.log(np.sum(np.exp(x))),
        lambda x: np.sum(np.maximum(x - X[0] + 1e-5, 0)),
        lambda x: 1e6 + np.prod(np.cos(x)),
        lambda x: np.sum(1 / (1 + 100 * (x - X) ** 2) + x),
    ],
    ids=["root", "steep", "softmax", "kink nearby", "large", "pole nearby"],
)
def test_analytic_functions_are_taken_for_such(f):
    for seed in range(4):
        assert check_gradient(f, X, X, seed=seed).method == "complex step"


@pytest.mark.parametrize("size", [3e5, 1.7e9])
def test_a_term_too_small_for_any_circle_is_not_told_against_its_gradient(size):
    random = np.random.default_rng(3)
    inputs, targets, w = random.normal(size=(4, 200)), size * random.normal(1, 0.3, size=200), X[:4]

    def f(w):
        return np.mean((w @ inputs - targets) ** 2) / 2 + 1e-4 * np.sum(np.abs(w))

    report = check_gradient(f, w, inputs @ (w @ inputs - targets) / 200 + 1e-4 * np.sign(w))

    assert not report.wrong, str(report)


def test_what_is_seen_to_be_analytic_is_told_of_entries_of_every_size():
    p = np.array([1e-15, 0.3, 0.5, 0.2])
    given = np.log(p) + 1

    assert check_gradient(lambda p: np.sum(p * np.log(p)), p, given * [1.001, 1, 1, 1]).wrong


def test_what_is_seen_to_drop_the_imaginary_part_is_asked_for_by_real_evaluations():
    b, x = np.array([1, 2, -1, 0.5, 0.3, 0.2]), np.array([1e-7, -2e-7, 0, 1, 2, -1.5])

    def f(x):
        steep = np.sum(b[:3] * np.sin(1e6 * x[:3]))
        return steep + np.sum(b[3:] * np.sin(x[3:])) + 0.01 * np.linalg.norm(x) ** 2

    lacking = np.r_[1e6 * b[:3] * np.cos(1e6 * x[:3]), b[3:] * np.cos(x[3:])]
    assert check_gradient(f, x, lacking + 0.02 * x).ok
    assert not check_gradient(f, x, lacking).ok

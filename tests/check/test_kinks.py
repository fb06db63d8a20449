"""check_gradient at kinks: what a choice of branches gives is let pass, what none gives is wrong, alone or together."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug import check_gradient
from bpdebug.check.verdict import Verdict

WINDOWS = np.array([[1.0, 0.5, 1.0, -2.0], [2.0, 2.0, 2.0, 2.0], [0.3, -0.1, 0.0, 0.2]])
WEIGHTS = np.array([1.0, -2.0, 0.7])
LARGEST = np.equal(WINDOWS, WINDOWS.max(axis=1, keepdims=True))
WEIGHT = np.random.default_rng(1).normal(size=(100, 100))
SHARES = {
    "whole": np.where(LARGEST, 1.0, 0.0),
    "split": LARGEST / LARGEST.sum(axis=1, keepdims=True),
    "first": np.eye(4)[LARGEST.argmax(axis=1)],
}
WAYS = pytest.mark.parametrize("entries", [True, False], ids=["every entry", "by direction"])
METHODS = pytest.mark.parametrize("number", [lambda x: x, lambda x: float(np.real(x))], ids=["complex step", "Ridders"])


def pooled(x):
    return np.sum(WEIGHTS * x.max(axis=1)) + np.sum(x.max(axis=1) ** 2)


def pooled_gradient(shares):
    return shares * (WEIGHTS + 2 * WINDOWS.max(axis=1))[:, None]


@WAYS
@METHODS
@pytest.mark.parametrize("share", ["split", "first"])
def test_a_maximum_that_ties_may_be_split_or_given_to_one(share, number, entries):
    report = check_gradient(lambda x: number(pooled(x)), WINDOWS, pooled_gradient(SHARES[share]), entries=entries)

    assert report.ok
    if entries:
        assert report.checks[0].verdicts[1].tolist() == [Verdict.KINK] * 4
    else:
        assert "f has kinks at x: what was given is its gradient " in str(report)


@WAYS
@METHODS
def test_a_maximum_that_ties_may_not_be_given_whole_to_each(number, entries):
    report = check_gradient(lambda x: number(pooled(x)), WINDOWS, pooled_gradient(SHARES["whole"]), entries=entries)

    assert not report.ok
    assert report.checks[0].verdicts[2, 0] != Verdict.WRONG, "this one does not tie"


def test_the_softmax_does_not_care_how_its_maximum_ties():
    def f(z):
        largest = z.max()
        return largest + np.log(np.sum(np.exp(z - largest)))

    z = np.array([1.0, 1.0, 0.0])
    right = np.exp(z) / np.sum(np.exp(z))

    assert check_gradient(f, z, right).checks[0].counts[Verdict.MATCH] == 3
    assert not check_gradient(f, z, right + np.array([1.0, 1.0, 0.0])).ok


def zeroed(random, slope, hidden=3, examples=5):
    """A network with one hidden layer whose weights all begin at 0, and its gradient with this slope of relu at 0."""
    X, y, v = (random.normal(size=shape) for shape in ((examples, 2), examples, hidden))

    def forward(P):
        return X @ P["W"] + P["b"]

    def f(P):
        return np.sum((np.maximum(forward(P), 0) @ v - y) ** 2)

    def gradient(P):
        Z = forward(P)
        back = 2 * (np.maximum(Z, 0) @ v - y)[:, None] * v * np.where(Z == 0, slope, Z > 0)
        return {"W": X.T @ back, "b": back.sum(axis=0)}

    return f, {"W": np.zeros((2, hidden)), "b": np.zeros(hidden)}, gradient


@WAYS
@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_network_that_begins_at_zero_stands_on_kinks_and_no_slope_of_relu_there_is_wrong(seed, slope, entries):
    f, P, gradient = zeroed(np.random.default_rng(seed), slope)
    report = check_gradient(f, P, gradient, seed=seed, entries=entries)

    assert report.ok, str(report)
    if entries:
        assert {each.verdict for each in report.checks} == {Verdict.KINK}


MANY = np.round(np.random.default_rng(0).normal(size=(100, 100)), 1)
"""Hundreds of its ten thousand entries are 0."""
RULES = {
    "0": (lambda x: np.maximum(x, 0), np.where(MANY > 0, 1.0, 0.0)),
    "1": (lambda x: np.maximum(x, 0), np.where(MANY >= 0, 1.0, 0.0)),
    "now 0, now 1": (lambda x: np.maximum(x, 0), np.where(MANY == 0, np.indices(MANY.shape)[1] % 2, MANY > 0)),
    "half-way": (np.abs, np.sign(MANY)),
}


@pytest.mark.parametrize("rule", RULES)
def test_hundreds_of_kinks_among_ten_thousand_entries_are_told_in_few_evaluations(rule):
    f, gradient = RULES[rule]
    right = check_gradient(lambda x: np.sum(f(x) * WEIGHT), MANY, gradient * WEIGHT)

    assert right.ok, str(right)
    assert right.evaluations < 1000
    for place in ((5, 5), tuple(np.argwhere(MANY == 0)[7])):
        wrong = gradient * WEIGHT
        wrong[place] += 2.5
        report = check_gradient(lambda x: np.sum(f(x) * WEIGHT), MANY, wrong)

        assert report.checks[0].verdicts[place] == Verdict.WRONG
        assert report.checks[0].counts[Verdict.WRONG] == 1
        assert f"[{place[0]}, {place[1]}] given" in str(report)
        assert report.evaluations < 4000


def test_ties_given_whole_to_each_are_not_let_pass_among_thousands():
    z = np.repeat(np.random.default_rng(0).normal(size=(5000, 1)), 2, axis=1)

    assert check_gradient(lambda z: np.sum(z.max(axis=1)), z, np.tile([1.0, 0.0], (5000, 1))).ok
    assert not check_gradient(lambda z: np.sum(z.max(axis=1)), z, np.ones(z.shape)).ok


@pytest.mark.parametrize("seed", range(5))
def test_there_another_sign_is_wrong(seed):
    f, P, gradient = zeroed(np.random.default_rng(seed), 1.0)

    assert not check_gradient(f, P, lambda P: {name: -each for name, each in gradient(P).items()}, seed=seed).ok


@pytest.mark.parametrize("given", [(0.0, 0.0), (1.0, -1.0), (1.0, 0.0), (0.0, -1.0), (0.5, -0.5)])
def test_kinks_that_cancel_along_a_direction_leave_every_choice(given):
    def f(x):
        return np.maximum(x[0], 0) - np.maximum(x[1], 0)

    for entries in (True, False):
        assert check_gradient(f, np.zeros(2), np.array(given), entries=entries).ok


def test_beside_a_dead_unit_an_error_is_as_wrong_as_elsewhere():
    def f(x):
        return np.sum(np.maximum(x, 0) ** 2) + np.maximum(x[0], 0)

    x = np.array([0.0, 1.0, 2.0, -1.0])
    report = check_gradient(f, x, np.array([0.0, 2.002, 4.0, 0.0]))

    assert report.checks[0].verdicts.tolist() == [Verdict.KINK, Verdict.WRONG, Verdict.MATCH, Verdict.UNTESTED]


def test_a_direction_on_a_kink_is_no_match():
    x, grad = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 2.0])
    report = check_gradient(lambda x: float(abs(x[0] - x[1]) + x[2] ** 2), x, grad, entries=False)

    assert report.checks[0].verdict is not Verdict.MATCH


def test_by_direction_a_few_kinks_hide_no_error_elsewhere():
    random = np.random.default_rng(0)
    x, a = random.normal(size=20_000), random.normal(size=20_000)
    x[random.choice(20_000, 5, replace=False)] = 0.0

    def f(x):
        return np.sum(np.maximum(a * x, 0) ** 2 + np.maximum(x, 0))

    right = 2 * np.maximum(a * x, 0) * a + (x > 0)
    wrong = right.copy()
    wrong[777] += 1e-3

    assert check_gradient(f, x, right).ok
    report = check_gradient(f, x, wrong)
    assert report.checks[0].verdicts[777] == Verdict.WRONG
    assert report.checks[0].counts[Verdict.WRONG] == 1
    assert report.evaluations < 2_000


@pytest.mark.parametrize("given", [(1.0, 0.0, 0.0, 0.0), (0.0, 2.0, -1.0, 1.0)])
def test_what_is_no_multiple_of_the_one_unit_at_its_kink_is_wrong(given):
    x = np.array([1.0, 2.0, -1.0])

    def f(w, b):
        return np.sum(np.maximum(w @ x + b, 0))

    assert not check_gradient(f, (np.array([1.0, 1.0, 3.0]), 0.0), (np.array(given[:3]), given[3])).ok
    for share in (0.0, 0.3, 1.0):
        assert check_gradient(f, (np.array([1.0, 1.0, 3.0]), 0.0), (share * x, share)).ok


def zero_net(rule, bias="sum", factor=1.0):
    """A relu network whose weights are all 0, with a gradient that takes this for relu'(0)."""
    random = np.random.default_rng(2)
    X, y, v = random.normal(size=(5, 2)), random.normal(size=5), random.normal(size=3)

    def f(p):
        return np.sum((np.maximum(X @ p["W"] + p["b"], 0) @ v - y) ** 2)

    def gradient(p):
        Z = X @ p["W"] + p["b"]
        dZ = 2 * (np.maximum(Z, 0) @ v - y)[:, None] * v * np.where(Z == 0, rule, Z > 0)
        return {"W": factor * X.T @ dZ, "b": getattr(dZ, bias)(axis=0)}

    return f, gradient, {"W": np.zeros((2, 3)), "b": np.zeros(3)}


@pytest.mark.parametrize("rule", [0.0, 0.5, 1.0])
def test_what_every_kink_leaves_open_is_tried_off_the_kinks(rule):
    f, gradient, x = zero_net(rule)

    assert check_gradient(f, x, gradient).ok
    for lie in ({"bias": "mean"}, {"factor": 1.05}):
        report = check_gradient(f, x, zero_net(rule, **lie)[1])
        assert report.wrong
        assert "A little off it" in str(report)


def test_arrays_at_kinks_are_let_pass_with_a_word_of_the_room_they_have():
    f, gradient, x = zero_net(0.0)
    fixed = gradient(x)

    assert "Given as a function" in str(check_gradient(f, x, fixed))
    assert check_gradient(f, x, lambda p: fixed).ok


def huber(x):
    return np.sum(np.where(np.abs(x) <= 1, x * x / 2, np.abs(x) - 0.5))


@pytest.mark.parametrize("seed", range(4))
def test_a_complex_step_that_loses_one_branch_is_not_believed_for_being_right_elsewhere(seed):
    x = np.append(np.random.default_rng(seed).normal(size=3) * 1.2, 2.0)

    assert check_gradient(huber, x, lambda x: np.clip(x, -1, 1)).ok
    assert not check_gradient(huber, x, lambda x: np.where(np.abs(x) <= 1, x, 0)).ok


@pytest.mark.parametrize("lie", [1e-4, 3e-5])
def test_kinks_of_other_entries_hide_nothing_of_one_that_has_none(lie):
    def f(w):
        return np.sum(np.abs(w)) + w @ w

    w, given = np.array([0.0, 1.0, -2.0, 0.0]), np.array([0.0, 3.0, -5.0, 0.0])

    assert check_gradient(f, w, given).ok
    assert not check_gradient(f, w, given * [1, 1 + lie, 1, 1]).ok


def test_a_bend_without_a_kink_has_the_slope_that_is_given():
    report = check_gradient(lambda x: np.sum(x * np.abs(x)), np.array([0.0, 1.0]), lambda x: 2 * np.abs(x))

    assert report.ok


def test_a_kink_nearby_that_is_slight_excuses_no_more_than_it_is():
    w = np.array([6.83855345e-05, 2.71949508e-03])

    def f(w):
        return 50 - np.sum(w) + 0.5 * np.sum(w * w) + 1e-8 * np.sum(np.abs(w))

    given = -1 + w + 1e-8 * np.sign(w)
    assert check_gradient(f, w, given).ok
    assert not check_gradient(f, w, given + np.array([1e-4, 0])).ok


def test_off_the_kinks_of_sparse_weights_a_right_gradient_is_right():
    for seed in range(4):
        random = np.random.default_rng(seed)
        y, x = random.normal(size=8), np.append(random.normal(size=5), np.zeros(3))

        def f(x, y=y):
            return np.sum((np.log(x**2 + 0.01) - y) ** 2) + 1e-4 * np.sum(np.abs(x))

        def gradient(x, y=y):
            return 4 * (np.log(x**2 + 0.01) - y) * x / (x**2 + 0.01) + 1e-4 * np.sign(x)

        assert check_gradient(f, x, gradient).ok


@pytest.mark.parametrize("share", [1e-6, 3e-8])
def test_a_curve_beside_kinks_excuses_nothing(share):
    random = np.random.default_rng(4)
    x = 10 * random.normal(size=6)
    x[:2] = 0

    def f(x):
        return np.sum(np.cumsum(x) ** 2) + 1e-3 * np.sum(np.abs(x))

    given = 2 * np.cumsum(np.cumsum(x)[::-1])[::-1] + 1e-3 * np.sign(x)
    assert check_gradient(f, x, given).ok
    assert not check_gradient(f, x, given * (1 + share * (np.arange(6) == 4))).ok
    assert not check_gradient(f, x, np.where(np.arange(6) == 5, 0, given)).ok

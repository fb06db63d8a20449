"""check_gradient: right gradients are let pass, wrong ones named, and what f does to numbers is found out and told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bpdebug import check_gradient
from bpdebug.check.arguments import ArgumentError
from bpdebug.check.report import GradientMismatch
from bpdebug.check.verdict import Verdict
from tests.check.handwritten import logistic, network, population

X = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
CASES = population(3)
KINDS = pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])


def cubes(x):
    return np.sum(x**3)


def squares(x):
    return 3 * x**2


@KINDS
def test_a_right_gradient_is_let_pass(case):
    assert check_gradient(case.f, case.x, case.gradient).ok, "as a function"
    assert check_gradient(case.f, case.x, case.value()).ok, "as arrays"


@KINDS
def test_one_entry_off_by_a_tenth_of_a_percent_is_found_and_no_other_is_blamed(case):
    random, given = np.random.default_rng(0), case.value()
    parts = given if isinstance(given, dict) else dict(enumerate(given))
    largest = max(np.abs(part).max() for part in parts.values())
    places = [(key, i) for key, part in parts.items() for i in np.ndindex(part.shape) if abs(part[i]) > 1e-6 * largest]
    key, index = places[random.integers(len(places))]
    lie = {k: np.array(part) for k, part in parts.items()}
    lie[key][index] *= 1.001

    report = check_gradient(case.f, case.x, lie if isinstance(given, dict) else tuple(lie.values()))

    check = report[key] if isinstance(given, dict) else report.checks[key]
    assert check.verdicts[index] == Verdict.WRONG, str(report)
    assert sum(each.counts[Verdict.WRONG] for each in report.checks) == 1, str(report)
    assert not report.ok


@pytest.mark.parametrize("seed", range(4))
def test_dead_units_stand_on_kinks_and_are_not_blamed(seed):
    case = network(np.random.default_rng(seed), "relu", depth=5)
    report = check_gradient(case.f, case.x, case.gradient)

    assert report.ok
    assert report.method == "complex step"
    with np.errstate(all="ignore"):
        left, right = (np.concatenate([getattr(each, side) for each in report.checks]) for side in ("left", "right"))
    kinks = np.concatenate([each.verdicts.reshape(-1) == Verdict.KINK for each in report.checks])
    assert np.all((left != right)[kinks])


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (lambda x: np.sum(np.abs(x) ** 3), "drops the imaginary part"),
        (lambda x: np.sum(np.real(x) ** 2), "drops the imaginary part"),
        (lambda x: np.sum(x**2) + np.sum(np.abs(x)), "along a random direction it gives"),
        (lambda x: np.sum((x.conj() * x) ** 2), "along a random direction it gives"),
        (lambda x: np.sum(np.array([float(each) ** 2 for each in x.ravel()])), "does not take complex numbers"),
        (lambda x: np.linalg.norm(x), "drops the imaginary part"),
        (lambda x: np.sum(into_a_buffer(x) ** 2), "does not take complex numbers: ComplexWarning"),
        (lambda x: np.sum(np.sort(np.abs(x), axis=None)[:3]), "drops the imaginary part"),
    ],
)
def test_a_function_that_takes_no_complex_step_is_found_out_and_checked_all_the_same(f, reason):
    def gradient(x, h=1e-6):
        unit = np.eye(x.size).reshape(-1, *x.shape)
        return np.array([(f(x + h * way) - f(x - h * way)) / (2 * h) for way in unit]).reshape(x.shape)

    rough = gradient(X)
    report = check_gradient(f, X, rough)
    exact = report.checks[0].numerical.reshape(X.shape)

    assert report.method == "Ridders' method"
    assert reason in report.reason
    np.testing.assert_allclose(exact, rough, rtol=1e-6, atol=1e-8)
    assert check_gradient(f, X, exact).ok
    assert not check_gradient(f, X, exact * 1.001).ok


def into_a_buffer(x):
    out = np.zeros(x.shape)
    out[...] = x
    return out


def test_a_step_lost_by_one_entry_only_is_found_where_it_would_be_blamed():
    def f(x):
        return np.sum(x**2) + 1e-10 * np.abs(x.ravel()[0])

    gradient = 2 * X
    gradient[0, 0] += 1e-10

    assert check_gradient(f, X, gradient).ok


def test_the_largest_of_several_is_taken_by_the_real_part():
    def f(x):
        return np.sum(x.max(axis=1) ** 2)

    gradient = np.where(x_is_largest := X.max(axis=1, keepdims=True) == X, 2 * X, 0)

    report = check_gradient(f, X, gradient)
    assert report.ok
    assert report.checks[0].counts[Verdict.UNTESTED] == np.sum(~x_is_largest)


@pytest.mark.parametrize("wrong", [0.4, -1.3])
def test_at_a_kink_a_slope_between_the_sides_is_right_and_another_is_wrong(wrong):
    def f(x):
        return np.sum(np.abs(x))

    x = np.array([0.0, 1.0, -2.0])
    report = check_gradient(f, x, np.array([0.4, 1.0, -1.0]))

    assert report.checks[0].verdicts.tolist() == [Verdict.KINK, Verdict.MATCH, Verdict.MATCH]
    assert (report.checks[0].left[0], report.checks[0].right[0]) == pytest.approx((-1, 1), abs=1e-6)
    assert check_gradient(f, x, np.array([wrong, 1.0, -1.0])).ok == (abs(wrong) <= 1)


def test_arguments_may_be_an_array_several_or_a_dict():
    def several(a, b):
        return np.sum(a @ b)

    a, b = X, X.T.copy()
    gradient = (np.ones((2, 2)) @ b.T, a.T @ np.ones((2, 2)))

    assert [each.name for each in check_gradient(cubes, X, squares).checks] == ["x"]
    assert [each.name for each in check_gradient(several, (a, b), gradient).checks] == ["a", "b"]
    assert check_gradient(lambda *ab: several(*ab), [a, b], list(gradient)).checks[1].name == "x[1]"
    named = {"W": a, "V": b}
    report = check_gradient(lambda p: several(p["W"], p["V"]), named, {"V": gradient[1], "W": gradient[0]})
    assert report.ok
    assert report["V"].shape == (3, 2)
    assert check_gradient(cubes, 2, 12.0).ok, "a number, and a whole one"


@pytest.mark.parametrize(
    ("f", "x", "gradient", "message"),
    [
        (cubes, X.astype(np.float32), squares(X), "x is float32; pass .astype"),
        (cubes, X, squares(X).astype(np.float32), "the gradient by x is float32"),
        (cubes, X + 1j, X, "x is complex128; expected real numbers"),
        (cubes, np.array(["a"]), X, "expected real numbers"),
        (cubes, X, squares(X).T, r"the gradient by x has shape \(3, 2\); x itself has \(2, 3\)"),
        (cubes, X, {"x": X}, "expected a gradient for each of x, got a dict of 1"),
        (lambda p: cubes(p["W"]), {"W": X}, {"V": X}, "the gradient has no 'W'; it has 'V'"),
        (cubes, (X,), (X, X), "expected a gradient for each of x, got a tuple of 2"),
        (lambda x: x, X, X, r"f gives shape \(2, 3\): expected one number"),
        (lambda x: None, X, X, "f gives NoneType: expected one number"),
        (lambda x: np.sum(np.log(x)), X, X, "f gives nan at x: there is no slope to check"),
        (lambda x: np.random.default_rng().normal(), X, X, "for the same x: its slope is a matter of chance"),
        (cubes, np.array([1.0, np.inf]), X, "x holds inf"),
        (cubes, (), (), "x holds no array"),
        (
            lambda x: (np.sum(x), x),
            X,
            X,
            r"f gives a tuple of 2: expected one number. .* pass lambda \*x: f\(\*x\)\[0\]",
        ),
        (lambda x: [1.0, [2.0]], X, X, "f gives a list of 2: expected one number"),
        (cubes, [[1, 2], [3]], X, "x is a list of 2 whose rows differ in length"),
        (cubes, X, [[1, 2], [3]], "the gradient by x is a list of 2 whose rows differ in length"),
        (cubes, np.ma.array([1.0, 2], mask=[0, 1]), [3.0, 12], "x has masked entries"),
        (cubes, X.astype(np.longdouble), X, "pass .astype.* the check looks at what rounding to float64 does"),
        (3, X, X, "f is one int; expected the function itself"),
        (cubes, X, lambda x: np.multiply(x, 2, out=x), "grad writes into its argument"),
        (cubes, np.zeros((0, 3)), np.zeros((0, 3)), "x has no entries"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(f, x, gradient, message):
    with pytest.raises(ArgumentError, match=message), np.errstate(all="ignore"):
        check_gradient(f, x, gradient)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"evaluations": -5}, "evaluations = -5; expected a whole number, 1 or more"),
        ({"evaluations": 1.5}, "evaluations = 1.5"),
        ({"entries": "yes"}, "entries = 'yes'; expected True, False or None"),
        ({"seed": "a"}, "seed = 'a'; expected a whole number, 0 or more"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting, message):
    with pytest.raises(ArgumentError, match=message):
        check_gradient(cubes, X, squares, **setting)


def test_a_function_that_writes_into_its_argument_is_told_and_harms_nothing():
    def f(x):
        x *= 2
        return np.sum(x)

    x = X.copy()
    with pytest.raises(ArgumentError, match="f writes into its argument"):
        check_gradient(f, x, np.full(X.shape, 2.0))
    assert np.array_equal(x, X)


def test_a_function_that_makes_its_argument_writable_is_told():
    def f(x):
        x.flags.writeable = True
        return np.sum(x)

    with pytest.raises(ArgumentError, match="f writes into its argument"):
        check_gradient(f, X, np.ones(X.shape))


def test_a_gradient_that_the_function_changes_is_taken_as_it_was_given():
    given = squares(X)

    def f(x):
        given[...] = 7.0
        return np.sum(x**3)

    assert check_gradient(f, X, given).ok


def test_the_report_is_a_table_that_says_how():
    report = check_gradient(cubes, X, squares)

    assert str(report) == (
        "gradient by  shape   verdict  entries  least agreement\n"
        f"x            (2, 3)  match    6 match  {str(report).splitlines()[1].split('6 match  ')[1]}\n"
        "\n"
        "by complex step, entry by entry: f takes it, and it agrees with real evaluations along 3 random directions\n"
        f"all right: 6 of 6 entries tested, {report.evaluations} evaluations of f"
    )
    report.assert_ok()
    assert report


@pytest.mark.parametrize(
    ("factor", "hint"),
    [
        (-1, "-1 times what it should be: look for a flipped sign"),
        (2, "2 times what it should be: is it the 2 of a square?"),
        (0.5, "0.5 times what it should be: is it the ½ of a square?"),
        (7, "7 times what it should be: is 7 a number of examples or entries, as in a mean?"),
        (1 / 20, "1/20 of what it should be: is 20 a number of examples or entries, as in a mean?"),
        (1.37, "1.37 times what it should be"),
    ],
)
def test_a_mismatch_names_the_entry_both_numbers_and_the_likely_factor(factor, hint):
    with pytest.raises(GradientMismatch) as raised:
        check_gradient(cubes, X, factor * squares(X)).assert_ok()

    first, second, third = str(raised.value).splitlines()
    assert first == "the gradient by x (2, 3) is wrong: 6 of 6 entries"
    assert second.startswith("  worst at [")
    assert "numerical" in second
    assert third == f"  given / numerical = {factor:.9g}; every wrong entry is {hint}"


@pytest.mark.parametrize("stray", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("f", [cubes, lambda x: float(np.sum(x**3))], ids=["complex step", "Ridders"])
@pytest.mark.parametrize("entries", [True, False])
def test_what_is_no_finite_number_is_wrong(stray, f, entries):
    given = squares(X)
    given[1, 2] = stray
    report = check_gradient(f, X, given, entries=entries)

    assert report.checks[0].verdicts[1, 2] == Verdict.WRONG, str(report)
    assert report.checks[0].counts[Verdict.WRONG] == 1
    assert not report.ok
    json.dumps(report.json(), allow_nan=False)


def test_what_cannot_be_told_is_not_all_right():
    report = check_gradient(
        lambda x: np.sum(np.sqrt(np.abs(x))), np.array([0.0, 0, 1, -1]), np.array([0, 0, 0.525, -0.5])
    )

    assert not report.ok


@pytest.mark.parametrize("entries", [True, False])
@pytest.mark.parametrize("number", [float, lambda x: x], ids=["real", "with an imaginary part of its own"])
@pytest.mark.parametrize("steps", [1e3, 1e6, 1e9])
def test_of_steps_whose_edge_is_at_the_point_no_slope_is_right(steps, number, entries):
    def f(x):
        return number(np.sum(x + (np.floor(np.real(x) * steps) / steps - np.real(x))))

    for given in (np.ones(X.shape), np.zeros(X.shape)):
        assert not check_gradient(f, X, given, entries=entries).ok


def test_where_every_slope_is_zero_the_report_says_that_nothing_was_tested():
    report = check_gradient(cubes, np.zeros(3), np.zeros(3))

    assert report.ok
    assert "nothing found wrong, but nothing was tested: 0 of 3 entries tested" in str(report)


def test_json_is_json():
    found = json.loads(json.dumps(check_gradient(cubes, X, 2 * squares(X)).json()))

    assert found["schema"] == "bpdebug.check_gradient/1"
    assert found["ok"] is False
    assert found["gradients"][0]["entries"]["wrong"] == 6
    assert found["gradients"][0]["worst"]["analytic"] == pytest.approx(2 * found["gradients"][0]["worst"]["numerical"])


def wide(random):
    u, v = random.normal(size=150), random.normal(size=100)
    W = random.normal(size=(100, 150)) * 0.1

    def f(W):
        return np.sum(np.tanh(W @ u + v) ** 2)

    def gradient(W):
        t = np.tanh(W @ u + v)
        return np.outer(2 * t * (1 - t**2), u)

    return f, W, gradient


def test_a_large_gradient_is_accepted_by_direction():
    f, W, gradient = wide(np.random.default_rng(0))
    report = check_gradient(f, W, gradient)

    assert report.ok
    assert report.by_direction
    assert report.evaluations < 260
    assert report.checks[0].resolution < 1e-6
    assert "by random directions" in str(report)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("number", [float, lambda x: x], ids=["Ridders", "complex step"])
def test_by_direction_arguments_may_have_any_size(size, number):
    def f(x):
        return number(np.sum(np.sin(x / size)))

    x = X * size
    right = np.cos(X) / size
    wrong = right.copy()
    wrong[0, 1] *= 1.001

    assert check_gradient(f, x, right, entries=False).ok
    assert not check_gradient(f, x, wrong, entries=False).ok


def test_by_direction_a_gradient_that_drowns_in_rounding_is_no_match():
    report = check_gradient(lambda x: float(1e9 + np.sum(x**3)), X, np.zeros(X.shape), entries=False)

    assert not report.ok


def test_one_wrong_entry_among_many_is_found_by_halving():
    f, W, gradient = wide(np.random.default_rng(0))
    given = gradient(W)
    given[12, 134] *= 1.001
    report = check_gradient(f, W, given)

    assert report.checks[0].index(report.checks[0].worst) == (12, 134)
    assert report.checks[0].counts[Verdict.WRONG] == 1
    assert report.checks[0].counts[Verdict.MATCH] == W.size - 1
    assert report.evaluations < 1_000


def test_a_large_gradient_that_is_wrong_throughout_is_not_looked_through():
    f, W, gradient = wide(np.random.default_rng(0))
    report = check_gradient(f, W, 2 * gradient(W), evaluations=2_000)

    assert not report.ok
    assert report.evaluations < 2_500
    with pytest.raises(GradientMismatch, match="every wrong entry is 2 times what it should be"):
        report.assert_ok()


def test_every_entry_may_be_asked_for_or_none():
    case = logistic(np.random.default_rng(0))

    assert not check_gradient(case.f, case.x, case.gradient, evaluations=1, entries=True).by_direction
    assert check_gradient(case.f, case.x, case.gradient, entries=False).by_direction


def test_the_same_check_says_the_same():
    case = network(np.random.default_rng(0))

    assert str(check_gradient(case.f, case.x, case.gradient)) == str(check_gradient(case.f, case.x, case.gradient))


def test_single_precision_inside_is_no_reason_to_call_anything_wrong():
    def f(x):
        return float(np.sum(np.sin(x.astype(np.float32))))

    report = check_gradient(f, X, np.cos(X))

    assert report.method == "Ridders' method"
    assert not any(each.counts[Verdict.WRONG] for each in report.checks)


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_what_rounding_leaves_of_an_entry_that_is_not_felt_is_no_mistake(seed):
    random = np.random.default_rng(seed)
    X, labels, rows = random.normal(size=(16, 6)), random.integers(0, 8, 16), np.arange(16)

    def f(W, c):
        return -np.mean(np.log(softmax(X @ W + c)[rows, labels]))

    def gradient(W, c):
        back = (softmax(X @ W + c) - np.eye(8)[labels]) / 16
        return X.T @ back, back.sum()

    x = (random.normal(size=(6, 8)), 0.3)
    W, c = check_gradient(f, x, gradient).checks
    wrong = check_gradient(f, x, lambda *x: (gradient(*x)[0], gradient(*x)[1] + 1e-12))

    assert (W.verdict, c.verdict) == (Verdict.MATCH, Verdict.UNTESTED)
    assert not wrong.ok


def test_a_bias_before_batch_normalisation_is_untested_without_complex_steps_too():
    random = np.random.default_rng(3)
    X, y = random.normal(size=(20, 4)), random.normal(size=20)

    def f(W, b):
        Z = X @ W + b
        return np.mean((np.abs((Z - Z.mean(axis=0)) / np.std(Z, axis=0)).sum(axis=1) - y) ** 2)

    def gradient(W, b):
        Z = X @ W + b
        spread = np.std(Z, axis=0)
        N = (Z - Z.mean(axis=0)) / spread
        dN = 2 * (np.abs(N).sum(axis=1) - y)[:, None] / 20 * np.sign(N)
        dZ = (dN - dN.mean(axis=0) - N * (dN * N).mean(axis=0)) / spread
        return X.T @ dZ, dZ.sum(axis=0)

    x = random.normal(size=(4, 3)), random.normal(size=3)
    report = check_gradient(f, x, gradient)

    assert report.method == "Ridders' method"
    assert report.ok, str(report)
    assert report["b"].verdict is Verdict.UNTESTED
    assert not check_gradient(f, x, (gradient(*x)[0], np.full(3, 1e-6))).ok


def test_rounding_of_terms_that_cancel_beside_a_small_one_is_no_mistake():
    for seed in range(5):
        random = np.random.default_rng(seed)
        a, x = random.normal(size=5), 0.03 * random.normal(size=5)

        def f(x, a=a):
            d = np.cumsum(x) - np.cumsum(x).mean()
            return np.sum(a * d) / np.sqrt(np.mean(d * d) + 1e-5) + 5e-4 * np.sum(x * x)

        d = np.cumsum(x) - np.cumsum(x).mean()
        s = np.sqrt(np.mean(d * d) + 1e-5)
        given = np.cumsum(((a - a.mean()) / s - np.sum(a * d) * d / 5 / s**3)[::-1])[::-1] + 1e-3 * x
        assert check_gradient(f, x, given).ok
        assert check_gradient(f, x, given * [1.001, 1, 1, 1, 1]).wrong


def test_what_moves_the_value_by_less_than_its_rounding_is_not_called_right_with_the_other_sign():
    def f(x):
        return np.log(2 + np.sum(x**3) + np.exp(x[0] ** 3))

    x = np.array([1, 2, -1.5, 0.3]) * 1e-6
    given = x**2 * [2, 1, 1, 1]
    assert check_gradient(f, x, given).ok
    assert not check_gradient(f, x, -given).ok

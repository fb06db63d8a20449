"""Values against independent formulas, and the traps that floating point and complex numbers set."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from bpdebug.language.expression import Slice
from bpdebug.ops import OPS
from bpdebug.ops.table import Array
from tests.ops.evaluate import STEP


def run(name: str, *inputs: object, branch: Array | None = None, **written: object) -> Array:
    """One op on plain inputs."""
    arrays = [np.asarray(each, dtype=None if np.iscomplexobj(each) else float) for each in inputs]
    options = dict(OPS[name].resolve(*(x.shape for x in arrays), **written))
    if branch is not None:
        options["branch"] = branch
    with np.errstate(all="ignore"):
        return np.asarray(OPS[name].forward(*arrays, **options))


def slope(name: str, x: float) -> float:
    """The derivative at x by the complex step, under the branch of x."""
    op = OPS[name]
    options = dict(op.resolve(()))
    branch = op.branch(np.asarray(x), **options) if op.branch else None
    return float(np.imag(run(name, np.asarray(complex(x, STEP)), branch=branch)) / STEP)


REFERENCES: dict[str, Callable[[float], float]] = {
    "relu": lambda x: max(0.0, x),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "drelu": lambda x: float(x > 0),
    "dleaky_relu": lambda x: 1.0 if x > 0 else 0.01,
    "delu": lambda x: 1.0 if x > 0 else math.exp(x),
    "dsoftplus": lambda x: 1 / (1 + math.exp(-x)),
    "dsigmoid": lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
    "dtanh": lambda x: 1 - math.tanh(x) ** 2,
    "exp": math.exp,
    "abs": abs,
    "square": lambda x: x * x,
    "negate": lambda x: -x,
    "sign": lambda x: math.copysign(1, x) if x else 0.0,
}


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("x", [-3.0, -1.25, -1e-3, 0.0, 1e-3, 0.5, 2.0, 4.0])
def test_values_are_those_of_the_textbook(name: str, x: float) -> None:
    assert run(name, x) == pytest.approx(REFERENCES[name](x), rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "arctanh"])
@pytest.mark.parametrize("x", [-0.9, -0.3, 0.2, 0.75])
def test_every_activation_has_its_derivative_as_a_function(name: str, x: float) -> None:
    assert run("d" + name, x) == pytest.approx(slope(name, x), rel=1e-13)
    h = 1e-5
    assert run("d" + name, x) == pytest.approx((run(name, x + h) - run(name, x - h)) / (2 * h), rel=1e-8)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("sigmoid", 0.0, 1.0),
        ("dsigmoid", 0.0, 0.0),
        ("dtanh", 0.0, 0.0),
        ("tanh", -1.0, 1.0),
        ("elu", -1.0, 1e4),
        ("softplus", 0.0, 1e4),
        ("gelu", 0.0, 1e4),
        ("dgelu", 0.0, 1.0),
    ],
)
def test_far_out_nothing_overflows_in_real_or_complex(name: str, left: float, right: float) -> None:
    far = np.array([-1e4, 1e4])
    np.testing.assert_array_equal(run(name, far), [left, right])

    stepped = run(name, far + 1j * STEP, branch=far > 0 if OPS[name].branch else None)
    np.testing.assert_array_equal(np.real(stepped), [left, right])
    assert np.all(np.isfinite(stepped))


def test_small_probabilities_keep_their_digits() -> None:
    assert run("sigmoid", -700.0) == pytest.approx(math.exp(-700), rel=1e-13)
    assert run("dsigmoid", 40.0) == pytest.approx(math.exp(-40), rel=1e-13)
    assert run("dtanh", 20.0) == pytest.approx(4 * math.exp(-40), rel=1e-13)
    assert run("softplus", -50.0) == pytest.approx(math.exp(-50), rel=1e-13)
    assert run("log_softmax", [0.0, -50.0], axis=0)[0] == pytest.approx(-math.exp(-50), rel=1e-13)


def test_softmax_of_huge_scores_shifts_by_the_real_maximum() -> None:
    scores = np.array([1000.0, 1001.0, -1000.0])
    expected = [1 / (1 + math.e), math.e / (1 + math.e), 0.0]
    np.testing.assert_allclose(run("softmax", scores, axis=0), expected, rtol=1e-14)

    stepped = run("softmax", scores + 1j * STEP * np.array([1.0, 0.0, 0.0]), axis=0)
    product = expected[0] * expected[1]
    np.testing.assert_allclose(np.imag(stepped) / STEP, [product, -product, 0.0], rtol=1e-13)


def test_log_softmax_of_huge_scores() -> None:
    np.testing.assert_allclose(
        run("log_softmax", [1000.0, 1000.0, -1e5], axis=0), [-math.log(2), -math.log(2), -101000 - math.log(2)]
    )


@pytest.mark.parametrize(
    ("name", "inside", "outside", "edge"),
    [("log", 2.0, -1.0, -math.inf), ("sqrt", 2.0, -1.0, 0.0), ("arctanh", 0.5, -2.0, None)],
)
def test_outside_the_domain_is_nan_on_complex_input_too(
    name: str, inside: float, outside: float, edge: float | None
) -> None:
    assert np.isfinite(run(name, inside))
    assert np.isnan(run(name, outside))
    stepped = run(name, np.asarray(complex(outside, STEP)))
    assert np.isnan(stepped.real)
    assert np.isnan(stepped.imag)
    if edge is not None:
        assert run(name, 0.0) == edge
        assert run(name, np.asarray(complex(0, STEP))).real == edge


def test_a_negative_base_has_no_broken_power() -> None:
    assert np.isnan(run("power", -2.0, 0.5))
    assert np.isnan(run("power", np.asarray(-2.0 + 1j * STEP), 1.5).real)
    assert run("power", np.asarray(-2.0 + 1j * STEP), 3.0).imag / STEP == pytest.approx(12.0)


@pytest.mark.parametrize(
    "name",
    [
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "softplus",
        "sigmoid",
        "abs",
        "sign",
        "drelu",
        "delu",
        "dleaky_relu",
        "dgelu",
    ],
)
def test_nan_is_passed_on_and_not_hidden(name: str) -> None:
    assert np.isnan(run(name, math.nan))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_nan_wins_every_comparison_of_two(name: str) -> None:
    np.testing.assert_array_equal(run(name, [math.nan, 1.0], [1.0, math.nan]), [math.nan] * 2)


@pytest.mark.parametrize("name", ["max", "min"])
def test_nan_wins_along_an_axis(name: str) -> None:
    np.testing.assert_array_equal(run(name, [[1.0, math.nan], [2.0, 3.0]], axis=1)[0], math.nan)
    assert not np.isnan(run(name, [[1.0, math.nan], [2.0, 3.0]], axis=1)[1])


def test_abs_keeps_the_complex_step_that_numpys_loses() -> None:
    assert slope("abs", -3.0) == -1.0
    assert slope("abs", 3.0) == 1.0
    assert slope("abs", 0.0) == 0.0


@pytest.mark.parametrize(
    ("name", "at_zero"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0), ("abs", 0.0), ("sign", 0.0)]
)
def test_what_happens_at_zero_is_what_the_tie_says(name: str, at_zero: float) -> None:
    assert slope(name, 0.0) == at_zero
    assert OPS[name].tie


def test_the_first_of_two_equals_takes_the_step() -> None:
    first = OPS["maximum"].branch
    assert first is not None
    level = first(np.asarray(1.0), np.asarray(1.0))

    assert run("maximum", np.asarray(1 + 1j * STEP), 1.0, branch=level).imag == STEP
    assert run("maximum", 1.0, np.asarray(1 + 1j * STEP), branch=level).imag == 0


def test_without_a_recorded_branch_complex_numbers_go_by_the_real_part_first() -> None:
    assert run("maximum", np.asarray(1 + 9j), np.asarray(2 - 9j)) == 2 - 9j
    assert run("maximum", np.asarray(1 - 1j), np.asarray(1 + 1j)) == 1 + 1j
    assert run("relu", np.asarray(0 + 1j)) == 1j
    assert run("relu", np.asarray(0 - 1j)) == 0
    np.testing.assert_array_equal(run("argmax_mask", np.array([1 + 0j, 1 + 1j, 0 + 5j]), axis=0), [0, 1, 0])


def test_a_recorded_winner_stays_the_winner() -> None:
    scores = np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 2.0]])
    op = OPS["max"]
    options = dict(op.resolve(scores.shape, axis=1))
    assert op.branch is not None
    winners = op.branch(scores, **options)

    np.testing.assert_array_equal(winners, [[False, True, False], [True, False, False]])
    moved = scores + np.array([[0.0, 0.0, 1.0], [0.0, 5.0, 0.0]])
    np.testing.assert_array_equal(op.forward(moved, branch=winners, **options), [3.0, 2.0])


def test_relu_of_minus_zero_is_zero() -> None:
    assert not np.signbit(run("relu", -0.0))


def test_picking_and_putting_back() -> None:
    grid = np.arange(20.0).reshape(4, 5)
    rows = (Slice(None, None, -2), 1)
    np.testing.assert_array_equal(run("index", grid, index=rows), grid[::-2, 1])

    back = run("pad_index", grid[::-2, 1], index=rows, shape=(4, 5))
    expected = np.zeros((4, 5))
    expected[::-2, 1] = grid[::-2, 1]
    np.testing.assert_array_equal(back, expected)


def test_matmul_of_every_rank_is_numpys() -> None:
    random = np.random.default_rng(0)
    for left, right in [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,))]:
        a, b = random.normal(size=left), random.normal(size=right)
        np.testing.assert_allclose(run("matmul", a, b), a @ b, rtol=1e-14)


def test_results_do_not_alias_their_inputs() -> None:
    grid = np.arange(6.0).reshape(2, 3)
    picked = run("index", grid, index=(0,))
    assert not np.shares_memory(picked, grid)

"""Where the slope beside a point is another than at it: kinks that cancel, slopes without bound, leaps, own rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import bpdebug
from bpdebug.check.full import check
from bpdebug.check.iteration import trained
from bpdebug.check.verdict import Culprit, GradientCheck, Verdict
from bpdebug.scenario.load import load

INPUTS = "[data]\nX.values = [[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]\n"


def checked(folder: Path, forward: str, weights: str = 'init = "zeros"') -> dict[str, GradientCheck]:
    """The checks of a small scenario's first iteration, by name; no warning may come."""
    path = folder / "small.toml"
    shape = "" if "values" in weights else "shape = [2, 2], "
    lines = f'{INPUTS}[parameters]\nW = {{{shape}{weights}}}\n[network]\nforward = """\n{forward}\n"""\ncost = "J"\n'
    path.write_text(lines)
    scenario = load(path)
    with np.errstate(all="raise"):
        return {each.name: each for each in check(scenario.program, trained(scenario, 0))}


def test_two_kinks_that_hide_each_other_are_a_kink(tmp_path: Path) -> None:
    found = checked(tmp_path, "A = relu(W) - relu(-W)\nJ = sum((A + 1) * 3)")["dW"]

    assert found.verdict is Verdict.KINK
    np.testing.assert_array_equal([found.left, found.right], np.full((2, 2, 2), 3.0))
    np.testing.assert_array_equal(found.numerical, np.zeros((2, 2)))


@pytest.mark.parametrize("forward", ["Z = W @ X\nA = sqrt(Z)\nJ = sum((A - 1)**2)", "Z = W @ X\nJ = sqrt(sum(Z**2))"])
def test_nothing_is_wrong_where_a_slope_has_no_bound(tmp_path: Path, forward: str) -> None:
    found = checked(tmp_path, forward)

    assert {found["dZ"].verdict, found["dW"].verdict} == {Verdict.CANNOT_TELL}
    assert found["dW"].rules == ("√ is vertical at 0: its slope there is infinite",)
    assert found["dW"].untold == "nothing can be told where √ is vertical at 0: its slope there is infinite"
    assert all(each.culprit is None for each in found.values())


def test_a_cost_that_is_no_number_is_told_as_the_reason(tmp_path: Path) -> None:
    found = checked(tmp_path, "Z = W @ X\nJ = sum(Z / Z)")["dW"]

    assert found.verdict is Verdict.CANNOT_TELL
    assert found.untold == "J is nan: a cost that is no finite number has no slopes"


def test_nan_where_every_slope_has_a_bound_is_wrong(tmp_path: Path) -> None:
    forward, slope = (lambda x: x * x), (lambda x: np.where(np.abs(x) < 0.5, 0.0, np.nan) if np.size(x) == 6 else 2 * x)
    bpdebug.operation("square_of_mine", forward=forward, derivative=slope)
    found = checked(tmp_path, "Z = W @ X\nA = square_of_mine(Z)\nJ = sum(A)", "values = [[1.0, 0.1], [0.2, 0.1]]")

    assert found["dZ"].verdict is Verdict.WRONG
    assert found["dZ"].culprit == Culprit("dZ", "square_of_mine")


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_the_kink_of_an_operation_of_ones_own_is_one(tmp_path: Path, slope: float) -> None:
    bpdebug.operation(
        "gate",
        forward=lambda x: np.where(np.real(x) > 0, x, 0),
        derivative=lambda x: np.where(x == 0, slope, 1.0 * (x > 0)),
    )
    found = checked(tmp_path, "Z = W @ X\nA = gate(Z)\nJ = sum(A)")["dZ"]

    assert found.verdict is Verdict.KINK
    np.testing.assert_array_equal(found.left, np.zeros((2, 3)))
    np.testing.assert_array_equal(found.right, np.ones((2, 3)))
    np.testing.assert_array_equal(found.numerical, np.full((2, 3), slope))


@pytest.mark.parametrize(("forward", "low"), [(np.abs, -1.0), (lambda x: np.maximum(x, 0), 0.0)], ids=["abs", "relu"])
def test_half_way_between_both_slopes_is_a_choice_wherever_the_kink_comes_from(tmp_path: Path, forward, low) -> None:
    bpdebug.operation(
        "bent", forward=forward, derivative=lambda x: np.where(x > 0, 1.0, np.where(x < 0, low, (1 + low) / 2))
    )
    weights = "values = [[0.3, 0.7], [0.6, 0.3]]"
    found = checked(tmp_path, "Z = W @ X - 0.3\nA = bent(Z)\nJ = sum((A - 1)**2)", weights)

    assert found["dZ"].verdict is Verdict.KINK
    assert found["dW"].verdict is Verdict.KINK


def test_a_slope_beyond_both_sides_is_no_choice(tmp_path: Path) -> None:
    bpdebug.operation(
        "gate",
        forward=lambda x: np.where(np.real(x) > 0, x, 0),
        derivative=lambda x: np.where(x == 0, 2.0, 1.0 * (x > 0)),
    )
    found = checked(tmp_path, "Z = W @ X\nA = gate(Z)\nJ = sum(A)")["dZ"]

    assert found.verdict is Verdict.WRONG
    assert found.culprit == Culprit("dZ", "gate")


def test_a_tie_between_two_inputs_is_a_kink_whatever_share_each_gets(tmp_path: Path) -> None:
    bpdebug.operation(
        "larger",
        forward=lambda x, y: np.where(np.real(x) >= np.real(y), x, y),
        derivative=[lambda x, y: 1.0 * (x >= y), lambda x, y: 1.0 * (y >= x)],
    )
    found = checked(tmp_path, "A = larger(W, W)\nJ = sum((A @ X)**2)", 'init = "ones"')["dW"]

    assert found.verdict is Verdict.KINK


def test_a_leap_at_the_very_point_is_a_kink(tmp_path: Path) -> None:
    bpdebug.operation("leap", forward=lambda x: np.where(np.real(x) > 0, x + 1, x), derivative=lambda x: 1 + 0 * x)
    at, beside = checked(tmp_path, "A = leap(W)\nJ = sum(A * 2)")["dW"], "values = [[0.5, -0.5], [1.0, -1.0]]"

    assert at.verdict is Verdict.KINK
    assert checked(tmp_path, "A = leap(W)\nJ = sum(A * 2)", beside)["dW"].verdict is Verdict.MATCH


def test_a_derivative_that_leaps_does_not_widen_its_own_bound(tmp_path: Path) -> None:
    bpdebug.operation(
        "cube", forward=lambda x: x**3, derivative=lambda x: 3 * x**2 + np.where(np.abs(x) < 1e-3, 1e-3, 0)
    )
    found = checked(tmp_path, "Z = W @ X\nA = cube(Z)\nJ = sum(A)", "values = [[1e-4, 1.0], [1.0, 1.0]]")

    assert found["dZ"].verdict is Verdict.WRONG
    assert found["dZ"].counts[Verdict.WRONG] == 1
    assert found["dW"].verdict is Verdict.WRONG
    assert found["dW"].culprit == Culprit("dZ", "cube")


@pytest.mark.parametrize(
    ("steps", "slope", "verdict"),
    [
        (64, 1.0, Verdict.WRONG),
        (64, 0.0, Verdict.UNTESTED),
        (1e6, 1.0, Verdict.CANNOT_TELL),
        (1e6, 0.0, Verdict.CANNOT_TELL),
    ],
)
def test_an_operation_that_goes_in_steps_has_no_slope_from_afar(
    tmp_path: Path, steps: float, slope: float, verdict: Verdict
) -> None:
    bpdebug.operation(
        "quantised", forward=lambda x: np.round(x * steps) / steps, derivative=lambda x: np.full(np.shape(x), slope)
    )
    found = checked(tmp_path, "A = quantised(W)\nJ = sum((A - 1)**2)", "values = [[0.31, -0.52], [1.03, -1.77]]")["dW"]

    assert found.verdict is verdict
    assert found.counts[verdict] == 4

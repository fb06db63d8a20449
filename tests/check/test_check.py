"""Right gradients are accepted, wrong ones refused, whatever the regime; and what each verdict means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.gradients import check_gradients
from bpdebug.check.iteration import check_iteration
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.errors import UsageError
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops.table import UNIT, Array
from bpdebug.program.equations import Denotes, Phase, Program
from tests.check.lowering import program, run
from tests.check.networks import BUGS, REGIMES, Network, draw, lowered, pair
from tests.program.written import built, run_once

SURE = [regime for regime in REGIMES if regime not in ("saturated", "badly scaled")]
"""Where no unit is so saturated that 1 - A² has no digits left."""


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("seed", range(5))
def test_right_gradients_are_never_called_wrong(regime: str, seed: int) -> None:
    for square in (False, True):
        checks = check_gradients(*lowered(draw(regime, np.random.default_rng([seed, square]), square=square)))
        assert [each.name for each in checks if each.verdict is Verdict.WRONG] == []
        if regime in SURE:
            assert all(each.ok for each in checks)


PLACES = [
    (regime, kind)
    for regime in REGIMES
    for kind in BUGS
    if (kind, regime) in {("relu at zero", "on a kink"), ("both of a tie", "ties")}
    or kind not in ("relu at zero", "both of a tie")
]
"""Every mistake in every regime where it changes something."""


@pytest.mark.parametrize(("regime", "kind"), PLACES)
def test_wrong_gradients_are_refused_where_they_are_wrong(regime: str, kind: str) -> None:
    made = pair(regime, kind, np.random.default_rng([BUGS.index(kind), REGIMES.index(regime)]))
    assert made is not None
    for check in check_gradients(made.program, made.wrong, list(made.spoilt)):
        wrong = check.verdicts == Verdict.WRONG
        assert wrong[made.spoilt[check.name]].all(), f"{check.name}: {made.bug} not seen everywhere"
        innocent = made.wrong[check.name] == made.right[check.name]
        assert not wrong[innocent].any(), f"{check.name}: right entries are blamed for {made.bug}"


LIES = {
    "turned sign": lambda x: -x,
    "twice": lambda x: 2 * x,
    "all off by a tenth of a percent": lambda x: x * 1.001,
    "all off by a millionth": lambda x: x * (1 + 1e-6),
    "zero": np.zeros_like,
    "NaN": lambda x: np.full_like(x, np.nan),
    "infinity": lambda x: np.full_like(x, np.inf),
    "upside down": lambda x: x[::-1] if len(x) > 1 else 3 * x,
    "shifted": lambda x: x + np.abs(x).max(),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("seed", range(4))
def test_a_lie_is_called_wrong(lie: str, seed: int) -> None:
    made, values = lowered(draw("smooth", np.random.default_rng(seed), square=False))
    for name in made.gradients.values():
        spoilt = {**values, name: LIES[lie](values[name])}
        (check,) = check_gradients(made, spoilt, [name])
        assert check.verdict is Verdict.WRONG
        assert not check.ok


@pytest.mark.parametrize("regime", SURE)
def test_one_entry_off_by_a_tenth_of_a_percent_is_found_and_named(regime: str) -> None:
    random = np.random.default_rng(7)
    made, values = lowered(draw(regime, random, square=False))
    for name in made.gradients.values():
        (honest,) = check_gradients(made, values, [name])
        flows = np.argwhere(honest.bound < 1e-4 * np.abs(values[name]))
        for place in map(tuple, random.permutation(flows)[:4]):
            spoilt = values[name].copy()
            spoilt[place] *= 1.001
            (check,) = check_gradients(made, {**values, name: spoilt}, [name])
            assert [tuple(each) for each in np.argwhere(check.verdicts == Verdict.WRONG)] == [place]
            assert check.worst == place


def test_a_lie_upstream_does_not_widen_the_bound() -> None:
    made, values = lowered(draw("smooth", np.random.default_rng(3), square=False))
    top = f"dZ{sum(name.startswith('W') for name in made.parameters)}"
    spoilt = {**values, top: values[top] * 1e30, "dW1": values["dW1"] * 1.001}
    (check,) = check_gradients(made, spoilt, ["dW1"])
    assert check.verdict is Verdict.WRONG


def test_every_intermediate_gradient_is_checked_in_the_order_of_work() -> None:
    net = draw("smooth", np.random.default_rng(2), square=False)
    made, values = lowered(net)
    names = [each.name for each in check_gradients(made, values)]
    assert names == [equation.name for equation in made.equations if equation.phase is Phase.BACKWARD]
    assert {f"dZ{net.layers}", "dA1", "dW1"} <= set(names)


def small(cost: Expr, gradient: Expr, **leaves: Any) -> tuple[Program, dict[str, Array]]:
    """A program of one parameter w, its cost, and its gradient as claimed."""
    numbers = {name: np.asarray(value, dtype=float) for name, value in leaves.items()}
    made = program([("J", cost, Phase.COST), ("dw", gradient, Phase.BACKWARD)], numbers, ["w"])
    return made, run(made, numbers)


def only(made: Program, values: dict[str, Array]) -> GradientCheck:
    (check,) = check_gradients(made, values)
    return check


w = Name("w")


def test_a_kink_shows_the_rule_and_both_slopes() -> None:
    made, values = small(apply("sum", apply("relu", w)), apply("drelu", w), w=[-1.0, 0.0, 2.0])
    check = only(made, values)
    assert list(check.verdicts) == [Verdict.UNTESTED, Verdict.KINK, Verdict.MATCH]
    assert (check.left[1], check.right[1]) == (0.0, 1.0)
    assert check.rules == ("relu'(0) = 0",)
    assert check.ok


def test_a_parameter_may_stand_right_before_the_cost() -> None:
    made, values = small(apply("square", w), 2 * w, w=1.5)
    assert only(made, values).verdict is Verdict.MATCH
    assert only(made, {**values, "dw": np.asarray(0.0)}).verdict is Verdict.WRONG


def test_another_rule_at_a_kink_is_wrong_and_a_cusp_has_two_slopes() -> None:
    made, values = small(apply("sum", apply("abs", w)), apply("sign", w), w=[-1.0, 0.0, 2.0])
    check = only(made, values)
    assert list(check.verdicts) == [Verdict.MATCH, Verdict.KINK, Verdict.MATCH]
    assert (check.left[1], check.right[1]) == (-1.0, 1.0)
    values["dw"] = np.array([-1.0, 1.0, 1.0])
    assert list(only(made, values).verdicts) == [Verdict.MATCH, Verdict.WRONG, Verdict.MATCH]


def test_a_tie_gives_all_to_the_first_and_says_so() -> None:
    made, values = small(apply("max", w), apply("argmax_mask", w), w=[3.0, 1.0, 3.0])
    check = only(made, values)
    assert list(check.verdicts) == [Verdict.KINK, Verdict.UNTESTED, Verdict.KINK]
    assert "first" in check.rules[0]
    values["dw"] = np.array([0.5, 0.0, 0.5])
    assert list(only(made, values).verdicts) == [Verdict.WRONG, Verdict.UNTESTED, Verdict.WRONG]


def test_kinks_that_cancel_are_no_kinks() -> None:
    made, values = small(apply("sum", apply("relu", w) - apply("relu", -w)), w * 0.0 + 1.0, w=[1.0, -2.0])
    assert only(made, values).verdict is Verdict.MATCH
    values["dw"] = np.array([1.0, 1.001])
    assert list(only(made, values).verdicts) == [Verdict.MATCH, Verdict.WRONG]


def test_nothing_flows_is_untested_but_a_claim_there_is_wrong() -> None:
    cost = apply("sum", Name("x") * w)
    made, values = small(cost, Name("x") * 1.0, w=[1.0, 2.0], x=[0.0, 3.0])
    assert list(only(made, values).verdicts) == [Verdict.UNTESTED, Verdict.MATCH]
    values["dw"] = np.array([1e-200, 3.0])
    assert list(only(made, values).verdicts) == [Verdict.WRONG, Verdict.MATCH]


def test_what_cancels_exactly_is_a_match() -> None:
    x = np.array([1.0, 1e-3, -1.001])
    made, values = small(apply("sum", w * Name("x")), apply("sum", Name("x")), w=1.0, x=x)
    check = only(made, values)
    assert abs(check.analytic) < 1e-15
    assert check.verdict is Verdict.MATCH


def test_saturation_without_digits_cannot_tell() -> None:
    made, values = small(apply("sum", apply("tanh", w)), 1 - apply("tanh", w) ** 2.0, w=[17.5, 0.5])
    assert list(only(made, values).verdicts) == [Verdict.CANNOT_TELL, Verdict.MATCH]
    made, values = small(apply("sum", apply("tanh", w)), apply("dtanh", w), w=[17.5, 0.5])
    values["dw"] = values["dw"] * np.array([1 + 1e-3, 1.0])
    assert only(made, values).numerical[0] == pytest.approx(float(values["dw"][0] / 1.001), rel=1e-9)


def test_what_underflows_on_the_way_is_untested_not_wrong() -> None:
    made, values = small(apply("sum", apply("sigmoid", w) ** 2.0), 2 * apply("sigmoid", w), w=[-620.0, 0.5])
    found = only(made, {**values, "dw": np.array([1e-269, 0.5])})
    assert list(found.verdicts) == [Verdict.UNTESTED, Verdict.WRONG]


@pytest.mark.parametrize("score", [-180.0, -300.0, -500.0])
def test_what_is_less_than_the_complex_step_has_its_slope_too(score: float) -> None:
    made, values = small(-apply("sum", apply("log", apply("sigmoid", w))), apply("sigmoid", w) - 1, w=[score, 0.5])
    found = only(made, values)
    assert list(found.verdicts) == [Verdict.MATCH] * 2
    assert found.numerical[0] == -1.0


def test_no_number_to_hold_against_cannot_tell() -> None:
    made, values = small(apply("sum", apply("log", w)), 1 / w, w=[-1.0, 2.0])
    assert only(made, values).verdicts[0] == Verdict.CANNOT_TELL


@pytest.mark.parametrize("scale", [1e-9, 1e-100, 1e-200, 1e100])
def test_the_size_of_the_cost_does_not_matter(scale: float) -> None:
    right = 3 * w**2.0 * Name("s")
    made, values = small(apply("sum", w**3.0) * Name("s"), right, w=[1.0, -2.0, 0.3], s=scale)
    assert list(only(made, values).verdicts) == [Verdict.MATCH] * 3
    values["dw"] = values["dw"] * np.array([1.0, 1.0, 1.001])
    assert list(only(made, values).verdicts) == [Verdict.MATCH, Verdict.MATCH, Verdict.WRONG]


def test_a_gradient_per_example_is_not_wrong_by_m() -> None:
    made, values = small(apply("sum", w**2.0) / Name("m"), 2 * w, w=[1.0, -2.0, 5.0], m=4.0)
    assert only(made, values).verdict is Verdict.WRONG
    equations = (made.equations[0], replace(made.equations[1], denotes=Denotes("w", "m")))
    check = only(replace(made, equations=equations), values)
    assert check.verdict is Verdict.MATCH
    assert check.denotes == "m*dJ(w)"
    assert np.allclose(check.central, check.numerical, rtol=1e-8)


def test_the_textbooks_difference_stands_beside() -> None:
    made, values = lowered(draw("smooth", np.random.default_rng(5), square=False))
    for check in check_gradients(made, values):
        assert np.allclose(check.central, check.numerical, rtol=1e-5, atol=1e-8)


def test_a_gradient_that_does_not_exist_or_is_not_computed() -> None:
    made, values = small(apply("sum", w), apply("ones", shape=(2,)), w=[1.0, 2.0])
    with pytest.raises(UsageError, match="dq is no gradient of this program; it has dw"):
        check_gradients(made, values, ["dq"])
    early = {name: value for name, value in values.items() if name != "dw"}
    assert check_gradients(made, early) == ()
    with pytest.raises(UsageError, match="dw has no value yet"):
        check_gradients(made, early, ["dw"])


@dataclass
class Training:
    program: Program
    values: dict[str, Array]
    dtype: str = "float64"


def test_an_iteration_is_checked_with_the_parameters_it_began_with() -> None:
    lines = [
        ("J", apply("sum", w**2.0), Phase.COST),
        ("dw", 2 * w, Phase.BACKWARD),
        ("w", w - 0.25 * Name("dw"), Phase.UPDATE),
    ]
    leaves = {"w": np.array([4.0, -8.0])}
    made = program(lines, leaves, ["w"])
    for iteration in (0, 1, 5):
        (check,) = check_iteration(Training(made, leaves), iteration)
        assert list(check.analytic) == [8.0 / 2**iteration, -16.0 / 2**iteration]
        assert check.verdict is Verdict.MATCH
    with pytest.raises(UsageError, match="expected an iteration from 0 on, got -1"):
        check_iteration(Training(made, leaves), -1)


def test_memory_is_bounded_and_the_answer_does_not_depend_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    net: Network = draw("relu", np.random.default_rng(11), square=True)
    made, values = lowered(net)
    whole = check_gradients(made, values)
    monkeypatch.setattr("bpdebug.check.entries.MEMORY", 4096)
    monkeypatch.setattr("bpdebug.check.entries.CACHE", 4096)
    for one, other in zip(whole, check_gradients(made, values), strict=True):
        assert np.all(np.abs(one.numerical - other.numerical) <= one.bound)
        assert np.array_equal(one.verdicts, other.verdicts)


@pytest.mark.parametrize("regime", ["smooth", "relu", "deep", "tiny"])
def test_the_bound_is_no_wider_than_rounding_needs(regime: str) -> None:
    for seed in range(4):
        made, values = lowered(draw(regime, np.random.default_rng(seed), square=False))
        checks = check_gradients(made, values)
        units = [check.bound / UNIT / np.abs(check.numerical) for check in checks if np.all(check.numerical != 0)]
        assert np.median(np.concatenate([each.ravel() for each in units])) < 5000
        gaps = [np.max(np.abs(check.analytic - check.numerical) / check.bound) for check in checks]
        assert max(gaps) < 0.5


@pytest.mark.filterwarnings("error")
def test_of_a_run_that_is_no_number_any_more_nothing_can_be_told() -> None:
    made, values = lowered(draw("relu", np.random.default_rng(1), square=False))
    drowned = {name: np.full_like(value, np.nan) if name.startswith("W") else value for name, value in values.items()}
    known = (*made.data, *made.parameters, *made.constants)
    again = run(made, {name: drowned[name] for name in known})

    assert {each.verdict for each in check_gradients(made, again)} == {Verdict.CANNOT_TELL}


def test_a_cost_may_be_a_number_that_stands_in_a_matrix() -> None:
    made = built("r = y - X @ w\nJ = r.T @ r", {"X": ("m", "n"), "y": ("m", 1)}, {"w": ("n", 1)}, {"m": 5, "n": 3})
    values = run_once(made)
    checks = check_gradients(made, values)

    assert {each.name: each.verdict for each in checks} == {"dr": Verdict.MATCH, "dw": Verdict.MATCH}
    np.testing.assert_allclose(checks[1].central, -2 * values["X"].T @ values["r"], rtol=1e-6)


@pytest.mark.parametrize("start", ["A0 = tanh(W @ X)", "V0 = W"])
def test_long_chains_of_equations_are_no_trouble(start: str) -> None:
    name, count = start[0], 400
    chain = [f"{name}{each + 1} = tanh({name}{each})" for each in range(count)]
    end = f"J = sum({name}{count})" if name == "A" else f"J = sum({name}{count} @ X)"
    made = built("\n".join([start, *chain, end]), {"X": ("n", "m")}, {"W": ("k", "n")}, {"n": 3, "k": 2, "m": 4})
    checks = check_gradients(made, run_once(made))

    assert all(each.ok for each in checks)
    assert len(checks) == count + 2


def test_a_cost_that_is_no_number_has_no_slope_to_compare_with() -> None:
    text = "Z = W @ X\nA = softmax(Z, axis=0)\nJ = -sum(Y * log(A) + (1 - Y) * log(1 - A)) / m"
    made = built(text, {"X": ("n", "m"), "Y": (1, "m")}, {"W": (1, "n")}, {"n": 2, "m": 3})

    assert {each.verdict for each in check_gradients(made, run_once(made))} == {Verdict.CANNOT_TELL}

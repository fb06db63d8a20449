"""Float32 runs: formulas are judged in float64 on the run's own branches, and what float32 does stands apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.alone import right_alone
from bpdebug.check.directions import along_directions
from bpdebug.check.forward import Forward
from bpdebug.check.full import check
from bpdebug.check.gradients import Checker, check_gradients
from bpdebug.check.iteration import check_iteration
from bpdebug.check.nudge import Nudge
from bpdebug.check.rounding import Backward, errors
from bpdebug.check.verdict import GradientCheck, Single, Verdict
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.kernels import run_step
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import parse
from bpdebug.ops.table import Array
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load
from tests.check.lowering import program
from tests.check.networks import REGIMES, draw, lowered

w, a = Name("w"), Name("a")
LARGE = 2.0**24
"""From here on float32 knows even numbers only."""


def single_run(made: Program, leaves: dict[str, Any]) -> dict[str, Array]:
    """The values of one iteration in float32."""
    values = {name: np.asarray(value, dtype=np.float32) for name, value in leaves.items()}
    for step in made.steps:
        values[step.out] = run_step(step, values, np.float32)
    return values


def only(made: Program, values: dict[str, Array]) -> GradientCheck:
    (found,) = check_gradients(made, values)
    assert found.single is not None
    return found


def gated(threshold: float, slope: Expr, **leaves: float) -> tuple[Program, dict[str, Array]]:
    """relu(a + w - a - threshold) + w²: float32 may round a + w across the threshold."""
    lines = [
        ("z", a + w - a - threshold, Phase.FORWARD),
        ("J", apply("relu", Name("z")) + w * w, Phase.COST),
        ("dw", slope, Phase.BACKWARD),
    ]
    made = program(lines, {name: np.asarray(value) for name, value in leaves.items()}, ["w"])
    return made, single_run(made, leaves)


OTHER_BRANCH = {
    "off in float32, on in float64": (0.5, LARGE, 0.0),
    "on in float32, off in float64": (1.5, LARGE + 2, 1.0),
}


@pytest.mark.parametrize("case", OTHER_BRANCH)
def test_the_branch_is_that_of_the_float32_run(case: str) -> None:
    threshold, large, slope = OTHER_BRANCH[case]
    made, values = gated(threshold, apply("drelu", Name("z")) + 2 * w, a=large, w=1.0)
    assert float(values["dw"]) == slope + 2
    double = Forward.of(made, {name: values[name].astype(float) for name in ("a", "w")})
    assert (double.values["z"] > 0) != (values["z"] > 0)
    found = only(made, values)
    assert found.verdict is Verdict.MATCH
    assert float(found.analytic) == float(found.numerical) == slope + 2
    assert float(found.bound) < 1e-14
    assert along_directions(made, values).accepted


@pytest.mark.parametrize("case", OTHER_BRANCH)
def test_bounds_go_the_way_the_float32_run_went(case: str) -> None:
    threshold, large, slope = OTHER_BRANCH[case]
    made, values = gated(threshold, apply("drelu", Name("z")) * w / 3.0, a=large, w=1.0)
    forward, checker = Forward.of(made, values), Checker(made, values, ("dw",))
    bounds = errors(forward.steps, forward.values, {}, single=forward.single)
    assert float(Backward.of(forward, bounds, {"z"}).magnitude("z", ())) == slope
    assert (bounds["J:0"] > 0) == (checker.bounds["dw"] > 1e-20) == (slope == 1)


def test_every_equation_is_right_alone() -> None:
    scenario = load("gradient-checking", bookkeeping="per-example")
    walker = Timeline(scenario.program, scenario.values, iterations=1, dtype=np.float32)
    walker.seek(walker.last)
    values = {**walker.values, **walker.inputs}
    assert values["m"] == 3
    assert all(right_alone(scenario.program, values, of) for of in scenario.program.gradients)


@pytest.mark.parametrize("case", OTHER_BRANCH)
def test_a_gradient_of_the_other_branch_is_wrong(case: str) -> None:
    threshold, large, slope = OTHER_BRANCH[case]
    made, values = gated(threshold, (1.0 - slope) + 2 * w, a=large, w=1.0)
    assert only(made, values).verdict is Verdict.WRONG
    assert not along_directions(made, values).accepted


def test_a_kink_is_where_the_float32_run_stands_on_one() -> None:
    made, values = gated(0.0, apply("drelu", Name("z")) + 2 * w, a=LARGE, w=1.0)
    found = only(made, values)
    assert found.verdict is Verdict.KINK
    assert (float(found.left), float(found.right)) == (2.0, 3.0)
    assert found.rules == ("relu'(0) = 0",)


def test_float32_may_lose_digits_where_the_formula_is_right() -> None:
    lost = a + w - a
    lines = [("J", apply("sum", lost**2.0), Phase.COST), ("dw", 2 * lost, Phase.BACKWARD)]
    leaves = {"a": np.asarray(1e6), "w": np.array([0.4, 0.3])}
    made = program(lines, leaves, ["w"])
    found = only(made, single_run(made, leaves))
    assert found.verdict is Verdict.MATCH
    assert np.all(found.bound < 1e-9)
    assert found.single is not None
    assert found.single.index == (0,)
    assert found.single.difference == pytest.approx(0.05, rel=1e-6)
    assert found.single.units > 1e6
    assert found.json()["float32"] == {
        "index": [0],
        "difference": found.single.difference,
        "units": found.single.units,
        "value": found.single.value,
        "lost": True,
    }


def test_a_formula_off_by_a_millionth_is_wrong_though_float32_is_no_better() -> None:
    lines = [("J", apply("sum", w**2.0), Phase.COST), ("dw", (2 + 2e-7) * w, Phase.BACKWARD)]
    leaves = {"w": np.array([0.7, -1.3, 0.1])}
    made = program(lines, leaves, ["w"])
    (found,) = check(made, single_run(made, leaves))
    assert found.counts[Verdict.WRONG] == 3
    assert found.culprit is not None
    assert found.culprit.equation == "dw"
    assert found.single is not None
    assert found.single.units < 4


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("seed", range(4))
def test_right_gradients_are_never_called_wrong(regime: str, seed: int) -> None:
    made, values = lowered(draw(regime, np.random.default_rng(seed), square=False))
    leaves = {name: values[name] for name in (*made.data, *made.parameters, *made.constants)}
    found = check_gradients(made, single_run(made, leaves))
    assert [each.name for each in found if each.verdict is Verdict.WRONG] == []
    double = check_gradients(made, values)
    assert [each.single for each in double] == [None] * len(double)
    if regime == "smooth":
        assert all(each.ok for each in found)
        for each in found:
            assert each.single is not None
            assert each.single.units < 100


@pytest.mark.parametrize("name", [each.name for each in bundled()])
def test_every_bundled_scenario_is_right_in_float32(name: str) -> None:
    scenario = replace(load(name), dtype="float32")
    for iteration in (0, 7):
        found = check_iteration(scenario, iteration)
        assert all(each.ok for each in found)
        assert all(each.analytic.dtype == np.float64 for each in found)
        assert any(each.single is not None and each.single.difference > 0 for each in found)


def test_nudging_is_done_in_float64() -> None:
    made, values = gated(1.5, apply("drelu", Name("z")) + 2 * w, a=LARGE + 2, w=1.0)
    nudge = Nudge(Forward.of(made, values), "w", ())
    assert nudge.exact == 3.0
    assert nudge.moved(2.0**-30).values["z"].dtype == np.float64


def test_what_stands_apart_holds_for_anything_a_run_can_give() -> None:
    double = np.array([1.0, 2.0, 0.0])
    assert Single.of(np.array([1.0, 2.0, 0.0]), double, double) == Single((0,), 0.0, 0.0, 1.0)
    far = Single.of(np.array([1.0, np.inf, 0.0]), double, double)
    assert far == Single((1,), np.inf, np.inf, np.inf)
    assert far.lost
    assert Single.of(np.array([np.nan, 2.0, 0.0]), double, double).difference == np.inf
    assert far.json() == {"index": [1], "difference": None, "units": None, "value": None, "lost": True}
    nothing = np.array([1.0, np.nan, 0.0])
    assert Single.of(np.array([1.0, np.nan, 0.0]), nothing, nothing) == Single((0,), 0.0, 0.0, 1.0)
    assert Single.of(np.array([1.0, np.inf, 0.0]), nothing, nothing).difference == 0.0
    assert Single.of(np.array([1.0, 2.0 - 2.0**-8, 0.0]), double, double).lost
    assert not Single.of(np.array([1.0, 2.0 - 2.0**-12, 0.0]), double, double).lost
    assert Single.of(np.array([1.0, 2.0, 1e-30]), double, double).units == np.inf
    assert Single.of(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3))) == Single((), 0.0, 0.0, 0.0)
    assert Single.of(np.asarray(1 + 2.0**-23), np.asarray(1.0), np.asarray(1.0)) == Single(
        (), 2.0**-23, 2.0, 1 + 2.0**-23
    )


NEAR = {
    "relu(Z1)": 0.0,
    "leaky_relu(Z1)": 0.0,
    "abs(Z1)": 0.0,
    "maximum(0.1, Z1)": 0.1,
    "clip(Z1, 0.1, 0.7)": 0.1,
    "where(Z1 > 0.1, exp(Z1), Z1 * Z1)": 0.1,
    "Z1 * (Z1 > 0)": 0.0,
    "relu(exp(Z1) - 1)": 0.0,
    "max(Z1, axis=0, keepdims=True) + Z1": 2.0,
}
"""Operations with branches, and the threshold that half of their inputs stand at, but for the last bits."""


@pytest.mark.parametrize("activation", NEAR)
def test_wherever_float32_decides_otherwise_its_branch_is_the_one_that_is_judged(activation: str) -> None:
    turned = 0
    for seed in range(4):
        made, start = at_threshold(activation, np.random.default_rng(seed))
        walker = Timeline(made, start, iterations=1, dtype=np.float32)
        walker.seek(walker.last)
        values = {**walker.values, **walker.inputs}
        single, double = (
            Forward.of(made, given)
            for given in (values, {name: value.astype(float) for name, value in walker.inputs.items()})
        )
        turned += sum(int(np.sum(single.branches[name] != double.branches[name])) for name in single.branches)
        found = check(made, values)
        assert all(each.ok for each in found)
        assert [each.name for each in found if each.verdict is Verdict.UNTESTED] == []
        assert along_directions(made, values).accepted
    assert turned > 0


def at_threshold(activation: str, random: np.random.Generator) -> tuple[Program, dict[str, Array]]:
    """A layer whose inputs lie at the threshold of its activation, up to rounding, in half of the entries."""
    x, w1 = random.normal(size=(3, 6)), random.normal(size=(4, 3))
    z = w1.astype(np.float32).astype(float) @ x.astype(np.float32).astype(float)
    near = random.random(size=z.shape) < 0.5
    parameters = {
        "W1": w1,
        "B": np.where(near, NEAR[activation] - z, random.normal(size=z.shape)),
        "W2": random.normal(size=(2, 4)),
    }
    data = {"X": x, "Y": random.normal(size=(2, 6))}
    lines = {"Z1": "W1 @ X + B", "A1": activation, "Z2": "W2 @ A1", "J": "sum(square(Z2 - Y)) / m"}
    made = build(
        [Equation(name, parse(text)) for name, text in lines.items()],
        data={name: value.shape for name, value in data.items()},
        parameters={name: value.shape for name, value in parameters.items()},
        constants={"m": 6.0, "learning_rate": 0.1},
        cost="J",
    )
    return made, {**data, **parameters}

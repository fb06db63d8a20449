"""The scenarios that come with bpdebug: right in every form, and worth looking at."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from bpdebug.check.iteration import check_iteration, trained
from bpdebug.check.verdict import Verdict
from bpdebug.errors import ScenarioError
from bpdebug.scenario.load import load
from tests.bundled import NAMES, TURNED
from tests.ops.evaluate import evaluate

FORMS = list(product(("total", "per-example"), (False, True)))


@pytest.mark.parametrize(("name", "orientation"), TURNED)
@pytest.mark.parametrize(("bookkeeping", "fused"), FORMS)
def test_every_gradient_of_every_form_agrees_at_every_stage(name, orientation, bookkeeping, fused):
    scenario = load(name, orientation=orientation, bookkeeping=bookkeeping, fused=fused)

    for iteration in (0, 1, 100):
        found = check_iteration(scenario, iteration)
        assert {check.of for check in found} >= set(scenario.program.parameters)
        assert {check.name: check.verdict for check in found if not check.ok} == {}
        assert not any(check.counts[Verdict.CANNOT_TELL] for check in found)


@pytest.mark.parametrize("name", [name for name in NAMES if (name, "columns") not in TURNED])
def test_what_is_no_matrix_has_no_other_orientation(name):
    with pytest.raises(ScenarioError, match=r"has no transpose|no other orientation"):
        load(name, orientation="columns")


@pytest.mark.parametrize("name", NAMES)
def test_training_lowers_the_cost(name):
    scenario = load(name)
    assert trained(scenario, scenario.iterations - 1)["J"] < 0.8 * trained(scenario, 0)["J"]


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_is_and_names_its_schema(name):
    scenario = load(name)
    text = Path(scenario.path).read_text(encoding="utf-8")

    assert text.startswith("#:schema ./scenario.schema.json\n# ")
    assert scenario.title
    assert scenario.summary.endswith(".")


def test_the_three_layer_network_has_the_course_s_shape_and_no_dead_units():
    scenario = load("three-layer")
    values = trained(scenario, 0)

    assert [scenario.program.shapes[name] for name in ("X", "W1", "W2", "W3")] == [(4, 8), (5, 4), (3, 5), (1, 3)]
    for name in ("A1", "A2"):
        assert (values[name] > 0).any(axis=1).all(), "every unit is active on some example"
        assert (values[name] == 0).any(), "and some unit is not on some other"


def test_the_gradient_checking_exercise_has_the_course_s_figures():
    """The published relative error (its numerical gradient is good to 1e-7), and round-off alone once it is mended."""
    scenario = load("gradient-checking")
    own = trained(scenario, 0)
    claimed = dict(own)
    for claim in scenario.claims:
        claimed[claim.name] = evaluate(claim.expr, claimed)
    numerical = {check.name: check.numerical for check in check_iteration(scenario, 0)}

    def error(values):
        names = ("dW1", "db1", "dW2", "db2", "dW3", "db3")
        given, true = (np.concatenate([each[name].ravel() for name in names]) for each in (values, numerical))
        return np.linalg.norm(given - true) / (np.linalg.norm(given) + np.linalg.norm(true))

    assert error(claimed) == pytest.approx(0.2850931567, abs=2e-8)
    assert error(own) < 1e-15

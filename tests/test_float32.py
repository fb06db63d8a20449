"""A float32 scenario from the file to what is read of it: listing, table, JSON, debugger."""

from __future__ import annotations

import io
import json
import sys

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from bpdebug.errors import ScenarioError
from bpdebug.scenario.load import load
from tests.debugger.scenes import said

SCENARIO = """
title = "In float32"

[data]
X.values = [[0.5, -1.2, 0.8, 1.5], [1.0, 0.3, -0.7, 0.2]]
Y.values = [[1, 0, 0, 1]]

[network]
layers = [{ units = 3, activation = "tanh" }, { units = 1, activation = "sigmoid" }]
cost = "binary-cross-entropy"

[training]
dtype = "float32"
iterations = 20
"""


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SCENARIO.encode()), encoding="utf-8"))
    return Session(load("-"), notation="ascii")


def test_it_is_listed(bpdebug) -> None:
    assert "numbers      float32\n" in bpdebug("show", "-", stdin=SCENARIO).out
    assert "float32" not in bpdebug("show", "-", stdin=SCENARIO.replace("float32", "float64").replace("In f", "")).out
    assert json.loads(bpdebug("show", "-", "--json", stdin=SCENARIO).out)["dtype"] == "float32"


def test_a_check_says_what_float32_does_apart(bpdebug) -> None:
    run = bpdebug("check", "-", "--gradient", "dW1", "--at", "2", stdin=SCENARIO)
    lines = run.out.splitlines()
    assert run.code == 0
    assert lines[3].startswith("dW1       (3, 2)  match    6 match")
    assert lines[5] == "computed in float64, on the branches of this float32 run; float32 by itself is off by up to"
    assert lines[6].startswith("  dW1[")
    assert lines[6].endswith(" times the round-off of its terms")
    assert lines[-1] == "all right: 6 of 6 entries tested in 1 gradient"


SQUARES = """
[data]
X.values = [[1.0, 2.0]]
[parameters]
W.values = [[WEIGHT]]
V.values = [[1.5]]
[network]
forward = '''
Z = W @ X
Q = V @ Z
J = FACTOR * sum(Q**2)
'''
cost = "J"
[training]
dtype = "float32"
"""


@pytest.mark.parametrize(
    ("weight", "factor", "told"),
    [("1e25", "1", "float32 gives inf, float64 1.5e+51"), ("1", "1e-60", "float32 gives 0, float64 1.5e-59")],
)
def test_a_gradient_that_float32_cannot_hold_is_told_though_its_formula_is_right(bpdebug, weight, factor, told) -> None:
    text = SQUARES.replace("WEIGHT", weight).replace("FACTOR", factor)
    run = bpdebug("check", "-", "--gradient", "dV", stdin=text)
    (found,) = json.loads(bpdebug("check", "-", "--json", "--gradient", "dV", stdin=text).out)["gradients"]
    assert (run.code, found["verdict"], found["float32"]["lost"]) == (0, "match", True)
    assert f"  dV[0, 0]: {told}\n" in run.out
    assert run.out.endswith("\nthe formulas are right, but float32 loses dV: 1 of 1 entries tested in 1 gradient\n")


def test_in_the_debugger_too(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SQUARES.replace("WEIGHT", "1e25").replace("FACTOR", "1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    session = Session(load("-"), notation="ascii")
    said(session, "goto 1:dV")
    lines = said(session, "check dV").splitlines()
    assert lines[2].endswith("  all of it: inf for 1.499999869e+51 at [0, 0]")
    assert lines[-2:] == [
        "float32 loses dV: it is off by far more than its round-off.",
        "1 entry of 1 gradient tested",
    ]


def test_in_json_it_is_null_where_there_is_nothing_to_say(bpdebug) -> None:
    (single,) = json.loads(bpdebug("check", "-", "--json", "--gradient", "db2", stdin=SCENARIO).out)["gradients"]
    assert set(single["float32"]) == {"index", "difference", "units", "value", "lost"}
    assert not single["float32"]["lost"]
    assert 0 < single["float32"]["difference"] < 1e-6
    assert single["worst"]["bound"] < 1e-12
    (double,) = json.loads(bpdebug("check", "xor", "--json", "--gradient", "db2").out)["gradients"]
    assert double["float32"] is None


def test_in_the_debugger_values_are_float32_and_checks_sharp(session: Session) -> None:
    said(session, "goto 3:dW1")
    assert {each.dtype for each in session.view.values.values()} == {np.dtype(np.float32)}
    _, shown = session.evaluator.value("W1 @ X + 0.1", session.timeline.values)
    assert shown.dtype == np.float32
    lines = said(session, "check dW1").splitlines()
    assert lines[1].endswith("may differ by  float32 is off by")
    assert " u at [" in lines[2]
    assert lines[3].startswith(
        "The verdicts are of the formulas, computed in float64 on the branches of this float32 run."
    )
    (found,) = session.execute("check dW1").check
    assert found.ok
    assert found.single is not None
    assert np.all(found.bound < 1e-12)
    text = said(session, "nudge W1[0, 0] 1e-3")
    assert "The run is in float32; this is in float64, for float32 has too few digits to be nudged." in text
    assert "1e-12" in text


def test_what_float32_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    large = SCENARIO.replace("[0.5,", "[-1e39,").replace("iterations = 20", "iterations = 20\nlearning_rate = 1e40")
    for text, problems in ((large, 2), (large.replace('dtype = "float32"', ""), 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
        if not problems:
            assert load("-").dtype == "float64"
            continue
        with pytest.raises(ScenarioError) as raised:
            load("-")
        assert [(each.line, each.column, each.path, each.message) for each in raised.value.problems] == [
            (13, 9, "training.dtype", "X holds 1e+39, more than float32 can: it ends at 3.4e38"),
            (13, 9, "training.dtype", "learning_rate holds 1e+40, more than float32 can: it ends at 3.4e38"),
        ]


def test_a_constant_that_would_be_0_in_float32_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    small = SCENARIO.replace("iterations = 20", "iterations = 20\nlearning_rate = 1e-50")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(small.encode()), encoding="utf-8"))
    with pytest.raises(ScenarioError) as raised:
        load("-")
    (problem,) = raised.value.problems
    assert problem.message == "learning_rate is 1e-50, too small for float32, where it would be 0"
    double = small.replace('dtype = "float32"', "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(double.encode()), encoding="utf-8"))
    assert load("-").program.constants["learning_rate"] == 1e-50

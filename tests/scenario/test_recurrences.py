"""Loops over the steps of a recurrence: a name set anew in each round has as many versions, and zeros read are 0."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.ops import write
from bpdebug.scenario.load import load
from bpdebug.scenario.pasted import pasted
from bpdebug.scenario.record import Scenario
from bpdebug.scenario.tied import errors_tied

STEPS = """
title = "A recurrence of two steps"
[sizes]
V = 3
H = 2
[data]
h0 = { shape = ["H", 1], init = "normal" }
x1 = { values = [[0.0], [0.0], [1.0]] }
x2 = { values = [[0.0], [1.0], [0.0]] }
t1 = { values = [[1.0], [0.0], [0.0]] }
t2 = { values = [[0.0], [1.0], [0.0]] }
[parameters]
Wx = { shape = ["H", "V"], init = "normal" }
Wh = { shape = ["H", "H"], init = "normal" }
Wy = { shape = ["V", "H"], init = "normal" }
[network]
orientation = "columns"
forward = '''
a1 = Wx @ x1 + Wh @ h0
h1 = tanh(a1)
a2 = Wx @ x2 + Wh @ h1
h2 = tanh(a2)
y1 = Wy @ h1
p1 = softmax(y1, axis=0)
y2 = Wy @ h2
p2 = softmax(y2, axis=0)
J = -sum(t1 * log(p1)) - sum(t2 * log(p2))
'''
cost = "J"
"""
BACK_IN_TIME = """
dWh, dnext = np.zeros_like(Wh), np.zeros((hidden_size, 1))
for t in reversed(range(len(inputs))):
    dy = np.copy(ps[t])
    dy[targets[t]] -= 1
    dh = np.dot(Wy.T, dy) + dnext
    da = (1 - hs[t] * hs[t]) * dh
    dWh += np.dot(da, hs[t - 1].T)
    dnext = np.dot(Wh.T, da)
"""


@cache
def scenario() -> Scenario:
    with TemporaryDirectory() as folder:
        path = Path(folder, "steps.toml")
        path.write_text(STEPS)
        return load(str(path))


def reviewed(block: str) -> Review:
    program, values = scenario().program, trained(scenario(), 0)
    return review(program, values, errors_tied(pasted(block, program).claims, program, lambda: values)[0])


def formulas(block: str) -> dict[str, str]:
    return {each.name: write(each.expr, "ascii") for each in pasted(block, scenario().program).claims}


def test_a_name_set_anew_in_each_round_is_a_line_for_each_and_zeros_are_0() -> None:
    found = formulas(BACK_IN_TIME)

    lines = ("dh", "dnext", "dh_2", "da_2", "dWh", "dWh_2")
    assert [found[each] for each in lines] == [
        "Wy.T @ dy + 0",
        "Wh.T @ da",
        "Wy.T @ dy_2 + dnext",
        "(1 - h1 * h1) * dh_2",
        "da @ h1.T",
        "dWh + da_2 @ h0.T",
    ]
    spelled = "read in the program's spelling: ps[0] as p1, hs[0] as h1 and dy[…] -= 1 as dy -= t1"
    assert pasted(BACK_IN_TIME, scenario().program).notes[-1] == spelled
    judged = reviewed(BACK_IN_TIME)
    assert judged.first_wrong is None


@pytest.mark.parametrize(
    "loop",
    [
        BACK_IN_TIME.replace("len(inputs)", "T"),
        BACK_IN_TIME.replace("hs[t]", "hs[t + 1]")
        .replace("hs[t - 1]", "hs[t]")
        .replace("[targets[t]] -= 1", " -= ts[t]"),
        BACK_IN_TIME.replace("range(len(inputs))", "range(1, 3)"),
    ],
)
def test_steps_count_from_0_or_1_and_what_is_before_the_first_is_no_last_one(loop: str) -> None:
    assert {**formulas(loop)} == formulas(BACK_IN_TIME)


def test_a_mistake_in_a_round_is_found_there() -> None:
    judged = reviewed(BACK_IN_TIME.replace("hs[t - 1]", "hs[t]"))

    assert judged.first_wrong is not None
    assert judged.claims[judged.first_wrong].name == "dWh_2"


def test_a_list_that_is_not_known_is_named_and_not_the_loop() -> None:
    loop = "for t in range(2, 0, -1):\n    dy = outs[t] - goals[t]\n    dWy += dy @ states[t].T"

    (error, *_) = pasted(loop, scenario().program).errors
    assert "the entries of outs are" in error.message

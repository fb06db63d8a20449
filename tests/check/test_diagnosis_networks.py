"""Mistakes that need another network than plain layers: shared weights, filters, activations by hand, pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.check.claims import judge
from bpdebug.check.diagnosis import diagnose
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program
from tests.check.test_claims import lines
from tests.check.test_diagnosis import diagnosed
from tests.program.written import run_once

RECURRENT = """
s1 = Wx @ x1 + Wh @ h0 + b
h1 = tanh(s1)
s2 = Wx @ x2 + Wh @ h1 + b
h2 = tanh(s2)
y = Wy @ h2
J = sum((y - t)**2)/(2*m)
"""
RECURRENT_RIGHT = """
Wh_new = Wh - learning_rate * Wh
dy = (y - t)/m
dWy = dy @ h2.T
dh2 = Wy.T @ dy
ds2 = dh2 * (1 - h2**2)
dh1 = Wh.T @ ds2
ds1 = dh1 * (1 - h1**2)
dWx = ds1 @ x1.T + ds2 @ x2.T
dWh = ds1 @ h0.T + ds2 @ h1.T
db = np.sum(ds1 + ds2, axis=1, keepdims=True)
"""
FILTERED = """
z = correlate(x, k) + c
a = 1 / (1 + exp(-z))
J = sum((a - t)**2)/2
"""
FILTERED_RIGHT = """
da = a - t
dz = da * a * (1 - a)
dk = correlate(x, dz)
dc = sum(dz)
dx = correlate(dz, k[::-1], mode="full")
"""


def made(
    forward: str, data: dict[str, Shape], parameters: dict[str, Shape], constants: dict[str, float]
) -> tuple[Program, dict[str, Array]]:
    random = np.random.default_rng(11)
    constants = {**constants, "learning_rate": 0.1}
    equations = [Equation(each.name, each.expr) for each in lines(forward)]
    program = build(equations, data=data, parameters=parameters, constants=constants, cost="J")
    values = {name: random.normal(size=shape) for name, shape in (data | parameters).items()}
    return program, run_once(program, values | {name: np.asarray(each) for name, each in constants.items()})


def recurrent() -> tuple[Program, dict[str, Array]]:
    m, n, h, k = Size(4, "m"), Size(3, "n"), Size(5, "h"), Size(2, "k")
    data: dict[str, Shape] = {"x1": (n, m), "x2": (n, m), "h0": (h, m), "t": (k, m)}
    parameters: dict[str, Shape] = {"Wx": (h, n), "Wh": (h, h), "b": (h, 1), "Wy": (k, h)}
    return made(RECURRENT, data, parameters, {"m": 4.0, "n": 3.0, "h": 5.0, "k": 2.0})


def filtered() -> tuple[Program, dict[str, Array]]:
    return made(FILTERED, {"x": (8,), "t": (6,)}, {"k": (3,), "c": ()}, {})


@pytest.mark.parametrize(
    ("mistake", "name", "wrong"),
    [
        ("wrong-time-index", "ds1", "dh1 * (1 - h2**2)"),
        ("wrong-time-index", "dWh", "ds1 @ h0.T + ds2 @ h2.T"),
        ("missing-path", "dWx", "ds2 @ x2.T"),
        ("missing-path", "db", "np.sum(ds2, axis=1, keepdims=True)"),
        ("uses-updated-parameter", "dh1", "Wh_new.T @ ds2"),
        ("sign-of-one-term", "dWx", "ds1 @ x1.T - ds2 @ x2.T"),
        ("value-vs-derivative", "ds2", "dh2 * h2"),
        ("wrong-activation-derivative", "ds2", "dh2 * h2 * (1 - h2)"),
        ("missing-activation-derivative", "dh1", "Wh.T @ dh2"),
        ("wrong-cost-derivative", "dy", "y/m"),
    ],
)
def test_a_mistake_in_a_recurrent_network_is_named_and_mended(mistake: str, name: str, wrong: str) -> None:
    mistakes = diagnosed(RECURRENT_RIGHT, name, wrong, recurrent()).mistakes

    assert mistakes[0] == mistake
    assert mistake != "wrong-time-index" or mistakes == (mistake,)


@pytest.mark.parametrize(
    ("mistake", "name", "wrong"),
    [
        ("kernel-flip", "dx", 'correlate(dz, k, mode="full")'),
        ("kernel-flip", "dk", "correlate(dz, x)"),
        ("kernel-flip", "dk", "correlate(x[::-1], dz)"),
        ("missing-sum", "dc", "dz"),
        ("activation-derivative-at-wrong-point", "dz", "da * z * (1 - z)"),
        ("wrong-activation-derivative", "dz", "da * a * (a - 1)"),
        ("missing-activation-derivative", "dk", "correlate(x, da)"),
    ],
)
def test_a_mistake_beside_a_filter_is_named_and_mended(mistake: str, name: str, wrong: str) -> None:
    assert diagnosed(FILTERED_RIGHT, name, wrong, filtered()).mistakes[0] == mistake


@pytest.mark.parametrize(
    ("both", "name", "wrong"),
    [
        ({"wrong-time-index", "sign-flipped"}, "ds1", "-dh1 * (1 - h2**2)"),
        ({"transposed-operand", "constant-factor"}, "dh1", "2 * Wh @ ds2"),
        ({"missing-1/m", "sign-flipped"}, "dy", "t - y"),
    ],
)
def test_two_mistakes_in_one_line_are_both_named(both: set[str], name: str, wrong: str) -> None:
    assert both <= set(diagnosed(RECURRENT_RIGHT, name, wrong, recurrent()).mistakes)


def test_the_formulas_of_the_other_layout_are_a_mixup_of_rows_and_columns() -> None:
    text = "dy = (y - t)/m\ndWy = h2.T @ dy\ndh2 = dy @ Wy.T"
    claims, network = lines(text), recurrent()
    found = diagnose(*network, claims, judge(*network, claims))

    assert [each and each.mistakes[0] for each in found] == [None, "rows-columns-mixup", "rows-columns-mixup"]


RESPELLED = {
    "dy": ["-(t - y)/m", "1/m*(y - t)", "y/m - t/m", "2*(y - t)/(2*m)"],
    "dh2": ["np.dot(Wy.T, dy)", "(dy.T @ Wy).T", "Wy.T @ (y - t) / m"],
    "ds2": ["(1 - h2*h2) * dh2", "dh2 * dtanh(s2)", "dh2 - dh2*h2**2", "np.multiply(dh2, 1 - np.power(h2, 2))"],
    "dWx": ["ds2 @ x2.T + np.dot(ds1, x1.T)", "(x1 @ ds1.T).T + ds2 @ x2.T"],
    "db": [
        "np.sum(ds1, axis=1, keepdims=True) + np.sum(ds2, axis=1, keepdims=True)",
        "m*np.mean(ds2 + ds1, axis=1, keepdims=True)",
    ],
}


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(each) for name, each in RESPELLED.items()}))
def test_right_lines_in_any_spelling_raise_nothing(chosen: dict[str, str]) -> None:
    pairs = (each.partition(" = ") for each in RECURRENT_RIGHT.strip().splitlines())
    claims = lines("\n".join(f"{name} = {chosen.get(name, right)}" for name, _, right in pairs))
    network = recurrent()
    derivation = judge(*network, claims)

    assert derivation.ok
    assert diagnose(*network, claims, derivation) == (None,) * len(claims)

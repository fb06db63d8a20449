"""One step on real numbers: float64 in, read-only float64 out, and silence about NaN."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from bpdebug.language.expression import Expr, Name, apply
from bpdebug.machine.kernels import protected, run_step
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Step
from tests.check.lowering import program

x = Name("x")


def only_step(expr: Expr, **leaves: Array) -> Step:
    (step,) = program([("y", expr, Phase.FORWARD)], leaves, []).steps
    return step


def test_names_and_numbers_are_its_inputs() -> None:
    values = {"x": np.array([1.0, 2.0])}
    assert np.array_equal(run_step(only_step(x * 3.0, **values), values), [3.0, 6.0])
    assert np.array_equal(run_step(only_step(2 - x, **values), values), [1.0, 0.0])


@pytest.mark.parametrize(
    "expr", [apply("sum", x), x.T, apply("reshape", x, shape=(6,)), x > 0, apply("index", x, index=(0, 1)), x @ x.T]
)
def test_the_result_is_float64_and_nobody_can_write_to_it(expr: Expr) -> None:
    values = {"x": protected(np.arange(6.0).reshape(2, 3))}
    made = program([("y", expr, Phase.FORWARD)], values, [])
    for step in made.steps:
        result = values[step.out] = run_step(step, values)
        assert isinstance(result, np.ndarray)
        assert result.dtype == np.float64
        assert result.shape == step.shape
        while isinstance(result, np.ndarray):
            assert not result.flags.writeable
            result = result.base


def test_a_view_protects_what_it_looks_at() -> None:
    base = np.arange(6.0)
    protected(base[::2].reshape(3, 1))
    with pytest.raises(ValueError, match="read-only"):
        base[0] = 1.0


@pytest.mark.parametrize(("expr", "expected"), [(x / 0.0, np.inf), (apply("log", -x), np.nan), (x * 1e308, np.inf)])
def test_numpy_does_not_warn(expr: Expr, expected: float) -> None:
    values = {"x": np.array(10.0)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for step in program([("y", expr, Phase.FORWARD)], values, []).steps:
            values[step.out] = run_step(step, values)
    assert np.array_equal(values["y"], expected, equal_nan=True)

"""A run in float32: every step computes in float32, and time obeys the same law."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.language.expression import Name
from bpdebug.machine.kernels import PRECISIONS, operand, precision, run_step
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import OPS
from bpdebug.ops.table import Op
from bpdebug.program.equations import Phase
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load
from tests.check.lowering import program
from tests.machine.runs import LEAVES, PROGRAM, random_walk, same_bits


def timeline(iterations: int = 6) -> Timeline:
    return Timeline(PROGRAM, LEAVES, iterations=iterations, budget=20_000, dtype=np.float32)


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_no_operation_computes_in_more_than_it_was_given(op: Op) -> None:
    for arrays, written in op.examples(np.random.default_rng(0)):
        single = [np.asarray(array, dtype=np.float32) for array in arrays]
        options = op.resolve(*(np.shape(each) for each in single), **written)
        with np.errstate(all="ignore"):
            out = np.asarray(op.forward(*single, **options))
        exact = np.array_equal(out.astype(np.float32).astype(out.dtype), out, equal_nan=True)
        assert out.dtype == np.float32 or exact or op.name == "dleaky_relu"


@pytest.mark.parametrize("name", [each.name for each in bundled()])
def test_every_value_of_a_run_is_float32(name: str) -> None:
    scenario = load(name)
    walker = Timeline(scenario.program, scenario.values, iterations=3, dtype=PRECISIONS["float32"])
    walker.seek(walker.last)
    assert {value.dtype for value in walker.values.values()} == {np.dtype(np.float32)}
    assert not any(value.flags.writeable for value in walker.values.values())
    assert {value.dtype for value in walker.inputs.values()} == {np.dtype(np.float32)}
    assert precision(walker.values) is np.float32


@pytest.mark.parametrize("seed", range(8))
def test_any_walk_ends_where_a_straight_run_does(seed: int) -> None:
    walker = timeline()
    for position in random_walk(np.random.default_rng(seed), walker.last, 12):
        walker.seek(position)
        straight = timeline()
        straight.seek(position)
        assert same_bits(walker.values, straight.values)


def test_it_is_the_run_that_numpy_makes_in_float32() -> None:
    values = {name: np.asarray(value, dtype=np.float32) for name, value in LEAVES.items()}
    for _ in range(3):
        values = {name: np.array(values[name], order="C") for name in LEAVES}
        for step in PROGRAM.steps:
            arrays = [operand(each, values, np.float32) for each in step.inputs]
            values[step.out] = np.asarray(step.op.forward(*arrays, **step.options), dtype=np.float32)
    walker = timeline(3)
    walker.seek(walker.last)
    assert same_bits(walker.values, values)


def test_a_number_in_a_formula_is_float32_too() -> None:
    made = program([("J", Name("x") - 0.1, Phase.COST)], {"x": np.asarray(0.1)}, [])
    (step,) = made.steps
    assert run_step(step, {"x": np.asarray(0.1, dtype=np.float32)}, np.float32) == 0
    assert run_step(step, {"x": np.asarray(0.1, dtype=np.float32)}) != 0


def test_float64_is_what_runs_are_made_of_otherwise() -> None:
    scenario = load("xor")
    assert scenario.dtype == "float64"
    assert replace(scenario, dtype="float32").values["X"].dtype == np.float64
    assert Timeline(scenario.program, scenario.values, iterations=1).values["X"].dtype == np.float64

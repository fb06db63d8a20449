"""take is NumPy's own along every axis; add_at is its adjoint; what names no row is told and hides nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from bpdebug.check.gradients import check_gradients
from bpdebug.check.verdict import Verdict
from bpdebug.language.expression import Name, apply
from bpdebug.ops import OPS, parse, write
from bpdebug.program.build import build
from bpdebug.program.equations import Equation
from tests.check.lowering import run
from tests.ops.evaluate import evaluate

NAN = np.nan


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Any, int]:
    shape = draw(array_shapes(min_dims=1, max_dims=4, max_side=4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    picks = draw(array_shapes(min_dims=0, max_dims=2, max_side=4))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return random.normal(size=shape), random.integers(-shape[axis], shape[axis], size=picks), axis


@given(cases())
def test_take_is_numpys_and_add_at_its_adjoint(case: tuple[Any, Any, int]) -> None:
    x, picked, axis = case
    values = {"x": x, "p": picked.astype(float)}
    out = evaluate(apply("take", Name("x"), Name("p"), axis=axis), values)

    np.testing.assert_array_equal(out, np.take(x, picked, axis=axis))

    g = np.random.default_rng(1).normal(size=out.shape)
    back = evaluate(apply("add_at", Name("g"), Name("p"), shape=x.shape, axis=axis), {**values, "g": g})
    added = np.moveaxis(np.zeros(x.shape), axis, 0)
    at = axis % x.ndim
    np.add.at(added, picked, np.moveaxis(g, range(at, at + picked.ndim), range(picked.ndim)))

    np.testing.assert_allclose(back, np.moveaxis(added, 0, axis), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("wrong", [3.0, -4.0, 0.5, NAN, np.inf, -np.inf, 1e300])
def test_what_names_no_row_is_no_number_and_is_told(wrong: float) -> None:
    x, picked = np.arange(6.0).reshape(3, 2), np.array([1.0, wrong])
    take, add_at = OPS["take"], OPS["add_at"]
    options = take.resolve(x.shape, picked.shape, axis=0)
    out = take.forward(x, picked, **options)

    np.testing.assert_array_equal(out, [[2, 3], [NAN, NAN]])
    np.testing.assert_array_equal(take.domain(x, picked, **options), np.isnan(out))
    assert [term.entries for term in take.contributions((1, 0), out, x, picked, **options)] == [((1, (1,)),)]

    into = add_at.resolve((2, 2), picked.shape, shape=(3, 2))
    back = add_at.forward(np.ones((2, 2)), picked, **into)
    assert np.isnan(back).all()
    assert add_at.domain(np.ones((2, 2)), picked, **into).all()


@pytest.mark.parametrize("picked", [[0, 2, 2], [-1, -3, 0], [[1, -1], [0, 0]]])
@pytest.mark.parametrize(
    "formula", ["tanh(E[words])", "E[words] * E[words]", "2 * E.T[:, words]", "E[..., words, :] ** 3"]
)
def test_the_check_tests_every_row_that_was_picked(formula: str, picked: list[Any]) -> None:
    random = np.random.default_rng(0)
    values = {"E": random.normal(size=(3, 2)), "words": np.asarray(picked, dtype=float), "m": 3.0, "learning_rate": 0.0}
    program = build(
        [Equation("H", parse(formula)), Equation("J", parse("sum(H * H)"))],
        data={"words": values["words"].shape},
        parameters={"E": (3, 2)},
        constants={"m": 3.0, "learning_rate": 0.0},
        cost="J",
    )
    checks = check_gradients(program, run(program, values))

    named = {int(each) % 3 for each in np.ravel(picked)}
    (of_e,) = (each for each in checks if each.of == "E")
    told = {row: set(of_e.verdicts[row]) for row in range(3)}
    assert told == {row: {Verdict.MATCH if row in named else Verdict.UNTESTED} for row in range(3)}


def test_the_gradient_is_added_up_and_scaled_outside() -> None:
    program = build(
        [Equation("H", parse("3 * E[words]")), Equation("J", parse("sum(H * H) / m"))],
        data={"words": (4,)},
        parameters={"E": (5, 2)},
        constants={"m": 4.0, "learning_rate": 0.0},
        cost="J",
        bookkeeping="per-example",
    )
    found = {each.name: write(each.expr, "ascii") for each in program.equations}

    assert found["dE"] == "3 * add_at(dH, words, (5, 2)) / m"

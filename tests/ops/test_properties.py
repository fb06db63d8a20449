"""Over all inputs that hypothesis thinks of: NumPy agrees on shapes, and rounding stays within its bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, basic_indices, mutually_broadcastable_shapes

from bpdebug.language.expression import Slice
from bpdebug.ops import OPS
from bpdebug.ops.shapes import broadcast
from bpdebug.ops.table import Op, ShapeMismatch

SHAPES = array_shapes(min_dims=0, max_dims=3, max_side=4)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ONE_INPUT = [op for op in OPS.values() if op.elementwise and len(op.inputs) == 1]
TWO_INPUTS = [op for op in OPS.values() if op.elementwise and len(op.inputs) == 2]


@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_shapes_broadcast_exactly_where_numpys_do(shapes: list[tuple[int, ...]]) -> None:
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ShapeMismatch):
            broadcast("add", *shapes)
    else:
        assert broadcast("add", *shapes) == expected


@given(mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=4))
def test_shapes_made_to_broadcast_do(shapes: Any) -> None:
    assert broadcast("where", *shapes.input_shapes) == shapes.result_shape


def as_picks(index: Any) -> tuple[Any, ...]:
    listed = index if isinstance(index, tuple) else (index,)
    return tuple(Slice(each.start, each.stop, each.step) if isinstance(each, slice) else int(each) for each in listed)


@given(st.data(), array_shapes(min_dims=1, max_dims=3, max_side=5))
def test_indexing_is_numpys(data: Any, shape: tuple[int, ...]) -> None:
    index = data.draw(basic_indices(shape, allow_ellipsis=False))
    array = np.arange(np.prod(shape), dtype=float).reshape(shape)
    op = OPS["index"]
    options = op.resolve(shape, index=as_picks(index))
    out = op.forward(array, **options)

    np.testing.assert_array_equal(out, array[index])
    assert op.shape(shape, **options) == out.shape
    for place in np.ndindex(*out.shape):
        (term,) = op.contributions(place, out, array, **options)
        ((_, source),) = term.entries
        assert array[source] == out[place] == term.value


@given(st.data(), array_shapes(min_dims=1, max_dims=3, max_side=4), st.booleans())
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "any", "all"])
def test_reductions_run_over_numpys_axes(name: str, data: Any, shape: tuple[int, ...], keepdims: bool) -> None:
    axes = data.draw(st.none() | st.sets(st.integers(0, len(shape) - 1), min_size=1).map(tuple))
    array = np.random.default_rng(0).integers(-2, 3, size=shape).astype(float)
    op = OPS[name]
    options = op.resolve(shape, axis=axes, keepdims=keepdims)
    expected = getattr(np, name)(array, axis=axes, keepdims=keepdims)

    np.testing.assert_allclose(op.forward(array, **options), expected, rtol=1e-14, atol=1e-15)
    assert op.shape(shape, **options) == np.shape(expected)


@pytest.mark.parametrize("op", ONE_INPUT, ids=lambda op: op.name)
@settings(deadline=None)
@given(x=FLOATS)
def test_one_input_rounds_within_the_bound(op: Op, x: float) -> None:
    rounds_within_the_bound(op, x)


@pytest.mark.parametrize("op", TWO_INPUTS, ids=lambda op: op.name)
@settings(deadline=None)
@given(a=FLOATS, b=FLOATS)
def test_two_inputs_round_within_the_bound(op: Op, a: float, b: float) -> None:
    rounds_within_the_bound(op, a, b)


def rounds_within_the_bound(op: Op, *values: float) -> None:
    arrays = [np.asarray(value) for value in values]
    options = op.resolve(*((),) * len(values))
    with np.errstate(all="ignore"):
        out = np.asarray(op.forward(*arrays, **options))
        exact = np.asarray(op.forward(*(np.asarray(value, dtype=np.longdouble) for value in values), **options))
        bound = op.rounding(out, *arrays, **options)
        if np.isfinite(out) and not (op.domain and op.domain(*arrays, **options)):
            assert np.abs(out - exact) <= bound


@given(x=st.floats(-800, 800))
def test_the_two_answers_of_a_sigmoid_add_up(x: float) -> None:
    sigmoid = OPS["sigmoid"].forward
    assert sigmoid(np.asarray(x)) + sigmoid(np.asarray(-x)) == pytest.approx(1.0, rel=1e-15)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=6))
def test_probabilities_add_up_and_their_logarithms_agree(scores: list[float]) -> None:
    array, options = np.asarray(scores), OPS["softmax"].resolve((len(scores),), axis=0)
    chances = OPS["softmax"].forward(array, **options)
    logs = OPS["log_softmax"].forward(array, **options)

    assert np.sum(chances) == pytest.approx(1.0, rel=1e-14)
    np.testing.assert_allclose(np.exp(logs), chances, rtol=1e-9, atol=1e-300)

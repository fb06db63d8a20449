"""A tiny evaluator of expressions over the op table, and the helpers that the laws share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Op, Shape, Size

STEP = 2.0**-60


def evaluate(expr: Expr, values: Mapping[str, Array]) -> Array:
    """The value of an expression on plain arrays without leading axes."""
    if isinstance(expr, Number):
        return np.asarray(expr.value)
    if isinstance(expr, Name):
        return np.asarray(values[expr.id])
    assert isinstance(expr, Apply)
    inputs = [evaluate(each, values) for each in expr.inputs]
    op = OPS[expr.op]
    written = {key: known(option, values) for key, option in expr.options}
    options = op.resolve(*(np.shape(each) for each in inputs), **written)
    out = np.asarray(op.forward(*inputs, **options))
    assert out.shape == op.shape(*(np.shape(each) for each in inputs), **options)
    return out


def known(option: Any, values: Mapping[str, Array]) -> Any:
    """An option with the sizes in it as numbers."""
    if isinstance(option, Expr):
        return int(evaluate(option, values))
    if isinstance(option, tuple):
        return tuple(known(each, values) for each in option)
    return option


def with_names(shape: Shape) -> Shape:
    """The shape with every length above 1 named after itself: n3, n4."""
    return tuple(Size(length, f"n{length}") if length > 1 else length for length in shape)


def size_values(*shapes: Shape) -> dict[str, Array]:
    """What the names of `with_names` stand for."""
    return {f"n{length}": np.asarray(float(length)) for shape in shapes for length in shape if length > 1}


def resolved(op: Op, inputs: tuple[Array, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options made definite for these inputs, with named sizes."""
    return dict(op.resolve(*(with_names(np.shape(each)) for each in inputs), **options))


def recorded(op: Op, inputs: tuple[Array, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options and, where the op makes choices, the recorded ones."""
    return {**options, "branch": op.branch(*inputs, **options)} if op.branch else dict(options)


def aligned(op: Op, inputs: tuple[Array, ...], ranks: tuple[int, ...]) -> tuple[Array, ...]:
    """Inputs as the machine hands them over: for elementwise ops the axes of short inputs are filled up with ones."""
    if not op.elementwise:
        return inputs
    full = max(ranks, default=0)
    return tuple(
        x if x.ndim == rank else x.reshape(*x.shape[: x.ndim - rank], *(1,) * (full - rank), *x.shape[x.ndim - rank :])
        for x, rank in zip(inputs, ranks, strict=True)
    )


def forward(op: Op, inputs: tuple[Array, ...], ranks: tuple[int, ...], options: Mapping[str, Any]) -> Array:
    """The op on inputs of which any may have leading axes."""
    with np.errstate(all="ignore"):
        return np.asarray(op.forward(*aligned(op, inputs, ranks), **options))


def jacobian(op: Op, which: int, inputs: tuple[Array, ...], options: Mapping[str, Any]) -> Array:
    """d out / d inputs[which] by the complex step: an array of shape (*out.shape, size of the input)."""
    x = np.asarray(inputs[which])
    steps = np.eye(x.size).reshape(x.size, *x.shape)
    ranks = tuple(np.ndim(each) for each in inputs)
    stepped = (*inputs[:which], x + 1j * STEP * steps, *inputs[which + 1 :])
    out = forward(op, stepped, ranks, options)
    plain = forward(op, inputs, ranks, options)
    return np.moveaxis(np.broadcast_to(np.imag(out) / STEP, (x.size, *plain.shape)), 0, -1)


def unbroadcast(gradient: Array, shape: Shape) -> Array:
    """A gradient brought to the shape of the input it belongs to."""
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(max(extra, 0))))
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1 and gradient.ndim == len(shape))
    gradient = gradient.sum(axis=tuple(axis for axis in ones if gradient.shape[axis] != 1), keepdims=True)
    return np.broadcast_to(gradient, shape)

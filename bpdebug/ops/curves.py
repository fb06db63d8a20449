"""The curves of the activations in forms that neither overflow nor cancel, for real and for complex numbers."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from bpdebug.ops.table import Array

CUBIC = 0.044715
SCALE = 2 * sqrt(2 / pi)
SATURATED = 30.0
"""Beyond ±30 gelu is x or 0 to the last bit, and its cube is only a way to overflow."""


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), with the exponent never positive."""
    right = np.real(x) >= 0
    decay = np.exp(np.where(right, -x, x) if np.iscomplexobj(x) else -np.abs(x))
    return np.asarray(np.where(right, 1.0, decay) / (1 + decay))


def dsigmoid(x: Array) -> Array:
    """σ(x)·σ(-x): no 1 - σ that cancels."""
    return np.asarray(sigmoid(x) * sigmoid(-x))


def dtanh(x: Array) -> Array:
    """1 - tanh(x)², as 4·σ(2x)·σ(-2x)."""
    return np.asarray(4 * dsigmoid(2 * x))


def softplus(x: Array) -> Array:
    """log(1 + exp(x)), as x + log(1 + exp(-x)) on the right."""
    right = np.real(x) >= 0
    return np.asarray(np.where(right, x, 0.0) + np.log1p(np.exp(np.where(right, -x, x))))


def bounded(x: Array) -> Array:
    """The input of gelu with the saturated part cut off."""
    real = np.real(x)
    return np.asarray(np.where(np.abs(real) > SATURATED, np.copysign(SATURATED, real), x))


def gelu(x: Array) -> Array:
    """½·x·(1 + tanh(u)), u = √(2/π)·(x + 0.044715·x³), as x·σ(2u)."""
    return np.asarray(x * sigmoid(gelu_inner(x)))


def gelu_inner(x: Array) -> Array:
    """2u."""
    x = bounded(x)
    return np.asarray(SCALE * (x + CUBIC * x * x * x))


def gelu_inner_slope(x: Array) -> Array:
    """The derivative of 2u."""
    x = bounded(x)
    return np.asarray(SCALE * (1 + 3 * CUBIC * x * x))


def dgelu(x: Array) -> Array:
    """σ(2u) + x·σ′(2u)·(2u)′."""
    inner = gelu_inner(x)
    return np.asarray(sigmoid(inner) + bounded(x) * dsigmoid(inner) * gelu_inner_slope(x))


def ddgelu(x: Array) -> Array:
    """The second derivative of gelu."""
    inner, slope = gelu_inner(x), gelu_inner_slope(x)
    bend = 6 * SCALE * CUBIC * bounded(x)
    curve = (1 - 2 * sigmoid(inner)) * slope * slope + bend
    return np.asarray(dsigmoid(inner) * (2 * slope + bounded(x) * curve))

"""Inputs for the laws of the table: scalars, vectors, matrices, and pairs that broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from bpdebug.ops.table import Array

Draw: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], Array]
Cases: TypeAlias = list[tuple[tuple[Array, ...], dict[str, Any]]]
Examples: TypeAlias = Callable[[np.random.Generator], Cases]


def normal(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Ordinary numbers of both signs."""
    return np.asarray(random.normal(size=shape))


def above_zero(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers between 0.1 and some ten."""
    return np.asarray(np.exp(random.uniform(-2.3, 2.3, size=shape)))


def away_from_zero(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers of both signs, none close to zero."""
    return np.asarray(above_zero(random, shape) * random.choice([-1.0, 1.0], size=shape))


def inside_one(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers between -1 and 1."""
    return np.asarray(random.uniform(-0.99, 0.99, size=shape))


def whole(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Small whole numbers, so that zeros and ties are among them."""
    return np.asarray(random.integers(-2, 3, size=shape), dtype=np.float64)


def wide(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers from the tiny to the huge: up to ±700."""
    return np.asarray(random.normal(size=shape) * 10 ** random.uniform(-3, 2.4, size=shape)).clip(-700, 700)


def one(*draws: Draw, **options: Any) -> Examples:
    """A scalar, a vector and a matrix from each way of drawing."""

    def examples(random: np.random.Generator) -> Cases:
        shapes: list[tuple[int, ...]] = [(), (5,), (3, 4)]
        return [((draw(random, shape),), dict(options)) for draw in draws for shape in shapes]

    return examples


PAIRS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((3, 4), (3, 4)),
    ((3, 4), (3, 1)),
    ((1, 4), (3, 4)),
    ((3, 4), (4,)),
    ((), (3, 4)),
    ((5,), ()),
    ((3, 1), (1, 4)),
]


def two(*draws: tuple[Draw, Draw]) -> Examples:
    """Pairs of equal shapes and pairs that broadcast, from each two ways of drawing."""

    def examples(random: np.random.Generator) -> Cases:
        return [((a(random, left), b(random, right)), {}) for a, b in draws for left, right in PAIRS]

    return examples

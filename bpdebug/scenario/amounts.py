"""Numbers, sizes and words that may stand behind the keys of a file."""

from __future__ import annotations

from typing import Any

from bpdebug.scenario.form import MisfitError, checked, word
from bpdebug.scenario.wording import quoted

MOST_ITERATIONS = 10_000_000
LARGEST_SIZE = 10_000_000

INITS = ("zeros", "ones", "constant", "normal", "uniform", "xavier", "he", "lecun", "orthogonal")
ACTIVATIONS = (
    "relu", "leaky-relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "softmax", "log-softmax", "linear"
)  # fmt: skip


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size_or_name(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if not _is_whole(value):
        raise MisfitError(f"expected a whole number or the name of a size, found {quoted(value)}")
    if not 1 <= value <= LARGEST_SIZE:
        raise MisfitError(f"expected a size from 1 to {LARGEST_SIZE:,}, found {quoted(value)}")
    return value


def _size(value: Any) -> Any:
    if not _is_whole(value):
        raise MisfitError(f"expected a whole number, found {quoted(value)}")
    return _size_or_name(value)


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MisfitError(f"expected a number, found {quoted(value)}")
    if not abs(value) <= 1e300:
        raise MisfitError(f"expected a finite number, found {value if abs(value) < 1 else 'inf'}")
    return float(value)


def _share(value: Any) -> float:
    if not 0 <= _real(value) < 1:
        raise MisfitError(f"expected a number from 0 to below 1, found {quoted(value)}")
    return float(value)


def _within(value: Any) -> float:
    if not 0 < _real(value) < 1:
        raise MisfitError(f"expected a number between 0 and 1, found {quoted(value)}")
    return float(value)


def _above_zero(value: Any) -> float:
    if _real(value) <= 0:
        raise MisfitError(f"expected a number above 0, found {quoted(value)}")
    return float(value)


def _count(value: Any) -> Any:
    if not _is_whole(value) or not 0 <= value <= MOST_ITERATIONS:
        raise MisfitError(f"expected a whole number from 0 to {MOST_ITERATIONS:,}, found {quoted(value)}")
    return value


REAL = checked(_real, type="number")
SIZE = checked(_size, type="integer", minimum=1)
SIZE_OR_NAME = checked(_size_or_name, type=["integer", "string"], description="a size or its name")
SHARE = checked(_share, type="number", minimum=0, maximum=1)
WITHIN = checked(_within, type="number", minimum=0, maximum=1)
ABOVE_ZERO = checked(_above_zero, type="number", minimum=0)
COUNT = checked(_count, type="integer", minimum=0)
NUMBERS = checked(lambda value: value, type=["number", "array"], description="a number or nested lists")
INIT = word(*INITS)

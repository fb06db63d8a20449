"""Expressions evaluated by the hundred on one set of values: what two of them share is computed once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from bpdebug.check.judgement import fitting
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops import OPS
from bpdebug.ops.table import Array, Shape
from bpdebug.program.shapes import Known

CLOSE = 1e-7
"""Relative difference up to which two values are the same."""
FLOOR = 1e-12
OVERHEAD = 25_000
LARGEST, TIMES = 100_000, 8
"""Entries that a part of a candidate may have; where the network's arrays are large, so many times their largest."""
HELD = 4_000_000
"""Entries of all the values that are kept at a time."""

DIRECT: Mapping[str, Callable[..., Array]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negate": np.negative,
}
"""Operations that need no care: half of all that is computed."""


class Shapes(Mapping[str, Shape]):
    """The shapes of values, which may be computed only when they are asked for."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Shape:
        return np.shape(self._values[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(eq=False)
class Evaluator:
    """The value of every expression asked for, kept by the very object: a change recomputes its way to the top only."""

    values: Mapping[str, Array]
    constants: Mapping[str, float]
    _kept: dict[int, tuple[Expr, Array | None]] = field(default_factory=dict)
    _held: int = 0
    work: float = 0.0
    """How much has been computed so far, in entries; an operation counts like OVERHEAD of them."""
    most: float = LARGEST
    """Entries that a part of an expression may have."""
    _known: Known = field(init=False)

    def __post_init__(self) -> None:
        self._known = Known(Shapes(self.values), self.constants)

    def value(self, expr: Expr) -> Array | None:
        """The value; None where it has none."""
        found = self._kept.get(id(expr))
        if found is None:
            found = self._kept[id(expr)] = (expr, self._value(expr))
            self.work += OVERHEAD + (0 if found[1] is None else _effort(expr, found[1]))
            self._held += 0 if found[1] is None else found[1].size
            if self._held > HELD:
                self._kept.clear()
                self._held = 0
        return found[1]

    def _value(self, expr: Expr) -> Array | None:
        if isinstance(expr, Name):
            return self.values.get(expr.id)
        if isinstance(expr, Number):
            return np.asarray(expr.value)
        assert isinstance(expr, Apply)
        inputs = []
        for each in expr.inputs:
            value = self.value(each)
            if value is None:
                return None
            inputs.append(value)
        return self._applied(expr, inputs)

    def _applied(self, expr: Apply, inputs: list[Array]) -> Array | None:
        if expr.op == "matmul" and inputs[0].ndim == inputs[1].ndim == 2:
            return self._product(*inputs)
        if expr.op == "transpose" and inputs[0].ndim == 2 and not expr.options:
            return inputs[0].T
        try:
            if expr.op in DIRECT:
                return np.asarray(DIRECT[expr.op](*inputs))
            op, shapes = OPS[expr.op], [np.shape(each) for each in inputs]
            options = {key: self._known.option(value) for key, value in expr.options}
            options = dict(op.resolve(*shapes, **options))
            if math.prod(op.shape(*shapes, **options)) > self.most:
                return None
            return np.asarray(op.forward(*inputs, **options), dtype=np.float64)
        except (BpdebugError, ValueError):
            return None

    def _product(self, a: Array, b: Array) -> Array | None:
        """A product of two matrices, refused without a word where they do not fit: most of all that are tried."""
        fits = a.shape[1] == b.shape[0] and a.shape[0] * b.shape[1] <= self.most
        return a @ b if fits else None


def _effort(expr: Expr, value: Array) -> float:
    """How many entries were gone through for a value."""
    return float(value.size) * (math.sqrt(value.size) if isinstance(expr, Apply) and expr.op == "matmul" else 1)


def alike(value: Array, target: Array) -> bool:
    """Whether two shapes are the same, or one serves for the other."""
    return value.shape == target.shape or fitting(value.shape, target.shape)


def same(value: Array | None, target: Array | None) -> bool:
    """Whether two values are the same but for rounding, in shapes of which one serves for the other."""
    if value is None or target is None:
        return False
    if not alike(value, target):
        return False
    if not target.size:
        return True
    with np.errstate(all="ignore"):
        bound = CLOSE * np.abs(target).max() + FLOOR
        if abs(value.item(0) - target.item(0)) > bound:  # most of all that are compared differ there
            return False
        gap = np.abs(value.reshape(target.shape) - target).max()
    return bool(gap <= bound)


def ratio(target: Array, value: Array | None) -> float | None:
    """The number that value has to be multiplied by to be the target, if there is one."""
    if value is None or not alike(value, target) or not value.size:
        return None
    place = int(np.argmax(np.abs(value)))
    largest = value.flat[place]
    if not np.isfinite(largest) or abs(largest) < FLOOR:
        return None
    found = float(target.flat[place] / largest)
    if not np.isfinite(found) or abs(found) < FLOOR:
        return None
    with np.errstate(all="ignore"):
        return found if same(value * found, target) else None

"""The arguments of a function under check: one array, several, or a dict of them, seen as one long vector."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.errors import BpdebugError
from bpdebug.ops.table import Array, Shape


class ArgumentError(BpdebugError, ValueError):
    """A function, a point or a gradient that cannot be checked: what was expected, what was found."""


class Arguments(Struct, frozen=True, eq=False, dict=True):
    """Where every entry of the arguments stands in one vector. `keys` are those of a dict, None for positions."""

    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    keys: tuple[Any, ...] | None
    single: bool
    vector: Array

    @classmethod
    def of(cls, f: Callable[..., Any], x: Any) -> Arguments:
        """The arguments that `x` stands for: f(x) for an array or a dict, f(*x) for a tuple or a list of arrays."""
        parts, keys, single = parted(x)
        if not parts:
            raise ArgumentError("x holds no array: there is nothing to check")
        names = tuple(map(str, keys)) if keys is not None else _names(f, len(parts))
        arrays = [number_array(each, name, "x") for each, name in zip(parts, names, strict=True)]
        for name, array in zip(names, arrays, strict=True):
            if not np.all(np.isfinite(array)):
                raise ArgumentError(f"{name} holds {array[~np.isfinite(array)][0]}: there is no slope to check there")
        _refuse_count(f, len(parts), single or keys is not None)
        vector = np.concatenate([each.reshape(-1) for each in arrays])
        if not vector.size:
            raise ArgumentError("x has no entries: there is nothing to check")
        return cls(names, tuple(each.shape for each in arrays), keys, single, vector)

    def call(self, f: Callable[..., Any], vector: Array) -> Any:
        """What a function gives at the entries of a vector, as arrays that nobody can write to."""
        vector.flags.writeable = False
        arrays = self.split(vector)
        if self.keys is not None:
            return f(dict(zip(self.keys, arrays, strict=True)))
        return f(*arrays)

    def split(self, vector: Array) -> tuple[Array, ...]:
        """The arrays whose entries stand in a vector."""
        return tuple(vector[place].reshape(shape) for place, shape in zip(self.places, self.shapes, strict=True))

    @cached_property
    def places(self) -> tuple[slice, ...]:
        """Where each array's entries stand."""
        ends = accumulate((prod(shape) for shape in self.shapes), initial=0)
        return tuple(slice(start, stop) for start, stop in pairwise(ends))

    def gradient(self, grad: Any) -> Array:
        """The entries of a gradient that has the structure of the arguments."""
        parts, keys, _ = parted(grad)
        if keys is not None and self.keys is not None:
            missing = [each for each in self.keys if each not in keys]
            if missing:
                raise ArgumentError(
                    f"the gradient has no {missing[0]!r}; it has {', '.join(map(repr, keys)) or 'nothing'}"
                )
            parts = [grad[each] for each in self.keys]
        elif (keys is None) != (self.keys is None) or len(parts) != len(self.names):
            raise ArgumentError(f"expected a gradient for each of {', '.join(self.names)}, got {kind(grad)}")
        found = []
        for name, shape, part in zip(self.names, self.shapes, parts, strict=True):
            array = number_array(part, name, "the gradient")
            if array.shape != shape:
                raise ArgumentError(f"the gradient by {name} has shape {array.shape}; {name} itself has {shape}")
            found.append(array.reshape(-1))
        return np.concatenate(found)


def _refuse_count(f: Callable[..., Any], count: int, one: bool) -> None:
    """A function that cannot be called with as many arrays as x stands for."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*range(1 if one else count))
    except TypeError as error:
        called = "f(x)" if one else f"f(*x), with {count} arrays"
        way_out = "pass x as a tuple of arrays" if one else "for one array pass np.array(x)"
        raise ArgumentError(f"f cannot be called as {called}: {error}; {way_out}") from None


def parted(x: Any) -> tuple[list[Any], tuple[Any, ...] | None, bool]:
    """The arrays something is made of, the keys if it is a dict, and whether it is a single array."""
    if isinstance(x, Mapping):
        return list(x.values()), tuple(x), False
    if isinstance(x, tuple) or (isinstance(x, list) and any(isinstance(each, np.ndarray) for each in x)):
        return list(x), None, False
    return [x], None, True


def number_array(value: Any, name: str, role: str) -> Array:
    """A float64 copy; whole numbers become float64, what is of another kind or not real is refused."""
    what = name if role == "x" else f"{role} by {name}"
    if np.ma.is_masked(value):
        raise ArgumentError(f"{what} has masked entries; pass the others by themselves, as a.compressed() gives them")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ArgumentError(
            f"{what} is {kind(value)} whose rows differ in length; expected an array. Pass several as a tuple of arrays"
        ) from None
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    if array.dtype != np.float64:
        raise ArgumentError(f"{what} is {array.dtype}; {_way_out(array.dtype)}")
    return np.array(array)


def _way_out(dtype: np.dtype[Any]) -> str:
    if dtype.kind != "f":
        return "expected real numbers"
    if dtype.itemsize > np.dtype(np.float64).itemsize:
        return "pass .astype(np.float64) and compute in float64: the check looks at what rounding to float64 does"
    return f"pass .astype(np.float64) and compute in float64: {dtype} has too few digits to tell"


def _names(f: Callable[..., Any], count: int) -> tuple[str, ...]:
    """The names the function itself has for its arguments, else x or x[0], x[1] …"""
    try:
        parameters = [each for each in inspect.signature(f).parameters.values() if each.kind < each.VAR_POSITIONAL]
    except (TypeError, ValueError):
        parameters = []
    if len(parameters) >= count:
        return tuple(each.name for each in parameters[:count])
    return ("x",) if count == 1 else tuple(f"x[{place}]" for place in range(count))


def kind(value: Any) -> str:
    """What something is, in words, and how much of it there is."""
    if isinstance(value, Mapping):
        return f"a dict of {len(value)}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a {type(value).__name__} of {len(value)}"
    return f"one {type(value).__name__}"

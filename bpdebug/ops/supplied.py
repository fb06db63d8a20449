"""A function of someone's own: called with care, tried before it is believed, refused with its place."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.errors import BpdebugError
from bpdebug.ops.samples import PAIRS, Cases, Examples
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Array, Shape

Function: TypeAlias = Callable[..., Any]
Domain: TypeAlias = tuple[float, float]
LINE: Domain = (-np.inf, np.inf)


class OperationError(BpdebugError):
    """An operation of someone's own that cannot be used: where it is from, what is wrong, the way out."""


class Rule(Struct, frozen=True):
    """One function of someone's own, held to what an entrywise rule promises whenever it is called."""

    name: str
    role: str
    where: str
    function: Function

    def __call__(self, *arrays: Array) -> Array:
        """The function's answer; OperationError where it gives none that can be used."""
        try:
            with np.errstate(all="ignore"):
                out = np.asarray(self.function(*arrays))
        except OperationError:
            raise
        except (Exception, SystemExit) as error:  # whatever a function of someone else does with numbers
            raise self.refusal(f"raised {type(error).__name__}: {error}, for {self._given(arrays)}") from error
        shapes = tuple(map(np.shape, arrays))
        expected = np.broadcast_shapes(*shapes)
        if out.shape != expected and not self._lacks_inputs(out.shape, shapes):
            message = f"gave shape {show(out.shape)} for {self._given(arrays)}; entry by entry it would be"
            raise self.refusal(f"{message} {show(expected)}")
        given = np.result_type(np.float32, *arrays)
        if (complaint := _no_numbers(out, given)) is not None:
            raise self.refusal(complaint)
        kept = np.result_type(np.complex64, given) if np.iscomplexobj(out) else np.finfo(given).dtype
        return np.array(np.broadcast_to(out, expected), dtype=kept)

    def refusal(self, reason: str) -> OperationError:
        return OperationError(f"{self.where}{self.name}: {self.role} {reason}")

    def _lacks_inputs(self, shape: Shape, shapes: tuple[Shape, ...]) -> bool:
        """Whether an array is shaped as a slope that some of the inputs, or all, have no part in."""
        parts = (some for count in range(len(shapes)) for some in combinations(shapes, count))
        return self.role == "derivative" and any(shape == np.broadcast_shapes(*some) for some in parts)

    @staticmethod
    def _given(arrays: tuple[Array, ...]) -> str:
        shapes = " and ".join(show(np.shape(each)) for each in arrays)
        return f"{'inputs' if len(arrays) > 1 else 'an input'} of shape {shapes}"


def _no_numbers(out: Array, given: np.dtype[Any]) -> str | None:
    """Why an array holds no numbers that can be used beside those that were given; None where it does."""
    if out.dtype.kind not in "fiubc":
        return f"gave {'None' if out.shape == () and out.item() is None else out.dtype}; expected an array of numbers"
    if out.dtype.kind == "c" and given.kind != "c":
        return f"gave {out.dtype} for {given}: real numbers are expected, and the imaginary part would be lost"
    if out.dtype.kind in "fc" and np.finfo(out.dtype).eps > np.finfo(given).eps:
        return f"gave {out.dtype} for {given}: the check needs every digit"
    return None


def place(function: Function) -> str:
    """Where a function stands, to begin a message with: `swish.py:3: `; nothing where it is not written in Python."""
    code = getattr(function, "__code__", None)
    return _line(code.co_filename, code.co_firstlineno) if code is not None else ""


def called_from() -> str:
    """The line that calls the function that asks, to begin a message with."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    return _line(frame.f_code.co_filename, frame.f_lineno) if frame is not None else ""


def _line(file: str, number: int) -> str:
    return f"{nearby(file)}:{number}: "


def nearby(file: str) -> str:
    """A file as a person in this directory calls it."""
    try:
        return file.removeprefix(f"{Path.cwd()}{os.sep}")
    except OSError:  # the directory is gone
        return file


def cases(count: int, domain: Domain) -> Examples:
    """Inputs to try a rule on: numbers, vectors, matrices, shapes that broadcast, all inside the domain."""

    def draw(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        low, high = domain
        numbers = np.asarray(random.normal(scale=2.0, size=shape))
        if np.isfinite(low) and np.isfinite(high):
            return np.asarray(low + (high - low) * random.uniform(0.01, 0.99, size=shape))
        if np.isfinite(low):
            return np.asarray(low + np.exp(numbers / 2))
        return np.asarray(high - np.exp(numbers / 2)) if np.isfinite(high) else numbers

    def examples(random: np.random.Generator) -> Cases:
        shapes = PAIRS if count > 1 else [((), ()), ((5,), ()), ((3, 4), ())]
        return [(tuple(draw(random, pair[at % 2]) for at in range(count)), {}) for pair in shapes]

    return examples


def refuse_unusable(rules: tuple[Rule, ...], count: int, domain: Domain) -> None:
    """Refuse rules that fail on the very first inputs: that raise, mix entries, or are not defined."""
    for arrays, _ in cases(count, domain)(np.random.default_rng(0)):
        for each in rules:
            out = each(*(protected(x) for x in arrays))
            if not np.all(np.isfinite(out)):
                raise _undefined(each, out, arrays)
            _refuse_mixing(each, arrays, out)


def protected(array: Array) -> Array:
    """A copy that nobody can write to."""
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


def _undefined(rule: Rule, out: Array, arrays: tuple[Array, ...]) -> OperationError:
    place = tuple(np.argwhere(~np.isfinite(out))[0])
    at = ", ".join(f"{np.broadcast_to(x, out.shape)[place]:.3g}" for x in arrays)
    hint = "if it is defined on a part of the line only, say so: domain=(0, float('inf'))"
    return rule.refusal(f"gave {out[place]} at {at}; {hint}")


def _refuse_mixing(rule: Rule, arrays: tuple[Array, ...], out: Array) -> None:
    """Each entry of the output is what the function makes of that entry of the inputs alone."""
    wide = [np.broadcast_to(x, out.shape) for x in arrays]
    for index in list(np.ndindex(out.shape))[:3]:
        alone = rule(*(protected(x[index]) for x in wide))
        if abs(float(np.real(alone)) - float(np.real(out[index]))) > 1e-9 * (1 + abs(float(np.real(out[index])))):
            raise rule.refusal("does not work entry by entry: an entry by itself gives another value than in its array")

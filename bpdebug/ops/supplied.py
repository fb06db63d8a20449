"""A function of someone's own: called with care, tried before it is believed, refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from bpdebug.errors import BpdebugError
from bpdebug.ops.samples import PAIRS, Cases, Examples
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Array, Shape

Function: TypeAlias = Callable[..., Any]
Domain: TypeAlias = tuple[float, float]
LINE: Domain = (-np.inf, np.inf)


class OperationError(BpdebugError):
    """An operation of someone's own that cannot be used: where it is from, what is wrong, the way out."""


@dataclass(frozen=True, slots=True)
class Rule:
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
        except Exception as error:  # whatever a function of someone else does with numbers
            raise self.refusal(f"raised {type(error).__name__}: {error}, for {self._given(arrays)}") from error
        expected = np.broadcast_shapes(*map(np.shape, arrays))
        if not _fits(out.shape, expected):
            message = f"gave shape {show(out.shape)} for {self._given(arrays)}; entry by entry it would be"
            raise self.refusal(f"{message} {show(expected)}")
        given = np.result_type(np.float32, *arrays)
        if out.dtype.kind not in "fiubc" or (out.dtype.kind in "fc" and np.finfo(out.dtype).eps > np.finfo(given).eps):
            raise self.refusal(f"gave {out.dtype} for {given}: the check needs every digit")
        kept = np.result_type(np.complex64, given) if np.iscomplexobj(out) else np.finfo(given).dtype
        return np.array(np.broadcast_to(out, expected), dtype=kept)

    def refusal(self, reason: str) -> OperationError:
        return OperationError(f"{self.where}{self.name}: {self.role} {reason}")

    @staticmethod
    def _given(arrays: tuple[Array, ...]) -> str:
        shapes = " and ".join(show(np.shape(each)) for each in arrays)
        return f"{'inputs' if len(arrays) > 1 else 'an input'} of shape {shapes}"


def _fits(shape: Shape, expected: Shape) -> bool:
    """Whether an array of one shape broadcasts to the other."""
    try:
        return np.broadcast_shapes(shape, expected) == expected
    except ValueError:
        return False


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

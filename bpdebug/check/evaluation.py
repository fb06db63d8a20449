"""A NumPy function under check, evaluated with care: what it is given is protected, what it gives is one number."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np

from bpdebug.check.arguments import ArgumentError, Arguments, kind
from bpdebug.check.traced import dropped
from bpdebug.ops.noise import noise_of
from bpdebug.ops.ridders import Slopes, ridders
from bpdebug.ops.table import Array

STEPS = (2.0**-256, 2.0**-100, 2.0**-540)
"""Of the complex step, exact to divide by. The first is nothing beside any number in use; the second leaves more room
for tiny slopes. Of the last even the square is 0, so that it alters no real part: at a kink comparisons go by the
imaginary one."""
CAUTION = 4.0
"""Times the noise that is seen among a few values."""
SMALL, MINUTE = 2.0**-6, 2.0**-20
"""Entries below the first are moved in proportion too, where what they showed is not clear; below the second always."""
CLOSE = 1e-7
"""A slope known to this share of itself is clear."""
WRITING = ("read-only", "WRITEABLE")
"""What NumPy says to who writes into an array that is not to be written to."""


class NoComplexStep(Exception):
    """Why the function cannot be taken along a complex step."""


class Function:
    """A function of one vector, with the number of its evaluations."""

    def __init__(self, f: Callable[..., Any], arguments: Arguments) -> None:
        self._f, self.arguments, self._calls = f, arguments, [0]
        self.base, self.step = arguments.vector, STEPS[0]
        self.value = self._first()
        self.noise = np.abs(self.value) * 2.0**-53

    @property
    def evaluations(self) -> int:
        """How often it was called, here and seen from other points."""
        return self._calls[0]

    def _first(self) -> float:
        """The value at the point itself, twice the same."""
        first, second = (self._number(self._called(self.base.copy())) for _ in range(2))
        if isinstance(first, complex):
            raise ArgumentError("f gives a complex number at real arguments; expected one real number")
        if not np.isfinite(first):
            raise ArgumentError(f"f gives {first} at x: there is no slope to check")
        if first != second:
            reason = "its slope is a matter of chance. Fix the seed inside f"
            raise ArgumentError(f"f gives {first!r}, then {second!r} for the same x: {reason}")
        return float(first)

    def _called(self, vector: Array) -> Any:
        self._calls[0] += 1
        try:
            with np.errstate(all="ignore"):
                return self.arguments.call(self._f, vector)
        except ValueError as error:
            if not any(each in str(error) for each in WRITING):
                raise
            hint = "a check has to give it the same numbers again. Let it work on a copy"
            raise ArgumentError(f"f writes into its argument ({error}): {hint}") from error

    @staticmethod
    def _number(given: Any) -> float | complex:
        if isinstance(given, (tuple, list, dict)) and len(given) > 1:
            hint = "If the number comes with others, as (cost, cache), pass lambda *x: f(*x)[0]"
            raise ArgumentError(f"f gives {kind(given)}: expected one number. {hint}")
        out = np.asarray(given)
        if out.size != 1 or out.dtype.kind not in "fiubc":
            found = f"shape {out.shape}" if out.dtype.kind in "fiubc" else type(given).__name__
            raise ArgumentError(f"f gives {found}: expected one number")
        return complex(out.item()) if out.dtype.kind == "c" else float(out.item())

    def at(self, vector: Array) -> float:
        """The value at another point; NaN where the function is not defined or refuses."""
        try:
            found = self._number(self._called(vector))
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, ArgumentError):
                raise
            return float("nan")
        return float("nan") if isinstance(found, complex) else found

    def at_complex(self, vector: Array) -> complex:
        """The value at a complex point, even where its imaginary part gets lost; NaN where the function refuses."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
                return complex(self._number(self._called(vector)))
        except ArgumentError:
            raise
        except Exception:  # noqa: BLE001 - a function of the user may raise anything
            return complex("nan")

    @cached_property
    def dropped(self) -> tuple[str, ...] | None:
        """The operations it is made of that are not analytic; None where they cannot all be seen."""
        return dropped(self._called, self.base)

    def complex_slope(self, direction: Array, at: Array | None = None) -> float:
        """The slope along a direction by a complex step; NoComplexStep where the function does not take it."""
        point = self.base if at is None else at
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                found = self._number(self._called(point + 1j * self.step * direction))
        except ArgumentError:
            raise
        except Exception as error:  # noqa: BLE001 - a function of the user may raise anything
            raise NoComplexStep(f"it does not take complex numbers: {type(error).__name__}: {error}") from None
        if not isinstance(found, complex):
            raise NoComplexStep("it drops the imaginary part, as np.abs, .real or float() do")
        close = abs(found.real - self.value) <= 100 * self.noise + 1e-12 * abs(self.value)
        if at is None and not close:
            raise NoComplexStep(f"it gives {found.real:.6g} on complex numbers and {self.value:.6g} on real ones")
        if abs(found.imag) > np.sqrt(self.step) * max(1.0, abs(found.real)):
            raise NoComplexStep("its imaginary part jumps, as that of log does left of 0")
        return found.imag / self.step

    def moved_to(self, point: Array) -> Function:
        """The same function seen from another point."""
        other = copy(self)
        other.__dict__.pop("size", None)
        other.base, other.value = point, self.at(point)
        return other

    def measure_noise(self, directions: list[Array]) -> None:
        """How far its own rounding moves the value, from its values close by."""
        values = np.full(len(directions), self.value)
        seen = [abs(self.value) * 2.0**-53, *noise_of(self._along(directions), values, np.ones(len(directions)))]
        self.noise = CAUTION * float(np.nanmax(seen))

    @property
    def underflow(self) -> float:
        """How far a slope by a complex step may be off because no number is smaller than the smallest there is."""
        return 16 * float(np.finfo(float).smallest_subnormal) / self.step

    @cached_property
    def size(self) -> Array:
        """How large each entry is; of one that is 0, how large those beside it are, or else all, or 1."""
        size = np.abs(self.base)
        whole = np.sqrt(np.mean(self.base**2)) or 1.0
        for place in self.arguments.places:
            part = self.base[place]
            size[place][part == 0] = np.sqrt(np.mean(part**2)) if part.any() else whole
        return size

    def slopes(self, directions: list[Array], size: Array | None = None) -> Slopes:
        """The slopes along directions by Ridders' method."""
        count = len(directions)
        size = np.ones(count) if size is None else size
        return ridders(self._along(directions), np.full(count, self.value), size, np.full(count, self.noise))

    def entry_slopes(self, entries: Array) -> Slopes:
        """The slopes by single entries by Ridders' method; with widths in proportion where an entry is small."""
        size = self.size[entries]
        found = self._entry_slopes(entries, np.maximum(1.0, size))
        with np.errstate(all="ignore"):
            unclear = ~(found.error <= CLOSE * np.abs(found.slope)) | (size < MINUTE)
        again = np.flatnonzero((size < SMALL) & unclear)
        return found.refined(again, self._entry_slopes(entries[again], size[again])) if again.size else found

    def _entry_slopes(self, entries: Array, size: Array) -> Slopes:
        def along(lanes: Array, steps: Array) -> Array:
            return np.array(
                [[self._moved(entries[lane], step) for lane, step in zip(lanes, row, strict=True)] for row in steps]
            )

        count = len(entries)
        return ridders(along, np.full(count, self.value), size, np.full(count, self.noise))

    def _moved(self, entry: int, step: float) -> float:
        vector = self.base.copy()
        vector[entry] += step
        return self.at(vector)

    def _along(self, directions: list[Array]) -> Callable[[Array, Array], Array]:
        def along(lanes: Array, steps: Array) -> Array:
            return np.array(
                [
                    [self.at(self.base + step * directions[lane]) for lane, step in zip(lanes, row, strict=True)]
                    for row in steps
                ]
            )

        return along

"""Slopes of entrywise functions by Ridders' method, and how such a function is made to take a complex step."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from bpdebug.ops.noise import MANY, WIDE, noise_in, noise_of
from bpdebug.ops.ridders import Slopes, ridders
from bpdebug.ops.rules import above, split
from bpdebug.ops.table import Array

Function: TypeAlias = Callable[..., Array]

STEP = 2.0**-256
"""Of a complex step: exact to divide by, and nothing beside any number."""


def slopes(function: Function, place: int, *arrays: Array) -> Slopes:
    """The slopes of an entrywise function by one of its inputs, in every entry of its output.

    None where the function goes in small steps: it has one on each step, and seems to have another from afar.
    """
    real = [np.asarray(np.real(each), dtype=np.float64) for each in arrays]
    shape = np.broadcast_shapes(*(each.shape for each in real))
    flat = [np.broadcast_to(each, shape).reshape(-1) for each in real]

    def along(lanes: Array, steps: Array) -> Array:
        inputs = [each[lanes] + steps if at == place else each[lanes] for at, each in enumerate(flat)]
        return np.broadcast_to(_silent(function, inputs), steps.shape)

    values = np.broadcast_to(_silent(function, flat), flat[place].shape)
    size = np.maximum(1.0, np.abs(flat[place]))
    found = ridders(along, values, size, 4 * noise_of(along, values, size))
    known = {name: np.where(found.stepped, np.nan, getattr(found, name)) for name in ("slope", "left", "right")}
    known |= {name: np.where(found.stepped, np.inf, getattr(found, name)) for name in ("error", "blur")}
    known["stepped"] = found.stepped
    return Slopes(**{name: each.reshape(shape) for name, each in known.items()}, evaluations=found.evaluations)


def noise(function: Function, *arrays: Array, spacings: Sequence[float] = WIDE) -> Array:
    """How far the values of an entrywise function are off by its own rounding, as they show it among neighbours.

    A jump or a kink at the point is no rounding; nor is one beside it, where the neighbours are near enough.
    """
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    numbers = np.reshape(np.arange(MANY) - MANY // 2, (MANY, *(1,) * len(shape)))
    seen = np.zeros(shape)
    for spacing in spacings:
        rows = _silent(function, [x + spacing * np.maximum(1.0, np.abs(x)) * numbers for x in arrays])
        seen = np.fmax(seen, noise_in(np.broadcast_to(rows, (MANY, *shape))))
    return seen


def stepped(function: Function, *arrays: Array) -> Array:
    """A function of real arrays on complex ones: its value, and its slopes in the directions of the imaginary parts.

    Where the slopes to the left and to the right differ, the side that the imaginary part points to counts.
    """
    value = _silent(function, [np.real(each) for each in arrays])
    imaginary = np.zeros(value.shape)
    for place, each in enumerate(arrays):
        way = np.imag(each)
        if not np.any(way):
            continue
        found = slopes(function, place, *arrays)
        side = np.where(above(way, np.zeros(())), found.right, found.left)
        slope = np.where(found.kinked, side, found.slope)
        imaginary = imaginary + np.where(way == 0, 0.0, slope * way)
    return split(value, imaginary)


def refuses_complex_step(function: Function, *arrays: Array) -> str:
    """Why a complex step through an entrywise function does not give its slopes at these points; nothing if it does."""
    for place in range(len(arrays)):
        reason = _reason(function, place, arrays)
        if reason:
            return reason
    return ""


def _reason(function: Function, place: int, arrays: tuple[Array, ...]) -> str:
    moved = [each + 1j * STEP if at == place else each for at, each in enumerate(arrays)]
    value = _silent(function, arrays)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            out = np.asarray(_silent(function, moved))
    except Exception as error:  # noqa: BLE001 - whatever a function of someone else does with complex numbers
        return f"it does not take complex numbers ({type(error).__name__})"
    found = slopes(function, place, *arrays)
    if np.any(found.stepped):
        return "it goes in small steps"
    slope = np.imag(out) / STEP
    low, high = found.between
    with np.errstate(all="ignore"):
        close = np.abs(slope - found.slope) <= found.error + 1e-9 * np.abs(found.slope)
        same = np.abs(np.real(out) - value) <= 1e-9 * np.abs(value) + 1e-12
        known = np.isfinite(value) & np.isfinite(found.error) & np.isfinite(slope)
    if np.any(known & ~(close | ((low <= slope) & (slope <= high)))):
        return "a complex step loses its slope on the way"
    return "" if np.all(same | ~known) else "its real part changes on complex numbers"


def _silent(function: Function, arrays: list[Array] | tuple[Array, ...]) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(function(*arrays))

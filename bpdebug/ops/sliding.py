"""A window slid over images: where it stands, what lies under it, and what stood where put back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.language.expression import Option
from bpdebug.ops.rules import Index
from bpdebug.ops.shapes import integer, named, product, shape_option, show
from bpdebug.ops.table import Array, Outside, Shape, ShapeMismatch

Padding: TypeAlias = tuple[int, int]


class Meeting(NamedTuple):
    """Along one axis or more: the window at this place meets this entry of the image with this one of its own."""

    place: Index
    tap: Index
    entry: Index


class Slide(Struct, frozen=True):
    """A window on its way over images: how long both are, how far it moves, and what is put around the images."""

    lengths: Shape
    """Of an image, along the axes that the window slides along."""
    taps: Shape
    """Of the window."""
    stride: tuple[int, ...]
    padding: tuple[Padding, ...]
    """How many entries are put before and behind an image, along each axis."""

    @property
    def places(self) -> Shape:
        """In how many places the window stands along each axis; a length that stays the same keeps its name."""
        axes = zip(self.lengths, self.taps, self.stride, self.padding, strict=True)
        many = ((length, (length + sum(padding) - taps) // stride + 1) for length, taps, stride, padding in axes)
        return tuple(length if count == length else count for length, count in many)

    @property
    def wide(self) -> tuple[int, ...]:
        """How long an image is with what is put around it."""
        return tuple(int(length) + sum(padding) for length, padding in zip(self.lengths, self.padding, strict=True))

    @property
    def inside(self) -> tuple[Any, ...]:
        """Where an image stands in the one with what is put around it."""
        pairs = zip(self.lengths, self.padding, strict=True)
        return (..., *(slice(before, before + int(length)) for length, (before, _) in pairs))

    def padded(self, x: Array, value: float = 0.0) -> Array:
        """Images with a number put around them."""
        if not any(map(any, self.padding)):
            return x
        whole = np.full((*x.shape[: x.ndim - len(self.lengths)], *self.wide), value, dtype=x.dtype)
        whole[self.inside] = x
        return whole

    def windows(self, wide: Array) -> Array:
        """What lies under the window in each place on padded images: (…, *places, *taps), a look at them."""
        rank = len(self.lengths)
        every = np.lib.stride_tricks.sliding_window_view(wide, self.taps, axis=tuple(range(-rank, 0)))
        steps = (slice(None, None, step) for step in self.stride)
        places: tuple[Any, ...] = (..., *steps, *(slice(None),) * rank)
        return np.asarray(every[places])

    def under(self, wide: Array) -> Array:
        """The same of padded images (…, channels, *lengths), a column for each place: (…, channels, *taps, *places)."""
        rank, windows = len(self.lengths), self.windows(wide)
        lead = windows.ndim - 2 * rank
        return windows.transpose(*range(lead), *range(lead + rank, windows.ndim), *range(lead, lead + rank))

    def columns(self, x: Array) -> Array:
        """The columns of images, as matrices: (…, channels · taps, places)."""
        under, rank = self.under(self.padded(x)), len(self.lengths)
        return under.reshape(*under.shape[: x.ndim - rank - 1], -1, int(product(self.places)))

    def standing(self, wide: Array) -> Iterator[tuple[Index, Array]]:
        """For each tap what it meets on padded images, in all places: (…, *places), a look at them."""
        reach = [step * (int(count) - 1) + 1 for step, count in zip(self.stride, self.places, strict=True)]
        for tap in np.ndindex(*map(int, self.taps)):
            along = (slice(at, at + far, step) for at, far, step in zip(tap, reach, self.stride, strict=True))
            stood: tuple[Any, ...] = (..., *along)
            yield tap, wide[stood]

    def laid(self, wide: Array, windows: Array) -> Iterator[tuple[Array, Array]]:
        """Of what is given for each tap in each place, (…, *taps, *places): where it stood on padded images, and it."""
        for tap, stood in self.standing(wide):
            given: tuple[Any, ...] = (..., *tap, *(slice(None),) * len(tap))
            yield stood, windows[given]

    def folded(self, windows: Array) -> Array:
        """What is given for each tap in each place, added up where it stood on the images."""
        whole = np.zeros((*windows.shape[: windows.ndim - 2 * len(self.lengths)], *self.wide), dtype=windows.dtype)
        for stood, given in self.laid(whole, windows):
            np.add(stood, given, out=stood)
        return np.ascontiguousarray(whole[self.inside])

    def under_tap(self, tap: Index) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """In which places a tap stands on an image and not beside it, and which entries are under it there."""
        axes = zip(tap, self.lengths, self.stride, self.padding, self.places, strict=True)
        stood, under = list[slice](), list[slice]()
        for own, length, step, (before, _), places in axes:
            first = max(0, -(-(before - own) // step))
            last = min(int(places) - 1, (int(length) - 1 + before - own) // step)
            stood.append(slice(first, last + 1))
            at = first * step + own - before
            under.append(slice(at, at + max(0, last - first) * step + (last >= first), step))
        return tuple(stood), tuple(under)

    def meetings(
        self, *, place: Index | None = None, tap: Index | None = None, entry: Index | None = None
    ) -> list[Meeting]:
        """Which places, taps and entries meet, of those that are not given; what is put around does not count."""
        along = [
            self._meet(axis, *(None if fixed is None else fixed[axis] for fixed in (place, tap, entry)))
            for axis in range(len(self.lengths))
        ]
        return [Meeting(*map(tuple, zip(*each, strict=True))) for each in combinations(*along)]

    def _meet(self, axis: int, place: int | None, tap: int | None, entry: int | None) -> list[tuple[int, int, int]]:
        before, step = self.padding[axis][0], self.stride[axis]
        places = range(int(self.places[axis])) if place is None else [place]
        taps = range(int(self.taps[axis])) if tap is None else [tap]
        met = [(at, own, at * step + own - before) for at in places for own in taps]
        entries = range(int(self.lengths[axis])) if entry is None else [entry]
        return [each for each in met if each[2] in entries]


def slide(name: str, lengths: Shape, taps: Shape, stride: Any, padding: Any) -> Slide:
    """The way of a window of these lengths over images of those; Outside, ShapeMismatch where there is none."""
    steps = _each(name, "stride", stride, len(lengths), least=1)
    if padding == "same":
        if any(step != 1 for step in steps):
            raise Outside(f'{name}: padding "same" keeps the lengths with stride 1 only, got stride {show(steps)}')
        around = tuple(((int(own) - 1) // 2, int(own) // 2) for own in taps)
    else:
        around = tuple((each, each) for each in _each(name, "padding", padding, len(lengths), least=0))
    if any(max(each) >= max(int(own), 1) for each, own in zip(around, taps, strict=True) if any(each)):
        raise Outside(f"{name}: expected padding below the lengths of the window, {show(taps)}, got {padding}")
    found = Slide(lengths, taps, steps, around)
    if any(int(own) < 1 for own in taps) or any(own > wide for own, wide in zip(taps, found.wide, strict=True)):
        put = f", {show(found.wide)} with what is put around it" if any(map(any, around)) else ""
        raise ShapeMismatch(f"{name}: a window of {show(taps)} does not fit into {show(lengths)}{put}")
    return found


def _each(name: str, option: str, value: Any, axes: int, *, least: int) -> tuple[int, ...]:
    """An option given once for all axes, or for each."""
    listed = value if isinstance(value, tuple) else (value,) * axes
    if len(listed) != axes:
        raise Outside(f"{name}: expected {option} as a whole number or {axes} of them, got {value}")
    numbers = tuple(int(integer(name, option, each)) for each in listed)
    if min(numbers) < least:
        raise Outside(f"{name}: expected {option} of at least {least}, got {min(numbers)}")
    return numbers


def written(found: Slide) -> dict[str, Any]:
    """Stride and padding as a person writes them: not at all where the window moves by 1 and nothing is put around."""
    options: dict[str, Any] = {}
    if set(found.stride) != {1}:
        options["stride"] = found.stride[0] if len(set(found.stride)) == 1 else found.stride
    befores = tuple(before for before, _ in found.padding)
    if any(before != behind for before, behind in found.padding):
        options["padding"] = "same"
    elif any(befores):
        options["padding"] = befores[0] if len(set(befores)) == 1 else befores
    return options


def axes(name: str, rank: int, words: tuple[str, str], shapes: tuple[Shape, Shape]) -> None:
    """Refuse what has not an axis for examples or filters, one for channels, and those that are slid along."""
    if any(len(shape) != rank + 2 for shape in shapes):
        raise ShapeMismatch(f"{name}: expected {words[0]} and {words[1]}, got {show(shapes[0])} and {show(shapes[1])}")


def agree(name: str, what: str, shapes: tuple[Shape, Shape], axes: tuple[int, int]) -> int:
    """The length of two axes, which has to be the same."""
    one, other = shapes[0][axes[0]], shapes[1][axes[1]]
    if one != other:
        raise ShapeMismatch(
            f"{name}: expected as many {what} on both sides, got {show(shapes[0])} and {show(shapes[1])}: "
            f"{one:d} ≠ {other:d}"
        )
    return named(one, other)


def fits(name: str, maps: Shape, found: Slide) -> None:
    """Refuse maps that are not what the window gives."""
    if maps[2:] != found.places:
        raise ShapeMismatch(
            f"{name}: a window of {show(found.taps)} over {show(found.lengths)} stands in {show(found.places)} places, "
            f"got {show(maps[2:])}"
        )


def lengths(name: str, shape: Any, rank: int, option: str = "shape") -> Shape:
    """The option that says how long images or filters are along the axes that are slid along."""
    listed = shape if isinstance(shape, tuple) else (shape,) * rank
    found = tuple(integer(name, option, each) for each in listed)
    if len(found) != rank or min(found) < 1:
        raise ShapeMismatch(f"{name}: expected {rank} lengths of at least 1 for {option}, got {show(found)}")
    return found


def each_length(shape: Shape) -> Option:
    """Lengths as an option of an expression: one by itself where it is one."""
    written_out = shape_option(shape)
    return written_out[0] if len(written_out) == 1 else written_out

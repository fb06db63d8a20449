"""What a convolution and its two gradients compute: products of an entry of one input with one of the other.

All three are linear in each of their inputs, so which entries meet says how a value is made up, how far a change
spreads and how much rounding there may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.ops.rules import Index, gamma, ulps
from bpdebug.ops.shapes import product
from bpdebug.ops.sliding import Slide
from bpdebug.ops.table import Array, Shape, Term

Bilinear = Callable[..., Array]


def _flat(x: Array, found: Slide) -> Array:
    """Maps or filters with the axes that are slid along laid out in one."""
    return x.reshape(*x.shape[: x.ndim - len(found.lengths)], -1)


def maps(x: Array, w: Array, *, found: Slide) -> Array:
    """Each column of what lies under the window meets each filter: one matrix product for each image."""
    x, w = np.asarray(x), np.asarray(w)
    filters = w.reshape(*w.shape[: w.ndim - len(found.lengths) - 1], -1)
    out = np.matmul(filters[..., None, :, :], found.columns(x))
    return np.asarray(out.reshape(*out.shape[:-1], *map(int, found.places)))


def to_images(g: Array, w: Array, *, found: Slide) -> Array:
    """Each filter is laid down wherever it stood, times what its place receives, and what overlaps adds up."""
    g, w = np.asarray(g), np.asarray(w)
    rank = len(found.lengths)
    filters = w.reshape(*w.shape[: w.ndim - rank - 1], -1)
    columns = np.matmul(np.swapaxes(filters, -1, -2)[..., None, :, :], _flat(g, found))
    windows = columns.reshape(*columns.shape[:-2], *map(int, w.shape[-rank - 1 :]), *map(int, found.places))
    return found.folded(windows)


def to_filters(g: Array, x: Array, *, found: Slide) -> Array:
    """Each filter entry gathers, over all images and places, what it met there times what the place receives."""
    g, x = np.asarray(g), np.asarray(x)
    each = np.matmul(_flat(g, found), np.swapaxes(found.columns(x), -1, -2))
    out = np.sum(each, axis=-3)
    return np.asarray(out.reshape(*out.shape[:-1], -1, *map(int, found.taps)))


def terms_of(
    meet: Callable[[Index, Slide, tuple[Shape, Shape]], list[tuple[Index, Index]]],
) -> Callable[..., tuple[Term, ...]]:
    """The terms of an entry from which entries of the two inputs meet in it."""

    def terms(index: Index, out: Array, a: Array, b: Array, *, found: Slide) -> tuple[Term, ...]:
        met = meet(index, found, (np.shape(a), np.shape(b)))
        return tuple(Term(float(a[left] * b[right]), ((0, left), (1, right))) for left, right in met)

    return terms


def met_in_map(index: Index, found: Slide, shapes: tuple[Shape, Shape]) -> list[tuple[Index, Index]]:
    """The entries of images and filters whose products make up an entry of the maps."""
    example, filter_, *place = index
    channels = range(shapes[1][1])
    met = found.meetings(place=tuple(place))
    return [((example, channel, *each.entry), (filter_, channel, *each.tap)) for channel in channels for each in met]


def met_in_image(index: Index, found: Slide, shapes: tuple[Shape, Shape]) -> list[tuple[Index, Index]]:
    """The entries of maps and filters whose products make up an entry of an image."""
    example, channel, *entry = index
    met = found.meetings(entry=tuple(entry))
    return [((example, at, *each.place), (at, channel, *each.tap)) for at in range(shapes[1][0]) for each in met]


def products_in_filter(
    index: Index, g: Array, x: Array, *, found: Slide
) -> tuple[Array, Callable[[int], tuple[tuple[int, Index], ...]]]:
    """The products that make an entry of a filter, all together; the number of one leads to where it comes from."""
    filter_, channel, *tap = index
    stood, under = found.under_tap(tuple(tap))
    given: tuple[Any, ...] = (slice(None), filter_, *stood)
    met: tuple[Any, ...] = (slice(None), channel, *under)
    values = g[given] * x[met]

    def entries(number: int) -> tuple[tuple[int, Index], ...]:
        example, *place = (int(at) for at in np.unravel_index(number, values.shape))
        places = [part.start + at for part, at in zip(stood, place, strict=True)]
        entry = [part.start + at * part.step for part, at in zip(under, place, strict=True)]
        return (0, (example, filter_, *places)), (1, (example, channel, *entry))

    return values.ravel(), entries


def met_in_filter(index: Index, found: Slide, shapes: tuple[Shape, Shape]) -> list[tuple[Index, Index]]:
    """The entries of maps and images whose products make up an entry of a filter."""
    filter_, channel, *tap = index
    met = found.meetings(tap=tuple(tap))
    return [((at, filter_, *each.place), (at, channel, *each.entry)) for at in range(shapes[0][0]) for each in met]


def spread_by(rule: Bilinear) -> Callable[..., Array]:
    """How far changes of the two inputs spread: the rule over their magnitudes."""

    def spread(deltas: tuple[Array, Array], out: Array, a: Array, b: Array, *, found: Slide) -> Array:
        return np.asarray(rule(deltas[0], np.abs(b), found=found) + rule(np.abs(a), deltas[1], found=found))

    return spread


def rounding_by(rule: Bilinear, terms: Callable[..., int]) -> Callable[..., Array]:
    """How much rounding there may be in a value made of so many terms (Higham, 2002, section 3.1)."""

    def rounding(out: Array, a: Array, b: Array, *, found: Slide) -> Array:
        many = terms(np.shape(a), np.shape(b))
        return gamma(many + 1) * np.asarray(rule(np.abs(a), np.abs(b), found=found)) + ulps(out, 1)

    return rounding


def under_a_window(x: Shape, w: Shape, **options: Any) -> int:
    """How many products make up an entry of a map."""
    return int(product(w[1:]))


def over_an_entry(g: Shape, w: Shape, **options: Any) -> int:
    """How many, at most, an entry of an image."""
    return int(product((w[0], *w[2:])))


def in_all_places(g: Shape, x: Shape, **options: Any) -> int:
    """How many, at most, an entry of a filter."""
    return int(product((g[0], *g[2:])))


def lanes(axes: tuple[int | None, ...], *, found: Slide) -> int | None:
    """Examples keep apart, and so do filters."""
    first = -len(found.lengths) - 2
    return {(first, None): first, (None, first): first + 1}.get((axes[0], axes[1]))

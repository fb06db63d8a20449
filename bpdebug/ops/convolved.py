"""How convolutions write what they give into an array that is there already, to the bit as their `forward` does.

Where the window stands is looked up once; in every iteration what lies under it is copied into columns, and multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from bpdebug.ops.sliding import Slide
from bpdebug.ops.table import Array, Call


def maps(out: Array, x: Array, w: Array, *, found: Slide) -> Sequence[Call]:
    """The filters over the columns of the images."""
    calls, columns = _columns(x, found)
    copied, filters = _laid_out(w, (len(w), -1))
    return *calls, *copied, partial(np.matmul, filters[None], columns, _flat(out, found))


def images(out: Array, g: Array, w: Array, *, found: Slide) -> Sequence[Call]:
    """What the filters make of each place, added up where it stood."""
    copied, filters = _laid_out(w, (len(w), -1))
    given, flat = _laid_out(g, (*g.shape[:2], -1))
    columns = np.empty((len(g), filters.shape[1], flat.shape[2]), dtype=out.dtype)
    windows = columns.reshape(len(g), *w.shape[1:], *g.shape[2:])
    whole = np.zeros((*windows.shape[: windows.ndim - 2 * len(found.lengths)], *found.wide), dtype=out.dtype)
    return (
        *copied,
        *given,
        partial(np.matmul, filters.T[None], flat, columns),
        partial(whole.fill, 0.0),
        *(partial(np.add, stood, part, stood) for stood, part in found.laid(whole, windows)),
        partial(np.copyto, out, whole[found.inside]),
    )


def filters(out: Array, g: Array, x: Array, *, found: Slide) -> Sequence[Call]:
    """What each place receives by what lay under the window, added up over the examples."""
    calls, columns = _columns(x, found)
    given, flat = _laid_out(g, (*g.shape[:2], -1))
    each = np.empty((len(g), flat.shape[1], columns.shape[1]), dtype=out.dtype)
    return (
        *calls,
        *given,
        partial(np.matmul, flat, columns.transpose(0, 2, 1), each),
        partial(np.add.reduce, each, 0, None, out.reshape(each.shape[1:])),
    )


def _columns(x: Array, found: Slide) -> tuple[Sequence[Call], Array]:
    """The columns of images, and the calls that fill them."""
    wide, calls = x, list[Call]()
    if any(map(any, found.padding)):
        wide = found.padded(x)
        calls.append(partial(np.copyto, wide[found.inside], x))
    under = found.under(wide)
    columns = np.empty(under.shape, dtype=x.dtype)
    calls.append(partial(np.copyto, columns, under))
    return calls, columns.reshape(len(x), under.shape[1] * int(np.prod(found.taps)), -1)


def _laid_out(x: Array, shape: tuple[int, ...]) -> tuple[Sequence[Call], Array]:
    """An array in another shape: a look at it where it lies so in memory; else a copy, and the call that makes it."""
    flat = x.reshape(shape)
    if np.may_share_memory(flat, x):
        return (), flat
    return (partial(np.copyto, flat.reshape(x.shape), x),), flat


def _flat(out: Array, found: Slide) -> Array:
    """Maps with their places in one line."""
    return out.reshape(*out.shape[: -len(found.lengths)], -1)

"""Of every window over images or signals the mean, and what pooling by windows has in common.

A window of `size` moves by `stride`, by its own size where none is given. What does not fill a window is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bpdebug.language.expression import Option, apply
from bpdebug.language.vocabulary import REQUIRED
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, gamma, ulps
from bpdebug.ops.samples import Draw, normal
from bpdebug.ops.shapes import product, show
from bpdebug.ops.sliding import Slide, each_length, fits, lengths, slide, written
from bpdebug.ops.table import Array, Op, Shape, ShapeMismatch, Term, register

WAYS = {"size": REQUIRED, "stride": None}
SAMPLES: list[tuple[Shape, dict[str, Any]]] = [
    ((2, 2, 4, 4), {"size": 2}),
    ((1, 2, 5, 6), {"size": 3, "stride": 1}),
    ((2, 1, 5, 6), {"size": (2, 3), "stride": (2, 1)}),
    ((1, 1, 4, 3), {"size": (4, 3)}),
    ((4, 3, 6, 6), {"size": 3, "stride": 2}),
]
"""Images and windows; of signals, what is left of them without their last axis but one."""


def way(name: str, shape: Shape, rank: int, size: Any, stride: Any) -> dict[str, Any]:
    """Size and stride made definite for images of a shape."""
    if len(shape) != rank + 2:
        thing = "images (m, c, h, w)" if rank == 2 else "signals (m, c, l)"
        raise ShapeMismatch(f"{name}: expected {thing}, got {show(shape)}")
    taps = lengths(name, size, rank, "size")
    return {"found": slide(name, shape[2:], taps, taps if stride is None else stride, 0)}


def as_written(found: Slide) -> dict[str, Option]:
    """The same as a person writes it."""
    size = each_length(found.taps if len(set(found.taps)) > 1 else found.taps[:1])
    own = tuple(map(int, found.taps))
    return {"size": size, **({} if found.stride == own else {"stride": written(found).get("stride", 1)})}


def lanes(axes: tuple[int | None, ...], *, found: Slide, **options: Any) -> int | None:
    """Examples keep apart, and so do channels."""
    return axes[0] if axes[0] is not None and axes[0] < -len(found.lengths) else None


def cases(rank: int, *draws: Draw) -> list[tuple[Draw, Shape, dict[str, Any], Slide]]:
    """Ways of drawing, shapes of images, and windows over them, for the laws of the table."""
    found = []
    for draw in draws:
        for images, ways in SAMPLES:
            x = (*images[:2], *images[4 - rank :])
            own = {key: each[-1] if rank == 1 and isinstance(each, tuple) else each for key, each in ways.items()}
            found.append((draw, x, own, way("pooling", x, rank, own["size"], own.get("stride"))["found"]))
    return found


def _mean(x: Array, *, found: Slide) -> Array:
    (_, first), *others = found.standing(np.asarray(x))
    total = np.array(first)
    for _, each in others:
        total += each
    return np.asarray(total / int(product(found.taps)))


def _shared_out(g: Array, *, found: Slide) -> Array:
    """An equal share of what is given for a window for each of its entries; what overlaps adds up."""
    share = np.asarray(g) / int(product(found.taps))
    whole = np.zeros((*share.shape[: share.ndim - len(found.lengths)], *map(int, found.lengths)), dtype=share.dtype)
    for _, stood in found.standing(whole):
        np.add(stood, share, out=stood)
    return whole


def _shares(entries: list[Index], x: Array, found: Slide) -> tuple[Term, ...]:
    return tuple(Term(float(x[entry]) / int(product(found.taps)), ((0, entry),)) for entry in entries)


def _forwards(rank: int) -> Op:
    """The mean of every window."""
    name = f"avg_pool{rank}d"
    back = f"{name}_input"

    return Op(
        name=name,
        inputs=("x",),
        options=WAYS,
        family="pooling",
        degree=1,
        **call(name),
        does="The entries of every window are added up and divided by how many they are.",
        why="Every entry of a window enters its mean with the same weight, so each receives an equal share of the "
        "window's gradient.",
        resolve=lambda x, *, size, stride=None: way(name, x, rank, size, stride),
        shape=lambda x, *, found: (*x[:2], *found.places),
        forward=_mean,
        vjp=lambda g, out, x, *, found: (apply(back, g, shape=each_length(found.lengths), **as_written(found)),),
        lanes=lanes,
        contributions=lambda place, out, x, *, found: _shares(
            [(*place[:2], *each.entry) for each in found.meetings(place=place[2:])], x, found
        ),
        spread=lambda deltas, out, x, *, found: _mean(deltas[0], found=found),
        rounding=lambda out, x, *, found: (
            gamma(int(product(found.taps))) * _mean(np.abs(x), found=found) + ulps(out, 1)
        ),
        examples=lambda random: [((draw(random, x),), ways) for draw, x, ways, _ in cases(rank, normal)],
    )


def _backwards(rank: int) -> Op:
    """What the windows receive, shared out among their entries."""
    name = f"avg_pool{rank}d_input"
    back = f"avg_pool{rank}d"

    def resolve(g: Shape, *, shape: Any, size: Any, stride: Any = None) -> dict[str, Any]:
        return way(name, (*g[:2], *lengths(name, shape, rank)), rank, size, stride)

    def shape(g: Shape, *, found: Slide) -> Shape:
        fits(name, g, found)
        return (*g[:2], *found.lengths)

    return Op(
        name=name,
        inputs=("g",),
        options={"shape": REQUIRED, **WAYS},
        family="pooling",
        degree=1,
        **call(name),
        does="What is given for a window is shared out equally among its entries; shares of several windows add up.",
        why="What is given for a window reaches each of its entries with the same weight, so it receives the mean of "
        "their gradients.",
        resolve=resolve,
        shape=shape,
        forward=_shared_out,
        vjp=lambda g, out, each, *, found: (apply(back, g, **as_written(found)),),
        lanes=lanes,
        contributions=lambda entry, out, g, *, found: _shares(
            [(*entry[:2], *each.place) for each in found.meetings(entry=entry[2:])], g, found
        ),
        spread=lambda deltas, out, g, *, found: _shared_out(deltas[0], found=found),
        rounding=lambda out, g, *, found: (
            gamma(int(product(found.taps)) + 1) * _shared_out(np.abs(g), found=found) + ulps(out, 1)
        ),
        examples=lambda random: [
            ((draw(random, (*x[:2], *found.places)),), {"shape": found.lengths, **ways})
            for draw, x, ways, found in cases(rank, normal)
        ],
    )


for axes in (2, 1):
    for made in (_forwards(axes), _backwards(axes)):
        register(made)

"""Filters slid over images or signals, as deep learning has it: never reversed, all channels at once.

Images are (m, c, h, w), filters (f, c, kh, kw), and what comes out is (m, f, …): one map for each filter. The gradients
by images and by filters are operations of their own, so that they can be stepped through and differentiated in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.language.vocabulary import REQUIRED
from bpdebug.ops import bilinear, convolved
from bpdebug.ops.forms import call
from bpdebug.ops.samples import Cases, normal
from bpdebug.ops.sliding import Slide, agree, axes, each_length, fits, lengths, slide, written
from bpdebug.ops.table import Op, Shape, register

MOVES = {"stride": 1, "padding": 0}


class Kind(NamedTuple):
    """Convolution of images, or of signals: how many axes are slid along, and the words for it."""

    rank: int
    thing: str
    sizes: str
    taps: str

    @property
    def names(self) -> tuple[str, str, str]:
        """The operation, its gradient by images, its gradient by filters."""
        name = f"conv{self.rank}d"
        return name, f"{name}_input", f"{name}_filter"

    @property
    def words(self) -> tuple[str, str, str]:
        """Images, filters and maps, with their axes."""
        return f"{self.thing}s (m, c, {self.sizes})", f"filters (f, c, {self.taps})", f"maps (m, f, {self.sizes})"


def _forwards(kind: Kind) -> Op:
    """The filters over the images."""
    name, to_images, to_filters = kind.names
    images, filters, _ = kind.words

    def resolve(x: Shape, w: Shape, *, stride: Any = 1, padding: Any = 0) -> dict[str, Any]:
        axes(name, kind.rank, (images, filters), (x, w))
        return {"found": slide(name, x[2:], w[2:], stride, padding)}

    def shape(x: Shape, w: Shape, *, found: Slide) -> Shape:
        agree(name, "channels", (x, w), (1, 1))
        return (x[0], w[0], *found.places)

    return Op(
        name=name,
        inputs=("x", "w"),
        options=MOVES,
        family="convolution",
        degree=2,
        **call(name),
        does=f"Each filter slides over each {kind.thing}; in each place what meets is multiplied, and all of it, over "
        "all channels, is added up to one entry of the filter's map.",
        why=f"An entry of the {kind.thing} was met by a filter in several places, each time by another of its entries: "
        "it receives, added up, what each place receives times the filter entry that stood over it. So the filter is "
        "laid down again in every place, weighted by what the place receives.",
        why_second="A filter entry is shared: it stood in every place of every example. It receives, added up over "
        f"all of them, what each place receives times the entry of the {kind.thing} that lay under it there.",
        resolve=resolve,
        shape=shape,
        forward=bilinear.maps,
        into=convolved.maps,
        vjp=lambda g, out, x, w, *, found: (
            apply(to_images, g, w, shape=each_length(found.lengths), **written(found)),
            apply(to_filters, g, x, shape=each_length(found.taps), **written(found)),
        ),
        contributions=bilinear.terms_of(bilinear.met_in_map),
        spread=bilinear.spread_by(bilinear.maps),
        rounding=bilinear.rounding_by(bilinear.maps, bilinear.under_a_window),
        terms=bilinear.under_a_window,
        lanes=bilinear.lanes,
        examples=lambda random: _examples(random, kind.rank, lambda x, w, found: (x, w), {}),
    )


def _by_images(kind: Kind) -> Op:
    """The gradient by the images, from that by the maps and the filters."""
    name, to_images, to_filters = kind.names
    _, filters, maps = kind.words

    def resolve(g: Shape, w: Shape, *, shape: Any, stride: Any = 1, padding: Any = 0) -> dict[str, Any]:
        axes(to_images, kind.rank, (maps, filters), (g, w))
        return {"found": slide(to_images, lengths(to_images, shape, kind.rank), w[2:], stride, padding)}

    def shape(g: Shape, w: Shape, *, found: Slide) -> Shape:
        agree(to_images, "filters", (g, w), (1, 0))
        fits(to_images, g, found)
        return (g[0], w[1], *found.lengths)

    return Op(
        name=to_images,
        inputs=("g", "w"),
        options={"shape": REQUIRED, **MOVES},
        family="convolution",
        degree=2,
        **call(to_images),
        does=f"Each filter is laid down in every place where it stood over the {kind.thing}, times what is given for "
        "that place; where filters overlap, they add up.",
        why="What is given for a place was spread out by its filter; it receives what the filter gathers there from "
        "the gradient: the same filters, slid over it forwards.",
        why_second="A filter entry was laid down in every place; it receives, added up over all places and examples, "
        "what was given for the place times the gradient where the entry came to lie.",
        resolve=resolve,
        shape=shape,
        forward=bilinear.to_images,
        into=convolved.images,
        vjp=lambda g, out, maps, w, *, found: (
            apply(name, g, w, **written(found)),
            apply(to_filters, maps, g, shape=each_length(found.taps), **written(found)),
        ),
        contributions=bilinear.terms_of(bilinear.met_in_image),
        spread=bilinear.spread_by(bilinear.to_images),
        rounding=bilinear.rounding_by(bilinear.to_images, bilinear.over_an_entry),
        terms=bilinear.over_an_entry,
        examples=lambda random: _examples(
            random,
            kind.rank,
            lambda x, w, found: ((x[0], w[0], *found.places), w),
            {"shape": lambda found: found.lengths},
        ),
    )


def _by_filters(kind: Kind) -> Op:
    """The gradient by the filters, from that by the maps and the images."""
    name, to_images, to_filters = kind.names
    images, _, maps = kind.words

    def resolve(g: Shape, x: Shape, *, shape: Any, stride: Any = 1, padding: Any = 0) -> dict[str, Any]:
        axes(to_filters, kind.rank, (maps, images), (g, x))
        return {"found": slide(to_filters, x[2:], lengths(to_filters, shape, kind.rank), stride, padding)}

    def shape(g: Shape, x: Shape, *, found: Slide) -> Shape:
        agree(to_filters, "examples", (g, x), (0, 0))
        fits(to_filters, g, found)
        return (g[1], x[1], *found.taps)

    return Op(
        name=to_filters,
        inputs=("g", "x"),
        options={"shape": REQUIRED, **MOVES},
        family="convolution",
        degree=2,
        **call(to_filters),
        does=f"For each filter entry: what is given for a place, times the entry of the {kind.thing} that lay under it "
        "there, added up over all places and examples.",
        why="What is given for a place was multiplied by all that lay under the window there; it receives the sum of "
        f"it, weighted by the gradient: that gradient, as a filter, slides over the {kind.thing}s.",
        why_second=f"An entry of the {kind.thing} lay under the window in several places; it receives, added up, what "
        "was given for each of them times the gradient of the filter entry that stood over it.",
        resolve=resolve,
        shape=shape,
        forward=bilinear.to_filters,
        into=convolved.filters,
        vjp=lambda g, out, maps, x, *, found: (
            apply(name, x, g, **written(found)),
            apply(to_images, maps, g, shape=each_length(found.lengths), **written(found)),
        ),
        contributions=bilinear.terms_of(bilinear.met_in_filter),
        products=bilinear.products_in_filter,
        spread=bilinear.spread_by(bilinear.to_filters),
        rounding=bilinear.rounding_by(bilinear.to_filters, bilinear.in_all_places),
        terms=bilinear.in_all_places,
        examples=lambda random: _examples(
            random, kind.rank, lambda x, w, found: ((x[0], w[0], *found.places), x), {"shape": lambda found: found.taps}
        ),
    )


CASES: list[tuple[Shape, Shape, dict[str, Any]]] = [
    ((2, 2, 4, 3), (3, 2, 2, 2), {}),
    ((2, 1, 5, 5), (2, 1, 3, 2), {"stride": 2}),
    ((1, 2, 3, 4), (1, 2, 3, 3), {"padding": 1}),
    ((2, 1, 4, 5), (2, 1, 2, 3), {"stride": (2, 1), "padding": (1, 0)}),
    ((1, 1, 4, 4), (2, 1, 2, 3), {"padding": "same"}),
    ((5, 3, 6, 7), (4, 3, 3, 3), {"stride": 2, "padding": 1}),
]
"""Images, filters and how they move; of signals, what is left of them without their last axis but one."""


def _examples(
    random: np.random.Generator,
    rank: int,
    inputs: Callable[[Shape, Shape, Slide], tuple[Shape, Shape]],
    options: dict[str, Callable[[Slide], Shape]],
) -> Cases:
    cases: Cases = []
    for images, filters, moves in CASES:
        x, w = ((*each[:2], *each[4 - rank :]) for each in (images, filters))
        own = {key: each[-1] if rank == 1 and isinstance(each, tuple) else each for key, each in moves.items()}
        found = slide("convolution", x[2:], w[2:], own.get("stride", 1), own.get("padding", 0))
        drawn = tuple(normal(random, shape) for shape in inputs(x, w, found))
        cases.append((drawn, {**{key: rule(found) for key, rule in options.items()}, **own}))
    return cases


for each in (Kind(2, "image", "h, w", "kh, kw"), Kind(1, "signal", "l", "k")):
    for made in (_forwards(each), _by_images(each), _by_filters(each)):
        register(made)

"""Of every window over images or signals the largest entry, and what the windows receive on the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from bpdebug.language.expression import apply
from bpdebug.ops.averaging import WAYS, as_written, cases, lanes, way
from bpdebug.ops.forms import call
from bpdebug.ops.rules import Index, above, exact, gamma
from bpdebug.ops.samples import normal, whole
from bpdebug.ops.shapes import product, show
from bpdebug.ops.sliding import Slide, fits
from bpdebug.ops.table import Array, Call, Op, Shape, ShapeMismatch, Term, register

TIE = "of equal entries in a window the first one wins and takes the whole gradient"


def _largest(x: Array, found: Slide) -> Array:
    """The largest entry of each window; NaN beats all, complex numbers go by the real part, then by the imaginary."""
    (_, first), *others = found.standing(np.asarray(x))
    best = np.array(first)
    for _, each in others:
        if np.iscomplexobj(best):
            np.copyto(best, each, where=_beats(each, best))
        else:
            np.maximum(best, each, out=best)
    return best


def _beats(each: Array, best: Array) -> Array:
    """Where an entry is larger than the largest so far."""
    return np.asarray(above(each, best) | (np.isnan(np.real(each)) & ~np.isnan(np.real(best))))


def winner(x: Array, found: Slide) -> Array:
    """Which of the window's entries is the largest, in each place: the first of them, by number."""
    (_, first), *others = found.standing(np.asarray(x))
    best, which = np.array(first), np.zeros(first.shape, dtype=np.intp)
    for number, (_, each) in enumerate(others, start=1):
        better = _beats(each, best)
        np.copyto(which, number, where=better)
        np.copyto(best, each, where=better)
    return which


def _tied(x: Array, found: Slide) -> Array:
    """Where a window has its largest entry more than once."""
    real = np.real(np.asarray(x))
    largest = _largest(real, found)
    return np.asarray(sum(each == largest for _, each in found.standing(real)) > 1)


def _bent(x: Array, found: Slide) -> tuple[Array]:
    """The entries that are the largest of a window which has it more than once."""
    real = np.real(np.asarray(x))
    tied, largest, bent = _tied(real, found), _largest(real, found), np.zeros(real.shape, dtype=bool)
    for (_, each), (_, stood) in zip(found.standing(real), found.standing(bent), strict=True):
        np.logical_or(stood, tied & (each == largest), out=stood)
    return (bent,)


def _flat(which: Array, found: Slide) -> Array:
    """Where the window's entries of these numbers stand, in all images laid out flat; leading axes keep apart."""
    strides = [int(product(found.lengths[axis + 1 :])) for axis in range(len(found.lengths))]
    taps = np.array([np.dot(tap, strides) for tap in np.ndindex(*map(int, found.taps))])
    grid = np.indices(tuple(map(int, found.places)))
    begin = sum(at * step * stride for at, step, stride in zip(grid, found.stride, strides, strict=True))
    rank = len(strides)
    images = which.shape[which.ndim - rank - 2 : which.ndim - rank]
    image = np.arange(int(product(images))).reshape(*images, *(1,) * rank) * int(product(found.lengths))
    return np.asarray(image + begin + taps[which])


def _lead(x: Array, found: Slide) -> Shape:
    """The extra leading axes of images or maps."""
    return np.shape(x)[: np.ndim(x) - len(found.lengths) - 2]


def _max(x: Array, *, found: Slide, branch: Array | None = None) -> Array:
    return _largest(x, found) if branch is None else _picked(x, branch, found)


def _into(out: Array, x: Array, *, found: Slide) -> Sequence[Call]:
    (_, first), *others = found.standing(x)
    calls: list[Call] = [partial(np.copyto, out, first)]
    return [*calls, *(partial(np.maximum, out, each, out=out) for _, each in others)]


def _picked(x: Array, which: Array, found: Slide) -> Array:
    """Of each window the entry with this number."""
    x, flat = np.asarray(x), _flat(which, found)
    whole, lead = x.reshape(*_lead(x, found), -1), _lead(which, found)
    if not lead:
        return np.take(whole, flat, axis=-1)
    common = np.broadcast_shapes(whole.shape[:-1], lead)
    places = np.broadcast_to(flat.reshape(*lead, -1), (*common, flat[(0,) * len(lead)].size))
    taken = np.take_along_axis(np.broadcast_to(whole, (*common, whole.shape[-1])), places, axis=-1)
    return taken.reshape(*common, *flat.shape[len(lead) :])


def _at(x: Array, by: Array, *, found: Slide, branch: Array | None = None) -> Array:
    return _picked(x, winner(by, found) if branch is None else branch, found)


def _routed(g: Array, by: Array, *, found: Slide, branch: Array | None = None) -> Array:
    """What each place is given, put where its window's largest entry stands; what overlaps adds up."""
    g, which = np.asarray(g), winner(by, found) if branch is None else branch
    common = np.broadcast_shapes(_lead(g, found), _lead(which, found))
    own, flat = g.shape[g.ndim - len(found.lengths) - 2 :], _flat(which, found)
    images = (*own[:2], *map(int, found.lengths))
    size, copies = int(product(images)), int(product(common))
    each = np.broadcast_to(g, (*common, *own)).reshape(copies, -1)
    places = np.broadcast_to(flat, (*common, *own)).reshape(copies, -1) + size * np.arange(copies)[:, None]
    whole = np.zeros(copies * size, dtype=g.dtype)
    if all(step >= own for step, own in zip(found.stride, found.taps, strict=True)):
        whole[places] = each
    else:
        np.add.at(whole, places.reshape(-1), each.reshape(-1))
    return whole.reshape(*common, *images)


def _entry(place: Index, number: int, found: Slide) -> Index:
    """Where in the image the window's entry of this number stands."""
    tap = np.unravel_index(number, tuple(map(int, found.taps)))
    lead = place[: len(place) - len(tap)]
    along = zip(place[len(lead) :], tap, found.stride, strict=True)
    return (*lead, *(int(at * step + own) for at, own, step in along))


def _routes(entry: Index, by: Array, found: Slide) -> Iterable[Index]:
    """The places that send what they are given to an entry."""
    which, lead = winner(by, found), entry[: len(entry) - len(found.lengths)]
    for met in found.meetings(entry=entry[len(lead) :]):
        if which[(*lead, *met.place)] == np.ravel_multi_index(met.tap, tuple(map(int, found.taps))):
            yield (*lead, *met.place)


def _forwards(rank: int) -> Op:
    """The largest entry of every window."""
    name = f"max_pool{rank}d"
    back = f"{name}_input"

    return Op(
        name=name,
        inputs=("x",),
        options=WAYS,
        family="pooling",
        **call(name),
        does="Of every window the largest entry is taken.",
        why="Only the largest entry of a window decides the result, so it alone receives the window's gradient; "
        "moving any other one changes nothing.",
        resolve=lambda x, *, size, stride=None: way(name, x, rank, size, stride),
        shape=lambda x, *, found: (*x[:2], *found.places),
        forward=_max,
        into=_into,
        vjp=lambda g, out, x, *, found: (apply(back, g, x, **as_written(found)),),
        straight=True,
        branch=lambda x, *, found: winner(x, found),
        kink=lambda x, *, found: _tied(x, found),
        bent=lambda x, *, found: _bent(x, found),
        tie=TIE,
        lanes=lanes,
        contributions=lambda place, out, x, *, found: (
            Term(float(out[place]), ((0, _entry(place, int(winner(x, found)[place]), found)),)),
        ),
        spread=lambda deltas, out, x, *, found: _picked(deltas[0], winner(x, found), found),
        rounding=exact,
        examples=lambda random: [((draw(random, x),), ways) for draw, x, ways, _ in cases(rank, normal, whole)],
    )


def _backwards(rank: int) -> Op:
    """What the windows receive, put where their largest entries stand."""
    name = f"max_pool{rank}d_input"
    at = f"max_pool{rank}d_at"

    def shape(g: Shape, by: Shape, *, found: Slide) -> Shape:
        fits(name, g, found)
        if g[:2] != by[:2]:
            raise ShapeMismatch(f"{name}: expected as many examples and channels, got {show(g)} and {show(by)}")
        return by

    return Op(
        name=name,
        inputs=("g", "x"),
        options=WAYS,
        family="pooling",
        degree=1,
        guides=(1,),
        **call(name),
        does="What is given for a window is put where its largest entry stands, among zeros; what comes to one place "
        "from several windows adds up.",
        why="What is given for a window goes to one place, so it receives the gradient that stands there; a small "
        "change of what is compared moves no place.",
        resolve=lambda g, by, *, size, stride=None: way(name, by, rank, size, stride),
        shape=shape,
        forward=_routed,
        vjp=lambda g, out, each, by, *, found: (apply(at, g, by, **as_written(found)), None),
        straight=True,
        branch=lambda g, by, *, found: winner(by, found),
        kink=lambda g, by, *, found: _tied(by, found),
        tie=TIE,
        contributions=lambda entry, out, g, by, *, found: tuple(
            Term(float(g[place]), ((0, place), (1, entry))) for place in _routes(entry, by, found)
        ),
        spread=lambda deltas, out, g, by, **options: _routed(deltas[0], by, **options),
        rounding=lambda out, g, by, *, found: gamma(int(product(found.taps)) - 1) * _routed(np.abs(g), by, found=found),
        examples=lambda random: [
            ((normal(random, (*x[:2], *found.places)), draw(random, x)), ways)
            for draw, x, ways, found in cases(rank, normal, whole)
        ],
    )


def _picking(rank: int) -> Op:
    """Of another array the entries that stand where the windows have their largest."""
    name = f"max_pool{rank}d_at"
    back = f"max_pool{rank}d_input"

    def shape(x: Shape, by: Shape, *, found: Slide) -> Shape:
        if x != by:
            raise ShapeMismatch(f"{name}: expected two arrays of one shape, got {show(x)} and {show(by)}")
        return (*x[:2], *found.places)

    return Op(
        name=name,
        inputs=("g", "x"),
        options=WAYS,
        family="pooling",
        degree=1,
        guides=(1,),
        **call(name),
        does="Of every window the entry of the first array is taken that stands where the second has its largest.",
        why="One entry of each window is taken, so it alone receives the window's gradient; a small change of what is "
        "compared takes no other.",
        resolve=lambda x, by, *, size, stride=None: way(name, by, rank, size, stride),
        shape=shape,
        forward=_at,
        vjp=lambda g, out, x, by, *, found: (apply(back, g, by, **as_written(found)), None),
        straight=True,
        branch=lambda x, by, *, found: winner(by, found),
        kink=lambda x, by, *, found: _tied(by, found),
        tie=TIE,
        contributions=_picked_terms,
        spread=lambda deltas, out, x, by, *, found: _picked(deltas[0], winner(by, found), found),
        rounding=exact,
        examples=lambda random: [
            ((normal(random, x), draw(random, x)), ways) for draw, x, ways, _ in cases(rank, normal, whole)
        ],
    )


def _picked_terms(place: Index, out: Array, x: Array, by: Array, *, found: Slide) -> tuple[Term, ...]:
    entry = _entry(place, int(winner(by, found)[place]), found)
    return (Term(float(out[place]), ((0, entry), (1, entry))),)


for axes in (2, 1):
    for made in (_forwards(axes), _backwards(axes), _picking(axes)):
        register(made)

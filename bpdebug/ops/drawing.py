"""What is drawn by chance: uniform and normal numbers, and which examples a batch has.

Each draw belongs to a number t, that of the iteration, and to a stream of its own: the same t gives the same numbers,
whatever was drawn before. So a run can be entered anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

from bpdebug.language.vocabulary import REQUIRED, Form
from bpdebug.ops.forms import Forms, call
from bpdebug.ops.rules import Index, exact, nothing
from bpdebug.ops.shapes import integer, show, truth
from bpdebug.ops.table import Array, Op, Outside, Shape, Term, register

WHY = "Chance depends on nothing that is learned: no gradient passes through it."
WIDTH = 8
"""Bytes of the number of a stream."""

Drawn = Callable[..., Array]
"""draw(t, **options): what is drawn in iteration t, counted from 1."""


def stream(seed: int, name: str) -> int:
    """The number of the stream that belongs to a name under a seed."""
    return int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=WIDTH).digest(), "little")


def generator(stream: int, number: int) -> np.random.Generator:
    """The random numbers of a stream at a number: the same whatever was drawn elsewhere.

    Philox is keyed by the stream. The number stands in the highest word of its counter, so that 2**192 draws would be
    needed to run into those of the next (J. K. Salmon et al., SC 2011).
    """
    return np.random.Generator(np.random.Philox(key=stream, counter=(number % 2**64) << 192))


@lru_cache(maxsize=4)
def shuffled(examples: int, stream: int, epoch: int) -> Array:
    """The numbers of all examples, from 0, in the order that they have in an epoch, from 0."""
    order = generator(stream, epoch).permutation(examples).astype(np.float64)
    order.flags.writeable = False
    return order


def _uniform(t: int, *, shape: Shape, stream: int) -> Array:
    return generator(stream, t).random(shape)


def _normal(t: int, *, shape: Shape, stream: int) -> Array:
    return generator(stream, t).standard_normal(shape)


def _batch(t: int, *, shape: Shape, examples: int, every: int, shuffle: bool, stream: int) -> Array:
    epoch, number = divmod(t - 1, -(-examples // every))
    order = shuffled(examples, stream, epoch) if shuffle else np.arange(float(examples))
    return order.take(number * every + np.arange(shape[0]), mode="wrap")


def _over(draw: Drawn) -> Drawn:
    """The same for an array of numbers t: a draw for each of them."""

    def forward(t: Array, **options: Any) -> Array:
        numbers = np.real(np.asarray(t))
        drawn = [draw(_whole(each), **options).astype(numbers.dtype) for each in numbers.flat]
        return drawn[0] if not numbers.ndim else np.stack(drawn).reshape(*numbers.shape, *drawn[0].shape)

    return forward


def _whole(number: Any) -> int:
    return int(np.floor(number)) if np.isfinite(number) else 0


def _lengths(name: str, shape: Any) -> Shape:
    lengths = tuple(integer(name, "shape", each) for each in (shape if isinstance(shape, tuple) else (shape,)))
    if any(length < 0 for length in lengths):
        raise Outside(f"{name}: expected lengths of at least 0, got {show(lengths)}")
    return lengths


def _random(name: str) -> Callable[..., dict[str, Any]]:
    def resolve(*shapes: Shape, shape: Any, stream: Any = 0) -> dict[str, Any]:
        return {"shape": _lengths(name, shape), "stream": integer(name, "stream", stream)}

    return resolve


def _picked(
    *shapes: Shape, size: Any, examples: Any, every: Any = 0, shuffle: Any = True, stream: Any = 0
) -> dict[str, Any]:
    size, examples = integer("pick_batch", "size", size), integer("pick_batch", "examples", examples)
    every = integer("pick_batch", "every", every) or size
    if not 1 <= size <= every <= examples:
        raise Outside(f"pick_batch: expected a size from 1 to the {examples} examples, got {max(size, every)}")
    return {
        "shape": (size,),
        "examples": int(examples),
        "every": int(every),
        "shuffle": truth("pick_batch", "shuffle", shuffle),
        "stream": integer("pick_batch", "stream", stream),
    }


def _written(text: str, latex: str) -> Forms:
    return Forms(ascii=Form(text), unicode=Form(text), latex=Form(latex))


def _register(name: str, draw: Drawn, does: str, written: Forms, **own: Any) -> None:
    def shape(*t: Shape, shape: Shape, **options: Any) -> Shape:
        return shape

    def still(deltas: tuple[Array, ...], out: Array, *arrays: Array, **options: Any) -> Array:
        return np.zeros(np.shape(out))

    def terms(index: Index, out: Array, *arrays: Array, **options: Any) -> tuple[Term, ...]:
        return (Term(float(np.asarray(out)[index]), ((0, ()),)),)

    register(
        Op(
            name=name,
            inputs=(),
            family="chance",
            chance=True,
            **written,
            does=does,
            why=WHY,
            shape=shape,
            forward=_over(draw),
            vjp=nothing,
            contributions=terms,
            spread=still,
            rounding=exact,
            **own,
        )
    )


def _examples(options: Mapping[str, Any]) -> Callable[[np.random.Generator], list[Any]]:
    return lambda random: [((np.asarray(t),), dict(options)) for t in (1.0, 2.0, 7.0, 1e6)]


_register(
    "rand",
    _uniform,
    "Numbers are drawn between 0 and 1, all as likely, anew in each iteration.",
    _written("rand({shape})", r"\operatorname{{rand}}\left({shape}\right)"),
    options={"shape": REQUIRED},
    resolve=_random("rand"),
    examples=_examples({"shape": (3, 4), "stream": 5}),
)
_register(
    "randn",
    _normal,
    "Numbers are drawn from the normal distribution, of mean 0 and variance 1, anew in each iteration.",
    _written("randn({shape})", r"\operatorname{{randn}}\left({shape}\right)"),
    options={"shape": REQUIRED},
    resolve=_random("randn"),
    examples=_examples({"shape": (3, 4), "stream": 5}),
)
_register(
    "pick_batch",
    _batch,
    "The numbers of the examples that an iteration sees, from 0: each once in an epoch, in an order that is shuffled "
    "for every epoch.",
    call("pick_batch"),
    options={"size": REQUIRED, "examples": REQUIRED, "every": 0, "shuffle": True},
    resolve=_picked,
    examples=_examples({"size": 3, "examples": 8, "stream": 5}),
)

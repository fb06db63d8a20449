"""Arrays put together of stretches, as people write them: zeros and columns set side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.diagnosis.trees import terms
from bpdebug.language.expression import Apply, Expr, Option, Slice, apply


def joined(expr: Expr) -> Expr:
    """An expression with concatenate in the place of what puts stretches among zeros, alone or added up."""
    parts = terms(expr)
    pads = [each.node for each in parts if isinstance(each.node, Apply) and each.node.op == "pad_index"]
    if len(pads) == len(parts) and not any(each.negative for each in parts):
        return _beside(pads) or expr
    if not isinstance(expr, Apply):
        return expr
    inputs = tuple(map(joined, expr.inputs))
    return expr if all(a is b for a, b in zip(inputs, expr.inputs, strict=True)) else replace(expr, inputs=inputs)


class Stretch(Struct, frozen=True):
    """What stands along one axis from `start` up to `stop`; None: to the end."""

    inner: Expr
    axis: int
    start: int
    stop: int | None


def _beside(pads: Sequence[Apply]) -> Expr | None:
    """The stretches side by side, zeros where there is none; None where they overlap or no axis tells them apart."""
    found = [_stretch(each) for each in pads]
    shapes = {each.option("shape") for each in pads}
    stretches = sorted((each for each in found if each is not None), key=lambda each: each.start)
    if len(stretches) < len(pads) or len(shapes) > 1 or len({each.axis for each in stretches}) > 1:
        return None
    (shape,) = shapes
    pieces = [*_pieces(stretches, shape)] if isinstance(shape, tuple) else [None]
    whole = [each for each in pieces if each is not None]
    return apply("concatenate", *whole, axis=stretches[0].axis) if len(whole) == len(pieces) else None


def _pieces(stretches: Sequence[Stretch], shape: tuple[Option, ...]) -> Iterator[Expr | None]:
    """The stretches and the zeros between them; None for a place of which that cannot be said."""
    axis, reached = stretches[0].axis, cast("Option", 0)
    for each in stretches:
        yield from _zeros(shape, axis, reached, each.start)
        yield each.inner
        reached = shape[axis] if each.stop is None else each.stop
    if stretches[-1].stop is not None:
        yield from _zeros(shape, axis, reached, shape[axis])


def _zeros(shape: tuple[Option, ...], axis: int, start: Option, stop: Option) -> Iterator[Expr | None]:
    """The zeros from one place to another; None where these are no places, or the wrong way round."""
    if not isinstance(start, int) or not isinstance(stop, int) or stop < start:
        yield None
    elif stop > start:
        yield apply("zeros", shape=(*shape[:axis], stop - start, *shape[axis + 1 :]))


def _stretch(pad: Apply) -> Stretch | None:
    """Where the one part of an array stands, if it is a stretch along one axis and all of the others."""
    index = pad.option("index")
    some = [(axis, each) for axis, each in enumerate(index) if each != Slice()] if isinstance(index, tuple) else []
    if len(some) != 1:
        return None
    ((axis, each),) = some
    if not isinstance(each, Slice) or each.step is not None or min(each.start or 0, each.stop or 0) < 0:
        return None
    return Stretch(joined(pad.inputs[0]), axis, each.start or 0, each.stop)

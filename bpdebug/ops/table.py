"""The table of operations: the record each fills in, and the one place they are gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr, Name, Number
from bpdebug.language.vocabulary import Word

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Shape: TypeAlias = tuple[int, ...]
Gradient: TypeAlias = "Expr | None"
Call: TypeAlias = Callable[[], object]

UNIT = 2.0**-53
"""The unit round-off of float64."""


class Size(int):
    """A length along an axis that still knows the name it was given: 8, the `m` of the scenario."""

    symbol: str

    def __new__(cls, value: int, symbol: str) -> Size:
        size = super().__new__(cls, value)
        size.symbol = symbol
        return size


def size_expression(size: int) -> Expr:
    """A length as a person would write it: by its name if it has one."""
    return Name(size.symbol) if isinstance(size, Size) else Number(float(size))


class ShapeMismatch(BpdebugError):
    """Shapes that an operation cannot take: the bare fact; the program adds the equation and the way out."""


class Outside(BpdebugError):
    """Options that an operation cannot take: an axis the array does not have, an index out of range."""


class Term(Struct, frozen=True):
    """One summand of an output entry: its value and the input entries (input number, index) that made it."""

    value: float
    entries: tuple[tuple[int, tuple[int, ...]], ...]


class Op(Word, frozen=True, kw_only=True):
    """One operation: everything bpdebug knows of it.

    Each rule is called with the *resolved* options as keywords: what `resolve` answers for the options as
    written. After it, axes are negative (counted from the end), so that extra leading axes do not disturb them.
    """

    family: str
    does: str
    """What it does to its inputs, in one sentence."""
    alone: str = ""
    """The same of single numbers, where `does` speaks of entries."""
    why: str
    """The one sentence that says why the derivative is what it is."""
    why_second: str = ""
    """The same of the second input, where it is another one."""

    shape: Callable[..., Shape]
    """shape(*shapes, **options): the output's shape, or ShapeMismatch."""

    forward: Callable[..., Array]
    """forward(*arrays, **options): float64 or complex128, any number of extra leading axes.

    An op with a `branch` also takes `branch=`: the recorded choices to follow instead of deciding anew. On
    complex input without a recorded branch it decides by the real part, then by the imaginary part: the branch
    that a step in that direction takes.
    """

    into: Callable[..., Sequence[Call]] | None = None
    """into(out, *arrays, **options): calls that, one after the other, leave in `out` the very bits that `forward` gives
    of these real arrays; made once, called in every iteration. Without it the answer of `forward` is copied, and a
    ufunc writes there by itself."""

    vjp: Callable[..., tuple[Gradient, ...]]
    """vjp(g, out, *inputs, **options) over expressions: the gradient of each input, None where there is none.

    No rule undoes broadcasting, and `g` may still lack the axes that the op summed over; both are the
    differentiator's work.
    """

    by_hand: Callable[..., Expr] | None = None
    """by_hand(*inputs): the same written as people write it, where that loses digits that `forward` keeps."""

    resolve: Callable[..., Mapping[str, Any]] = lambda *shapes, **options: options
    """resolve(*shapes, **options): the options made definite for inputs of these shapes."""

    elementwise: bool = False
    """Works entry by entry, after broadcasting."""

    complex_step: bool = True
    """Whether `forward` takes complex steps by itself; otherwise its slopes come from real evaluations, by Ridders'
    method, and are known to its estimate of their error."""

    chance: bool = False
    """Whether it draws by chance. Its one input is the number of the iteration, which no formula writes; that and
    `stream`, a number of its own under the scenario's seed, is what each step of it is given."""

    degree: int = 0
    """1: linear in its inputs together; 2: linear in each of its two inputs while the other rests; 0: neither."""

    guides: tuple[int, ...] = ()
    """The inputs that only say where entries come from or go to, like an index: none of them has a gradient, and of
    degree 1 is what is linear in all others together."""

    terms: Callable[..., int] | None = None
    """terms(*shapes, **options): of how many products an entry is the sum, at most; None where it is no such sum."""

    widened: Callable[..., tuple[Shape, ...]] | None = None
    """widened(*shapes, **options): the shapes that the inputs are repeated to before they meet, where that is not
    entry by entry; the gradient is then that of all copies."""

    lanes: Callable[..., int | None] | None = None
    """lanes(axes, **options): along which axis of the output that still keeps apart which keeps apart along these axes
    of the inputs, all of them negative: examples do, and filters. None at an input that rests, and where they meet."""

    shows: int = 0
    """Of so many inputs, from the first, NaN or infinity in any entry shows as NaN or infinity in the output, which is
    an array of its own."""

    branch: Callable[..., Array] | None = None
    """branch(*arrays, **options): the data-dependent choices of this run."""

    straight: bool = False
    """Whether on a recorded branch the op is linear in all of its inputs together, but for what guides it."""

    kink: Callable[..., Array] | None = None
    """kink(*arrays, **options): True where the point has no derivative (the shape of the branch)."""

    bent: Callable[..., tuple[Array, ...]] | None = None
    """bent(*arrays, **options): of each input, True for the entries whose slopes to both sides may differ, where these
    are not those that `kink` says broadcast to the input."""

    tie: str = ""
    """What is done at such a point, in words: "relu'(0) = 0"."""

    domain: Callable[..., Array] | None = None
    """domain(*arrays, **options): True where an entry lies outside the domain."""

    contributions: Callable[..., tuple[Term, ...]]
    """contributions(index, out, *arrays, **options): the terms whose values add up to out[index]."""

    products: Callable[..., tuple[Array, Callable[[int], tuple[tuple[int, tuple[int, ...]], ...]]]] | None = None
    """products(index, *arrays, **options): the values of these terms alone, where they may be very many, and for the
    number of one of them the entries that made it."""

    spread: Callable[..., Array]
    """spread(deltas, out, *arrays, **options): |d out / d input| · delta, added over the inputs (deltas ≥ 0, no
    leading axes): how far errors of that size in the inputs can move the output, to first order."""

    rounding: Callable[..., Array]
    """rounding(out, *arrays, **options): a bound of the op's own rounding error on these inputs."""

    examples: Callable[[np.random.Generator], list[tuple[tuple[Array, ...], dict[str, Any]]]]
    """examples(random): inputs and options (as written) to test every law of the table on."""


OPS: dict[str, Op] = {}
"""Every operation, by name."""


def register(op: Op) -> Op:
    """Add one operation to the table."""
    taken = {word for other in OPS.values() for word in (other.name, *other.aliases)}
    clash = taken & {op.name, *op.aliases}
    if clash:
        raise ValueError(f"{op.name}: already in the table: {', '.join(sorted(clash))}")
    OPS[op.name] = op
    return op

"""The right derivation of a network as a person writes it: one line a gradient, from the cost downwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.claims_networks import Network
from bpdebug.language.expression import Expr, Name, Number, apply

M, Y = Name("m"), Name("Y")


@dataclass(frozen=True)
class Product:
    """A matrix product: of an error with an input, of weights with an error."""

    left: Expr
    right: Expr
    turned: tuple[bool, bool]
    """Which of the two is transposed."""
    role: str
    """"weights" for dW, "back" for the gradient of a layer's input."""
    swapped: bool = False
    entrywise: bool = False

    @property
    def expr(self) -> Expr:
        a, b = (each.T if turn else each for each, turn in zip((self.left, self.right), self.turned, strict=True))
        if self.swapped:
            a, b = b, a
        return a * b if self.entrywise else a @ b


@dataclass(frozen=True)
class Total:
    """The gradient of a bias: an error summed over the examples."""

    error: Expr
    axis: int | None
    how: str = "sum"
    keepdims: bool = True

    @property
    def expr(self) -> Expr:
        if not self.how:
            return self.error
        options = {} if self.axis is None else {"axis": self.axis, "keepdims": self.keepdims}
        return apply(self.how, self.error, **options)


@dataclass(frozen=True)
class Passed:
    """An error on its way back through an activation or a mask. Without a slope it passes nothing."""

    incoming: Expr | Line | None
    slope: Expr | None
    layer: int
    jacobian: tuple[Expr, int] | None = None
    """For a softmax: its output and the axis of the units."""

    @property
    def expr(self) -> Expr:
        incoming = self.incoming.expr if isinstance(self.incoming, Line) else self.incoming
        if self.jacobian is not None and incoming is not None:
            out, axis = self.jacobian
            return out * (incoming - apply("sum", incoming * out, axis=axis, keepdims=True))
        if incoming is None or self.slope is None:
            return incoming or self.slope or Number(1.0)
        return incoming * self.slope


@dataclass(frozen=True)
class Start:
    """Where a derivation begins: the derivative of the cost, without its numbers. `kind` says of what."""

    kind: str
    expr: Expr


Core: TypeAlias = Product | Total | Passed | Start


@dataclass(frozen=True)
class Line:
    """One gradient: its core with a number, divided, a sign before it and terms beside it."""

    of: str
    layer: int
    core: Core
    factor: float = 1.0
    divisor: Expr | None = None
    minus: bool = False
    path: Expr | None = None
    """What comes in by a second way."""
    penalty: Expr | None = None
    penalty_minus: bool = False

    @property
    def expr(self) -> Expr:
        total = self.core.expr
        if self.factor != 1:
            total = Number(self.factor) * total if self.factor > 1 else total / Number(1 / self.factor)
        if self.divisor is not None:
            total = total / self.divisor
        if self.path is not None:
            total = total + self.path
        if self.penalty is not None:
            total = total - self.penalty if self.penalty_minus else total + self.penalty
        return -total if self.minus else total


def slope(net: Network, layer: int) -> Expr:
    """The slope of a layer's activation, as it is written most."""
    Z, A, kind = Name(f"Z{layer}"), Name(f"A{layer}"), net.activation(layer)
    if kind in ("sigmoid", "softmax"):
        return A * (1 - A)
    if kind == "tanh":
        return Number(1.0) - A**2
    return Z > 0 if kind == "relu" else apply("where", Z > 0, 1.0, 0.01)


def derivation(net: Network) -> Iterator[Line]:
    """All lines, the cost's own derivative first. Random: where the 1/m is kept, what is written in one line."""
    late = net.average != "sum" and bool(net.random.random() < 0.5)
    yield from _start(net, late=late)
    for layer in range(net.depth, 0, -1):
        dZ, below = Name(f"dZ{layer}"), Name(net.out(layer - 1))
        divisor = M if late else None
        ends = (below, dZ) if net.rows else (dZ, below)
        core = Product(*ends, turned=(net.rows, not net.rows), role="weights")
        yield Line(f"W{layer}", layer, core, divisor=divisor, penalty=_penalty(net, layer))
        if net.bias:
            yield Line(f"b{layer}", layer, Total(dZ, 1 - net.units_axis), divisor=divisor)
        if layer > 1:
            yield from _below(net, layer)


def _start(net: Network, *, late: bool) -> Iterator[Line]:
    last, A = net.depth, Name(net.final)
    of, factor = net.final, 2.0 if net.head == "squares" and not net.half else 1.0
    counts = {"examples": M, "sum": None, "entries": M * Name(f"n{last}")}
    divisor: Expr | None = counts[net.average]
    if late:
        divisor = Name(f"n{last}") if net.average == "entries" else None
    if net.head == "squares":
        start = Start("squares", A - Y)
    elif net.random.random() < 0.6:
        yield Line(f"Z{last}", last, Start("fused", A - Y), divisor=divisor)
        return
    elif net.head == "binary":
        start = Start("binary", -(Y / A - (1 - Y) / (1 - A)))
    else:
        start = Start("categorical", -(Y / A))
    first = Line(of, last, start, factor, divisor)
    if of.startswith("Z"):
        yield first
        return
    incoming: Expr | Line = Name(f"d{of}")
    if net.random.random() < 0.3 and net.activation(last) != "softmax":
        incoming = first
    else:
        yield first
    yield _through(net, last, incoming)


def _through(net: Network, layer: int, incoming: Expr | Line) -> Line:
    softmax = net.activation(layer) == "softmax"
    jacobian = (Name(f"A{layer}"), net.units_axis) if softmax else None
    return Line(f"Z{layer}", layer, Passed(incoming, slope(net, layer), layer, jacobian))


def _penalty(net: Network, layer: int) -> Expr | None:
    lambd, W = Name("lambd"), Name(f"W{layer}")
    known = {"": None, "lambd/(2*m)": lambd / M * W, "lambd/2": lambd * W, "lambd": 2 * lambd * W}
    return known[net.penalty]


def _below(net: Network, layer: int) -> Iterator[Line]:
    dZ, W, out = Name(f"dZ{layer}"), Name(f"W{layer}"), net.out(layer - 1)
    ends = (dZ, W) if net.rows else (W, dZ)
    core = Product(*ends, turned=(not net.rows, net.rows), role="back")
    path = Name(f"dS{layer}") if layer in net.skipping else None
    back = Line(out, layer - 1, core, path=path)
    if out.startswith("Z"):
        yield back
        return
    used_again = layer - 1 in net.skipping
    merged = net.random.random() < 0.4 and not used_again and layer - 1 not in net.masked
    if not merged:
        yield back
    incoming: Expr | Line = back if merged else Name(f"d{out}")
    if layer - 1 in net.masked:
        yield Line(f"A{layer - 1}", layer - 1, Passed(incoming, Name(f"M{layer - 1}") / Name("keep"), 0))
        incoming = Name(f"dA{layer - 1}")
    yield _through(net, layer - 1, incoming)

"""The mistakes that people make, as other ways to put a line together: of every class what this line can have.

Nothing here knows how a diagnosis mends a line: a mistake is another ingredient, another number, another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from benchmarks.claims_lines import Line, M, Passed, Product, Start, Total, Y, slope
from benchmarks.claims_networks import Network
from bpdebug.language.expression import Expr, Name, Number, apply

ONE = Number(1.0)


@dataclass(frozen=True)
class Mistake:
    """One line gone wrong. `classes` are names of one and the same fact, each of which is right."""

    classes: tuple[str, ...]
    line: Line
    helper: tuple[str, Expr] | None = None
    """A line that the wrong one needs before it."""


Finder = Callable[[Network, Line], Iterator[Mistake]]


def mistakes(net: Network, line: Line) -> Iterator[Mistake]:
    """Every mistake that this line can have."""
    for find in (counts, numbers, signs, products, totals, slopes, chains, starts, penalties):
        for each in find(net, line):
            if each.line.expr != line.expr:
                yield each
    core = line.core
    if isinstance(core, Passed) and isinstance(core.incoming, Line):
        for inner in mistakes(net, core.incoming):
            yield replace(inner, line=replace(line, core=replace(core, incoming=inner.line)))


def counts(net: Network, line: Line) -> Iterator[Mistake]:
    """What is divided by."""
    others = [Name(f"n{layer}") for layer in range(net.depth + 1) if net.units[layer] > 1]
    if line.divisor is None:
        yield Mistake(("extra-1/m",), replace(line, divisor=M))
        return
    entries = line.divisor != M
    missing = ("wrong-normaliser", "missing-1/m") if entries else ("missing-1/m",)
    yield Mistake(missing, replace(line, divisor=None))
    yield Mistake(("extra-1/m",), replace(line, divisor=line.divisor * M))
    for other in others:
        if other != line.divisor:
            yield Mistake(("wrong-normaliser",), replace(line, divisor=other))


def numbers(net: Network, line: Line) -> Iterator[Mistake]:
    """Fixed numbers too many or too few."""
    for factor in (2.0, 0.5, 4.0, 3.0):
        yield Mistake(("constant-factor",), replace(line, factor=line.factor * factor))


def signs(net: Network, line: Line) -> Iterator[Mistake]:
    """A sign, of the line or of a term."""
    yield Mistake(("sign-flipped",), replace(line, minus=not line.minus))
    if line.path is not None:
        yield Mistake(("sign-of-one-term",), replace(line, path=-line.path))
    if line.penalty is not None:
        yield Mistake(("sign-of-one-term", "wrong-regularisation"), replace(line, penalty_minus=True))


def products(net: Network, line: Line) -> Iterator[Mistake]:
    """The factors of a matrix product: turned, exchanged, other ones."""
    core = line.core
    if not isinstance(core, Product):
        return
    first, second = core.turned
    yield _with(line, ("transposed-operand",), replace(core, turned=(not first, second)))
    yield _with(line, ("transposed-operand",), replace(core, turned=(first, not second)))
    yield _with(line, ("operand-order", "rows-columns-mixup"), replace(core, swapped=True))
    yield _with(line, ("elementwise-vs-matrix",), replace(core, entrywise=True))
    place = 0 if (core.role == "back") != net.rows else 1
    if core.role == "weights":
        place = 0 if net.rows else 1
        yield from _inputs(net, line, core, place)
    else:
        yield from _weights(net, line, core, place)
    yield from _errors(net, line, core, 1 - place)


def _inputs(net: Network, line: Line, core: Product, place: int) -> Iterator[Mistake]:
    """Instead of the input of a layer."""
    layer = line.layer
    for other in {net.out(each) for each in range(net.depth + 1)} - {net.out(layer - 1)}:
        yield _with(line, ("stale-layer-index",), _ends(core, place, Name(other)))
    if layer > 1:
        yield _with(line, ("wrong-operand",), _ends(core, place, Name(f"Z{layer - 1}")))
    yield _with(line, ("wrong-operand",), _ends(core, place, Y))


def _weights(net: Network, line: Line, core: Product, place: int) -> Iterator[Mistake]:
    """Instead of the weights that an error goes back through."""
    layer = line.layer + 1
    for other in range(1, net.depth + 1):
        if other != layer:
            yield _with(line, ("stale-layer-index",), _ends(core, place, Name(f"W{other}")))
    yield _with(line, ("wrong-operand",), _ends(core, place, Name(f"dW{layer}")))
    new = Name(f"W{layer}_new")
    helper = (new.id, Name(f"W{layer}") - Name("learning_rate") * Name(f"dW{layer}"))
    yield replace(_with(line, ("uses-updated-parameter",), _ends(core, place, new)), helper=helper)


def _errors(net: Network, line: Line, core: Product, place: int) -> Iterator[Mistake]:
    """Instead of the error."""
    layer = line.layer if core.role == "weights" else line.layer + 1
    for other in range(layer + 1, net.depth + 1):
        yield _with(line, ("stale-layer-index",), _ends(core, place, Name(f"dZ{other}")))
    yield _with(line, ("wrong-operand",), _ends(core, place, Name(f"Z{layer}")))


def _ends(core: Product, place: int, new: Expr) -> Product:
    return replace(core, right=new) if place else replace(core, left=new)


def _with(line: Line, classes: tuple[str, ...], core: Product | Total | Passed | Start) -> Mistake:
    return Mistake(classes, replace(line, core=core))


def totals(net: Network, line: Line) -> Iterator[Mistake]:
    """The sum of a bias."""
    core = line.core
    if not isinstance(core, Total) or core.axis is None:
        return
    yield _with(line, ("missing-sum",), replace(core, how=""))
    yield _with(line, ("wrong-reduction",), replace(core, axis=1 - core.axis))
    yield _with(line, ("wrong-reduction",), replace(core, axis=None))
    averaged = ("wrong-reduction",) if line.divisor is None else ("wrong-reduction", "extra-1/m")
    yield _with(line, averaged, replace(core, how="mean"))
    for other in range(line.layer + 1, net.depth + 1):
        yield _with(line, ("stale-layer-index",), replace(core, error=Name(f"dZ{other}")))
    yield _with(line, ("wrong-operand",), replace(core, error=Name(f"Z{line.layer}")))


def slopes(net: Network, line: Line) -> Iterator[Mistake]:
    """What an error is multiplied by on its way through an activation."""
    core = line.core
    if not isinstance(core, Passed) or not core.layer:
        yield from _superfluous(net, line)
        return
    if core.jacobian is not None:
        yield _with(line, ("softmax-as-elementwise",), replace(core, jacobian=None))
    elif net.activation(core.layer) != "softmax":
        yield from _of_activation(net, line, core)
    missing = replace(core, slope=None, jacobian=None)
    at_cost = isinstance(core.incoming, Line) and isinstance(core.incoming.core, Start)
    classes = ("missing-activation-derivative", "wrong-cost-derivative")
    yield _with(line, classes if at_cost else classes[:1], missing)
    if core.jacobian is None:
        yield _with(line, ("missing-chain-factor",), replace(core, incoming=None))


def _of_activation(net: Network, line: Line, core: Passed) -> Iterator[Mistake]:
    Z, A, kind = Name(f"Z{core.layer}"), Name(f"A{core.layer}"), net.activation(core.layer)
    at_wrong_point = {
        "sigmoid": (Z * (1 - Z), apply("dsigmoid", A)),
        "tanh": (ONE - Z**2, apply("dtanh", A)),
        "relu": (),
        "leaky_relu": (),
    }
    for new in at_wrong_point[kind]:
        yield _with(line, ("activation-derivative-at-wrong-point",), replace(core, slope=new))
    wrong = {
        "sigmoid": (A * (1 + A), A * (A - 1), ONE - A**2, apply("exp", -Z)),
        "tanh": (ONE + A**2, A * (1 - A), ONE - A, A**2),
        "relu": (Z < 0, apply("where", Z > 0, 1.0, 0.01), apply("dsigmoid", Z)),
        "leaky_relu": (Z > 0, apply("where", Z > 0, 0.01, 1.0)),
    }
    for new in wrong[kind]:
        yield _with(line, ("wrong-activation-derivative",), replace(core, slope=new))
    both = ("value-vs-derivative", "wrong-activation-derivative")
    for new in (A, Z, apply(kind, Z)):
        yield _with(line, both, replace(core, slope=new))
    for other in range(1, net.depth + 1):
        if other != core.layer and net.activation(other) == kind:
            stale = ("stale-layer-index", "activation-derivative-at-wrong-point")
            yield _with(line, stale, replace(core, slope=slope(net, other)))
    if core.slope is not None:
        yield _with(line, ("extra-activation-derivative",), replace(core, slope=core.slope * core.slope))


def _superfluous(net: Network, line: Line) -> Iterator[Mistake]:
    """A slope that has cancelled, or been applied."""
    core = line.core
    if isinstance(core, Start) and core.kind == "fused":
        extra = replace(core, expr=core.expr * slope(net, line.layer))
        yield _with(line, ("extra-activation-derivative",), extra)
    if isinstance(core, Product) and core.role == "weights" and net.activation(line.layer) not in ("linear", "softmax"):
        place = 1 if net.rows else 0
        error = (core.right if place else core.left) * slope(net, line.layer)
        yield _with(line, ("extra-activation-derivative",), _ends(core, place, error))


def chains(net: Network, line: Line) -> Iterator[Mistake]:
    """A factor of the chain that is missing, or one of two ways."""
    core = line.core
    if line.path is not None:
        yield Mistake(("missing-path",), replace(line, path=None))
    if isinstance(core, Product) and core.role == "back":
        layer = line.layer + 1
        if net.units[layer] == net.units[layer - 1]:
            yield _with(line, ("missing-chain-factor",), Start("", Name(f"dZ{layer}")))
        if layer < net.depth or net.activation(layer) != "linear":
            error = Name(f"d{net.out(layer)}") if layer < net.depth else None
            if error is not None and net.out(layer)[0] == "A":
                passed = ("missing-activation-derivative", "wrong-operand")
                yield _with(line, passed, _ends(core, 0 if net.rows else 1, error))
    if isinstance(core, Passed) and not core.layer:
        yield _with(line, ("missing-mask-or-scale",), replace(core, slope=None))
        yield _with(line, ("missing-mask-or-scale",), replace(core, slope=Name(f"M{line.layer}")))


def starts(net: Network, line: Line) -> Iterator[Mistake]:
    """The derivative of the cost."""
    core = line.core
    if not isinstance(core, Start) or not core.kind:
        return
    A = Name(net.final)
    wrong: dict[str, tuple[Expr, ...]] = {
        "squares": (A,),
        "binary": (A - Y, -(Y / A)),
        "categorical": (A - Y, -Y),
        "fused": (A, A - A * Y, -(Y / A)),
    }
    other = ("wrong-cost-derivative", "differentiates-wrong-function")
    for new in wrong[core.kind]:
        fused = ("extra-activation-derivative",) if new == A - Y else ()  # with the slope in the same line
        yield _with(line, other + fused, replace(core, expr=new))
    undifferentiated = Y * apply("log", A) if core.kind == "categorical" else (A - Y) ** 2
    yield _with(line, ("wrong-cost-derivative", "value-vs-derivative"), replace(core, expr=undifferentiated))
    if core.kind in ("squares", "fused"):
        yield _with(line, ("sign-of-one-term", "wrong-cost-derivative"), replace(core, expr=Y + A))
    if core.kind == "binary":
        for term in (-(Y / A + (1 - Y) / (1 - A)), Y / A + (1 - Y) / (1 - A)):
            yield _with(line, ("sign-of-one-term", "wrong-cost-derivative"), replace(core, expr=term))


def penalties(net: Network, line: Line) -> Iterator[Mistake]:
    """The penalty of the cost."""
    if line.penalty is None:
        return
    yield Mistake(("missing-regularisation",), replace(line, penalty=None))
    W, lambd = Name(line.of), Name("lambd")
    for new in (2 * line.penalty, line.penalty / 2, lambd * W**2, lambd * apply("sum", W), lambd * apply("sign", W)):
        yield Mistake(("wrong-regularisation",), replace(line, penalty=new))
    yield Mistake(("wrong-regularisation",), replace(line, penalty=line.penalty / M))

"""The batch: which examples an iteration sees, and all else that is drawn by chance before its forward pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.chance import COUNT
from bpdebug.language.expression import Apply, Expr, Name, apply, walk
from bpdebug.ops import OPS
from bpdebug.program.equations import Equation, Origin, Phase

EPOCH, PICKED, NOISE = "epoch", "picked", "noise"
BATCHES, SIZE = "batches", "batch_size"
WHOLE = "_all"
"""What is added to the names of data, and of their number, that a batch is taken from: X_all, m_all."""


class Batch(Struct, frozen=True):
    """How the examples come in batches: so many in all, so many at a time, and along which axis of which data."""

    symbol: str
    """What the number of examples is called."""
    examples: int
    size: int
    axes: Mapping[str, int]
    shuffle: bool = True

    @property
    def batches(self) -> int:
        """How many there are in an epoch."""
        return -(-self.examples // self.size)

    @property
    def rest(self) -> int:
        """How many examples the last one of an epoch has, where those are fewer; else 0."""
        return self.examples % self.size

    def equations(self) -> Iterator[Equation]:
        """The number of the epoch, the numbers of the examples, and the examples themselves."""
        epoch = 1.0 + apply("floor", (Name(COUNT) - 1.0) / Name(BATCHES))
        yield drawn(EPOCH, epoch, "the number of the epoch, from 1: in each every example is seen once")
        options = {"size": Name(self.symbol), "examples": Name(self.symbol + WHOLE)}
        options |= {"every": Name(SIZE)} if self.rest else {}
        picked = apply("pick_batch", **options, **({} if self.shuffle else {"shuffle": False}))
        order = "in an order that is shuffled for every epoch" if self.shuffle else "in their order"
        yield drawn(PICKED, picked, f"the numbers of the examples of this batch, from 0, {order}")
        for name, axis in self.axes.items():
            yield drawn(name, apply("take", Name(name + WHOLE), Name(PICKED), axis=axis), "the examples of this batch")


def counted() -> Equation:
    """The number of the iteration."""
    return drawn(COUNT, Name(COUNT) + 1.0, "the number of this iteration, from 1: what is drawn belongs to it")


def drawn(name: str, expr: Expr, note: str) -> Equation:
    """An equation of the batch."""
    return Equation(name, expr, Phase.BATCH, None, Origin((), (), note))


def draws(expr: Expr) -> bool:
    """Whether an expression draws by chance."""
    return any(isinstance(each, Apply) and each.op in OPS and OPS[each.op].chance for each in walk(expr))


def hoisted(
    equations: Sequence[Equation], constants: Collection[str], data: Collection[str], taken: Collection[str]
) -> list[tuple[Equation, int]]:
    """Equations with all that is drawn by chance in equations of the batch, each with the number of the one it is from.

    What depends on chance, and on nothing computed or learned, is of the batch as it stands: D1 = rand(n1, m) < keep.
    From other equations what is drawn is taken out and gets a name: noise1.
    """
    found: list[tuple[Equation, int]] = []
    chance = set[str]()
    known = {*taken, *(each.name for each in equations)}
    free = (name for number in range(1, 10**6) if (name := f"{NOISE}{number}") not in known)
    for number, equation in enumerate(equations):
        read = _read(equation.expr)
        if (draws(equation.expr) or not chance.isdisjoint(read)) and read <= {*constants, *data, *chance}:
            chance.add(equation.name)
            found.append((replace(equation, phase=Phase.BATCH), number))
            continue
        own: dict[str, Expr] = {}
        expr = _without(equation.expr, {*constants, *chance}, own, free)
        note = f"what is drawn by chance for {equation.name}"
        found += [(drawn(name, each, note), number) for name, each in own.items()]
        found.append((replace(equation, expr=expr), number))
        chance.update(own)
    return found


def _read(expr: Expr) -> set[str]:
    """The names whose values an expression reads; what gives only a length is none."""
    return {each.id for each in walk(expr) if isinstance(each, Name)}


def _without(expr: Expr, still: Collection[str], own: dict[str, Expr], free: Iterator[str]) -> Expr:
    """An expression with names in place of its largest parts that draw and read only what is `still`, kept in `own`."""
    if not isinstance(expr, Apply) or not draws(expr):
        return expr
    if _read(expr) <= {*still}:
        name = next(free)
        own[name] = expr
        return Name(name, span=expr.span)
    return replace(expr, inputs=tuple(_without(each, still, own, free) for each in expr.inputs))

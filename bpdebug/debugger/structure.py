"""The layers of a network as its equations show them: what goes in, what each layer computes with which parameters."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from bpdebug.language.expression import Apply, Expr, Name, names
from bpdebug.ops import OPS
from bpdebug.ops.table import Size
from bpdebug.program.equations import Phase, Program

ACTIVATION = "activations"
"""The family of operations that a layer is called by."""


class Layer(Struct, frozen=True):
    """One layer: what it computes one after the other, with which parameters, and the activation."""

    quantities: tuple[str, ...]
    parameters: tuple[str, ...]
    function: str = ""
    branched: frozenset[str] = frozenset()
    """Those that are not each computed from the one before alone."""


class Structure(Struct, frozen=True):
    """A chain from what is given to the cost."""

    given: str
    layers: tuple[Layer, ...]
    cost: str


@lru_cache(maxsize=8)
def structure(program: Program) -> Structure | None:
    """The layers of a program; None where its forward pass is not one chain of layers from one matrix of data."""
    chain = _chained(program)
    if not chain:
        return None
    given, layers, group = chain[0].data[0], list[Layer](), list[_Link]()
    cuts = _cuts(chain, given)
    for at, link in enumerate(chain):
        group.append(link)
        if at in cuts:
            _join(layers, group)
            group = []
    return Structure(given, tuple(layers), program.cost) if not group and _ends(program, chain) else None


class _Link(Struct, frozen=True):
    """An equation on the way from the data to the cost: what it gives, and what it reads."""

    name: str
    before: tuple[str, ...]
    """Of the chain itself."""
    data: tuple[str, ...]
    parameters: tuple[str, ...]
    function: str


def _chained(program: Program) -> list[_Link]:
    """The equations of the forward pass that the data reach; nothing where more data than one matrix enter."""
    chain: list[_Link] = []
    behind: dict[str, tuple[str, ...]] = {name: (name,) for name in program.parameters}
    data = {*program.data, *(each.name for each in program.equations if each.phase is Phase.BATCH)}
    for equation in program.equations:
        if equation.phase is not Phase.FORWARD:
            continue
        read = dict.fromkeys(names(equation.expr))
        parameters = tuple(dict.fromkeys(each for name in read for each in behind.get(name, ())))
        before = tuple(link.name for link in chain if link.name in read)
        entering = tuple(name for name in read if name in data)
        if not before and not entering:
            behind[equation.name] = parameters  # a mask, or what is made of parameters alone
            continue
        others = [name for name in entering if name != chain[0].data[0]] if chain else entering[1:]
        if others and (parameters or not before):
            return []
        chain.append(_Link(equation.name, before, entering, parameters, activation(equation.expr)))
    return chain


def _cuts(chain: list[_Link], given: str) -> set[int]:
    """Where a layer ends: what comes later reads nothing that lies before, neither of the chain nor the data."""
    last = {given: 0} | {name: at for at, link in enumerate(chain) for name in (*link.data, *link.before)}
    cuts, reach = set[int](), last[given]
    for at, link in enumerate(chain):
        if reach <= at:
            cuts.add(at)
        reach = max(reach, last.get(link.name, at))
    return cuts


def _join(layers: list[Layer], group: list[_Link]) -> None:
    """Quantities with parameters of their own begin a layer, others go on with the one before."""
    quantities = tuple(link.name for link in group)
    parameters = tuple(dict.fromkeys(each for link in group for each in link.parameters))
    function = group[-1].function
    branched = frozenset(quantities if len(group) > 1 else ())
    if parameters or not layers:
        layers.append(Layer(quantities, parameters, function, branched))
        return
    before = layers[-1]
    quantities, branched = (*before.quantities, *quantities), before.branched | branched
    layers[-1] = Layer(quantities, before.parameters, before.function or function, branched)


def activation(expr: Expr) -> str:
    """The activation that an expression ends with; nothing where it ends with none."""
    return expr.op if isinstance(expr, Apply) and OPS[expr.op].family == ACTIVATION else ""


def _ends(program: Program, chain: list[_Link]) -> bool:
    """Whether of the chain the cost reads the last alone."""
    read = {name for each in program.equations if each.phase is Phase.COST for name in names(each.expr)}
    return {link.name for link in chain} & read == {chain[-1].name}


def units(program: Program, name: str) -> int | None:
    """How many numbers of one example a quantity has; None where no axis of it counts the examples."""
    axis, found = along(program, name), 1
    for at, length in enumerate(program.shapes[name]):
        found *= 1 if at == axis else int(length)
    return None if axis is None else found


def units_axis(program: Program, name: str, examples: int) -> int:
    """Which axis of a quantity counts its units; of the maps that filters give it is that of the filters."""
    rank = len(program.shapes[name])
    if rank == 2:
        return 1 - examples
    return 1 if rank > 2 and name in _maps(program) else rank - 1


@lru_cache(maxsize=64)
def _maps(program: Program) -> frozenset[str]:
    """What filters give, and what is made of that place by place or window by window."""
    found = set[str]()
    for step in program.steps:
        read = any(isinstance(each, Name) and each.id in found for each in step.inputs)
        kept = step.op.family == "pooling" or (step.op.elementwise and len(step.shape) > 2)
        if step.op.name in ("conv1d", "conv2d") or (read and kept):
            found.add(step.out)
    return frozenset(found)


def along(program: Program, name: str) -> int | None:
    """Which axis of a quantity counts the examples; None where none does, or nobody knows."""
    lengths = program.shapes[name]
    found = [at for at, each in enumerate(lengths) if isinstance(each, Size) and each.symbol == program.examples]
    if len(found) == 1:
        return found[0]
    axis = 1 if program.orientation == "columns" else 0
    fits = len(lengths) == 2 and not found and lengths[axis] == program.constants.get(program.examples)
    return axis if fits else None

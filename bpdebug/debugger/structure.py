"""The layers of a network as its equations show them: what goes in, what each layer computes with which parameters."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from bpdebug.language.expression import Apply, Expr, names
from bpdebug.ops import OPS
from bpdebug.ops.table import Size
from bpdebug.program.equations import Equation, Phase, Program

ACTIVATION = "activations"
"""The family of operations that a layer is called by."""


class Layer(Struct, frozen=True):
    """One layer: what it computes one after the other, with which parameters, and the activation."""

    quantities: tuple[str, ...]
    parameters: tuple[str, ...]
    function: str = ""


class Structure(Struct, frozen=True):
    """A chain from what is given to the cost."""

    given: str
    layers: tuple[Layer, ...]
    cost: str


@lru_cache(maxsize=8)
def structure(program: Program) -> Structure | None:
    """The layers of a program; None where its forward pass is not one chain of quantities from one matrix of data."""
    given, last, layers = "", "", list[Layer]()
    behind: dict[str, tuple[str, ...]] = {name: (name,) for name in program.parameters}
    data = {*program.data, *(each.name for each in program.equations if each.phase is Phase.BATCH)}
    for equation in program.equations:
        if equation.phase is not Phase.FORWARD:
            continue
        read = dict.fromkeys(names(equation.expr))
        parameters = tuple(dict.fromkeys(each for name in read for each in behind.get(name, ())))
        chained = {name for layer in layers for name in layer.quantities} & set(read)
        if not chained and not data & set(read):
            behind[equation.name] = parameters  # a mask, or what is made of parameters alone
            continue
        entering = [name for name in read if name in data]
        if chained != ({last} if last else set()) or (last and entering and (parameters or given in read)):
            return None
        if not last:
            if len(entering) != 1:
                return None
            (given,) = entering
        last = equation.name
        _join(layers, equation, parameters)
    return Structure(given, tuple(layers), program.cost) if layers and _ends(program, last, layers) else None


def _join(layers: list[Layer], equation: Equation, parameters: tuple[str, ...]) -> None:
    """A quantity with parameters of its own begins a layer, another one goes on with the one before."""
    function = activation(equation.expr)
    if parameters or not layers:
        layers.append(Layer((equation.name,), parameters, function))
    else:
        before = layers[-1]
        layers[-1] = Layer((*before.quantities, equation.name), before.parameters, before.function or function)


def activation(expr: Expr) -> str:
    """The activation that an expression ends with; nothing where it ends with none."""
    return expr.op if isinstance(expr, Apply) and OPS[expr.op].family == ACTIVATION else ""


def _ends(program: Program, last: str, layers: list[Layer]) -> bool:
    """Whether of the chain the cost reads the last alone."""
    chained = {name for layer in layers for name in layer.quantities}
    read = {name for each in program.equations if each.phase is Phase.COST for name in names(each.expr)}
    return chained & read == {last}


def units(program: Program, name: str) -> int | None:
    """How many numbers of one example a quantity has; None where no axis of it counts the examples."""
    axis, found = along(program, name), 1
    for at, length in enumerate(program.shapes[name]):
        found *= 1 if at == axis else int(length)
    return None if axis is None else found


def along(program: Program, name: str) -> int | None:
    """Which axis of a quantity counts the examples; None where none does, or nobody knows."""
    lengths = program.shapes[name]
    found = [at for at, each in enumerate(lengths) if isinstance(each, Size) and each.symbol == program.examples]
    if len(found) == 1:
        return found[0]
    axis = 1 if program.orientation == "columns" else 0
    fits = len(lengths) == 2 and not found and lengths[axis] == program.constants.get(program.examples)
    return axis if fits else None

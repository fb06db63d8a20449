"""Layers held against the data: their sizes, what they expand to, and how their parameters begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from bpdebug.errors import Problem
from bpdebug.language.expression import Expr, Name, apply
from bpdebug.ops import expand
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Shape, Size
from bpdebug.program.equations import Equation
from bpdebug.scenario.amounts import SIZE_OR_NAME
from bpdebug.scenario.arrays import MOST_ENTRIES, entries
from bpdebug.scenario.draft import Written
from bpdebug.scenario.failure import failure
from bpdebug.scenario.given import NUMBER
from bpdebug.scenario.laid import data_of_layers
from bpdebug.scenario.layers import MATRIX, RANKS, SEQUENCE, STEPS, Layer, Misfit, Stack
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import LAYER_COSTS, Network, ScenarioFile
from bpdebug.scenario.values import Values, too_large
from bpdebug.scenario.wording import guessed, listed


class Described(Struct, frozen=True):
    """What a network stands for: the equations, where each was written, the numbers that its layers read."""

    cost: str
    equations: tuple[Equation, ...]
    written: tuple[Written, ...]
    constants: Mapping[str, float] = {}


def layered(file: ScenarioFile, values: Values, examples: str) -> Described:
    """The equations of the layers. `values` gets the shapes of X and of the target by name, and the parameters."""
    network = file.network
    layers = [_sized(layer, i, values) for i, layer in enumerate(network.layers or ())]
    word = (network.cost or "").replace("_", "-")
    if word not in LAYER_COSTS:
        values.problems.append(_no_cost(file, word, values))
    found = data_of_layers(file, values)
    if found is None or None in layers:
        raise failure(values.problems)
    x, y, agreed = found
    stack = _stack([each for each in layers if each is not None], x, examples, values)
    _refuse_words(layers[0], values)
    whole = _expanded([each for each in layers if each is not None], stack, values)
    if whole:
        values.problems += _unlike(file, stack, y, values)
    values.problems += _same_sizes(file, values, stack, {"m": int(stack.examples), examples: int(stack.examples)})
    if values.problems or not agreed:
        raise failure(values.problems)
    values.sizes.update({name: size for name, size in _sizes(stack).items() if name not in values.sizes})
    values.shapes["X"] = stack.shapes["X"]
    if network.target != "X":
        values.shapes[network.target] = stack.shape
    _refuse_taken(file, values, stack)
    _refuse_no_weights(file, values, stack)
    _begin(file, values, stack)
    written = [Written(("network", "layers", line.layer)) for line in stack.lines]
    equations = [_visible(line.name, line.expr, examples) for line in stack.lines]
    cost = _visible("J", _cost(network, word, stack, examples), examples)
    numbers = {**stack.constants, **penalties(network)}
    return Described("J", (*equations, cost), (*written, Written(("network", "cost"))), numbers)


def penalties(network: Network) -> dict[str, float]:
    """The factors of the penalties that a network has, by their names."""
    return {name: each for name, each in (("lambd", network.l2), ("lambd1", network.l1)) if each is not None}


def _cost(network: Network, word: str, stack: Stack, examples: str) -> Expr:
    """The cost of the output, with the penalties on the weights if there are any."""
    weights = [Name(name) for name, begins in stack.parameters.items() if begins.weight]
    expr: Expr = apply(word.replace("-", "_"), stack.above, Name(network.target))
    if network.l2 is not None:
        expr = expr + Name("lambd") / (2 * Name(examples)) * apply("l2", *weights)
    if network.l1 is not None:
        expr = expr + Name("lambd1") / Name(examples) * apply("l1", *weights)
    return expr


def _sized(layer: Layer, at: int, values: Values) -> Layer | None:
    """A layer with its sizes as numbers; None where one of them is not known."""
    path: Path = ("network", "layers", at)
    named = [name for name, each in layer.KEYS.items() if each.kind is SIZE_OR_NAME]
    sizes = {name: values.size(getattr(layer, name), (*path, name)) for name in named}
    found: Layer = layer.replaced(**sizes)
    return None if None in sizes.values() else found


def _stack(layers: list[Layer], x: Shape, examples: str, values: Values) -> Stack:
    """X, before any layer stands on it."""
    layout = next((each for each in RANKS[len(x)] if each in layers[0].READS), RANKS[len(x)][0])
    single = layout == MATRIX and (layers[0].RECURRENT or layers[0].vocabulary() is not None)
    names = (examples, *((STEPS,) if single or layout == SEQUENCE else ()), *(() if single else ("n0",)))
    named = zip(x, names[::-1] if values.columns else names, strict=False)
    shape = (*(Size(length, name) for length, name in named), *x[len(names) :])
    several = sum(each.RECURRENT for each in layers) > 1
    return Stack(
        Name("X"), {"X": shape}, values.columns, Size(x[1 if values.columns else 0], examples), layout, several
    )


def _refuse_words(first: Layer | None, values: Values) -> None:
    """What is no word in an X that a layer reads words from."""
    words, x = first.vocabulary() if first is not None else None, values.arrays["X"]
    if words is None:
        return
    wrong = x[(x != np.rint(x)) | (x < 0) | (x >= words)]
    if wrong.size:
        message = f"X holds {wrong[0]:g}, which is none of the words 0 to {words - 1}"
        hint = f"Layer 1 is an embedding with words = {words}: give it more, or X whole numbers below."
        values.problems.append(values.source.at_key(("data", "X"), message, hint))


def _expanded(layers: list[Layer], stack: Stack, values: Values) -> bool:
    """Put the layers onto X, as far as anything is known of what they give; whether all of them did."""
    for i, layer in enumerate(layers):
        try:
            layer.onto(stack)
            known = True
        except Misfit as misfit:
            stack.misfits.append(misfit)
            known = layer.supposed(stack)
        path: Path = ("network", "layers", i)
        values.problems += [
            values.source.at_value((*path, *each.path), f"layer {i + 1}: {each.message}", each.hint)
            for each in stack.misfits
        ]
        stack.misfits.clear()
        if not known:
            return False
    return True


def _unlike(file: ScenarioFile, stack: Stack, y: Shape, values: Values) -> list[Problem]:
    """What is wrong where the last layer does not give as many numbers as an example has labels."""
    layers, has, target = file.network.layers or [], stack.shape, file.network.target
    path: Path = ("network", "layers", len(layers) - 1)
    if len(has) == len(y) == 2:
        units, outputs = int(has[stack.units_axis]), y[stack.units_axis]
        if units == outputs:
            return []
        message = f"the last layer has {_counted(units, 'unit')}, but {target} has "
        message += f"{_counted(outputs, 'value')} for each example"
        sized = hasattr(layers[-1], "units")
        way = f"Set units = {outputs} here, or give" if sized else "Give"
        hint = f"{way} {target} as many {'rows' if values.columns else 'columns'} as units."
        if values.called is not None and values.called.labels == "one-hot" and (units, outputs) == (1, 2):
            hint = 'Set units = 2 here, or for the data labels = "zero-one": 1 for the last class.'
        elif values.called is not None and values.called.labels == NUMBER and outputs == 1:
            hint += ' Where the numbers of Y are classes, say so for the data: labels = "one-hot".'
        return [values.source.at_value((*path, "units") if sized else path, message, hint)]
    if tuple(map(int, has)) == y or (len(has) == len(y) and has[1:] == y[1:]):
        return []
    message = f"the last layer gives {show(has)}, but {target} is {show(y)}"
    return [values.source.at_value(path, message, "They are compared entry by entry.")]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _no_cost(file: ScenarioFile, word: str, values: Values) -> Problem:
    hint = f"Allowed: {listed(LAYER_COSTS)}."
    if not word:
        return values.source.at_key(("network",), "the cost is missing", hint)
    message = guessed(f'"{file.network.cost}" is no cost', word, LAYER_COSTS)
    return values.source.at_value(("network", "cost"), message, hint)


def _visible(name: str, expr: Expr, examples: str) -> Equation:
    return Equation(name, expand(expr, examples))


def _sizes(stack: Stack) -> dict[str, int]:
    """The sizes that have names here: m, T, n0, n1 …"""
    return {size.symbol: int(size) for size in stack.shapes["X"] if isinstance(size, Size)} | stack.units


def _same_sizes(file: ScenarioFile, values: Values, stack: Stack, counts: Mapping[str, int]) -> list[Problem]:
    """Problems where [sizes] says something else of n0, n1 …, T, m than data and layers do."""
    words = {name: f"layer {name[1:]} has" for name in stack.units}
    words |= {"n0": "X has", STEPS: "the number of steps is", **dict.fromkeys(counts, "the number of examples is")}
    facts = {**_sizes(stack), **counts}
    return [
        values.source.at_value(("sizes", name), f"{name} = {size}, but {words[name]} {has}")
        for name, size in file.sizes.items()
        if (has := facts.get(name, size)) != size
    ]


def _refuse_taken(file: ScenarioFile, values: Values, stack: Stack) -> None:
    """Refuse names of the file that the layers give to something else."""
    names = {*(line.name for line in stack.lines), *stack.parameters, *stack.constants, "J"}
    sizes = {*_sizes(stack)}
    rooms: tuple[tuple[str, Iterable[str], set[str]], ...] = (
        ("sizes", file.sizes, names),
        ("constants", file.constants, names | sizes),
        ("data", file.data.others, names | sizes),
    )
    values.problems += [
        values.source.at_key((room, name), f"{name} is a name that the layers give", "Choose another name.")
        for room, table, taken in rooms
        for name in table
        if name in taken
    ]


def _refuse_no_weights(file: ScenarioFile, values: Values, stack: Stack) -> None:
    """Refuse penalties where there is nothing that they could count."""
    if not any(begins.weight for begins in stack.parameters.values()):
        values.problems += [
            values.source.at_key(("network", key), f"{key} counts weights, and no layer has any", "Leave it out.")
            for key in ("l2", "l1")
            if getattr(file.network, key) is not None
        ]


def _begin(file: ScenarioFile, values: Values, stack: Stack) -> None:
    """The initial parameters of layers: as [parameters] gives them, or drawn."""
    source, parameters = values.source, stack.parameters
    for name, tensor in file.parameters.items():
        if name not in parameters:
            message = guessed(f"the layers have no {name}", name, parameters)
            values.problems.append(source.at_key(("parameters", name), message, f"They have {listed(parameters)}."))
            continue
        values.tensor("parameters", name, tensor)
        wanted, got = parameters[name].shape, values.arrays.get(name)
        if got is not None and got.shape != wanted:
            message = f"{name} is {got.shape}, but the layers need {show(wanted)}"
            values.problems.append(source.at_key(("parameters", name), message))
        values.shapes[name] = wanted
    shapes = {name: begins.shape for name, begins in parameters.items()}
    _refuse_large(values, shapes)
    if values.problems:
        raise failure(values.problems)
    for name, begins in parameters.items():
        if name not in values.arrays:
            values.fill(name, begins.shape, begins.init, begins.scale, begins.value)
    order = {name: shape for name, shape in values.shapes.items() if name not in shapes} | shapes
    values.shapes.clear()
    values.shapes.update(order)


def _refuse_large(values: Values, shapes: Mapping[str, Shape]) -> None:
    """Refuse parameters that would fill the memory."""
    given = [shape for name, shape in values.shapes.items() if name not in shapes]
    if shapes and sum(map(entries, [*shapes.values(), *given])) > MOST_ENTRIES:
        largest = max(shapes, key=lambda each: entries(shapes[each]))
        message, hint = too_large(shapes[largest])
        values.problems.append(values.source.at_key(("network", "layers"), f"{largest}: {message}", hint))

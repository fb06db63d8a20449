"""Layers held against the data: their sizes, where the examples stand in X and Y, how the parameters begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpdebug.errors import Problem
from bpdebug.language.expression import Expr
from bpdebug.ops import expand
from bpdebug.ops.table import Shape, Size
from bpdebug.program.equations import Equation
from bpdebug.scenario import layers as layering
from bpdebug.scenario.arrays import MOST_ENTRIES, entries
from bpdebug.scenario.draft import Written
from bpdebug.scenario.failure import failure
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import LAYER_COSTS, ScenarioFile
from bpdebug.scenario.values import Values, declared, too_large
from bpdebug.scenario.wording import guessed, listed


def layered(file: ScenarioFile, values: Values, examples: str) -> tuple[str, list[Equation], list[Written]]:
    """The name of the cost, the equations of the layers, and where each was written.

    `values` gets the shapes of X and Y by name, and the parameters.
    """
    network = file.network
    assert network.layers is not None
    units, m, word = _agreed(file, values, examples)
    for i, size in enumerate(units):
        values.sizes.setdefault(f"n{i}", size)
    values.sizes.setdefault(examples, m)
    named = [Size(size, f"n{i}") for i, size in enumerate(units)]
    expansion = layering.expand(network.layers, named[1:], named[0], network.orientation)
    for name, size in (("X", named[0]), ("Y", named[-1])):
        values.shapes[name] = (size, Size(m, examples)) if values.columns else (Size(m, examples), size)
    _refuse_taken({*(name for name, _, _ in expansion.equations), *expansion.shapes, "J"}, examples, file, values)
    _begin(file, values, expansion)
    cost = layering.cost(word, expansion.output, expansion.weights, network.l2 is not None, examples)
    written = [Written(("network", "layers", i)) for _, _, i in expansion.equations]
    equations = [_visible(name, expr, examples) for name, expr, _ in expansion.equations]
    return "J", [*equations, _visible("J", cost, examples)], [*written, Written(("network", "cost"))]


def _agreed(file: ScenarioFile, values: Values, examples: str) -> tuple[list[int], int, str]:
    """The units from X to the last layer, the number of examples and the cost, once data and layers agree."""
    layers = file.network.layers or []
    sizes = [values.size(layer.units, ("network", "layers", i, "units")) for i, layer in enumerate(layers)]
    word = (file.network.cost or "").replace("_", "-")
    if word not in LAYER_COSTS:
        values.problems.append(_no_cost(file, word, values))
    found = _data_of_layers(file, values)
    if found is None:
        raise failure(values.problems)
    features, m, outputs = found
    if sizes[-1] is not None and int(sizes[-1]) != outputs:
        path: Path = ("network", "layers", len(sizes) - 1, "units")
        last = _counted(int(sizes[-1]), "unit")
        message = f"the last layer has {last}, but Y has {_counted(outputs, 'value')} for each example"
        hint = f"Set units = {outputs} here, or give Y as many {'rows' if values.columns else 'columns'} as units."
        if values.called is not None and values.called.labels == "one-hot" and (sizes[-1], outputs) == (1, 2):
            hint = 'Set units = 2 here, or for the data labels = "zero-one": 1 for the last class.'
        values.problems.append(values.source.at_value(path, message, hint))
    units = {f"n{i}": int(each) for i, each in enumerate([features, *sizes]) if each is not None}
    values.problems += _same_sizes(file, values, units, {"m": m, examples: m} if m else {})
    if len(units) <= len(sizes) or not m:
        raise failure(values.problems)
    return [*units.values()], m, word


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


def _data_of_layers(file: ScenarioFile, values: Values) -> tuple[int, int, int] | None:
    """The number of features, of examples (0 where X and Y do not agree about them) and of outputs; None if unknown."""
    source = values.source
    missing = [name for name in ("X", "Y") if name not in declared(file) | values.lost]
    hint = "Layers read the examples from X and the labels from Y."
    values.problems += [source.at_key(("data",), f"{name} is missing", hint) for name in missing]
    known = [name for name in ("X", "Y") if name in values.arrays]
    flat = [name for name in known if values.arrays[name].ndim != 2]
    values.problems += [source.at_key(("data", name), f"{name} must be a matrix: [[…], […]]") for name in flat]
    if len(known) < 2 or flat:
        return None
    x, y = values.arrays["X"].shape, values.arrays["Y"].shape
    axis = 1 if values.columns else 0
    if x[axis] == y[axis]:
        return x[1 - axis], x[axis], y[1 - axis]
    values.problems.append(_mixed_up(file, values, x, y, axis))
    return None if x[1 - axis] in y else (x[1 - axis], 0, y[1 - axis])


def _mixed_up(file: ScenarioFile, values: Values, x: Shape, y: Shape, axis: int) -> Problem:
    here, there = ("column", "row") if axis == 1 else ("row", "column")
    other = "rows" if axis == 1 else "columns"
    if x[1 - axis] == y[1 - axis]:
        message = f"X is {x} and Y is {y}: one example per {there}, but orientation = "
        message += f'"{file.network.orientation}" needs one per {here}'
        return values.source.at_key(("data", "X"), message, f'Set orientation = "{other}", or transpose X and Y.')
    if x[1 - axis] == y[axis]:
        message = f"X is {x}: one example per {there}, but Y is {y} and has one per {here}, "
        message += f'as orientation = "{file.network.orientation}" says'
        return values.source.at_key(
            ("data", "X"), message, f'Transpose X, or set orientation = "{other}" and transpose Y.'
        )
    message = f"X is {x}, so it has {x[axis]} examples ({here}s), but Y is {y} and has {y[axis]}"
    return values.source.at_key(("data", "Y"), message, "X and Y need the same number of examples.")


def _same_sizes(
    file: ScenarioFile, values: Values, units: Mapping[str, int], counts: Mapping[str, int]
) -> list[Problem]:
    """Problems where [sizes] says something else of n0, n1 …, m than data and layers do."""
    facts = {name: (size, "X has" if name == "n0" else f"layer {name[1:]} has") for name, size in units.items()}
    facts.update({name: (count, "the number of examples is") for name, count in counts.items()})
    return [
        values.source.at_value(("sizes", name), f"{name} = {size}, but {facts[name][1]} {facts[name][0]}")
        for name, size in file.sizes.items()
        if name in facts and facts[name][0] != size
    ]


def _refuse_taken(names: set[str], examples: str, file: ScenarioFile, values: Values) -> None:
    """Refuse names of the file that the layers give to something else."""
    sizes = {examples, *(f"n{i}" for i in range(len(file.network.layers or []) + 1))}
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


def _begin(file: ScenarioFile, values: Values, expansion: layering.Expansion) -> None:
    """The initial parameters of layers: as [parameters] gives them, or drawn."""
    source = values.source
    for name, tensor in file.parameters.items():
        if name not in expansion.shapes:
            message = guessed(f"the layers have no {name}", name, expansion.shapes)
            hint = f"They have {listed(expansion.shapes)}."
            values.problems.append(source.at_key(("parameters", name), message, hint))
            continue
        values.tensor("parameters", name, tensor)
        wanted, got = expansion.shapes[name], values.arrays.get(name)
        if got is not None and got.shape != wanted:
            message = f"{name} is {got.shape}, but the layers need {tuple(map(int, wanted))}"
            values.problems.append(source.at_key(("parameters", name), message))
        values.shapes[name] = wanted
    total = sum(map(entries, [*expansion.shapes.values(), values.shapes["X"], values.shapes["Y"]]))
    largest = max(expansion.shapes, key=lambda each: entries(expansion.shapes[each]))
    if total > MOST_ENTRIES:
        message, hint = too_large(expansion.shapes[largest])
        values.problems.append(source.at_key(("network", "layers"), f"{largest}: {message}", hint))
    if values.problems:
        raise failure(values.problems)
    for name, shape in expansion.shapes.items():
        if name not in values.arrays:
            layer = (file.network.layers or [])[int(name[1:]) - 1]
            default = "he" if "relu" in layer.activation else "xavier"
            init = "zeros" if name.startswith("b") else layer.init or default
            values.fill(name, shape, init, layer.scale)
    order = {
        name: values.shapes[name]
        for name in (*(k for k in values.shapes if k not in expansion.shapes), *expansion.shapes)
    }
    values.shapes.clear()
    values.shapes.update(order)

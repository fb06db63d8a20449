"""From the checked file to the parts a program is built of: sizes, values, equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpdebug.errors import ExpressionError, Problem, ProgramError, Span
from bpdebug.language.expression import Expr
from bpdebug.ops import expand
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.equations import Equation, Program
from bpdebug.scenario import layers as layering
from bpdebug.scenario import names as naming
from bpdebug.scenario import text
from bpdebug.scenario.arrays import MOST_ENTRIES, entries
from bpdebug.scenario.failure import failure
from bpdebug.scenario.positions import Path
from bpdebug.scenario.problems import closest, listed
from bpdebug.scenario.schema import LAYER_COSTS, ScenarioFile
from bpdebug.scenario.source import Source
from bpdebug.scenario.values import Values, too_large

FORWARD: Path = ("network", "forward")


@dataclass(frozen=True, slots=True)
class Written:
    """Where an equation stands in the file: a line of a block, or a key (a layer, the cost)."""

    path: Path
    line: text.Line | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """All that `build` is called with, and where each equation was written."""

    source: Source
    equations: tuple[Equation, ...]
    written: tuple[Written, ...]
    data: Mapping[str, Shape]
    parameters: Mapping[str, Shape]
    constants: Mapping[str, float]
    values: Mapping[str, Array]
    cost: str
    examples: str
    orientation: str
    bookkeeping: str
    fused: bool

    @property
    def columns(self) -> bool:
        return self.orientation == "columns"


def built(draft: Draft) -> Program:
    """The program of a draft; what the builder refuses is a ScenarioError with its place."""
    from bpdebug.program.build import build

    try:
        program = build(
            draft.equations,
            data=draft.data,
            parameters=draft.parameters,
            constants=draft.constants,
            cost=draft.cost,
            examples=draft.examples,
            orientation=draft.orientation,
            bookkeeping=draft.bookkeeping,
            fused=draft.fused,
            one_hot=frozenset(name for name in draft.data if one_hot(draft.values[name], draft.columns)),
        )
    except ProgramError as error:
        raise failure([_placed(draft, error.equation, error.span, error.message, error.hint)]) from None
    _refuse_large(program, draft)
    return program


def _placed(draft: Draft, equation: int | None, span: Span | None, message: str, hint: str) -> Problem:
    if equation is None or not 0 <= equation < len(draft.written):
        path: Path = FORWARD if ("network", "forward") in draft.source.index.places else ("network",)
        return draft.source.at_key(path, message, hint)
    place = draft.written[equation]
    if place.line is None:
        return draft.source.at_value(place.path, message, hint)
    return draft.source.inside(place.path, place.line.placed(span), message, hint)


def _refuse_large(program: Program, draft: Draft) -> None:
    numbers = {equation.name: i for i, equation in enumerate(draft.equations)}
    total = 0
    for name, shape in program.shapes.items():
        total += entries(shape)
        if entries(shape) > MOST_ENTRIES or total > 10 * MOST_ENTRIES:
            message, hint = too_large(shape)
            raise failure([_placed(draft, numbers.get(name.split(":")[0]), None, f"{name}: {message}", hint)])


def one_hot(array: Array, columns: bool) -> bool:
    """True where every example is a single 1 among zeros."""
    if array.ndim != 2 or array.shape[0 if columns else 1] < 2:
        return False
    return bool(np.isin(array, (0.0, 1.0)).all() and (array.sum(axis=0 if columns else 1) == 1).all())


def assemble(file: ScenarioFile, source: Source) -> Draft:
    """The draft of a file whose form is right; ScenarioError with all that is wrong in its content."""
    network = file.network
    problems = _rooms(file, source)
    values = Values(source, dict(file.sizes), file.training.seed, network.orientation == "columns")
    if file.data.dataset is not None:
        values.dataset(file.data.dataset)
    for name, tensor in (file.data.__pydantic_extra__ or {}).items():
        values.tensor("data", name, tensor)
    data = list(values.arrays)
    if problems or values.problems:
        raise failure(problems + values.problems)
    examples = _examples(file, values, data)
    constants = {"learning_rate": file.training.learning_rate, **file.constants}
    if network.layers is not None:
        cost, equations, written = _layers(file, values, examples)
        if network.l2 is not None:
            constants["lambd"] = network.l2
    else:
        for name, tensor in file.parameters.items():
            values.tensor("parameters", name, tensor)
        if values.problems:
            raise failure(values.problems)
        cost, equations, written = _forward(file, values, source, set(constants), examples)
    return Draft(
        source=source,
        equations=tuple(equations),
        written=tuple(written),
        data={name: values.shapes[name] for name in data},
        parameters={name: shape for name, shape in values.shapes.items() if name not in data},
        constants={**constants, **{name: float(size) for name, size in values.sizes.items()}},
        values=values.arrays,
        cost=cost,
        examples=examples,
        orientation=network.orientation,
        bookkeeping=file.training.bookkeeping,
        fused=file.training.fused,
    )


def _rooms(file: ScenarioFile, source: Source) -> list[Problem]:
    """Problems with names and with keys that do not go together."""
    data = list(file.data.__pydantic_extra__ or {})
    rooms = [("sizes", file.sizes), ("constants", file.constants), ("data", data), ("parameters", file.parameters)]
    problems = naming.given(rooms, source)
    paths: dict[str, Path] = {name: (room, name) for room, names in rooms for name in names}
    problems += naming.gradients([*data, *file.parameters], paths, source)
    problems += [
        source.at_key(("data", name), f"{name} is given twice: the data set gives it too")
        for name in ("X", "Y")
        if file.data.dataset is not None and name in data
    ]
    network = file.network
    if (network.layers is None) == (network.forward is None):
        hint = "layers expand to equations; forward holds the equations themselves."
        problems.append(source.at_key(("network",), "expected either layers or forward, and not both", hint))
    if network.forward is not None and network.l2 is not None:
        hint = "Write it in the cost: + lambd/(2*m) * l2(W1, W2)."
        problems.append(source.at_key(("network", "l2"), "l2 goes with layers only", hint))
    for name, room in (("learning_rate", "training"), ("lambd", "network")):
        if name in file.constants and (name != "lambd" or network.l2 is not None):
            message = f"{name} is set by [{room}] already"
            problems.append(source.at_key(("constants", name), message))
    return problems


def _examples(file: ScenarioFile, values: Values, data: list[str]) -> str:
    """The name of the number of examples; a new size m where no size is it."""
    written = file.network.examples
    if written is not None and written in values.sizes:
        return written
    if written is not None:
        hint = f"Sizes: {listed(values.sizes) or 'none are given'}."
        raise failure([values.source.at_value(("network", "examples"), f'there is no size "{written}"', hint)])
    for name in ("m", "N"):
        if name in values.sizes and file.network.layers is None:
            return name
    if file.network.layers is None and ("m" in values.arrays or "m" in file.constants or "m" in file.parameters):
        return "m"
    first = next((each for each in ("X", "x", *data) if each in values.arrays and values.arrays[each].ndim == 2), None)
    if file.network.layers is None and first is not None:
        values.sizes.setdefault("m", int(values.arrays[first].shape[1 if values.columns else 0]))
    return "m"


def _forward(
    file: ScenarioFile, values: Values, source: Source, constants: set[str], examples: str
) -> tuple[str, list[Equation], list[Written]]:
    lines, _ = text.lines(file.network.forward or "")
    known = set(values.arrays) | set(values.sizes) | constants
    bound = {line.name for line in lines}
    if "m" not in file.sizes and "m" in bound:
        known.discard("m")
        values.sizes.pop("m", None)
    cost = file.network.cost or "J"
    problems = naming.equations(lines, known, FORWARD, source)
    if cost not in bound:
        path: Path = ("network", "cost") if file.network.cost else FORWARD
        mean = closest(cost, bound)
        message = "; ".join(filter(None, (f'no equation defines the cost "{cost}"', mean)))
        problems.append(source.at_value(path, message, f"Equations: {listed(line.name for line in lines)}."))
    equations: list[Equation] = []
    for line in lines:
        try:
            equations.append(Equation(line.name, expand(line.expr, examples), written=line.text))
        except ExpressionError as error:
            problems.append(source.inside(FORWARD, line.placed(error.span), error.message, error.hint))
    if problems:
        raise failure(problems)
    return cost, equations, [Written(FORWARD, line) for line in lines]


def _layers(file: ScenarioFile, values: Values, examples: str) -> tuple[str, list[Equation], list[Written]]:
    network, source = file.network, values.source
    assert network.layers is not None
    features, m = _data_of_layers(file, values)
    sizes = [values.size(layer.units, ("network", "layers", i, "units")) for i, layer in enumerate(network.layers)]
    problems = list(values.problems)
    outputs = values.arrays["Y"].shape[0 if values.columns else 1]
    if sizes[-1] is not None and int(sizes[-1]) != outputs:
        path: Path = ("network", "layers", len(sizes) - 1, "units")
        message = f"the last layer has {int(sizes[-1])} units, but Y has {outputs} values for each example"
        problems.append(source.at_value(path, message))
    units = [int(each or 1) for each in sizes]
    problems += _same_sizes(file, values, [features, *units], m)
    word = (network.cost or "").replace("_", "-")
    if word not in LAYER_COSTS:
        message = f'"{network.cost}" is no cost' if network.cost else "the cost is missing"
        message = "; ".join(filter(None, (message, closest(word, LAYER_COSTS) if word else "")))
        place: Path = ("network", "cost") if network.cost else ("network",)
        problems.append(source.at_value(place, message, f"Allowed: {listed(LAYER_COSTS)}."))
    if problems:
        raise failure(problems)
    for i, size in enumerate([features, *units]):
        values.sizes.setdefault(f"n{i}", size)
    values.sizes.setdefault(examples, m)
    named = [Size(size, f"n{i}") for i, size in enumerate([features, *units])]
    expansion = layering.expand(network.layers, named[1:], named[0], network.orientation)
    across: Shape = (Size(m, examples),)
    values.shapes["X"] = (named[0], *across) if values.columns else (*across, named[0])
    values.shapes["Y"] = (named[-1], *across) if values.columns else (*across, named[-1])
    _begin(file, values, expansion)
    cost = layering.cost(word, expansion.output, expansion.weights, network.l2 is not None, examples)
    written = [Written(("network", "layers", i)) for _, _, i in expansion.equations]
    equations = [_visible(name, expr, examples) for name, expr, _ in expansion.equations]
    return "J", [*equations, _visible("J", cost, examples)], [*written, Written(("network", "cost"))]


def _visible(name: str, expr: Expr, examples: str) -> Equation:
    return Equation(name, expand(expr, examples))


def _data_of_layers(file: ScenarioFile, values: Values) -> tuple[int, int]:
    """The number of features and of examples, X and Y agreeing about the latter."""
    source = values.source
    missing = [name for name in ("X", "Y") if name not in values.arrays]
    if missing:
        hint = "Layers read the examples from X and the labels from Y."
        raise failure([source.at_key(("data",), f"{name} is missing", hint) for name in missing])
    for name in ("X", "Y"):
        if values.arrays[name].ndim != 2:
            raise failure([source.at_key(("data", name), f"{name} must be a matrix: [[…], […]]")])
    x, y = values.arrays["X"].shape, values.arrays["Y"].shape
    axis = 1 if values.columns else 0
    if x[axis] == y[axis]:
        return x[1 - axis], x[axis]
    raise failure([_mixed_up(file, values, x, y, axis)])


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


def _same_sizes(file: ScenarioFile, values: Values, units: Sequence[int], m: int) -> list[Problem]:
    """Problems where [sizes] says something else of n0, n1 …, m than data and layers do."""
    facts = {f"n{i}": (size, "X has" if i == 0 else f"layer {i} has") for i, size in enumerate(units)}
    facts["m"] = (m, "X has")
    return [
        values.source.at_value(("sizes", name), f"{name} = {size}, but {facts[name][1]} {facts[name][0]}")
        for name, size in file.sizes.items()
        if name in facts and facts[name][0] != size
    ]


def _begin(file: ScenarioFile, values: Values, expansion: layering.Expansion) -> None:
    """The initial parameters of layers: as [parameters] gives them, or drawn."""
    source = values.source
    for name, tensor in file.parameters.items():
        if name not in expansion.shapes:
            message = "; ".join(filter(None, (f"the layers have no {name}", closest(name, expansion.shapes))))
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

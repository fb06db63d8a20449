"""From the checked file to the parts a program is built of: sizes, values, equations."""

from __future__ import annotations

from collections.abc import Collection

from bpdebug.errors import ExpressionError, Problem
from bpdebug.language.chance import COUNT
from bpdebug.ops import expand
from bpdebug.program.batch import draws
from bpdebug.program.equations import Equation
from bpdebug.scenario import moving, text
from bpdebug.scenario import names as naming
from bpdebug.scenario.draft import FORWARD, Draft, Written
from bpdebug.scenario.examples import measured, named
from bpdebug.scenario.failure import failure
from bpdebug.scenario.feeding import feed
from bpdebug.scenario.layered import Described, layered, penalties
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import ScenarioFile
from bpdebug.scenario.source import Source
from bpdebug.scenario.values import Values, declared
from bpdebug.scenario.wording import guessed, listed


def assemble(file: ScenarioFile, source: Source, lost: Collection[str] = (), *, whole: bool = True) -> Draft:
    """The draft of a file whose form is right; ScenarioError with all that is wrong in its content.

    Of the names that are `lost` nothing is known, nor is anything wrong with what hangs on them. Without a `whole`
    program in it there is no draft, only what is wrong.
    """
    network = file.network
    values = Values(source, dict(file.sizes), file.training.seed, network.orientation == "columns", frozenset(lost))
    values.problems += _rooms(file, source) + moving.problems(file.training, source)
    feed(file.data, values)
    for name, tensor in file.data.others.items():
        values.tensor("data", name, tensor)
    data = list(values.arrays)
    if (network.layers is None) == (network.forward is None):
        raise failure(values.problems)
    examples = named(file, values, data)
    constants = {"learning_rate": file.training.learning_rate, **_moving(file), **file.constants}
    if network.layers is not None:
        found = layered(file, values, examples)
    else:
        found = _forward(file, values, {*constants}, examples, data)
    if values.problems or not whole:
        raise failure(values.problems)
    iterations = moving.iterations(file.training, values.sizes.get(examples, 1))
    update, numbers = moving.update(file.training, iterations)
    return Draft(
        source=source,
        equations=found.equations,
        written=found.written,
        data={name: values.shapes[name] for name in data},
        parameters={name: shape for name, shape in values.shapes.items() if name not in data},
        constants={
            **constants,
            **found.constants,
            **numbers,
            **{name: float(size) for name, size in values.sizes.items()},
        },
        values=values.arrays,
        test=values.test,
        called=values.called,
        cost=found.cost,
        examples=examples,
        orientation=network.orientation,
        bookkeeping=file.training.bookkeeping,
        fused=file.training.fused,
        update=update,
        iterations=iterations,
        seed=file.training.seed,
        batch_size=file.training.batch_size,
        shuffle=file.training.shuffle,
    )


def _moving(file: ScenarioFile) -> dict[str, float]:
    """The numbers that moving the parameters takes, by name."""
    return moving.update(file.training, 1)[1]


def _rooms(file: ScenarioFile, source: Source) -> list[Problem]:
    """Problems with names and with keys that do not go together."""
    data = list(file.data.others)
    rooms = [("sizes", file.sizes), ("constants", file.constants), ("data", data), ("parameters", file.parameters)]
    problems = naming.given(rooms, source)
    paths: dict[str, Path] = {name: (room, name) for room, names in rooms for name in names}
    problems += naming.gradients([*data, *file.parameters], paths, source)
    given = "data set" if file.data.dataset is not None else "file" if file.data.file is not None else ""
    problems += [
        source.at_key(("data", name), f"{name} is given twice: the {given} gives it too")
        for name in ("X", "Y")
        if given and name in data
    ]
    network = file.network
    if (network.layers is None) == (network.forward is None):
        hint = "layers expand to equations; forward holds the equations themselves."
        problems.append(source.at_key(("network",), "expected either layers or forward, and not both", hint))
    if network.forward is not None:
        problems += [
            source.at_key(("network", key), f"{key} goes with layers only", f"Write it in the cost: {written}.")
            for key, written in (("l2", "+ lambd/(2*m) * l2(W1, W2)"), ("l1", "+ lambd1/m * l1(W1, W2)"))
            if getattr(network, key) is not None
        ]
    numbers = {"learning_rate": "training", **dict.fromkeys(penalties(network), "network")}
    for name, room in {**numbers, **dict.fromkeys(_moving(file), "training")}.items():
        if name in file.constants:
            problems.append(source.at_key(("constants", name), f"{name} is set by [{room}] already"))
    return problems


def _forward(file: ScenarioFile, values: Values, constants: set[str], examples: str, data: list[str]) -> Described:
    """The equations of a file that holds them itself. `values` gets the parameters, and how many examples there are."""
    for name, tensor in file.parameters.items():
        values.tensor("parameters", name, tensor)
    measured(examples, file, values, data)
    source = values.source
    block = file.network.forward or ""
    known = declared(file) | set(values.sizes) | constants | values.lost
    lines, errors = text.lines(block, known)
    bound = {line.name for line in lines}
    unread = {*text.given(block)} - bound
    nameless = len(errors) > len(unread)
    if "m" not in file.sizes and "m" in bound:
        known.discard("m")
        values.sizes.pop("m", None)
    cost = file.network.cost or "J"
    known |= {COUNT} if any(draws(line.expr) for line in lines) else set()
    problems = naming.equations(lines, known | unread, FORWARD, source)
    if cost not in bound | unread and not nameless:
        path: Path = ("network", "cost") if file.network.cost else FORWARD
        message = guessed(f'no equation defines the cost "{cost}"', cost, bound | unread)
        problems.append(source.at_value(path, message, f"Equations: {listed(dict.fromkeys(text.given(block)))}."))
    equations: list[Equation] = []
    for line in lines:
        try:
            equations.append(Equation(line.name, expand(line.expr, examples), written=line.text))
        except ExpressionError as error:
            problems.append(source.inside(FORWARD, line.placed(error.span), error.message, error.hint))
    values.problems += problems
    return Described(cost, tuple(equations), tuple(Written(FORWARD, line) for line in lines))

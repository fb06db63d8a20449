"""The scenario file's form: which keys there are and what may stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpdebug.ops import COSTS
from bpdebug.program.update import OPTIMIZERS, SCHEDULES
from bpdebug.scenario.datasets import DATASETS
from bpdebug.scenario.files.keys import COLUMNS, LABEL, SEPARATOR, STATED, TESTED
from bpdebug.scenario.form import (
    FLAG,
    TEXT,
    MisfitError,
    Table,
    by_name,
    checked,
    described,
    either,
    key,
    several,
    table,
    word,
)
from bpdebug.scenario.given import CLASSES, NUMBER, SCALINGS
from bpdebug.scenario.wording import quoted

MOST_ITERATIONS = 10_000_000
LARGEST_SIZE = 10_000_000
MOST_LAYERS = 50

INITS = ("zeros", "ones", "constant", "normal", "uniform", "xavier", "he", "lecun", "orthogonal")
ACTIVATIONS = (
    "relu", "leaky-relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "softmax", "log-softmax", "linear"
)  # fmt: skip
LAYER_COSTS = tuple(cost.name.replace("_", "-") for cost in COSTS.values() if not cost.penalty)
LABELS = (*CLASSES, NUMBER)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size_or_name(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if not _is_whole(value):
        raise MisfitError(f"expected a whole number or the name of a size, found {quoted(value)}")
    if not 1 <= value <= LARGEST_SIZE:
        raise MisfitError(f"expected a size from 1 to {LARGEST_SIZE:,}, found {quoted(value)}")
    return value


def _size(value: Any) -> Any:
    if not _is_whole(value):
        raise MisfitError(f"expected a whole number, found {quoted(value)}")
    return _size_or_name(value)


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MisfitError(f"expected a number, found {quoted(value)}")
    if not abs(value) <= 1e300:
        raise MisfitError(f"expected a finite number, found {value if abs(value) < 1 else 'inf'}")
    return float(value)


def _share(value: Any) -> float:
    if not 0 <= _real(value) < 1:
        raise MisfitError(f"expected a number from 0 to below 1, found {quoted(value)}")
    return float(value)


def _within(value: Any) -> float:
    if not 0 < _real(value) < 1:
        raise MisfitError(f"expected a number between 0 and 1, found {quoted(value)}")
    return float(value)


def _above_zero(value: Any) -> float:
    if _real(value) <= 0:
        raise MisfitError(f"expected a number above 0, found {quoted(value)}")
    return float(value)


def _count(value: Any) -> Any:
    if not _is_whole(value) or not 0 <= value <= MOST_ITERATIONS:
        raise MisfitError(f"expected a whole number from 0 to {MOST_ITERATIONS:,}, found {quoted(value)}")
    return value


def _some(layers: list[Any]) -> list[Any]:
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise MisfitError(f"expected 1 to {MOST_LAYERS} layers, found {len(layers)}")
    return layers


REAL = checked(_real, type="number")
SIZE = checked(_size, type="integer", minimum=1)
SIZE_OR_NAME = checked(_size_or_name, type=["integer", "string"], description="a size or its name")
SHARE = checked(_share, type="number", minimum=0, maximum=1)
WITHIN = checked(_within, type="number", minimum=0, maximum=1)
ABOVE_ZERO = checked(_above_zero, type="number", minimum=0)
COUNT = checked(_count, type="integer", minimum=0)
NUMBERS = checked(lambda value: value, type=["number", "array"], description="a number or nested lists")
INIT = word(*INITS)


class Tensor(Table):
    """A scalar, vector or matrix: its values, or its shape and how it is drawn."""

    values: Any = key(NUMBERS, None)
    shape: list[int | str] | None = key(several(SIZE_OR_NAME), None)
    init: str | None = key(INIT, None)
    scale: float | None = key(REAL, None, "multiplies what is drawn")
    value: float | None = key(REAL, None, "of init = constant")


class Dataset(Table):
    """A data set by its name, which gives X and Y."""

    name: str = key(word(*DATASETS))
    samples: int | str | None = key(SIZE_OR_NAME, None, "how many examples; of real ones so many are drawn")
    noise: float | None = key(REAL, None)
    classes: int | None = key(SIZE, None)
    labels: str | None = key(word(*LABELS), None, "how the classes are written")
    scale: str | None = key(word(*SCALINGS), None, "how the features are scaled")


class Arrays(Table):
    """What X and Y are called in an NPZ file."""

    X: str = key(TEXT, "X")
    Y: str = key(TEXT, "Y")


class File(Table):
    """A file beside the scenario, CSV or NPZ, which gives X and Y."""

    path: str = key(TEXT, about="from the folder of the scenario")
    features: list[str | int] | None = key(
        COLUMNS, None, "the columns of X, by name or by number from 0; without it all but the label"
    )
    label: str | int | list[str | int] | None = key(LABEL, None, "the column of Y, or several; without it the last one")
    labels: str | None = key(word(*LABELS), None, "how the labels are written; without it numbers are read as they are")
    classes: list[str | float] | None = key(
        STATED, None, "the classes in the order of their outputs; without it sorted"
    )
    scale: str | None = key(word(*SCALINGS), None, "how the features are scaled")
    header: bool | None = key(FLAG, None, "whether the first line names the columns; without it that is found out")
    separator: str | None = key(SEPARATOR, None, "what stands between the columns; without it that is found out")
    arrays: Arrays | None = key(table(Arrays), None, "of an NPZ file: the names of its arrays")


class Data(Table):
    """What is given: X, Y and whatever else the equations read."""

    OTHERS = table(Tensor)
    others: Mapping[str, Tensor]
    dataset: Dataset | None = key(table(Dataset, short="name"), None)
    file: File | None = key(table(File, short="path"), None)
    test: float | None = key(TESTED, None, "how many examples are set aside to test with: their share, or a number")


class Layer(Table):
    """One fully connected layer: units, their activation, how the weights begin."""

    units: int | str = key(SIZE_OR_NAME)
    activation: str = key(word(*ACTIVATIONS, hyphens=True), "linear")
    init: str | None = key(INIT, None)
    scale: float | None = key(REAL, None)
    bias: bool = key(FLAG, True)


class Network(Table):
    """Either layers, which expand to equations, or the equations of the forward pass themselves."""

    orientation: str = key(word("columns", "rows"), "columns")
    layers: list[Layer] | None = key(several(table(Layer), _some), None)
    forward: str | None = key(TEXT, None)
    cost: str | None = key(TEXT, None, "with layers: the name of a cost; with forward: the name of the cost")
    l2: float | None = key(REAL, None)
    examples: str | None = key(TEXT, None, "the name of the number of examples")


class Schedule(Table):
    """How the learning rate goes with the number of updates."""

    name: str = key(word(*SCHEDULES), "constant")
    drop: float | None = key(ABOVE_ZERO, None, "of step and exponential: what it is multiplied by")
    every: int | None = key(SIZE, None, "of step: after how many updates")
    rise: float | None = key(WITHIN, None, "of one-cycle: the part of the run in which it rises")
    updates: int | None = key(SIZE, None, "of cosine and one-cycle: after how many it is 0; without it, at the end")
    warmup: int | None = key(SIZE, None, "over how many updates it rises from 0 first")


class Training(Table):
    """How the parameters are moved, and for how long."""

    optimizer: str = key(word(*OPTIMIZERS), "sgd")
    learning_rate: float = key(REAL, 0.1)
    schedule: Schedule | None = key(table(Schedule, short="name"), None, "how the learning rate goes with the updates")
    momentum: float | None = key(SHARE, None, "of momentum and nesterov: what the gradients so far count for")
    beta1: float | None = key(SHARE, None, "of adam and adamw: what the mean of gradients so far counts for")
    beta2: float | None = key(SHARE, None, "of rmsprop, adam and adamw: the same of the mean of their squares")
    epsilon: float | None = key(REAL, None, "what keeps a step from being divided by 0")
    weight_decay: float | None = key(REAL, None, "how much of a weight its gradient gets; of adamw, how much it loses")
    clip_value: float | None = key(ABOVE_ZERO, None, "entries of gradients beyond it are set to it")
    clip_norm: float | None = key(ABOVE_ZERO, None, "gradients that are longer together are shrunk to it")
    iterations: int = key(COUNT, 100)
    seed: int = key(COUNT, 1)
    bookkeeping: str = key(word("total", "per-example"), "total")
    dtype: str = key(
        word("float64", "float32"),
        "float64",
        "what every step computes in; checks are made in float64 all the same",
    )
    fused: bool = key(FLAG, False)


class Claim(Table):
    """An equation a person wrote for a gradient."""

    equation: str = key(TEXT)
    of: str | None = key(TEXT, None)
    denotes: str | None = key(TEXT, None)


class Claims(Table):
    """The equations of a pasted block, one a line."""

    equations: str = key(TEXT)


class ScenarioFile(Table):
    """A bpdebug scenario."""

    title: str = key(TEXT, "")
    summary: str = key(TEXT, "")
    source: str = key(TEXT, "", "where it comes from")
    sizes: Mapping[str, int] = key(by_name(SIZE), {})
    constants: Mapping[str, float] = key(by_name(REAL), {})
    data: Data = key(table(Data), Data())
    parameters: Mapping[str, Tensor] = key(by_name(table(Tensor)), {})
    network: Network = key(table(Network))
    training: Training = key(table(Training), Training())
    claims: Claims | list[Claim] = key(either(table(Claims), several(table(Claim))), [])


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, in the words that draft-04 and draft-07 share."""
    definitions: dict[str, dict[str, Any]] = {}
    schema = described(ScenarioFile, definitions)
    schema["properties"]["$schema"] = {"type": "string"}
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema, "definitions": definitions}

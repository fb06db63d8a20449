"""The scenario file's form: which keys there are and what may stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpdebug.ops import COSTS
from bpdebug.program.update import OPTIMIZERS, SCHEDULES
from bpdebug.scenario.amounts import (
    ABOVE_ZERO,
    COUNT,
    INIT,
    NUMBERS,
    REAL,
    SHARE,
    SIZE,
    SIZE_OR_NAME,
    WITHIN,
)
from bpdebug.scenario.datasets import DATASETS
from bpdebug.scenario.files.keys import COLUMNS, LABEL, SEPARATOR, STATED, TESTED
from bpdebug.scenario.form import (
    FLAG,
    TEXT,
    MisfitError,
    Table,
    by_name,
    chosen,
    described,
    either,
    key,
    several,
    table,
    word,
)
from bpdebug.scenario.given import CLASSES, NUMBER, SCALINGS
from bpdebug.scenario.layers import LAYERS, Layer

MOST_LAYERS = 50
LAYER_COSTS = tuple(cost.name.replace("_", "-") for cost in COSTS.values() if not cost.penalty)
LABELS = (*CLASSES, NUMBER)


def _some(layers: list[Any]) -> list[Any]:
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise MisfitError(f"expected 1 to {MOST_LAYERS} layers, found {len(layers)}")
    return layers


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


class Network(Table):
    """Either layers, which expand to equations, or the equations of the forward pass themselves."""

    orientation: str = key(word("columns", "rows"), "columns")
    layers: list[Layer] | None = key(several(chosen("kind", LAYERS, "dense"), _some), None)
    forward: str | None = key(TEXT, None)
    cost: str | None = key(TEXT, None, "with layers: the name of a cost; with forward: the name of the cost")
    l2: float | None = key(REAL, None, "with layers: lambd / (2 * m) times the squares of all weights is added")
    l1: float | None = key(REAL, None, "with layers: lambd1 / m times the absolute values of all weights is added")
    target: str = key(word("Y", "X"), "Y", "with layers: what the output is held against; X in an autoencoder")
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
    iterations: int | None = key(COUNT, None, "100 where neither they nor epochs are said")
    epochs: int | None = key(COUNT, None, "how often every example is seen, in place of iterations")
    batch_size: int | None = key(SIZE, None, "how many examples an iteration sees; without it, all")
    shuffle: bool = key(FLAG, True, "whether batches are of an order that is another in each epoch")
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

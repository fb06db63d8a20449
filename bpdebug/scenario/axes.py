"""What the rows and columns of matrices are: examples, features, units, classes, as far as the scenario says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from bpdebug.ops.table import Shape, Size
from bpdebug.program.batch import WHOLE
from bpdebug.scenario.given import NUMBER, Called
from bpdebug.scenario.layers import STEPS
from bpdebug.scenario.schema import ScenarioFile


class Axis(Struct, frozen=True):
    """What there is along an axis of a certain size, and what each of it is called, if anything."""

    kind: str
    names: tuple[str, ...] = ()

    @property
    def one(self) -> str:
        """What one of them is: a class of classes."""
        return self.kind.removesuffix("es" if self.kind == "classes" else "s")


def axes(file: ScenarioFile, called: Called | None, examples: str, shapes: Mapping[str, Shape]) -> Mapping[str, Axis]:
    """By the name of its size, what every axis is of which that is certain.

    Of equations that a person wrote the examples are, where no size of a vector or a parameter is told by its length,
    and the units between weights that are called W1, W2 and so on: what others mean is known to that person alone.
    """
    counted = dict.fromkeys((examples, *([examples + WHOLE] if file.training.batch_size else [])), Axis("examples"))
    layers = file.network.layers
    if layers is None:
        given = {**file.data.others, **file.parameters}
        guessed = called is not None or any(
            isinstance(each.values, list)
            and (len(shapes[name]) != 2 or (name in file.parameters and _has(examples, shapes[name])))
            for name, each in given.items()
        )
        return {} if guessed else {**_units(file, shapes), **counted}
    features, outputs = (called.features, called.outputs) if called is not None else ((), ())
    one_hot = called is not None and called.labels == "one-hot"
    numbers = outputs if called is not None and called.labels == NUMBER else ()
    symbols = {each.symbol for shape in shapes.values() for each in shape if isinstance(each, Size)}
    units = sorted(int(each[1:]) for each in symbols if re.fullmatch(r"n[1-9]\d*", each))
    last = f"n{units[-1]}" if units else "n0"
    each = Axis("features", features) if file.network.target == "X" else Axis("outputs", numbers)
    return {
        **counted,
        "n0": Axis("features", features),
        **({STEPS: Axis("steps")} if STEPS in symbols else {}),
        **{f"n{layer}": Axis(f"units of layer {layer}") for layer in units},
        last: Axis("classes", outputs) if one_hot else each,
    }


def _has(symbol: str, shape: Shape) -> bool:
    return any(isinstance(each, Size) and each.symbol == symbol for each in shape)


def _units(file: ScenarioFile, shapes: Mapping[str, Shape]) -> Mapping[str, Axis]:
    """The units of layers between the weights W1, W2 …, whose sizes have names of their own; none where they clash."""
    columns, found = file.network.orientation == "columns", dict[str, set[str]]()
    weights = [f"W{number}" for number in range(1, len(file.parameters) + 1) if f"W{number}" in file.parameters]
    for layer, name in enumerate(weights):
        if len(shapes[name]) != 2 or name != f"W{layer + 1}":
            return {}
        after, before = shapes[name] if columns else shapes[name][::-1]
        kinds = (f"units of layer {layer}" if layer else "features", "outputs")
        kinds = (kinds[0], kinds[1] if name == weights[-1] else f"units of layer {layer + 1}")
        for length, kind in ((before, kinds[0]), (after, kinds[1])):
            if isinstance(length, Size):
                found.setdefault(length.symbol, set()).add(kind)
    return {symbol: Axis(kinds.pop()) for symbol, kinds in found.items() if len(kinds) == 1}

"""What the rows and columns of matrices are: examples, features, units, classes, as far as the scenario says."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bpdebug.scenario import datasets
from bpdebug.scenario.schema import ScenarioFile


class Axis(Struct, frozen=True):
    """What there is along an axis of a certain size, and what each of it is called, if anything."""

    kind: str
    names: tuple[str, ...] = ()


def axes(file: ScenarioFile, examples: str) -> Mapping[str, Axis]:
    """By the name of its size, what every axis is of which that is certain.

    Of equations that a person wrote only the examples are, and those only where no size is told by its length: what
    others mean is known to that person alone.
    """
    layers, dataset = file.network.layers, file.data.dataset
    if layers is None:
        given = [*file.data.others.values(), *file.parameters.values()]
        guessed = dataset is not None or any(isinstance(each.values, list) for each in given)
        return {} if guessed else {examples: Axis("examples")}
    features, classes = datasets.called(dataset) if dataset is not None else ((), ())
    one_hot = dataset is not None and datasets.labels(dataset) == "one-hot"
    return {
        examples: Axis("examples"),
        "n0": Axis("features", features),
        **{f"n{layer}": Axis(f"units of layer {layer}") for layer in range(1, len(layers))},
        f"n{len(layers)}": Axis("classes", classes) if one_hot else Axis("outputs"),
    }

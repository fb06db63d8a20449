"""Whether the layers, the cost and the labels suit each other: what runs, but hardly as it was meant, is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from bpdebug.ops.table import Array
from bpdebug.scenario.layers import ALONG_UNITS, Layer
from bpdebug.scenario.schema import ScenarioFile

PROBABLE = {"binary-cross-entropy": "sigmoid", "categorical-cross-entropy": "softmax"}
"""Costs that take the logarithm of the output, and the activation they are made for."""
PROBABILITIES = frozenset({"sigmoid", "softmax"})


def notes(file: ScenarioFile, values: Mapping[str, Array], columns: bool) -> tuple[str, ...]:
    """What a user should know of layers, cost and labels; nothing where the equations are the user's own."""
    if not file.network.layers:
        return ()
    cost = (file.network.cost or "").replace("_", "-")
    return (*_single(file, values, columns), *_output(file, cost), *_labels(cost, values[file.network.target]))


def _single(file: ScenarioFile, values: Mapping[str, Array], columns: bool) -> Iterator[str]:
    for number, layer in enumerate(file.network.layers or (), start=1):
        weights, word = values.get(f"W{number}"), _activation(layer)
        if word in ALONG_UNITS and weights is not None and weights.shape[0 if columns else -1] == 1:
            always = 1 if word == "softmax" else 0
            yield (
                f"layer {number}: {word} over a single unit is always {always}, so nothing before it "
                'learns; for one unit there is activation = "sigmoid"'
            )


def _activation(layer: Layer) -> str:
    """What a layer's result goes through; linear where that is nothing."""
    return str(getattr(layer, "activation", "linear"))


def _output(file: ScenarioFile, cost: str) -> Iterator[str]:
    last = _activation((file.network.layers or [])[-1])
    if cost in PROBABLE and last not in PROBABILITIES:
        yield (
            f"the cost takes the logarithm of the last layer's output, which is {last} and may be 0 or negative: "
            f'log of a negative number is likely; {cost} goes with activation = "{PROBABLE[cost]}"'
        )


def _labels(cost: str, labels: Array) -> Iterator[str]:
    if cost in PROBABLE and (outside := labels[(labels < 0) | (labels > 1)]).size:
        yield f"{cost} is made for labels from 0 to 1, but Y holds {outside[0]:g}: the cost has no lowest point there"
    if cost == "hinge" and (other := labels[np.abs(labels) != 1]).size:
        yield f"hinge is made for the labels -1 and 1, but Y holds {other[0]:g}"

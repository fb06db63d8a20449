"""Data sets by name: the 150 irises, and small sets that are generated. X and Y with one example per row."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np

from bpdebug.ops.table import Array
from bpdebug.scenario.arrays import stream
from bpdebug.scenario.schema import Dataset

LABELS = {"iris": "one-hot", "blobs": "one-hot", "two-moons": "zero-one", "xor": "zero-one"}
"""How the classes are written where the file does not say."""


def examples(dataset: Dataset, samples: int | None, seed: int) -> tuple[Array, Array]:
    """X (examples × features) and Y (examples × outputs) of a data set."""
    noise = dataset.noise
    if dataset.name == "iris":
        x, classes = iris()
        count = 3
    elif dataset.name == "xor":
        x, classes, count = *_xor(samples or 4, 0.0 if noise is None else noise, seed), 2
    elif dataset.name == "two-moons":
        x, classes, count = *_moons(samples or 40, 0.1 if noise is None else noise, seed), 2
    else:
        count = int(dataset.classes or 3)
        x, classes = _blobs(samples or 60, count, 0.5 if noise is None else noise, seed)
    if dataset.standardize:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    return x, _labels(classes, count, labels(dataset))


def labels(dataset: Dataset) -> str:
    """How the classes are written."""
    return dataset.labels or LABELS[dataset.name]


def called(dataset: Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the features and the classes of a data set are called; nothing where they are made up."""
    if dataset.name != "iris":
        return (), ()
    measured, rows = _flowers()
    return tuple(each.replace("_", " ") for each in measured), _species(rows)


def iris() -> tuple[Array, Array]:
    """Fisher's irises: four lengths in centimetres, and the species as 0, 1, 2."""
    _, rows = _flowers()
    species = _species(rows)
    x = np.array([[float(each) for each in row[:-1]] for row in rows])
    return x, np.array([species.index(row[-1]) for row in rows])


@cache
def _flowers() -> tuple[list[str], list[list[str]]]:
    """What was measured, and for every flower its measures and its species."""
    text = (Path(__file__).parent / "data" / "iris.csv").read_text(encoding="utf-8")
    head, *rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    return head[:-1], rows


def _species(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(sorted({row[-1] for row in rows}))


def _moons(samples: int, noise: float, seed: int) -> tuple[Array, Array]:
    classes = np.arange(samples) % 2
    count = (samples + 1) // 2
    angle = math.pi * (np.arange(samples) // 2) / max(1, count - 1)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    x = np.where(classes[:, None] == 0, upper, lower)
    return x + noise * stream(seed, "two-moons").standard_normal(x.shape), classes


def _xor(samples: int, noise: float, seed: int) -> tuple[Array, Array]:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    which = np.arange(samples) % 4
    x = corners[which] + noise * stream(seed, "xor").standard_normal((samples, 2))
    return x, np.array([0, 1, 1, 0])[which]


def _blobs(samples: int, count: int, noise: float, seed: int) -> tuple[Array, Array]:
    classes = np.arange(samples) % count
    angle = 2 * math.pi * classes / count
    x = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + noise * stream(seed, "blobs").standard_normal(x.shape), classes


def _labels(classes: Array, count: int, written: str) -> Array:
    if written == "one-hot":
        return np.asarray(np.eye(count)[classes])
    last = (classes == count - 1).astype(np.float64)[:, None]
    return np.asarray(last if written == "zero-one" else 2 * last - 1)

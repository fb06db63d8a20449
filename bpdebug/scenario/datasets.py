"""Data sets by name, a record each: real ones that lie beside this file, and small ones that are generated."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from bpdebug.ops.table import Array
from bpdebug.scenario.arrays import stream
from bpdebug.scenario.files.cells import texts
from bpdebug.scenario.given import NUMBER, Examples, parted

FOLDER = Path(__file__).parent / "data"


class Draw(NamedTuple):
    """What a data set is made by: as many examples, so scattered, of so many classes."""

    samples: int
    noise: float
    classes: int
    random: np.random.Generator


class DataSet(Struct, frozen=True):
    """One data set: what it is, how its examples come about, how its labels are written where nobody says."""

    name: str
    about: str
    make: Callable[[Draw], Examples]
    labels: str
    samples: int | None = None
    """How many examples are generated; None: they are real, and all of them are taken."""
    noise: float | None = None
    """How far they are scattered; None: not at all."""
    classes: int | None = None
    """How many classes there are, where that can be chosen."""

    def examples(self, samples: int | None, noise: float | None, classes: int | None, seed: int) -> Examples:
        """The examples; of real ones as many as there are, where more are asked for."""
        scatter = (self.noise or 0.0) if noise is None else noise
        random = stream(seed, self.name)
        found = self.make(Draw(samples or self.samples or 0, scatter, classes or self.classes or 0, random))
        if self.samples is None and samples is not None and samples < len(found.x):
            return found.only(parted(found, samples, random)[1])
        return found


def _iris(draw: Draw) -> Examples:
    measured, rows = _flowers()
    species = sorted({row[-1] for row in rows})
    x = np.array([[float(each) for each in row[:-1]] for row in rows])
    y = np.array([species.index(row[-1]) for row in rows])
    return Examples(x, y, 3, tuple(each.replace("_", " ") for each in measured), tuple(species))


@cache
def _flowers() -> tuple[list[str], list[list[str]]]:
    """What was measured, and for every flower its measures and its species."""
    text = (FOLDER / "iris.csv").read_text(encoding="utf-8")
    head, *rows = (texts(line, ",") for line in text.splitlines() if not line.startswith("#"))
    return head[:-1], rows


def _digits(draw: Draw) -> Examples:
    with np.load(FOLDER / "digits.npz", allow_pickle=False) as found:
        x, y = found["X"].astype(np.float64), found["Y"].astype(np.intp)
    pixels = tuple(f"pixel {row},{column}" for row in range(8) for column in range(8))
    return Examples(x, y, 10, pixels, tuple(map(str, range(10))))


def _moons(draw: Draw) -> Examples:
    classes = np.arange(draw.samples) % 2
    count = (draw.samples + 1) // 2
    angle = math.pi * (np.arange(draw.samples) // 2) / max(1, count - 1)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return _scattered(np.where(classes[:, None] == 0, upper, lower), classes, 2, draw)


def _circles(draw: Draw) -> Examples:
    classes = np.arange(draw.samples) % 2
    angle = 2 * math.pi * (np.arange(draw.samples) // 2) / max(1, (draw.samples + 1) // 2)
    radius = np.where(classes == 0, 1.0, 0.5)[:, None]
    return _scattered(radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), classes, 2, draw)


def _spirals(draw: Draw) -> Examples:
    classes = np.arange(draw.samples) % draw.classes
    each = max(1, -(-draw.samples // draw.classes))
    way = (1 + np.arange(draw.samples) // draw.classes) / each
    angle = 2 * math.pi * (classes / draw.classes + way)
    return _scattered(way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), classes, draw.classes, draw)


def _xor(draw: Draw) -> Examples:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    which = np.arange(draw.samples) % 4
    return _scattered(corners[which], np.array([0, 1, 1, 0])[which], 2, draw)


def _blobs(draw: Draw) -> Examples:
    classes = np.arange(draw.samples) % draw.classes
    angle = 2 * math.pi * classes / draw.classes
    return _scattered(2 * np.stack([np.cos(angle), np.sin(angle)], axis=1), classes, draw.classes, draw)


def _scattered(x: Array, classes: Array, count: int, draw: Draw) -> Examples:
    """Points, each moved a little at random."""
    return Examples(x + draw.noise * draw.random.standard_normal(x.shape), classes, count)


def _line(draw: Draw) -> Examples:
    x = np.linspace(-1.0, 1.0, draw.samples)[:, None]
    return Examples(x, 2 * x + 1 + draw.noise * draw.random.standard_normal(x.shape))


def _waves(draw: Draw) -> Examples:
    x = np.linspace(-math.pi, math.pi, draw.samples)[:, None]
    return Examples(x, np.sin(x) + draw.noise * draw.random.standard_normal(x.shape))


DATASETS = {
    each.name: each
    for each in (
        DataSet("iris", "150 flowers of three species, four lengths of each in centimetres", _iris, "one-hot"),
        DataSet("digits", "1797 handwritten digits, 8 × 8 pixels of each from 0 to 16", _digits, "one-hot"),
        DataSet("two-moons", "two half circles that reach into each other", _moons, "zero-one", 40, 0.1),
        DataSet("circles", "a circle within another", _circles, "zero-one", 40, 0.05),
        DataSet("spirals", "spirals that are wound around each other", _spirals, "one-hot", 90, 0.02, 3),
        DataSet("xor", "the corners of a square; two that lie across are of one class", _xor, "zero-one", 4, 0.0),
        DataSet("blobs", "heaps of points around as many centres", _blobs, "one-hot", 60, 0.5, 3),
        DataSet("line", "numbers along the line y = 2x + 1", _line, NUMBER, 20, 0.1),
        DataSet("waves", "numbers along a wave, y = sin x", _waves, NUMBER, 40, 0.1),
    )
}
"""Every data set, by its name."""

"""Scenarios that read a file, written and loaded where a test wants them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpdebug.errors import ScenarioError
from bpdebug.ops.table import Array
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario

WRITTEN = """
[data]
{data}
[parameters]
W = {{ shape = [1, 1], init = "ones" }}
[network]
orientation = "rows"
forward = "J = sum(X) * sum(Y) * sum(W)"
[training]
iterations = 1
seed = {seed}
"""


def fed(folder: Path, data: str, text: str | bytes | None = None, *, seed: int = 1) -> Scenario:
    """The scenario with this in [data], whatever its shapes are, and with points.csv beside it."""
    if text is not None:
        (folder / "points.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    path = folder / "scenario.toml"
    path.write_text(WRITTEN.format(data=data, seed=seed), encoding="utf-8")
    return load(str(path))


def refused(folder: Path, data: str, text: str | bytes | None = None) -> list[str]:
    """What is wrong with it: file:line:column and message of each problem."""
    with pytest.raises(ScenarioError) as raised:
        fed(folder, data, text)
    return [
        ":".join([Path(each.file).name, *([f"{each.line}:{each.column}"] if each.line else []), f" {each.message}"])
        for each in raised.value.problems
    ]


def saved(folder: Path, **arrays: Array) -> None:
    """Write an NPZ file, points.npz."""
    np.savez(folder / "points.npz", **arrays)

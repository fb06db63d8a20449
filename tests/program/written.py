"""Programs from a few lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpdebug.machine.kernels import run_step
from bpdebug.ops import expand, parse
from bpdebug.ops.table import Array, Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Phase, Program


def equations(text: str) -> list[Equation]:
    """One equation a line, `name = expression`."""
    found = []
    for line in text.strip().splitlines():
        name, _, right = line.strip().partition(" = ")
        found.append(Equation(name, expand(parse(right)), written=right))
    return found


def shapes(written: Mapping[str, tuple[Any, ...]], sizes: Mapping[str, int]) -> dict[str, Shape]:
    """Shapes whose named lengths know their names."""
    return {
        name: tuple(Size(sizes[each], each) if isinstance(each, str) else each for each in shape)
        for name, shape in written.items()
    }


def built(
    text: str,
    data: Mapping[str, tuple[Any, ...]],
    parameters: Mapping[str, tuple[Any, ...]],
    sizes: Mapping[str, int],
    **options: Any,
) -> Program:
    """The program of the equations, with learning_rate and lambd beside the sizes."""
    constants = {"learning_rate": 0.1, "lambd": 0.5, **{name: float(size) for name, size in sizes.items()}}
    return build(
        equations(text),
        data=shapes(data, sizes),
        parameters=shapes(parameters, sizes),
        constants={**constants, **options.pop("constants", {})},
        cost=options.pop("cost", "J"),
        **options,
    )


def run_once(program: Program, given: Mapping[str, Array] | None = None, seed: int = 0) -> dict[str, Array]:
    """The values of one iteration up to its update, on what is given; data and parameters not given are drawn."""
    random = np.random.default_rng(seed)
    found = {name: np.asarray(value) for name, value in program.constants.items()}
    found |= {name: random.normal(size=program.shapes[name]) for name in (*program.data, *program.parameters)}
    found |= given or {}
    for step in program.steps:
        if program.equations[step.equation].phase is not Phase.UPDATE:
            found[step.out] = run_step(step, found)
    return found


def labels(program: Program, seed: int = 0) -> dict[str, Array]:
    """Labels of 0 and 1 for Y."""
    return {"Y": np.asarray(np.random.default_rng(seed).integers(2, size=program.shapes["Y"]), dtype=float)}

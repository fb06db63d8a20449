"""Programs from a few lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpdebug.ops import expand, parse
from bpdebug.ops.table import Shape, Size
from bpdebug.program.build import build
from bpdebug.program.equations import Equation, Program


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

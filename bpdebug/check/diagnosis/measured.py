"""Sizes written into a line as numbers: 7 for m. With other sizes such a line has to be read otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from bpdebug.language.expression import Apply, Expr, Name, Number, rebuild, walk
from bpdebug.program.equations import Program

MOST = 4
"""Numbers of a line that may be sizes; with more it is left alone."""


def measured(program: Program, expr: Expr) -> tuple[Expr, ...]:
    """All that a line may mean where its numbers may be sizes; nothing where one is, and it is unclear which."""
    powers = {id(node.inputs[1]) for node in walk(expr) if isinstance(node, Apply) and node.op == "power"}
    lengths = {float(n) for shape in program.shapes.values() for n in shape if n > 1}
    places = {id(node): node for node in walk(expr) if isinstance(node, Number) and node.value in lengths}
    sizes = {at: _named(program, node.value) for at, node in places.items() if at not in powers}
    if not all(sizes.values()) or len(sizes) > MOST:
        return ()
    choices = product(*(("", name) for name in sizes.values()))
    return tuple(_with(expr, dict(zip(sizes, chosen, strict=True))) for chosen in choices)


def _named(program: Program, length: float) -> str:
    """The one name that a length has."""
    found: Sequence[str] = [name for name, value in program.constants.items() if value == length]
    return found[0] if len(found) == 1 else ""


def _with(expr: Expr, chosen: Mapping[int, str]) -> Expr:
    """The line with numbers exchanged for the names of sizes."""
    return rebuild(expr, lambda node: Name(chosen[id(node)]) if chosen.get(id(node)) else node)

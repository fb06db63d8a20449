"""Which gradients are to be checked, and what their values stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bpdebug.check.forward import Values
from bpdebug.errors import UsageError
from bpdebug.program.equations import Denotes, Program


def wanted(program: Program, values: Values, names: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """The (quantity, gradient) pairs to be checked, in the order the program computes them."""
    pairs = computed(program)
    if names is None:
        return tuple(pair for pair in pairs if pair[1] in values)
    asked = tuple(names)
    for name in asked:
        if name not in program.gradients.values():
            raise UsageError(f"{name} is no gradient of this program; it has {', '.join(pair[1] for pair in pairs)}")
        if name not in values:
            raise UsageError(f"{name} has no value yet: step on until it is computed, then check it")
    return tuple(pair for pair in pairs if pair[1] in asked)


@lru_cache(maxsize=64)
def computed(program: Program) -> tuple[tuple[str, str], ...]:
    """The (quantity, gradient) pairs of a program, in the order it computes them."""
    place = {equation.name: index for index, equation in enumerate(program.equations)}
    return tuple(sorted(program.gradients.items(), key=lambda pair: place.get(pair[1], len(place))))


def denoted(program: Program, name: str, of: str) -> Denotes:
    """What the equation of a gradient says it is; the plain derivative where it says nothing."""
    return said(program).get(name) or Denotes(of, cost=program.cost)


@lru_cache(maxsize=64)
def said(program: Program) -> Mapping[str, Denotes]:
    """What the equations of a program say of themselves."""
    return {each.name: each.denotes for each in reversed(program.equations) if each.denotes is not None}

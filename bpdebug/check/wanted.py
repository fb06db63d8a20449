"""Which gradients are to be checked, and what their values stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bpdebug.check.forward import Values
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.lexicon import nearest
from bpdebug.language.parser import parse_name
from bpdebug.program.equations import Denotes, Program

FRACTION = re.compile(r"(?:∂|d)\w+\s*/\s*(?:∂|d)\s*(?=\w)")
"""What stands before the quantity in ∂J/∂W2, or dJ/dW2."""


def wanted(program: Program, values: Values, names: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """The (quantity, gradient) pairs to be checked, in the order the program computes them."""
    pairs = computed(program)
    if names is None:
        return tuple(pair for pair in pairs if pair[1] in values)
    asked = tuple(_gradient(program, name) for name in names)
    for name in asked:
        if name not in values:
            raise UsageError(f"{name} has no value yet: step on until it is computed, then check it")
    return tuple(pair for pair in pairs if pair[1] in asked)


def _gradient(program: Program, text: str) -> str:
    """The gradient that was asked for: by its name in either notation (dW2, dW⁽²⁾, ∂J/∂W2), or that of its quantity."""
    gradients = program.gradients
    asked = FRACTION.sub("", text.strip())
    if asked in gradients.values():
        return asked
    try:
        name = parse_name(asked)
    except ExpressionError:
        name = asked
    name = gradients.get(name, name)
    if name not in gradients.values():
        there = ", ".join(gradient for _, gradient in computed(program))
        raise UsageError(f"{text} is no gradient of this program; it has {there}{nearest(name, gradients.values())}")
    return name


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

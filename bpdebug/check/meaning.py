"""What the left side of a claim stands for: a gradient, or something a person keeps in its place."""

from __future__ import annotations

import re

from msgspec import Struct

from bpdebug.check.called import WORD
from bpdebug.errors import ExpressionError, Span
from bpdebug.language.expression import Expr, Name, names
from bpdebug.ops import parse, write

GRADIENT = re.compile(r"d(\w+)\((\w+)\)")
SLOT = "the_gradient"
"""Stands for ∂J/∂of in the expression of a meaning."""


class Meaning(Struct, frozen=True):
    """`expr` over ∂J/∂of, written SLOT: m*dJ(Z2), -dJ(W2), dJ(w).T, dJ(W3)[0, 0], dJ(W1)/2."""

    of: str
    expr: Expr

    @property
    def factors(self) -> tuple[str, ...]:
        """The names beside the gradient: m in m*dJ(Z2)."""
        return tuple(name for name in names(self.expr) if name != SLOT)

    def times(self, count: str) -> bool:
        """Whether it is so many times the gradient and nothing else: m*dJ(Z2)."""
        return self.expr == Name(count) * Name(SLOT)

    @property
    def written(self) -> str:
        """As a file would say it: m*dJ(Z2)."""
        text = write(self.expr, "ascii").replace(" * ", "*").replace(" / ", "/")
        return text.replace(SLOT, f"dJ({self.of})")

    @property
    def shown(self) -> str:
        """In a sentence: m·∂J/∂Z2."""
        of = called(self.of) if called(self.of) == self.of else f"({called(self.of)})"
        turned = self.written.replace(f"dJ({self.of}).T", f"(∂J/∂{of})ᵀ")
        return turned.replace(f"dJ({self.of})", f"∂J/∂{of}").replace("*", "·")

    @property
    def updates(self) -> bool:
        """Whether it is the quantity itself after a step along its gradient: W2 - learning_rate*dJ(W2)."""
        return self.of in names(self.expr)

    def usual(self, count: str) -> bool:
        """Whether it is the gradient itself, or so many times it as there are examples."""
        return self.expr == Name(SLOT) or self.times(count)


def called(of: str) -> str:
    """What a quantity is called in a sentence: what has no name goes into an activation, h = relu(X @ W + b)."""
    name, colon, _ = of.partition(":")
    return f"the input of {name}" if colon else of


def plain(of: str, factor: str | None = None) -> Meaning:
    """∂J/∂of itself, or a named number times it."""
    return Meaning(of, Name(SLOT) if factor is None else Name(factor) * Name(SLOT))


def meaning(text: str) -> Meaning:
    """The meaning a file or a user writes down; ExpressionError where it is none."""
    found = {each[2] for each in GRADIENT.finditer(text)}
    if len(found) != 1:
        hint = 'For example "dJ(W2)", "m*dJ(Z2)", "-dJ(W2)" or "dJ(w).T".'
        raise ExpressionError("expected one gradient, dJ(NAME)", text, Span(0, max(1, len(text))), hint)
    factors = GRADIENT.sub(SLOT, text)
    return Meaning(found.pop(), parse(factors, WORD.findall(factors)))

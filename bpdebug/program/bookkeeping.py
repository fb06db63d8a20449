"""Where the 1/m is kept: what each gradient denotes, and the factor that comes in between two of them."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from bpdebug.language.expression import Name
from bpdebug.program.equations import Denotes
from bpdebug.program.terms import Term


class Bookkeeping(Struct, frozen=True):
    """`total`: every gradient is ∂J/∂x. `per-example`: those of the quantities in `scaled` are m·∂J/∂x."""

    cost: str
    examples: str
    scaled: frozenset[str] = frozenset()

    def denotes(self, name: str) -> Denotes:
        """What the gradient of a quantity stands for."""
        return Denotes(name, self.examples if name in self.scaled else None, self.cost)

    def between(self, above: str, below: str) -> Term:
        """What the gradient of `above` is multiplied by on its way to that of `below`: m, 1/m or 1."""
        m = Name(self.examples)
        if (above in self.scaled) == (below in self.scaled):
            return Term()
        return Term(Fraction(1), (m,)) if below in self.scaled else Term(Fraction(1), (), (m,))

"""What a person may keep in the place of a gradient: m times it, its negative, twice it, its transpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.judgement import fitting
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.language.expression import Expr, Name, Number
from bpdebug.ops.table import Array

SMALL = {
    1.0: 0.0,
    2.0: 1.0,
    0.5: 1.0,
    4.0: 1.5,
    0.25: 1.5,
    3.0: 1.6,
    1 / 3: 1.6,
    8.0: 1.7,
    0.125: 1.7,
    10.0: 1.7,
    0.1: 1.7,
}
"""Numbers that people keep elsewhere, and how unlikely each is."""
FIGURES = 3
"""Decimals that any other number may have."""
CLOSE, NEAR = 1e-7, 1e-9
"""Relative differences up to which values, and single numbers, are the same."""


class Scale(Struct, frozen=True):
    """A number times the gradient: literal · over / under; `turned`: its transpose."""

    literal: float = 1.0
    over: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    turned: bool = False

    def meaning(self, of: str) -> Meaning:
        """What a left side stands for that holds so many times the gradient of a quantity."""
        expr: Expr = Name(SLOT).T if self.turned else Name(SLOT)
        by = self._by
        expr = expr if by is None else by * expr
        number = abs(self.literal)
        if number < 1 and self._divides:
            expr = expr / Number(float(round(1 / number)))
        for name in self.under:
            expr = expr / Name(name)
        return Meaning(of, -expr if self.literal < 0 and by is None else expr)

    @property
    def _divides(self) -> bool:
        """Whether the literal is one over a whole number."""
        number = abs(self.literal)
        return abs(round(1 / number) * number - 1) < NEAR

    @property
    def _by(self) -> Expr | None:
        """What stands before the gradient, with its sign; None for nothing."""
        number = abs(self.literal)
        parts: list[Expr] = [] if number == 1 or (number < 1 and self._divides) else [Number(number)]
        parts += [Name(name) for name in self.over]
        if not parts:
            return None
        first, *others = parts
        product = -first if self.literal < 0 else first
        for each in others:
            product = product * each
        return product

    def number(self, constants: Mapping[str, float]) -> float:
        """How many times the gradient it is."""
        over, under = (np.prod([constants[name] for name in names]) for names in (self.over, self.under))
        return float(self.literal * over / under)

    def power(self, name: str) -> int:
        """How often a count is a factor of it."""
        return self.over.count(name) - self.under.count(name)

    def without(self, name: str) -> Scale:
        """The same but for a count."""
        over, under = (tuple(each for each in names if each != name) for names in (self.over, self.under))
        return replace(self, over=over, under=under)


PLAIN = Scale()


class Scales(Struct, frozen=True, eq=False, dict=True):
    """The scales that are looked for, the likeliest first; `counts` are the names of numbers that may be in them."""

    constants: Mapping[str, float]
    examples: str
    counts: Sequence[str]

    @cached_property
    def _known(self) -> tuple[Scale, ...]:
        return tuple(scale for _, scale in sorted(self._all(), key=lambda pair: pair[0]))

    @cached_property
    def _numbers(self) -> Array:
        return np.array([scale.number(self.constants) for scale in self._known])

    def _all(self) -> Iterator[tuple[float, Scale]]:
        named: list[tuple[float, tuple[str, ...], tuple[str, ...]]] = [(0.0, (), ())]
        if self.examples in self.constants:
            named.append((0.3, (self.examples,), ()))
        others = [name for name in self.counts if name != self.examples]
        for (cost, over, _), name in product(tuple(named), others):
            named += [(cost + 1.2, (*over, name), ()), (cost + 1.2, over, (name,))]
        for (literal, late), sign, (cost, over, under) in product(SMALL.items(), (1.0, -1.0), named):
            yield late + cost + 0.5 * (sign < 0), Scale(sign * literal, over, under)

    def of(self, value: Array, true: Array) -> Scale | None:
        """How many times the true gradient a value is, or its transpose."""
        for turned in (False, True)[: true.ndim]:
            one = true.T if turned else true
            fits = value.size and fitting(value.shape, one.shape)
            found = self._number(value.reshape(one.shape), one) if fits else None
            if found is not None:
                return replace(found, turned=turned)
        return None

    def _number(self, value: Array, true: Array) -> Scale | None:
        place = int(np.argmax(np.abs(true)))
        largest = float(true.flat[place])
        if not np.isfinite(value).all() or not np.isfinite(largest) or not largest:
            return None
        number = float(value.flat[place]) / largest
        if not number or np.max(np.abs(value - number * true)) > CLOSE * abs(number * largest):
            return None
        fits = np.flatnonzero(np.abs(self._numbers - number) <= CLOSE * abs(number))
        return self._known[int(fits[0])] if fits.size else self._short(number)

    def _short(self, number: float) -> Scale | None:
        """A number of few figures, alone or with the examples."""
        for over in ((), (self.examples,)):
            literal = number / Scale(1.0, over).number(self.constants) if set(over) <= set(self.constants) else 0.0
            if literal and abs(literal - round(literal, FIGURES)) <= NEAR * abs(literal):
                return Scale(round(literal, FIGURES), over)
        return None

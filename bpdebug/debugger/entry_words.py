"""The terms of an entry in words and numbers: dZ2[0, 4] · A1[2, 4] / m = 0.31 · 0.52 / 8 = 0.0202."""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

from bpdebug.debugger.entry import PASSING, Factor, Part, written
from bpdebug.debugger.largest import Rest
from bpdebug.ops import OPS
from bpdebug.program.equations import Program

NOTHING_COMES = "nothing comes here, so it stays 0"
"""What is said of an entry that an equation leaves as it is."""
MANY = 4
"""Entries that are told one by one of what an operation made one number of."""
PRODUCTS = frozenset({"multiply", "outer", "divide"})
"""Operations with one term, which is a product or a quotient."""
SUMS = frozenset({"add", "subtract", "sum", "mean", "cumsum"})
TAKEN = SUMS | PASSING | {"concatenate", "tril", "triu"}
"""Operations that take an entry as it is."""


def functional(part: Part) -> bool:
    """Whether a term is what an operation made of its entries, not their product."""
    product = part.op in PRODUCTS or OPS[part.op].terms is not None
    return not product and (len(part.factors) > 1 or part.op not in TAKEN) and bool(part.factors)


def left(parts: Iterable[Part]) -> Rest:
    """The terms that are not told one by one, together."""
    values = [part.value for part in parts]
    some = [value for value in values if value]
    return Rest(len(some), sum(some), len(values) - len(some))


class Words(Struct, frozen=True, eq=False):
    """Writes terms of a program's entries in one notation."""

    program: Program
    notation: str

    def label(self, factor: Factor) -> str:
        """An entry as it is written: A3[0, 2]."""
        return written(factor.formula, factor.index, self.notation)

    def row(self, part: Part, updated: str, digits: tuple[int, int]) -> str:
        """A term: the entries it is made of, their numbers, and what they give; `updated` is what it is a term of."""
        value = f"{part.value + 0.0:.{digits[1]}g}"
        said, reckoned = self.sides(part, updated, digits)
        if functional(part):
            return f"{said}: {value}{reckoned}"
        if not reckoned:
            return said if said in ("", value) else f"{said} = {value}"
        return f"{said} = {reckoned} = {value}"

    def sides(self, part: Part, updated: str, digits: tuple[int, int]) -> tuple[str, str]:
        """The entries that a term is made of, and the same in numbers where that says more."""
        entry, result = digits
        value = f"{part.value + 0.0:.{result}g}"
        labels = [f"{self.label(each)}{' before' * (each.name == updated)}" for each in part.factors]
        numbers = [f"{each.value + 0.0:.{entry}g}" for each in part.factors]
        if functional(part):
            return self._made(part, labels, numbers)
        sign = " / " if part.op == "divide" else self._times
        said, reckoned = sign.join(labels) or value, sign.join(numbers)
        before, behind, amount = self._scaled(part.scale)
        said = f"{before}{said}{behind}"
        if len(labels) <= 1 and not behind:
            return said, ""
        reckoned = f"({reckoned})" if before and reckoned.startswith("-") else reckoned
        return said, f"{before}{reckoned}{amount}"

    def _made(self, part: Part, labels: list[str], numbers: list[str]) -> tuple[str, str]:
        """The same of what an operation made of its entries."""
        few = [label if label == text else f"{label} = {text}" for label, text in zip(labels, numbers, strict=True)]
        taken = OPS[part.op].branch is not None and part.value == part.factors[0].value
        said = ", ".join(few[:MANY]) + (f" {'...' if self.notation == 'ascii' else '…'}" if len(few) > MANY else "")
        before, behind, _ = self._scaled(part.scale)
        chosen = ", taken as it is" if len(labels) == 1 and taken else ""
        return f"{before}{part.op} of {said}{behind and ','}{behind}", chosen

    def _scaled(self, scale: float) -> tuple[str, str, str]:
        """What stands before and behind a product that is multiplied by a number: by its name, and as a number."""
        before = "-" if scale < 0 else ""
        count = self.program.constants.get(self.program.examples, 0.0)
        if count and math.isclose(abs(scale) * count, 1.0, rel_tol=1e-12) and count != 1:
            return before, f" / {self.program.examples}", f" / {count:.6g}"
        behind = "" if abs(scale) == 1 else f"{self._times}{abs(scale):.6g}"
        return before, behind, behind

    @property
    def _times(self) -> str:
        return " * " if self.notation == "ascii" else " · "

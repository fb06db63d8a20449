"""What a value is for one example: a number, a vector, a column or a row of it, or the same for every one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from bpdebug.program.equations import Program
from bpdebug.scenario.owners import meant, owner

Shape = tuple[int, ...]


class NotPlain(Exception):
    """Why a formula is not one over all examples as well."""


class Kind(Enum):
    """What a value is for one example."""

    SAME = "the same for every example"
    NUMBER = "a number"
    VECTOR = "a vector"
    COLUMN = "a column"
    ROW = "a row"
    PRODUCT = "a column times a row"


class Value(Struct, frozen=True):
    """A value of one example, and the formula of those of all."""

    kind: Kind
    node: ast.expr
    shape: Shape | None = None
    """Of what is the same for every example, where it is known."""
    unit: bool = False
    """Whether a number is the one entry of a vector."""
    flat: bool = False
    """Whether the numbers of all examples are a vector, or what is the same for all is."""


class Shapes(Struct, frozen=True):
    """What a program's quantities are for one example."""

    rows: bool = False
    shapes: Mapping[str, Shape] | None = None
    parameters: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    """Names of single numbers."""

    @classmethod
    def of(cls, program: Program) -> Shapes:
        shapes = {name: tuple(map(int, shape)) for name, shape in program.shapes.items()}
        return cls(program.orientation == "rows", shapes, frozenset(program.parameters), frozenset(program.constants))

    def shape(self, name: str) -> Shape | None:
        """The shape of a quantity, or of the gradient of one, in whatever spelling."""
        known = self.shapes or {}
        return known.get(name) or known.get(meant(name, known)) or known.get(owner(name, known))

    def is_parameter(self, name: str) -> bool:
        return name in self.parameters or bool(meant(name, self.parameters))

    def moved(self, name: str) -> str:
        """The parameter that a name is, or the gradient of; "" for any other."""
        return name if self.is_parameter(name) else owner(name, self.parameters)

    def last(self, value: Value) -> bool:
        """Whether the examples follow each other along the last axis."""
        if value.kind in (Kind.COLUMN, Kind.ROW):
            return value.kind is Kind.COLUMN
        return not self.rows


NOTHING_KNOWN = Shapes()

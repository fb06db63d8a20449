"""What may stand in a line, and what each name of it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from bpdebug.check.claims import Judged, Written
from bpdebug.check.diagnosis.graph import Graph, Kind
from bpdebug.check.diagnosis.reference import Reference
from bpdebug.check.diagnosis.trees import terms
from bpdebug.check.meaning import Meaning
from bpdebug.language.expression import Expr, names
from bpdebug.program.equations import Program


class Scope(Struct, frozen=True, eq=False, dict=True):
    """The names that one claim may use."""

    program: Program
    claim: Written
    judged: Judged
    graph: Graph
    meanings: Mapping[str, Meaning]
    """What the names of gradients before this line stand for."""
    auxiliary: tuple[str, ...]
    missing: frozenset[str] = frozenset()
    """The names of gradients that no line gives."""

    @property
    def meaning(self) -> Meaning:
        assert self.judged.meaning is not None
        return self.judged.meaning

    @property
    def of(self) -> str:
        """The quantity whose gradient the line is to be."""
        return self.meaning.of

    @cached_property
    def gradients(self) -> tuple[str, ...]:
        """Names of other gradients."""
        return tuple(name for name, each in self.meanings.items() if each.of != self.of)

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """Names of the forward pass that hold values."""
        program = self.program
        named = (*program.data, *program.parameters, *self.graph.equations)
        return tuple(name for name in named if name != program.cost)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All that a name may be exchanged for."""
        return (*self.quantities, *self.gradients, *self.auxiliary)

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """The numbers of something, the examples first."""
        found = [name for name in self.program.constants if self.graph.kind(name) is Kind.COUNT]
        return tuple(sorted(found, key=lambda name: name != self.program.examples))

    @cached_property
    def penalties(self) -> frozenset[str]:
        """The constants that the cost weighs parameters with, and nothing that depends on data."""
        graph, shapes = self.graph, self.program.shapes
        numbers = (each for each in self.program.equations if each.name in graph.equations)
        single = [each for each in numbers if shapes[each.name] == () or each.name == self.program.cost]
        found = (names(part.node) for each in single for part in terms(each.expr))
        return frozenset(n for read in found if not graph.fed(read) for n in read if graph.kind(n) is Kind.CONSTANT)

    @cached_property
    def reference(self) -> Reference:
        """Right formulas in the names that this line may use; those it reads itself first."""
        own: dict[str, str] = {}
        for name in (*(n for n in names(self.claim.expr) if n in self.gradients), *reversed(self.gradients)):
            own.setdefault(self.meanings[name].of, name)
        return Reference(self.program, own, self.meanings, self.meaning.times(self.program.examples))

    def kind(self, name: str) -> Kind:
        if name in self.meanings:
            return Kind.OWN if self.meanings[name].updates else Kind.GRADIENT
        return Kind.OWN if name in self.auxiliary else self.graph.kind(name)

    def known(self, name: str) -> bool:
        """Whether anything gives a name its value."""
        return name in self.names or name in self.meanings or name in self.program.constants

    def quantity(self, name: str) -> str:
        """The quantity that a name holds, or holds the gradient of."""
        return self.meanings[name].of if name in self.meanings else name

    @cached_property
    def enters_cost(self) -> bool:
        """Whether the cost is computed from the quantity directly."""
        if self.of in self.program.parameters:
            return False
        return self.graph.ends(self.of)

    def of_cost(self, expr: Expr) -> bool:
        """Whether an expression belongs to the derivative of the cost itself."""
        return self.enters_cost or any(self.kind(name) is Kind.LABEL for name in names(expr))

    @cached_property
    def compared(self) -> tuple[frozenset[str], ...]:
        """What each equation of a single number compares: outputs with their labels."""
        graph, shapes = self.graph, self.program.shapes
        return tuple(
            frozenset(graph.equations[n]) for n in graph.equations if shapes[n] == () or n == self.program.cost
        )

    @cached_property
    def in_product(self) -> bool:
        """Whether the quantity is a factor of a matrix product."""
        return "matmul" in self.graph.uses.get(self.of, ())

"""The forward pass as a graph of names: what each is by how it is used, and who stands before whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from bpdebug.check.called import RATE
from bpdebug.check.diagnosis.slopes import Unit
from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.ops import OPS
from bpdebug.ops.table import Size
from bpdebug.program.equations import Phase, Program


class Kind(StrEnum):
    """What a name is in the network, by how it is used and not by how it is spelled."""

    WEIGHT = "weight"
    BIAS = "bias"
    PARAMETER = "parameter"
    SCORE = "pre-activation"
    INPUT = "activation or input"
    LABEL = "label"
    VALUE = "value"
    GRADIENT = "gradient"
    COUNT = "count"
    CONSTANT = "constant"
    OWN = "own name"


class Graph(Struct, frozen=True, eq=False, dict=True):
    """The forward pass as a graph of names."""

    program: Program
    units: tuple[Unit, ...]

    @cached_property
    def equations(self) -> Mapping[str, tuple[str, ...]]:
        """What each computed quantity is made from."""
        forward = (Phase.FORWARD, Phase.COST)
        return {each.name: names(each.expr) for each in self.program.equations if each.phase in forward}

    @cached_property
    def made(self) -> Mapping[str, Expr]:
        """The right side of each computed quantity."""
        return {each.name: each.expr for each in self.program.equations if each.name in self.equations}

    @cached_property
    def formulas(self) -> tuple[Expr, ...]:
        """The right sides of the forward pass, the cost apart."""
        return tuple(each.expr for each in self.program.equations if each.phase is Phase.FORWARD)

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """What each quantity is used for."""
        found: dict[str, list[str]] = {}
        for name, read in self.equations.items():
            for each in read:
                found.setdefault(each, []).append(name)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def uses(self) -> Mapping[str, frozenset[str]]:
        """The operations each name enters directly."""
        found: dict[str, set[str]] = {}
        turned: dict[str, str] = {}
        for step in self.program.steps:
            if self.program.equations[step.equation].phase not in (Phase.FORWARD, Phase.COST):
                continue
            for each in step.inputs:
                if isinstance(each, Name) and step.op.name == "transpose":
                    turned[step.out] = each.id
                elif isinstance(each, Name):
                    name = turned.get(each.id, each.id)
                    found.setdefault(name, set()).add(step.op.name)
        return {name: frozenset(each) for name, each in found.items()}

    @cached_property
    def activations(self) -> frozenset[str]:
        """What activations compute."""
        return frozenset(unit.out.id for unit in self.units if isinstance(unit.out, Name))

    @cached_property
    def scores(self) -> frozenset[str]:
        """What activations are applied to."""
        return frozenset(unit.into.id for unit in self.units if isinstance(unit.into, Name))

    @cached_property
    def products(self) -> frozenset[str]:
        """What comes out of a matrix product, with a bias or without."""
        made = {step.out: step for step in self.program.steps}

        def product(name: str) -> bool:
            step = made.get(name)
            if step is None or step.op.name != "add":
                return step is not None and step.op.name == "matmul"
            inner = (made.get(each.id) for each in step.inputs if isinstance(each, Name))
            return any(each is not None and each.op.name == "matmul" for each in inner)

        return frozenset(filter(product, self.equations))

    @cached_property
    def lengths(self) -> tuple[frozenset[str], frozenset[float]]:
        """The names that lengths of arrays have, and the lengths that have none."""
        every = [length for shape in self.program.shapes.values() for length in shape]
        named = frozenset(length.symbol for length in every if isinstance(length, Size))
        return named, frozenset(float(length) for length in every if not isinstance(length, Size))

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """All that each quantity depends on."""
        found: dict[str, frozenset[str]] = {}
        for name, read in self.equations.items():
            found[name] = frozenset(read).union(*(found.get(each, frozenset()) for each in read))
        return found

    def fed(self, read: Collection[str]) -> bool:
        """Whether any of these names is data or is made from data."""
        data = set(self.program.data)
        return any(name in data or data & self.ancestors.get(name, frozenset()) for name in read)

    def kind(self, name: str) -> Kind:
        """What a name of the forward pass is."""
        program, uses = self.program, self.uses.get(name, frozenset())
        if name in program.constants:
            named, nameless = self.lengths
            counted = name in named or (name != RATE and program.constants[name] in nameless)
            return Kind.COUNT if counted or name == program.examples else Kind.CONSTANT
        if name in program.parameters:
            if "matmul" in uses:
                return Kind.WEIGHT
            return Kind.BIAS if uses & {"add", "subtract"} else Kind.PARAMETER
        if name in self.activations:
            return Kind.INPUT
        if name in self.scores or (name in self.products and "matmul" not in uses):
            return Kind.SCORE
        if "matmul" in uses or (name in program.data and self.readers.get(name, ()) != (program.cost,)):
            return Kind.INPUT
        return Kind.LABEL if name in program.data else Kind.VALUE

    def roles(self, name: str) -> frozenset[Kind]:
        """All that a name may be taken for: without an activation a pre-activation is what a layer hands on too."""
        found = {self.kind(name)}
        if name in self.products:
            found |= {Kind.SCORE} if name in self.scores else {Kind.SCORE, Kind.INPUT}
        return frozenset(found)

    def anchors(self, name: str) -> frozenset[str]:
        """Where in the network a name is: itself, or for a leaf what is made from it."""
        if name in self.equations:
            return frozenset((name,))
        return frozenset(self.readers.get(name, ())) - {self.program.cost}

    def in_line(self, one: str, other: str) -> bool:
        """Whether one of two names lies downstream of the other."""
        first, second = self.anchors(one) | {one}, self.anchors(other) | {other}
        if self.together(one, other):
            return False
        return any(self.layers_apart(a, b) or self.layers_apart(b, a) for a in first for b in second)

    def layers_apart(self, first: str, last: str) -> bool:
        """Whether the way from one quantity to another leads through parameters, and not only from entry to entry."""
        above, parameters = self.ancestors.get(last, frozenset()), set(self.program.parameters)
        if first not in above:
            return False
        between = [each for each in (*above, last) if first in self.ancestors.get(each, ())]
        return any(parameters & set(self.equations[each]) for each in between)

    def together(self, one: str, other: str) -> bool:
        """Whether one equation of a layer reads both names; a penalty reads all weights."""
        shapes, last = self.program.shapes, self.program.cost
        numbers = shapes.get(one, ()) == () and shapes.get(other, ()) == ()
        layers = (read for name, read in self.equations.items() if name != last and (numbers or shapes[name] != ()))
        return any(one in read and other in read for read in layers)

    def ends(self, name: str) -> bool:
        """Whether the cost is computed from a quantity directly, or with nothing but data on the way to it."""
        if any(each in self.totals for each in self.readers.get(name, ())):
            return True
        behind = [each for each in self.equations if name in self.ancestors[each]]
        learned = {*self.program.parameters}
        layers = any(learned & set(self.equations[each]) or each in self.activations for each in behind)
        compared = any(set(self.equations[each]) & set(self.program.data) for each in behind)
        return compared and not layers

    @cached_property
    def totals(self) -> frozenset[str]:
        """The cost, and the quantities that it only adds up."""
        found, open_ = set[str](), [self.program.cost]
        while open_:
            name = open_.pop()
            if name not in found and name in self.made and name not in self.activations:
                found.add(name)
                open_ += _added_up(self.made[name], self.program.constants)
        return frozenset(found)

    def joined(self, name: str) -> bool:
        """Whether what is made from a quantity meets again in a function of it alone, entry by entry: z · σ(z)."""
        own = {name}
        for each, read in self.equations.items():
            if name in self.ancestors[each] and set(read) <= own | set(self.program.constants):
                own.add(each)
        alone = own - {name}
        meets = (len(own & set(self.equations[each])) > 1 or self.twice(name, each) for each in alone)
        whole = all(reader in alone for reader in self.readers.get(name, ()))
        return whole and all(each in self.entrywise for each in alone) and any(meets)

    def twice(self, name: str, equation: str) -> bool:
        """Whether an equation reads a name in more than one place."""
        return sum(node == Name(name) for node in walk(self.made[equation])) > 1

    @cached_property
    def entrywise(self) -> frozenset[str]:
        """The quantities that are made entry by entry of others of their shape."""
        found = set[str]()
        for each in self.program.equations:
            inner = [node for node in walk(each.expr) if isinstance(node, Apply)]
            shapes = {self.program.shapes[n] for n in names(each.expr) if n not in self.program.constants}
            if each.name in self.equations and all(OPS[node.op].elementwise for node in inner):
                found |= {each.name} if shapes == {self.program.shapes[each.name]} else set()
        return frozenset(found)


def _added_up(expr: Expr, constants: Collection[str]) -> Iterator[str]:
    """The names that an expression only adds up, with whatever number before them."""
    if isinstance(expr, Name):
        yield expr.id
    elif isinstance(expr, Apply) and expr.op in ("add", "subtract", "negate", "sum", "mean"):
        for each in expr.inputs:
            yield from _added_up(each, constants)
    elif isinstance(expr, Apply) and expr.op in ("multiply", "divide"):
        first, second = expr.inputs
        if set(names(second)) <= {*constants}:
            yield from _added_up(first, constants)
        elif expr.op == "multiply" and set(names(first)) <= {*constants}:
            yield from _added_up(second, constants)

"""Differentiation: from forward equations to backward ones, at the grain and in the order a person writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, names, walk
from bpdebug.ops import OPS, write
from bpdebug.ops.arithmetic import constant
from bpdebug.ops.table import Shape
from bpdebug.program.bookkeeping import Bookkeeping
from bpdebug.program.equations import Equation, Origin, Phase
from bpdebug.program.fused import Fusion, fusion
from bpdebug.program.shapes import Known
from bpdebug.program.terms import ONE, Algebra, Term, Terms, combined
from bpdebug.program.unbroadcast import Fit

LARGEST = 24
"""Operations a gradient inside an equation may grow to before it becomes an equation of its own."""


REDUCTION = "reduction"
"""The family of operations that hand on what arrives to all entries alike."""


class Arrival(Struct, frozen=True):
    """A gradient on its way back, and how it came: the equations it passed, the rules used, nearest first."""

    terms: Terms = ()
    equations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Arrival) -> Arrival:
        return Arrival(
            combined(self.terms + other.terms),
            tuple(dict.fromkeys(self.equations + other.equations)),
            tuple(dict.fromkeys(self.rules + other.rules)),
            tuple(dict.fromkeys(self.notes + other.notes)),
        )


@dataclass(slots=True)
class Differentiation:
    """The gradients of a cost by everything between it and the parameters."""

    equations: Sequence[Equation]
    """Forward and cost equations, in order."""
    shapes: Mapping[str, Shape]
    constants: Mapping[str, float]
    parameters: tuple[str, ...]
    cost: str
    bookkeeping: Bookkeeping
    sizes: frozenset[str]
    one_hot: frozenset[str] | None = None
    """Which data may be taken for one-hot labels where known pairs are fused; None: nothing is fused."""
    backward: list[Equation] = field(default_factory=list)
    fusions: list[Fusion] = field(default_factory=list)
    gathered: dict[str, Arrival] = field(default_factory=dict)
    table: dict[str, Shape] = field(init=False)
    """The shapes of quantities and gradients."""
    known: Known = field(init=False)
    algebra: Algebra = field(init=False)
    fit: Fit = field(init=False)
    wanted: frozenset[str] = field(init=False)
    pending: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.table = {self.gradient(name): shape for name, shape in self.shapes.items()} | dict(self.shapes)
        self.known = Known(self.table, self.constants)
        self.algebra = Algebra(self.known.shape, self.sizes)
        self.fit = Fit(self.known, self.algebra)
        self.wanted = self._between()
        self.pending = dict.fromkeys(self.wanted, 0)
        for equation in self.equations:
            for name in self.wanted.intersection(names(equation.expr)):
                self.pending[name] += 1

    @staticmethod
    def gradient(name: str) -> str:
        """The course's name of a gradient: dW1 belongs to W1."""
        return f"d{name}"

    def run(self) -> tuple[Equation, ...]:
        """The backward equations, in the order a person computes them."""
        for equation in reversed(self.equations):
            if equation.name == self.cost:
                self._pull(equation, Arrival(ONE))
            elif equation.name in self.wanted and self._arrived(equation.name):
                self._through(equation)
            self._settle(equation)
        return tuple(self.backward)

    def _between(self) -> frozenset[str]:
        """What depends on a parameter, and the parameters themselves."""
        wanted = set(self.parameters)
        for equation in self.equations:
            if wanted.intersection(names(equation.expr)):
                wanted.add(equation.name)
        return frozenset(wanted - {self.cost})

    def _arrived(self, name: str) -> bool:
        return name in self.gathered and bool(self.gathered[name].terms)

    def _through(self, equation: Equation) -> None:
        """From the gradient of an equation's left side on to those of its right side."""
        arrived = self.gathered[equation.name]
        found = None if self.one_hot is None else fusion(equation, arrived.terms, self.one_hot)
        if found is None:
            self._emit(equation.name)
            self._pull(equation, Arrival((Term(numerator=(Name(self.gradient(equation.name)),)),)))
            return
        self.fusions.append(found)
        equations = (*arrived.equations, equation.name)
        self._give(equation.name, found.of, Arrival(found.terms, equations, found.rules, (found.note,)))

    def _pull(self, equation: Equation, arriving: Arrival) -> None:
        """Take what arrives at an equation to every quantity it reads."""
        inputs: dict[str, Arrival] = {}
        out = None if equation.name == self.cost else Name(equation.name)
        self._down(equation, equation.expr, replace(arriving, equations=(equation.name,)), out, inputs)
        for name, arrival in inputs.items():
            self._give(equation.name, name, arrival)

    def _give(self, above: str, below: str, arrival: Arrival) -> None:
        """Add to a quantity's gradient; equations are taken backwards, so it goes before what is already there."""
        factor = self.bookkeeping.between(above, below)
        terms = tuple(each for term in arrival.terms for each in self.algebra.times((term,), (factor,)))
        self.gathered[below] = replace(arrival, terms=terms) + self.gathered.get(below, Arrival())

    def _down(
        self, equation: Equation, expr: Expr, arrival: Arrival, out: Name | None, inputs: dict[str, Arrival]
    ) -> None:
        """Take what arrives at an expression inside an equation to the names in it."""
        if isinstance(expr, Name) and expr.id in self.wanted:
            inputs[expr.id] = inputs.get(expr.id, Arrival()) + arrival
        if not isinstance(expr, Apply) or not self._leads_on(expr):
            return
        if out is None:
            arrival = self._named(equation, expr, arrival)
        for place, terms in enumerate(self._rules(expr, arrival.terms, out)):
            each = expr.inputs[place]
            if terms and self._leads_on(each):
                fitted, notes = self._fitted(expr, place, terms)
                below = replace(arrival, terms=fitted, rules=(expr.op, *arrival.rules), notes=arrival.notes + notes)
                self._down(equation, each, below, None, inputs)

    def _leads_on(self, expr: Expr) -> bool:
        return not self.wanted.isdisjoint(names(expr))

    def _fitted(self, expr: Apply, place: int, terms: Terms) -> tuple[Terms, tuple[str, ...]]:
        """The gradient of an operand in the operand's own shape, which the operation may have widened."""
        op, operand = OPS[expr.op], expr.inputs[place]
        if op.elementwise:
            return self.fit.to(terms, self.known.shape(expr), operand)
        if op.widened is None:
            return terms, ()
        shapes = tuple(self.known.shape(each) for each in expr.inputs)
        _, options = self.known.applied(expr, shapes)
        return self.fit.to(terms, op.widened(*shapes, **options)[place], operand)

    def _rules(self, expr: Apply, arriving: Terms, out: Name | None) -> list[Terms]:
        """What the op's own rule makes of the gradient that arrives, for each input."""
        op = OPS[expr.op]
        shapes = tuple(self.known.shape(each) for each in expr.inputs)
        shape, options = self.known.applied(expr, shapes)
        if op.family == REDUCTION and self.fit.shape(arriving) == ():
            options = {
                **options,
                "keepdims": True,
            }  # every entry receives the same number: there is no axis to put back
        elif not op.elementwise:
            arriving = self.fit.spread(arriving, shape)
        bound: dict[str, Terms] = {ARRIVING.id: arriving, OUT.id: self.algebra.factors(out or expr)}
        places: list[Expr] = []
        for place, each in enumerate(expr.inputs):
            name = Name(f"input {place}")
            places.append(each if constant(each) is not None else name)
            bound[name.id] = self.algebra.factors(each)
        rules: tuple[Any, ...] = op.vjp(ARRIVING, OUT, *places, **options)
        return [() if rule is None else self.algebra.tidy(rule, bound) for rule in rules]

    def _named(self, equation: Equation, expr: Apply, arrival: Arrival) -> Arrival:
        """What arrives inside an equation; once it has grown large it becomes an equation of its own."""
        written = self.algebra.written(arrival.terms)
        if sum(isinstance(each, Apply) for each in walk(written)) <= LARGEST:
            return arrival
        shape = self.known.shape(expr)
        name = next(each for number in count(1) if (each := f"g{number}") not in self.table)
        note = f"what arrives at {write(expr, 'ascii')}, inside the equation of {equation.name}"
        whole = self.algebra.written(self.fit.spread(arrival.terms, shape))
        self.backward.append(Equation(name, whole, Phase.BACKWARD, None, Origin((equation.name,), arrival.rules, note)))
        self.table[name] = shape
        return replace(arrival, terms=(Term(numerator=(Name(name),)),))

    def _settle(self, equation: Equation) -> None:
        """One use of what an equation reads is done; parameters that have no further one are computed now."""
        for name in names(equation.expr):
            if name not in self.wanted:
                continue
            self.pending[name] -= 1
            if not self.pending[name] and name in self.parameters and self._arrived(name):
                self._emit(name)

    def _emit(self, name: str) -> None:
        arrived = self.gathered[name]
        expr = self.algebra.written(self.fit.spread(arrived.terms, self.shapes[name]))
        origin = Origin(arrived.equations, arrived.rules, "; ".join(arrived.notes))
        self.backward.append(
            Equation(self.gradient(name), expr, Phase.BACKWARD, self.bookkeeping.denotes(name), origin)
        )


ARRIVING, OUT = Name("the gradient that arrives"), Name("the output")
"""What stands for them in a rule: names no quantity can have."""

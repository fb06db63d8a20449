"""The right formula of any gradient, in the names and the bookkeeping of the person who asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

from bpdebug.check.diagnosis.trees import size, terms
from bpdebug.check.meaning import SLOT, Meaning
from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Apply, Expr, Name, apply, names, substitute
from bpdebug.program.bookkeeping import Bookkeeping
from bpdebug.program.differentiate import Differentiation
from bpdebug.program.equations import Equation, Phase, Program

THEIRS = "the person's "
"""Before a name that the person gave, which may be one of the formulas' too."""
LONGEST = 200
"""Names and operations up to which a formula is written out."""


@lru_cache(maxsize=64)
def formulas(program: Program, scaled: frozenset[str]) -> Mapping[str, Expr]:
    """The gradient of every quantity that bears on the cost, m-fold for those in `scaled`, by names like dW2."""
    forward = [each for each in program.equations if each.phase in (Phase.FORWARD, Phase.COST)]
    named = {*program.data, *program.parameters, *program.constants, *(each.name for each in forward)}
    shapes = {name: shape for name, shape in program.shapes.items() if name in named}
    books = Bookkeeping(program.cost, program.examples, scaled)
    sizes = frozenset(name for name, value in program.constants.items() if value >= 1 and float(value).is_integer())
    wanted = (*program.parameters, *program.data)
    work = Differentiation(forward, shapes, program.constants, wanted, program.cost, books, sizes)
    return {each.name: each.expr for each in work.run()}


@lru_cache(maxsize=64)
def derived(program: Program, scaled: frozenset[str], *, fused: bool) -> Mapping[str, Expr]:
    """The line of every gradient in the order of work, m-fold for the quantities in `scaled`."""
    forward = [each for each in program.equations if each.phase in (Phase.FORWARD, Phase.COST)]
    named = {*program.data, *program.parameters, *program.constants, *(each.name for each in forward)}
    work = Differentiation(
        forward,
        {name: shape for name, shape in program.shapes.items() if name in named},
        program.constants,
        program.parameters,
        program.cost,
        Bookkeeping(program.cost, program.examples, scaled),
        frozenset(name for name, value in program.constants.items() if value >= 1 and float(value).is_integer()),
        frozenset(program.data) if fused else None,
    )
    return {each.name: each.expr for each in work.run()}


def derivative(program: Program, expr: Expr, of: str) -> Expr | None:
    """The derivative of an expression's sum by one quantity in it, all else at rest."""
    total = Equation("the total", apply("sum", expr), Phase.COST)
    read = {name for name in (*names(expr), *program.constants) if name in program.shapes}
    if not set(names(expr)) <= read:
        return None
    shapes = {name: program.shapes[name] for name in read}
    books = Bookkeeping(total.name, program.examples, frozenset())
    work = Differentiation([total], shapes, program.constants, (of,), total.name, books, frozenset())
    try:
        return {each.name: each.expr for each in work.run()}.get(f"d{of}")
    except BpdebugError:
        return None  # shapes that do not fit have no derivative


class Reference(Struct, frozen=True, eq=False, dict=True):
    """Right formulas; `own` says how the person calls the gradients at hand, `meanings` what each name stands for.

    Gradients without a name are kept `per_example` if the line that is to be mended is.
    """

    program: Program
    own: Mapping[str, str]
    """Quantity → the name that holds its gradient."""
    meanings: Mapping[str, Meaning]
    per_example: bool = False

    @cached_property
    def scaled(self) -> frozenset[str]:
        m = self.program.examples
        named = frozenset(of for of, name in self.own.items() if self.meanings[name].times(m))
        inner = (
            {each.name for each in self.program.equations if each.phase is Phase.FORWARD} if self.per_example else ()
        )
        return named | (frozenset(inner) - set(self.own))

    def true(self, of: str) -> Expr | None:
        """∂J/∂of through the name the person has for it, or by its formula."""
        held = self.own.get(of)
        if held is not None:
            return self.unwrapped(held)
        formula = self.formula(of)
        return None if formula is None else self.per_total(of, formula)

    def formula(self, of: str) -> Expr | None:
        """The formula of a gradient, in the names at hand."""
        table = formulas(self.program, self.scaled)
        expr = table.get(f"d{of}")
        return None if expr is None else self._written(expr, table)

    @cached_property
    def fusions(self) -> Mapping[Expr, Expr]:
        """What a gradient is that has no name here, written out through the last activation, and the short of it.

        The short of it, A - Y, may ask something of the labels.
        """
        table, short = formulas(self.program, self.scaled), derived(self.program, self.scaled, fused=True)
        found = dict[Expr, Expr]()
        for name, expr in short.items():
            inner = {*names(expr), *names(table[name])} & set(table)
            whole = None if name[1:] in self.own or table[name] == expr else self._written(table[name], table)
            if whole is not None and not inner & {f"d{of}" for of in self.own} and not set(names(expr)) & set(table):
                found[whole] = expr
        return found

    def per_total(self, of: str, formula: Expr) -> Expr:
        return formula / Name(self.program.examples) if of in self.scaled else formula

    def unwrapped(self, held: str) -> Expr | None:
        """∂J/∂of where a person's name stands for something made of it: m times it, its negative, its transpose."""
        result: Expr = Name(held)
        node = self.meanings[held].expr
        while isinstance(node, Apply):
            if node.op == "negate":
                result, node = -result, node.inputs[0]
            elif node.op == "transpose":
                result, node = result.T, node.inputs[0]
            elif node.op == "multiply" and SLOT not in names(node.inputs[0]):
                by = node.inputs[0]
                minus = isinstance(by, Apply) and by.op == "negate"
                result = -(result / by.inputs[0]) if isinstance(by, Apply) and minus else result / by
                node = node.inputs[1]
            elif node.op == "divide" and SLOT not in names(node.inputs[1]):
                result, node = result * node.inputs[1], node.inputs[0]
            else:
                return None
        return result

    def line(self, claim: str, meaning: Meaning) -> Expr | None:
        """The right side that a claim should have."""
        meanings = {**self.meanings, claim: meaning}
        fixed = Reference(self.program, {**self.own, meaning.of: claim}, meanings, self.per_example)
        formula = fixed.formula(meaning.of)
        if formula is None:
            return None
        plain = meaning.expr == Name(SLOT) or meaning.of in fixed.scaled
        return formula if plain else substitute(meaning.expr, {SLOT: fixed.per_total(meaning.of, formula)})

    def summands(self, claim: str, meaning: Meaning) -> tuple[Expr, ...]:
        """The ways a quantity reaches the cost, each with its part of the gradient."""
        line = self.line(claim, meaning)
        if line is None:
            return ()
        return tuple(-each.node if each.negative else each.node for each in terms(line))

    def _written(self, expr: Expr, table: Mapping[str, Expr]) -> Expr | None:
        """The formula with gradients that the person has no name for written out."""
        for _ in range(len(table)):
            inner = {name: self._named(name, table) for name in names(expr) if name in table}
            if not inner:
                break
            expr = substitute(expr, inner)
            if size(expr) > LONGEST:
                return None
        return substitute(expr, {THEIRS + held: Name(held) for held in self.own.values()})

    def _named(self, name: str, table: Mapping[str, Expr]) -> Expr:
        """What the person has for a gradient, their names marked as such; its formula where they have nothing."""
        held = self.own.get(name[1:])
        if held is None:
            return table[name]
        if self.meanings[held].expr == Name(SLOT) or name[1:] in self.scaled:
            return Name(THEIRS + held)
        own = self.unwrapped(held)
        return table[name] if own is None else substitute(own, {held: Name(THEIRS + held)})

"""The order of work: what is computed first after the cost, what next, and why in that order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bpdebug.language.expression import Expr, Name, names
from bpdebug.ops import write
from bpdebug.program.equations import Phase, Program

STARTS = (
    "Backpropagation starts with the gradient of {cost} with respect to {start}, from which {cost} is computed. Then "
    "it goes back through the forward pass, its last equation first; each line reads only what stands above it."
)
WHY = (
    "Why in that order? A quantity moves {cost} only through the quantities computed from it, so its gradient is made "
    "from theirs: by the chain rule they must be there before. Going back, each is computed once and serves all that "
    "lies before it."
)
"""How going back begins, and why it goes on as it does: said beside an order of work."""


class Task(Struct, frozen=True):
    """One gradient to compute: its line, and what its turn waits for."""

    name: str
    of: str
    expr: Expr
    through: tuple[str, ...]
    """The quantities computed from `of`, through which alone it reaches the cost."""
    needs: tuple[str, ...]
    """The gradients that the line reads."""

    def why(self, cost: str, notation: str = "unicode") -> str:
        """Why its turn comes just then, in a sentence."""
        of = write(Name(self.of), notation) if self.of else ""
        ways, needs = (listed([write(Name(each), notation) for each in words]) for words in (self.through, self.needs))
        if not of:
            return "a part of the lines after it"
        alone, cost = self.through == (cost,), write(Name(cost), notation)
        if alone:
            return f"{cost} is computed from {of}: nothing but the forward pass is needed"
        if not self.needs:
            return f"{of} reaches {cost} through {ways}; what comes from there is written out"
        return f"{of} reaches {cost} through {ways}: {needs} {'is' if len(self.needs) == 1 else 'are'} there"


def order_of_work(program: Program, lines: Mapping[str, Expr] | None = None) -> tuple[Task, ...]:
    """Every gradient in the order of work; `lines` are their formulas where not the program's own."""
    if lines is None:
        lines = {each.name: each.expr for each in program.equations if each.phase is Phase.BACKWARD}
    owners = {gradient: of for of, gradient in program.gradients.items()}
    readers = _readers(program)
    return tuple(
        Task(
            name,
            owners.get(name, ""),
            expr,
            _through(readers.get(owners.get(name, ""), ()), program),
            tuple(each for each in names(expr) if each in lines),
        )
        for name, expr in lines.items()
    )


def _through(readers: Sequence[str], program: Program) -> tuple[str, ...]:
    """The readers of a quantity that bear on the cost; where two steps are derived in one, that in between has no
    gradient, and all of them count."""
    bearing = tuple(each for each in readers if each in (program.cost, *program.gradients))
    return bearing or tuple(readers)


def first(program: Program) -> tuple[str, ...]:
    """The quantities, not parameters, that the cost is computed from: where going back begins."""
    readers = _readers(program)
    return tuple(of for of in program.gradients if readers.get(of) == [program.cost] and of not in program.parameters)


def _readers(program: Program) -> dict[str, list[str]]:
    """The forward equations that each quantity is read in."""
    found: dict[str, list[str]] = {}
    for equation in program.equations:
        if equation.phase in (Phase.FORWARD, Phase.COST):
            for name in names(equation.expr):
                found.setdefault(name, []).append(equation.name)
    return found


def listed(words: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

"""What the cost measures, and what its number says: held against that of who guesses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bpdebug.errors import BpdebugError
from bpdebug.language.expression import Expr, Name, names
from bpdebug.ops import COSTS, Cost
from bpdebug.ops.costs import Guess, recognised
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program

EXAMPLE = 2, 3
"""The shape of predictions and labels on which two formulas are compared."""
CLOSE = 0.0005
"""How near to that of a guess a cost is as good as that."""


class Named(NamedTuple):
    """A cost that has a name, and what it compares: what is predicted with what is true."""

    cost: Cost
    predicted: str
    labels: str


def named(program: Program) -> Named | None:
    """The cost of a program if it is one that has a name, however it is written."""
    expr = next(each.expr for each in program.equations if each.name == program.cost)
    if (found := recognised(expr, program.examples)) is not None:
        cost, a, y = found
        return Named(cost, a, y) if y in program.data or a not in program.data else Named(cost, y, a)
    return next(_alike(expr, program), None)


class Compared(NamedTuple):
    """What a cost compares: what is predicted with what is true."""

    predicted: str
    labels: str
    named: bool
    """Whether the cost has a name."""


def compared(program: Program) -> Compared | None:
    """What the cost compares, whatever it is called; None where that is not clear.

    Of a cost without a name it is the data, and the quantity of the same shape, that an equation reads beside another:
    those of one equation, and there may be no second one.
    """
    if (found := named(program)) is not None:
        return Compared(found.predicted, found.labels, named=True)
    shapes, computed = program.shapes, {each.name for each in program.equations}
    pairs = set[tuple[str, str]]()
    for equation in program.equations:
        if equation.phase in (Phase.FORWARD, Phase.COST):
            read = names(equation.expr)
            pairs |= {
                (a, y)
                for a in read
                for y in read
                if y in program.data and a in computed and shapes[a] == shapes[y] and shapes[a]
            }
    return Compared(*pairs.pop(), named=False) if len(pairs) == 1 else None


def _alike(expr: Expr, program: Program) -> Iterator[Named]:
    """The costs with a name that give the same numbers, on some that are drawn: of predictions and labels alone."""
    from bpdebug.check.formulas import Formulas  # needed where a cost is written in a way of its own only

    read = [name for name in names(expr) if name not in program.constants]
    if len(read) != 2:
        return
    random = np.random.default_rng(0)
    constants = {**program.constants, program.examples: float(EXAMPLE[1])}
    values = {name: np.asarray(value) for name, value in constants.items()}
    values |= {name: random.uniform(0.1, 0.9, EXAMPLE) for name in read}
    formulas = Formulas(constants)
    for cost in (each for each in COSTS.values() if not each.penalty):
        for a, y in (read, read[::-1]):
            if y not in program.data:
                continue
            written = cost.formula((Name(a), Name(y)), Name(program.examples))
            try:
                one, other = (formulas.value(each, values) for each in (expr, written))
            except BpdebugError:
                continue
            if one.size == 1 and np.allclose(one, other, rtol=1e-12, atol=0):
                yield Named(cost, a, y)


def measures(cost: Cost, labels: Array, program: Program, value: float | None) -> str:
    """A known cost in words; `value` is that of this iteration, where it is computed."""
    guess = _guess(cost, labels, program)
    if guess is None:
        return f"{cost.measures}."
    exact = f"{guess.exact} = " if guess.exact else ""
    told = f"{cost.measures}. Guessing {guess.words} costs {exact}{guess.cost:.4g}"
    if value is None or not np.isfinite(value):
        return f"{told}."
    return f"{told}; {program.cost} here is {_held(value, guess.cost)}."


def _guess(cost: Cost, labels: Array, program: Program) -> Guess | None:
    """What a guess is and costs; None where the labels are not laid out one example after the other."""
    rows = labels.T if labels.ndim == 2 and program.orientation == "columns" else labels
    rows = rows.reshape(len(rows), -1) if rows.ndim else rows.reshape(1, 1)
    if cost.guess is None or len(rows) != program.constants.get(program.examples):
        return None
    return cost.guess(rows)


def _held(value: float, guessed: float) -> str:
    if abs(value - guessed) <= CLOSE:
        return "as good as that"
    return "better" if value < guessed else "worse"

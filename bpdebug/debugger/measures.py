"""What the cost measures, and what its number says: held against that of who guesses."""

from __future__ import annotations

import numpy as np

from bpdebug.ops import Cost
from bpdebug.ops.costs import Guess
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program

CLOSE = 0.0005
"""How near to that of a guess a cost is as good as that."""


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

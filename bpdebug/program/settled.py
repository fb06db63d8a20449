"""A program once its batch is drawn: what is checked, and what a network computes when it is used."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Number, names, rebuild
from bpdebug.program.batch import draws
from bpdebug.program.equations import Phase, Program

HALF = Number(0.5)
MEANS = {"rand": HALF, "randn": Number(0.0)}


@lru_cache(maxsize=64)
def settled(program: Program) -> Program:
    """The same program once its batch is drawn: what the batch gives is data of it.

    Nothing that is learned reaches the batch, so that gradients are those of this one. It is what is checked.
    """
    given = [each for each in program.equations if each.phase is Phase.BATCH]
    if not given:
        return program
    kept = tuple(each for each in program.equations if each.phase is not Phase.BATCH)
    read = {name for each in kept for name in names(each.expr)}
    made = [each.name for each in given if each.name in read and each.name not in program.states]
    steps = [
        replace(step, equation=step.equation - len(given)) for step in program.steps if step.equation >= len(given)
    ]
    data = (*made, *(name for name in program.data if name in read))
    return replace(program, equations=kept, steps=tuple(steps), data=data, rest=None, batches=1)


def expected(program: Program) -> dict[str, Expr]:
    """What stands for each quantity that is drawn when the network is used, and not trained: what it is on average.

    A mask rand(n1, m) < p is p, and noise is 0.
    """
    drawn = (each for each in program.equations if each.phase is Phase.BATCH and draws(each.expr))
    return {each.name: rebuild(each.expr, _mean) for each in drawn}


def _mean(expr: Expr) -> Expr:
    """Operands come first: in a comparison the half that stands for a number drawn between 0 and 1 is there already."""
    if not isinstance(expr, Apply):
        return expr
    if expr.op in ("less", "less_equal") and expr.inputs[0] == HALF:
        return expr.inputs[1]
    return MEANS.get(expr.op, expr)

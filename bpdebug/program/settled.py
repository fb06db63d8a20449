"""A program once its batch is drawn: what is checked, and what a network computes when it is used."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number, names, rebuild, substitute
from bpdebug.program.batch import WHOLE, draws
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


def at_rest(program: Program) -> dict[str, Expr]:
    """What stands for all that the batch gives when the network is used, and not trained: nothing is drawn then.

    Of the examples it is all of them; a mask rand(n1, m) < p is p, what it is on average, and noise is 0.
    """
    found: dict[str, Expr] = {}
    for each in program.equations:
        if each.phase is Phase.BATCH and each.name not in program.states:
            whole = Name(each.name + WHOLE)
            stands = rebuild(each.expr, _mean) if draws(each.expr) else each.expr
            found[each.name] = whole if whole.id in program.data else substitute(stands, found)
    return found


def _mean(expr: Expr) -> Expr:
    """Operands come first: in a comparison the half that stands for a number drawn between 0 and 1 is there already."""
    if not isinstance(expr, Apply):
        return expr
    if expr.op in ("less", "less_equal") and expr.inputs[0] == HALF:
        return expr.inputs[1]
    return MEANS.get(expr.op, expr)

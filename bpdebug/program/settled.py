"""A program once its batch is drawn: what is checked, and what a network computes when it is used."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bpdebug.language.expression import Apply, Expr, Name, Number, names, substitute, walk
from bpdebug.program.batch import WHOLE
from bpdebug.program.equations import Phase, Program

ONE = Number(1.0)
MEANS = {"rand": Number(0.5), "randn": Number(0.0)}
BELOW, ABOVE = {"less", "less_equal"}, {"greater", "greater_equal"}


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
    drawn: dict[str, Expr] = {}
    for each in program.equations:
        if each.phase is Phase.BATCH and each.name not in program.states:
            whole = Name(each.name + WHOLE)
            expr = substitute(each.expr, drawn)
            if any(isinstance(part, Apply) and part.op in MEANS for part in walk(expr)):
                drawn[each.name] = expr
            found[each.name] = whole if whole.id in program.data else substitute(_mean(expr), found)
    return found


def _mean(expr: Expr) -> Expr:
    """What an expression with something drawn in it is on average, as far as that can be read off."""
    if not isinstance(expr, Apply):
        return expr
    share = _share(expr)
    if share is not None:
        return share
    chosen = _share(expr.inputs[0]) if expr.op == "where" else None
    if chosen is not None:
        return chosen * _mean(expr.inputs[1]) + (ONE - chosen) * _mean(expr.inputs[2])
    return MEANS.get(expr.op) or replace(expr, inputs=tuple(_mean(each) for each in expr.inputs))


def _share(expr: Expr) -> Expr | None:
    """How often a comparison with a number drawn between 0 and 1 holds: rand(n1, m) < p does with p of 1."""
    if not (isinstance(expr, Apply) and expr.op in BELOW | ABOVE):
        return None
    left, right = ((isinstance(each, Apply) and each.op == "rand") for each in expr.inputs)
    if left is right:
        return None
    limit = _mean(expr.inputs[1 if left else 0])
    return limit if left is (expr.op in BELOW) else ONE - limit

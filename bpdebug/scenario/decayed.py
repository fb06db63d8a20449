"""Updates that bring the regularisation which their gradient leaves out: W = (1 - rate * lam / m) * W - rate * dW."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from bpdebug.check.diagnosis.reference import derivative
from bpdebug.check.forward import Values
from bpdebug.language.expression import Name, Number, names, substitute
from bpdebug.ops import parse, write
from bpdebug.program.equations import Program
from bpdebug.scenario.finished import wrong
from bpdebug.scenario.record import Claim
from bpdebug.scenario.terms import step_of
from bpdebug.scenario.updates import penalised

MOST = 20
"""Gradients that are held against their updates in one block."""


def decayed(
    claims: Sequence[Claim], program: Program, values: Callable[[], Values]
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """The claims, a gradient without its penalty where its update brings that and it is right then; notes.

    A decay that is the update's own is right with it; with one that is not the penalty's the update stays wrong.
    """
    found, notes = tuple(claims), list[str]()
    for gradient, update in [*_pairs(claims, program)][:MOST]:
        now = wrong(found, program, values())
        for holds, mended in ((_held(gradient.name, update), 2), (_unpenalised(update.of, program), 1)):
            other = tuple(replace(each, denotes=holds) if each is gradient else each for each in found)
            if not holds or wrong(other, program, values()) != now - mended:
                continue
            found = other
            notes.append(f"{gradient.said} is read without the regularisation, which the update of {update.of} brings")
            break
    return found, tuple(notes)


def _pairs(claims: Sequence[Claim], program: Program) -> Iterator[tuple[Claim, Claim]]:
    """Each gradient that has no term of its parameter itself, with the update that has one."""
    for update in claims:
        of = update.of
        step = step_of(of, update.expr) if update.denotes and penalised(of, program) else Number(0.0)
        if step is not None and of not in names(step):
            continue
        read = [each for each in claims if each.name in names(update.expr) and each.of == of and not each.denotes]
        if len(read) == 1 and of not in names(read[0].expr):
            yield read[0], update


def _held(name: str, update: Claim) -> str:
    """What a gradient has to be for its update to be a step along ∂J: that less what the update takes off itself."""
    of = update.of
    rate = update.denotes.removeprefix(f"{of} - ").removesuffix(f"dJ({of})").removesuffix(" * ") or "1"
    alone = Name(of) - substitute(update.expr, {name: Number(0.0)})
    return f"dJ({of}) - {write(alone / parse(f'({rate})'), 'ascii')}"


def _unpenalised(of: str, program: Program) -> str:
    """The gradient of a parameter without the derivative of the cost's own terms of it; "" where that is not known."""
    cost = next(each.expr for each in program.equations if each.name == program.cost)
    penalty = derivative(program, cost, of) if of in names(cost) else None
    return "" if penalty is None else f"dJ({of}) - {write(penalty, 'ascii')}"

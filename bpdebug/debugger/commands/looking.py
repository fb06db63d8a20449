"""The commands that look: values, shapes, formulas, the listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.arrival import computed, following
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.describe import described, listed, listing
from bpdebug.debugger.formulas import beyond
from bpdebug.debugger.looked_up import looked_up
from bpdebug.debugger.words import closest, quoted, shaped_by_name, valued
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.parser import parse_name
from bpdebug.ops import write

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("print EXPR", "p", repeats=True)
def print_(session: Session, argument: str) -> Say:
    """Show the value of an expression over the values here.

    print J            a quantity
    print W1[0, :]     a row, a column, an entry, a slice
    print A1.T @ dZ2   any formula of the language; J - previous(J) compares
                       with the iteration before
    """
    if not argument:
        raise UsageError("expected an expression after print: print J, print W1[0, :], print A1 - A2")
    value = looked_up(session.evaluator, session.timeline, argument)
    plain = not beyond(session.program, argument)
    return Say(valued(write(session.evaluator.read(argument), session.notation) if plain else argument, value))


@command("where", "bt", "backtrace", repeats=True)
def where(session: Session, argument: str) -> Say:
    """Say where this is: the iteration, the phase, what was computed last and what comes next.

    where   iteration 1 / 200 · backward · step 39 / 62: dW2 = …
    """
    if argument:
        raise UsageError(f"expected nothing after where, got {quoted(argument)}: goto {argument} goes there")
    view = session.view
    return Say(f"{view.place.words}: {computed(view)}\nnext: {following(view)}")


@command("shape [NAME …]", repeats=True)
def shape(session: Session, argument: str) -> Say:
    """Show the shapes of quantities, or of an expression.

    shape W1 b1       of several quantities
    shape A1.T @ X

    Without NAME: those of the data, of the parameters and of all equations.
    """
    notation, evaluator = session.notation, session.evaluator
    program = session.program
    every = [*program.data, *program.crossing, *(equation.name for equation in program.equations)]
    words = argument.split() or every
    if not all(_is_name(word) for word in words):
        words = [argument]
    shapes = dict(evaluator.shape(word) for word in dict.fromkeys(words))
    return Say("\n".join(f"{write(expr, notation)}  {shaped_by_name(shape)}" for expr, shape in shapes.items()))


@command("formula [NAME]", repeats=True)
def formula(session: Session, argument: str) -> Say:
    """Show how a quantity is computed, where the formula came from and why it is so.

    formula dW2

    Without NAME: the quantity that is being computed here.
    """
    name = known(session, argument) if argument else session.view.operation.equation.name
    return Say(described(session.picture, name))


@command("list [PHASE]", "l", repeats=True)
def list_(session: Session, argument: str) -> Say:
    """List the equations; the current one is marked.

    list backward   one phase
    list around     the equations near the current one

    Before each stands the step that completes it, behind it the shape.
    """
    return Say(listing(listed(session.view, argument), session.view, session.program))


def known(session: Session, text: str) -> str:
    """The name of a quantity, in whichever notation it was typed."""
    try:
        name = parse_name(text)
    except ExpressionError:
        raise UsageError(f"expected a name, got {quoted(text)}") from None
    quantities = [each for each in session.program.shapes if each.isidentifier()]
    if name not in quantities:
        raise UsageError(f"there is no {quoted(name)} here. {closest(name, quantities)}".rstrip())
    return name


def _is_name(word: str) -> bool:
    try:
        parse_name(word)
    except ExpressionError:
        return False
    return True

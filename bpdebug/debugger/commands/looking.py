"""The commands that look: values, shapes, formulas, the listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.describe import described, listed, listing
from bpdebug.debugger.words import closest, quoted, shaped_by_name, valued
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.parser import parse_name
from bpdebug.ops import write

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session


@command("print EXPR", "p")
def print_(session: Session, argument: str) -> Say:
    """Show the value of an expression over the values here.

    print J            a quantity
    print W1[0, :]     a row, a column, an entry, a slice
    print A1.T @ dZ2   any formula of the language
    """
    if not argument:
        raise UsageError("expected an expression after print: print J, print W1[0, :], print A1 - A2")
    expr, value = session.evaluator.value(argument, session.timeline.values)
    return Say(valued(write(expr, session.notation), value))


@command("shape [NAME …]")
def shape(session: Session, argument: str) -> Say:
    """Show the shapes of quantities, or of an expression.

    Without NAME: those of the data, of the parameters and of all equations.
    """
    notation, evaluator = session.notation, session.evaluator
    program = session.program
    every = [*program.data, *program.parameters, *(equation.name for equation in program.equations)]
    words = argument.split() or every
    if not all(_is_name(word) for word in words):
        words = [argument]
    shapes = dict(evaluator.shape(word) for word in dict.fromkeys(words))
    return Say("\n".join(f"{write(expr, notation)}  {shaped_by_name(shape)}" for expr, shape in shapes.items()))


@command("formula [NAME]")
def formula(session: Session, argument: str) -> Say:
    """Show how a quantity is computed, where the formula came from and why it is so.

    Without NAME: the quantity that is being computed here.
    """
    name = known(session, argument) if argument else session.view.operation.equation.name
    return Say(described(session.picture, name))


@command("list [PHASE]", "l")
def list_(session: Session, argument: str) -> Say:
    """List the equations; the current one is marked.

    Before each stands the step that completes it, behind it the shape. list backward lists one phase, list around
    the equations near the current one.
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

"""The commands that ask what if: other values, branches of the run, and how they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from bpdebug.debugger import elsewhere, places
from bpdebug.debugger.commands.table import Say, command
from bpdebug.debugger.differences import same, told
from bpdebug.debugger.evaluate import Evaluator
from bpdebug.debugger.words import number, quoted, shaped, valued
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.expression import Apply, Expr, Name, names
from bpdebug.machine.edits import Edit, Index
from bpdebug.machine.timeline import Timeline
from bpdebug.ops import OPS, write
from bpdebug.ops.indexing import native
from bpdebug.ops.table import Array, Outside, Shape, Size
from bpdebug.program.equations import Program

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

WORDS = ("rename", "delete")
VARIABLE = re.compile(r"var(iable)?\s+(?=[^\W\d])")
"""As gdb has it: set var W1[0,1] = 0."""
UNREAL = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}
PICKING = ("index", "take")
SHOWN = 12
"""Quantities that diff tells of one by one."""


@command("set NAME = VALUE")
def set_(session: Session, argument: str) -> Say:
    """Write over a value here, and see what would have been: on a branch of its own.

    set W1[0,2] = 0.5      an entry; also a row or a slice: set W1[0,:] = 0; or what an array picks: set E[words] = 0
    set W1 = 0.1 * W1      VALUE is any formula over the values here, or nan, inf, -inf
    set learning_rate = 1  from here on

    Everything after it is computed anew. The run as it was stays: branch main goes back to it, diff main compares.
    """
    edit = asked(session, argument, session.timeline)
    words, old = edit.words, session.timeline.values[edit.name][edit.index]
    branch = session.edit(words, edit)
    end = "" if branch.timeline.position < branch.timeline.last else " This is the end of the run: nothing comes after."
    before = f", it was {number(float(old))}" if not np.ndim(old) else ""
    return Say(
        f"{words}{before}. This is branch {branch.name}: what comes after is computed anew; branch {branch.parent} "
        f"goes back.{end}"
    )


def asked(session: Session, argument: str, timeline: Timeline) -> Edit:
    """What the words after `set` mean where a run of the session stands; UsageError, ExpressionError where nothing."""
    left, equals, right = VARIABLE.sub("", argument).partition("=")
    if not equals or not left.strip() or not right.strip() or right.startswith("="):
        raise UsageError("expected NAME = VALUE after set: set W1[0,2] = 0.5, set learning_rate = 1")
    values = timeline.values
    name, index, shape = _target(session, left.strip(), values)
    value = _value(session, right.strip(), values)
    try:
        value = np.broadcast_to(value, shape)
    except ValueError:
        raise UsageError(f"{left.strip()} has shape {shaped(shape)}, and the value {shaped(value.shape)}") from None
    return Edit(timeline.position, name, index, np.array(value), f"{left.strip()} = {right.strip()}")


def _value(session: Session, text: str, values: Mapping[str, Array]) -> Array:
    """What is to be written: a formula's value, or what only a mistake computes and no formula can name."""
    return np.asarray(UNREAL[text]) if text in UNREAL else session.evaluator.value(text, values)[1]


def _target(session: Session, text: str, values: Mapping[str, Array]) -> tuple[str, Index, Shape]:
    """What is to be written over: the name, which entries, and the shape of those."""
    expr = session.evaluator.read(text)
    inner = expr if isinstance(expr, Apply) and expr.op in PICKING else None
    name: Expr = expr
    while isinstance(name, Apply) and name.op in PICKING:
        name = name.inputs[0]
    if not isinstance(name, Name):
        raise UsageError(f"expected a name, or entries of one, before '=', got {quoted(text)}")
    program = session.program
    if name.id in sizes(program):
        raise UsageError(f"{name.id} is a size: it cannot be another one while the matrices stay as they are")
    if name.id == program.cost:
        raise UsageError(f"{name.id} is what the run computes: set what it is computed from")
    if name.id not in values:
        raise UsageError(session.evaluator.missing(name.id))
    shape = program.shapes[name.id]
    if inner is None:
        return name.id, (), shape
    if inner.op == "index" and inner.inputs[0] == name:
        return name.id, *_entries(session, inner, shape, text)
    return name.id, *_picked(session, name.id, text, values)


def _picked(session: Session, name: str, text: str, values: Mapping[str, Array]) -> tuple[Index, Shape]:
    """The entries that an array picks: found by picking from the numbers of all entries."""
    shape = values[name].shape
    every = np.arange(values[name].size, dtype=values[name].dtype).reshape(shape)
    _, found = session.evaluator.value(text, {**values, name: every})
    if not np.isfinite(found).all():
        raise UsageError(f"{text} picks what {name} has no place for: its shape is {shaped(shape)}")
    return tuple(np.unravel_index(found.astype(np.intp), shape)), found.shape


def _entries(session: Session, expr: Apply, shape: Shape, text: str) -> tuple[Index, Shape]:
    picked = session.evaluator.shape_of(expr, text)
    written = session.evaluator.options(expr)
    try:
        options = OPS[expr.op].resolve(shape, **written)
    except Outside as error:
        raise ExpressionError(str(error), text, expr.span) from None
    return native(options["index"])[1:], picked


def sizes(program: Program) -> set[str]:
    """The names of lengths, which nothing can write over."""
    return {each.symbol for shape in program.shapes.values() for each in shape if isinstance(each, Size)} | {
        program.examples
    }


@command("branch [NAME | rename NAME | delete NAME]", "br")
def branch(session: Session, argument: str) -> Say:
    """List the branches, or go to one of them; each stands where it was left.

    branch               all of them, and what was written over to make each
    branch main          the run as the scenario has it
    branch rename NAME   call the one that shows otherwise
    branch delete NAME   take one away
    """
    word, _, rest = argument.partition(" ")
    if not argument:
        return Say("\n".join(session.branched()))
    if word == "rename" and rest:
        old = session.branches.current.name
        if rest in WORDS:
            raise UsageError(f"a branch cannot be called {rest}")
        if rest in session.program.shapes:
            raise UsageError(f"{rest} is a quantity: diff and goto could not tell the two apart")
        session.branches.rename(rest)
        session.marks.renamed(old, rest)
        session.changed()
        return Say(f"{old} is called {rest} now")
    if word == "delete" and rest:
        session.branches.delete(rest)
        return Say(f"branch {rest} is deleted")
    session.show(argument)
    return Say(session.view.place.words)


class Side(Struct, frozen=True, eq=False):
    """One of two places that are compared."""

    words: str
    timeline: Timeline


@command("diff WHERE [WHERE] [of NAME]", repeats=True)
def diff(session: Session, argument: str) -> Say:
    """Compare this place with another, or two others: which values differ, and how far.

    diff main          the same place on another branch
    diff 3:dW2         another place on this one; diff @a a mark
    diff try1 try2     two branches, at this place
    diff main of W1    only W1, with its entries

    Of two branches in the same iteration the costs are compared too.
    """
    wheres, _, name = argument.partition(" of ") if " of " in argument else (argument, "", "")
    words = wheres.split()
    if not 1 <= len(words) <= 2:
        raise UsageError("expected one or two places after diff: diff main, diff 3:dW2, diff try1 try2")
    one, other = _side(session, words[0] if len(words) == 2 else ""), _side(session, words[-1])
    lines = [f"1  {one.words}", f"2  {other.words}"]
    if name:
        return Say("\n".join([*lines, *_one(session, name.strip(), one, other)]))
    return Say("\n".join([*lines, *_all(session, one, other), *_costs(one, other)]))


@command("beside [before | BRANCH | PLACE | off]")
def beside(session: Session, argument: str) -> Say:
    """Show a matrix beside the same one at another place, wherever you go, or no longer.

    beside         the iteration before, at the same step; once more: no longer
    beside try1    another branch, at the same place
    beside @a      a mark; beside 3:dW2 any other place

    It is the matrix that the operation gives, or the one that an entry is pointed at in. What differs is marked, and
    the difference stands beside the two. diff says in words what differs.
    """
    ended = argument == "off" or (not argument and session.beside.asked is not None)
    wanted = None if ended else elsewhere.asked(session, argument or elsewhere.BEFORE)
    session.beside.asked = wanted
    session.changed()
    there = session.view.elsewhere
    if there is None:
        return Say("nothing is shown beside any longer")
    return Say(f"beside: {there.words}" if there.values else there.title)


def _side(session: Session, where: str) -> Side:
    """A place to compare: a run of its own, which stands there."""
    name, position = elsewhere.placed(session, where or session.branches.current.name)
    branch = session.branches.named(name)
    timeline = branch.timeline.fork()
    timeline.seek(position)
    return Side(places.place(timeline, session.notation, branch.name).words, timeline)


def _all(session: Session, one: Side, other: Side) -> Iterator[str]:
    first, second = one.timeline.values, other.timeline.values
    named = [name for name in session.program.shapes if name.isidentifier() and (name in first or name in second)]
    both = [name for name in named if name in first and name in second]
    differing = [name for name in both if not same(first[name], second[name])]
    width = max((len(name) for name in differing), default=0)
    yield from (f"{name:{width}}  {told(first[name], second[name], 'against', 'differ')}" for name in differing[:SHOWN])
    if len(differing) > SHOWN:
        yield f"and {len(differing) - SHOWN} more: {', '.join(differing[SHOWN:])}"
    if not differing:
        yield "all values that both have are the same, to the last bit"
    for at, own, lacking in ((1, first, second), (2, second, first)):
        only = [name for name in named if name in own and name not in lacking]
        if only:
            yield f"computed in {at} only: {', '.join(only)}"


def _one(session: Session, name: str, one: Side, other: Side) -> Iterator[str]:
    """One quantity on both sides, and the difference."""
    expr: Expr = session.evaluator.read(name)
    text = write(expr, session.notation)
    found = []
    for number_, side in ((1, one), (2, other)):
        lacking = [each for each in names(expr) if each not in side.timeline.here]
        if lacking:
            raise UsageError(f"{lacking[0]} has no value yet at {side.words}")
        _, value = Evaluator(side.timeline.program).value(name, side.timeline.values)
        found.append(value)
        yield valued(f"{number_}  {text}", value)
    if found[0].shape != found[1].shape:
        yield told(found[0], found[1], "against", "differs")
        return
    yield "the same, to the last bit" if same(*found) else valued("2 - 1", found[1] - found[0])


def _costs(one: Side, other: Side) -> Iterator[str]:
    """Where the costs of two runs part that stand in the same iteration, and how they end."""
    first, second = one.timeline.costs, other.timeline.costs
    count = min(len(first), len(second))
    if not count or one.timeline.edits == other.timeline.edits or one.timeline.iteration != other.timeline.iteration:
        return
    parted = [at for at in range(count) if not same(first[at], second[at])]
    if not parted:
        yield f"costs: the same in all {count:,} iterations that both have run"
        return
    last = count - 1
    yield (
        f"costs: they part in iteration {parted[0] + 1:,}; in iteration {last + 1:,} {number(float(first[last]))} "
        f"against {number(float(second[last]))}"
    )

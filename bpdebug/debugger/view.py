"""What a session shows: one frozen picture of a position. Whoever draws needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from bpdebug.debugger.differences import Changed
from bpdebug.debugger.entries import Entries
from bpdebug.debugger.metrics import Judged
from bpdebug.debugger.watching import Watched
from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array, Shape
from bpdebug.program.equations import Equation
from bpdebug.scenario.axes import Axis

if TYPE_CHECKING:
    from bpdebug.check.verdict import GradientCheck
    from bpdebug.debugger.elsewhere import Elsewhere

Marked: TypeAlias = "Array | Changed"
"""Which entries are marked, by their place: all at hand, or of a large array found out where it is asked for."""


class Matrix(Struct, frozen=True, eq=False):
    """One value to draw. `value` is None as long as it is not computed."""

    label: Expr
    """A name, a number, or (for a temporary) the formula it stands for."""
    shape: Shape
    value: Array | None
    changed: Marked | None = None
    """True where the last move changed an entry; None: not to be marked."""
    name: str = ""
    """What the program calls it, a part of an equation too; empty for a number."""


class OperationView(Struct, frozen=True, eq=False):
    """One operation: the last one executed, or (at the very start of the run) the first to come."""

    executed: bool
    equation: Equation
    step_expr: Expr
    """The one operation, with temporaries written out."""
    step_out: Expr
    """The name it computes, or for a temporary the formula itself."""
    part: int
    parts: int
    """This operation is number `part` (from 1) of `parts` in its equation."""
    rule: str
    """The op's name in the table."""
    operands: tuple[Matrix, ...]
    """What it takes, as it was when the operation ran: an updated parameter stands here before its update."""
    result: Matrix
    origin: str
    """Where the equation came from, in a sentence with formulas; empty for what the user wrote."""
    general: str
    """The rule in general form, `R = U · V ⇒ dU = dR · Vᵀ, dV = Uᵀ · dR`: of the operation, or of the one that a
    gradient goes back through; empty where there is none."""
    opened: tuple[Expr, ...]
    """All operations of the equation in their order, with temporaries written out."""
    why: str
    """What a forward operation does; for a backward one, why the derivative of what it goes back through is so."""
    scaled: tuple[Matrix, ...] = ()
    """Where the operation merely scales what the one before it gave, at the end of an equation: what that one took."""
    measures: str = ""
    """Of the cost, if it is one that has a name: what it measures, and what pure guessing gives."""
    notes: tuple[str, ...] = ()
    """Entries at a kink and the rule used, entries outside the domain, NaN and infinity: in words, with numbers."""


class EquationRow(Struct, frozen=True, eq=False):
    """One line of the program listing."""

    index: int
    equation: Equation
    state: str
    """done · current (the equation of the view's operation) · ahead"""
    gradient: str | None = None
    """The quantity it is the gradient of, if it is one."""
    last: int = 0
    """The step of the iteration (from 1) that completes it."""


class Place(Struct, frozen=True, eq=False):
    """Where we are, in the numbers that `words` says and `goto ITERATION:STEP` takes.

    `costs[iteration - 1]` is the cost of the iteration. The end of an iteration is a place in it, at its last step;
    only the start of the run stands at step 0.
    """

    position: int
    """How many steps of the whole run have been executed."""
    last: int
    """The greatest position of the run."""
    iteration: int
    """The iteration whose values show, counted from 1."""
    iterations: int
    phase: str
    """batch, forward, cost, backward or update: that of the view's operation."""
    step: int
    """How many steps of this iteration have been executed."""
    steps: int
    words: str
    """iteration 12 / 200 · backward · step 19 / 31, after the branch where it is not the trunk"""
    branch: str = "main"
    """The branch of the run that shows."""


class View(Struct, frozen=True, eq=False):
    """Everything a screen shows of a session."""

    title: str
    summary: str
    scenario: str
    place: Place
    rows: tuple[EquationRow, ...]
    operation: OperationView
    following: Expr | None
    """The next operation (temporaries written out), None at the end of the run."""
    following_name: str
    """The name of the equation it belongs to, empty at the end of the run."""
    following_why: str
    """Why the turn of that equation comes just then, where it begins and is a gradient's; else empty."""
    checked: str | None
    """The gradient whose equation has just been completed, by name (dW2): it can be checked here."""
    costs: Array
    """J of every iteration computed so far, in order: costs[0] is that of iteration 1."""
    cost: float | None
    """J of this iteration, None as long as it is not computed."""
    values: Mapping[str, Array]
    """All values at this position, by name."""
    shapes: Mapping[str, Shape]
    notation: str
    """unicode, ascii or latex"""
    bookkeeping: str
    orientation: str
    serial: int
    """Counts the moves of the session: a check that comes late is recognised by it."""
    run: int = 0
    """Another number for every run that shows: what was found out of one does not hold of another."""
    stops: Mapping[int, bool] = field(default_factory=dict)
    """The equations (by index) at which a stop of the user's own stands, and whether it is switched on."""
    branches: Mapping[str, Array] = field(default_factory=dict)
    """J of every iteration computed so far, of each branch of the run by its name."""
    displays: tuple[str, ...] = ()
    """What is to be shown after every motion, with its value here."""
    watching: tuple[Watched, ...] = ()
    """The stops, each with what it looks at here and how often it was met."""
    notes: tuple[str, ...] = ()
    """What the builder decided about the program and a user should know."""
    axes: Mapping[str, Axis] = field(default_factory=dict)
    """What there is along the axes of matrices, by the name of their size."""
    elsewhere: Elsewhere | None = None
    """The values of another place, where the user wants them beside those of this one."""
    entries: Entries | None = None
    """Takes entries apart, as they stand here; it has the program too."""
    judged: Judged | None = None
    """Says how well the network does with the parameters of here."""


class Reply(Struct, frozen=True, eq=False):
    """The answer to one command: text to read, and the view after it. At Python's prompt it is the text."""

    text: str
    view: View
    ok: bool = True
    """False: the line was not understood or could not be done, and nothing has changed."""
    quit: bool = False
    check: tuple[GradientCheck, ...] = ()
    """What was checked, if anything was."""
    copied: str = ""
    """What the user asked to copy: whoever has a clipboard puts it there."""

    def __repr__(self) -> str:
        return self.text

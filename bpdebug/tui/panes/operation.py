"""The pane of the operation: the equation, what was done in it, what it means, where it came from and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text

from bpdebug.debugger.view import OperationView, View
from bpdebug.language.expression import Name, names
from bpdebug.language.names import write_name
from bpdebug.ops import write, write_equation
from bpdebug.program.equations import Phase
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import Look
from bpdebug.tui.formula import formula
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import dense, derivative, plain, section, sentence
from bpdebug.tui.signs import signs

UNCLAIMED = ClaimsState()
BEGINS = {
    Phase.BATCH: "the batch",
    Phase.FORWARD: "the forward pass",
    Phase.COST: "the cost",
    Phase.BACKWARD: "the backward pass",
    Phase.UPDATE: "the update",
}


class OperationPane(Pane):
    """The operation just executed, to be read from top to bottom."""

    heading = "Operation"
    about = (
        "The operation just executed, marked inside its equation, with the shapes beneath: what it means, where the "
        "equation came from and why, and what comes next. Of a gradient that is m times the slope, switch bookkeeping "
        "shows the other form, with the 1/m in it."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.claims = UNCLAIMED
        """The user's own lines, which stand under the true one."""
        self._whole: tuple[int, list[Text]] | None = None
        """The text in so many cells."""

    def told(self, claims: ClaimsState) -> None:
        """What is claimed, and what is said of it."""
        self.claims = claims
        self.stale()

    def stale(self) -> None:
        super().stale()
        self._whole = None

    def lines(self, view: View, width: int) -> list[Text]:
        return dense(self._text(view, width), self.room.height)

    def wanted(self, width: int) -> tuple[int, int]:
        """Lines of the text in so many cells: without the empty ones, and with them."""
        lines = [] if self.view is None else self._text(self.view, width)
        return sum(bool(line.plain) for line in lines), len(lines)

    def _text(self, view: View, width: int) -> list[Text]:
        if self._whole is None or self._whole[0] != width:
            self._whole = width, operation_lines(view, width, self.look, self.claims)
        return self._whole[1]


def operation_lines(view: View, width: int, look: Look, claims: ClaimsState = UNCLAIMED) -> list[Text]:
    """The last operation executed; at the start of the run, the first to come."""
    if not view.operation.executed:
        return list(_start(view, width, look))
    return list(_executed(view, width, look, claims))


def _executed(view: View, width: int, look: Look, claims: ClaimsState) -> Iterator[Text]:
    operation = view.operation
    yield from _equation(view, width, look)
    for row in claims.at_hand(view):
        from bpdebug.tui.explained import brief

        yield from brief(claims, row, view.notation, width, look)
    yield Text()
    yield from _meaning(view, width, look)
    if operation.origin:
        yield from section("from", sentence(operation.origin.removeprefix("from "), view.notation), width, look)
    if operation.why:
        yield from section(_why(operation), sentence(operation.why, view.notation), width, look)
    if operation.general:
        yield from section("rule", operation.general, width, look)
    for note in operation.notes:
        yield from section("note", sentence(note, view.notation), width, look, look.odd)
    yield from section("next", _next(view), width, look, look.quiet)


def _start(view: View, width: int, look: Look) -> Iterator[Text]:
    operation, notation = view.operation, view.notation
    yield from plain("Nothing is computed yet. First comes:", width, look.strong)
    yield Text()
    yield from _equation(view, width, look)
    yield Text()
    what = write(operation.step_expr, notation)
    yield from plain(f"{signs(notation).arrow} or s executes its first operation, {what}.", width, look.strong)
    if operation.why:
        yield from section("does", sentence(operation.why, notation), width, look)
    for label, text in [("about", view.summary), *(("note", note) for note in view.notes)]:
        if text:
            yield from section(label, text, width, look)


def _equation(view: View, width: int, look: Look) -> Iterator[Text]:
    """The formula, and which of its operations this is."""
    operation = view.operation
    drawn = formula(operation, view.shapes, view.notation)
    first, *others = drawn.lines(width, look, view.notation)
    count = f"operation {operation.part} of {operation.parts}" if operation.parts > 1 else "one operation"
    gap = width - first.cell_len - len(count)
    if gap >= 3:
        first = Text.assemble(first, " " * gap, (count, look.quiet))
    yield first
    yield from others
    if gap < 3:
        yield Text.assemble((count, look.quiet))


def _meaning(view: View, width: int, look: Look) -> Iterator[Text]:
    denotes, notation = view.operation.equation.denotes, view.notation
    if denotes is None:
        return
    name, of, cost = (write_name(each, notation) for each in (view.operation.equation.name, denotes.of, denotes.cost))
    meaning = derivative(denotes, notation, (denotes.factor or "", cost, of))
    text = f"{name} stands for {meaning}, the slope of {cost} in each entry of {of}"
    if denotes.factor:
        text += f", times {denotes.factor}: the division by {denotes.factor} comes last, with the parameters"
    elif divided := _divided(view):
        text += f"; the division by {divided}, left out on the way here, comes now"
    yield from section("meaning", f"{text}.", width, look)


def _divided(view: View) -> str:
    """What a gradient is divided by at last that those before it were not; empty where that is none."""
    factors = {row.equation.denotes.factor for row in view.rows if row.equation.denotes}
    return next((each for each in factors if each and each in names(view.operation.equation.expr)), "")


def _why(operation: OperationView) -> str:
    """A forward operation is told by what it does, a backward one by why its derivative is so."""
    return "why" if operation.equation.phase is Phase.BACKWARD else "does"


def _next(view: View) -> str:
    """What comes: within an equation its next operation, else the next equation, and why its turn is now."""
    if view.following is None:
        return "the run ends here"
    notation, name = view.notation, view.following_name
    equations = {row.equation.name: row.equation for row in reversed(view.rows)}
    if view.operation.part < view.operation.parts:
        text = write(view.following, notation)
        return text if view.following == Name(name) else f"{text}, for {write_name(name, notation)}"
    text = write_equation(name, equations[name].expr, notation)
    if view.following_why:
        text += f", because {view.following_why}"
    if view.place.step == view.place.steps:
        return f"iteration {view.place.iteration + 1} begins: {text}"
    phase = equations[name].phase
    return f"{BEGINS[phase]} begins: {text}" if phase != view.place.phase else text

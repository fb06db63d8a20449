"""The pane of the operation: the equation, what was done in it, what it means, where it came from and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text

from bpdebug.debugger.view import OperationView, View
from bpdebug.language.expression import Name, names
from bpdebug.language.names import write_name
from bpdebug.ops import write, write_equation
from bpdebug.program.equations import Phase
from bpdebug.tui.abridged import Part, abridged
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import Look
from bpdebug.tui.formula import Formula, formula
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.lines import pieces
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import derivative, plain, section, sentence
from bpdebug.tui.signs import signs

UNCLAIMED = ClaimsState()
BLANK = 9
"""The rank of what only parts the text from what stands above."""
EMPTY = Part((Text(),), BLANK)
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
        self._whole: tuple[object, list[Part]] | None = None
        """The text, and what it was made of: how many lines there are changes nothing in it."""

    @property
    def shows_all(self) -> str:
        """A text is cut short where it does not fit, and stands whole where the pane has the screen."""
        keys = [self.keys.named[each].first() for each in ("pane-operation", "zoom")]
        return f"{' '.join(keys)} shows all" if all(keys) else ""

    def told(self, claims: ClaimsState) -> None:
        """What is claimed, and what is said of it."""
        self.claims = claims
        self.stale()

    def lines(self, view: View, width: int) -> list[Text]:
        parts = self._text(view, width)
        if sum(len(part.lines) for part in parts) <= self.room.height:
            return [line for part in parts for line in part.lines]
        return abridged(
            [part for part in parts if part.rank < BLANK], width, self.room.height, signs(view.notation).dots
        )

    def wanted(self, width: int) -> tuple[int, int]:
        """Lines of the text in so many cells: without the empty ones, and with them."""
        parts = [] if self.view is None else self._text(self.view, width)
        said = sum(len(part.lines) for part in parts if part.rank < BLANK)
        return said, sum(len(part.lines) for part in parts)

    def _text(self, view: View, width: int) -> list[Part]:
        terms = view, width, self.look, self.claims
        if self._whole is None or self._whole[0] != terms:
            self._whole = terms, list(operation_parts(view, width, self.look, self.claims, self.keys))
        return self._whole[1]


def operation_lines(view: View, width: int, look: Look, claims: ClaimsState = UNCLAIMED) -> list[Text]:
    """The last operation executed; at the start of the run, the first to come."""
    return [line for part in operation_parts(view, width, look, claims) for line in part.lines]


def operation_parts(
    view: View, width: int, look: Look, claims: ClaimsState = UNCLAIMED, keys: Keymap = KEYMAP
) -> Iterator[Part]:
    """The same in parts: what was computed, from what, why, and what comes next show however few the lines are."""
    told = _executed(view, width, look, claims) if view.operation.executed else _start(view, width, look, keys)
    return (part for part in told if part.lines)


def _executed(view: View, width: int, look: Look, claims: ClaimsState) -> Iterator[Part]:
    operation = view.operation
    yield _equation(view, width, look)
    for row in claims.at_hand(view):
        from bpdebug.tui.explained import brief

        yield Part(tuple(brief(claims, row, view.notation, width, look)), 4, least=2)
    yield EMPTY
    yield Part(tuple(_meaning(view, width, look)), 5)
    if operation.measures:
        yield Part(section("cost", sentence(operation.measures, view.notation), width, look), 2)
    if operation.origin:
        origin = sentence(operation.origin.removeprefix("from "), view.notation)
        yield Part(section("from", origin, width, look), 3)
    if operation.why:
        yield Part(section(_why(operation), sentence(operation.why, view.notation), width, look), 2)
    if operation.general:
        yield Part(section("rule", operation.general, width, look), 7, least=0)
    for note in operation.notes:
        yield Part(section("note", sentence(note, view.notation), width, look, look.odd), 6)
    yield Part(section("next", _next(view), width, look, look.quiet), 1)


def _start(view: View, width: int, look: Look, keys: Keymap) -> Iterator[Part]:
    operation, notation = view.operation, view.notation
    yield Part(tuple(plain("Nothing is computed yet. First comes:", width, look.strong)), 2)
    yield EMPTY
    yield _equation(view, width, look)
    yield EMPTY
    what = write(operation.step_expr, notation)
    text = f"{keys.every('step', ascii=notation == 'ascii')} executes its first operation, {what}."
    yield Part(section("next", text, width, look, look.strong), 1)
    if operation.why:
        yield Part(section("does", sentence(operation.why, notation), width, look), 3)
    for label, text in [("about", view.summary), *(("note", note) for note in view.notes)]:
        if text:
            yield Part(section(label, text, width, look), 4)


def _equation(view: View, width: int, look: Look) -> Part:
    """The formula, whole however few the lines are, and which of its operations this is."""
    drawn = formula(view)
    lines = tuple(_drawn(drawn, view, width, look))
    broken = len(list(pieces(drawn.text, width))) > 1
    return Part(lines, 0, least=len(lines) if broken else 1, dotted=False)


def _drawn(drawn: Formula, view: View, width: int, look: Look) -> Iterator[Text]:
    operation = view.operation
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

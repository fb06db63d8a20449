"""The program as a listing: what is done, where we are, what comes, and what the checks said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.geometry import Size

from bpdebug.debugger.view import EquationRow, View
from bpdebug.errors import printable
from bpdebug.ops import write, write_equation
from bpdebug.program.equations import Equation
from bpdebug.tui.claimed import ClaimsState
from bpdebug.tui.colours import Look
from bpdebug.tui.lines import cut, wrapped
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.signs import signs

if TYPE_CHECKING:
    from bpdebug.check.verdict import Verdict

CAPTIONS = {
    "batch": "the examples of this iteration",
    "forward": "from the data to the prediction",
    "cost": "how wrong that is, as one number",
    "backward": "how each value moves the cost",
    "update": "one small step downhill",
}
MARKS = {"done": "✓", "current": "▶", "ahead": " "}
ASCII_MARKS = {"done": "+", "current": ">", "ahead": " "}
STOPS, ASCII_STOPS = {True: "●", False: "○"}, {True: "*", False: "o"}
"""A stop that is switched on, and one that is off."""
MARKED, BESIDE = 4, 7
"""Cells for the marks of an equation, and for them and that of the user's own line."""
KEPT = 2_000
"""Parts of the listing that are kept as they were drawn."""
NO_CLAIMS: Mapping[int, str] = {}
OPENED = " " * 3
"""Before the operations of the equation at hand."""
INDENT = " " * 5
"""Before what of an equation did not fit into one line."""


class Line(Struct, frozen=True):
    """One line of the listing, and the equation it belongs to."""

    text: str
    kind: str
    """title · heading · done · current · ahead, and of the operations of the current one opened · here · ahead"""
    row: int | None = None
    verdict: Verdict | None = None
    caption: str = ""
    claim: str = ""
    """What is said of the user's own line for it: its mark and its kind."""


class ProgramPane(Pane):
    """The equations under their phases. A click on one goes there."""

    heading = "Program"
    about = (
        "The equations of one iteration, in the order in which they are computed. At the left ✓ stands before what is "
        "executed, ▶ before the one at hand; ● is a stop, ○ one that is off. At the right stands what the check of a "
        "gradient found: ✓ match, ~ kink, ∅ untested, ✗ wrong, ? cannot tell. Before that, behind yours or y, "
        "stands what is said of your own line for it: ✓ right, ✗ wrong, ~ wrong through an earlier line only, ? not "
        "evaluable. Click an equation to go there, or choose one, to go there, run to it or stop at it."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.verdicts: Mapping[str, Verdict] = {}
        """What was checked in the iteration that shows, by the gradient's name."""
        self.claims: Mapping[int, str] = NO_CLAIMS
        """The mark and the kind of the user's own line, by the index of the equation that it is for."""
        self.chosen: int | None = None
        """The equation that the arrow keys have chosen, by its index."""
        self._listing: list[Line] = []
        self._known: dict[Hashable, tuple[tuple[Line, Text], ...]] = {}
        """The parts of the listing drawn so far: most are the same after a move."""

    @property
    def legend(self) -> str:
        """Which column of marks is which, once there is more than one."""
        right = [*(["yours"] if self.claims else []), *(["check"] if self.verdicts else [])]
        return f"left executed, right {', '.join(right)}" if right else ""

    def told(self, verdicts: Mapping[str, Verdict]) -> None:
        """What was found of the gradients of this iteration."""
        if verdicts != self.verdicts:
            self.verdicts = verdicts
            self.stale()

    def claimed(self, state: ClaimsState) -> None:
        """What is said of the user's own lines."""
        found = dict(_claimed(self.view, state)) if self.view is not None and state.claims else NO_CLAIMS
        if found != self.claims:
            self.claims = found
            self.stale()

    def suit(self, room: Size, look: Look) -> None:
        if (look, room.width) != (self.look, self.room.width):
            self._known.clear()
        super().suit(room, look)

    def show(self, view: View) -> None:
        """What was chosen stays so until the next move."""
        if self.view is None or view.serial != self.view.serial:
            self.chosen = None
        super().show(view)

    def lines(self, view: View, width: int) -> list[Text]:
        pairs = [pair for part in listing(view, width, self.verdicts, self.claims) for pair in self._drawn(part, width)]
        self._listing = [line for line, _ in pairs]
        return [self._pointed(line, text, width) for line, text in pairs]

    def _drawn(self, part: Part, width: int) -> tuple[tuple[Line, Text], ...]:
        """A part of the listing, drawn anew only where it is another one."""
        if part.terms not in self._known:
            if len(self._known) > KEPT:
                self._known.clear()
            notation = "" if self.view is None else self.view.notation
            self._known[part.terms] = tuple((line, _drawn(line, width, notation, self.look)) for line in part.lines())
        return self._known[part.terms]

    def _pointed(self, line: Line, text: Text, width: int) -> Text:
        """The line, marked where it was chosen."""
        if self.chosen is None or line.row != self.chosen:
            return text
        return Text(text.plain.ljust(width), self.look.chosen, end="")

    @property
    def at_hand(self) -> str:
        """The name of the equation chosen; empty where none is."""
        return "" if self.view is None or self.chosen is None else self.view.rows[self.chosen].equation.name

    def choose(self, index: int | None) -> None:
        """Choose an equation, or none."""
        self.chosen = index
        self.stale()

    def turn(self, down: int = 0, across: int = 0) -> None:
        """Choose the equation above or below."""
        view = self.view
        if view is None or not down:
            return
        here = next((row.index for row in view.rows if row.state == "current"), 0)
        at = (here if self.chosen is None else self.chosen) + down
        self.choose(min(max(at, 0), len(view.rows) - 1))

    def enter(self) -> None:
        if self.at_hand:
            self.send(f"goto {self.at_hand}")

    def followed(self) -> None:
        here = next((line.row for line in self._listing if line.kind == "current"), None)
        at = here if self.chosen is None else self.chosen
        current = [number for number, line in enumerate(self._listing) if at is not None and line.row == at]
        if current:
            first = max(0, current[0] - 2)
            self.bring(first, current[-1] + 2 - first)

    def press(self, x: int, y: int) -> None:
        line = self._listing[y + self.down] if y + self.down < len(self._listing) else None
        if self.view is not None and line is not None and line.row is not None:
            self.send(f"goto {self.view.rows[line.row].equation.name}")


def _claimed(view: View, state: ClaimsState) -> Iterator[tuple[int, str]]:
    """By the index of each gradient's equation the mark and the kind of the first line claimed for it."""
    for row in view.rows:
        if row.gradient and (own := state.of(row)):
            yield row.index, f"{own[0].mark(view.notation)} {own[0].kind}"


def _drawn(line: Line, width: int, notation: str, look: Look) -> Text:
    styles = {"title": look.quiet, "heading": look.accent, "current": look.line, "ahead": look.ahead, "here": look.spot}
    style = styles.get(line.kind, "")
    text = Text(no_wrap=True, end="").append(line.text, style)
    if line.caption:
        text.append(f"  {line.caption}", look.quiet)
    ways = (_marks(line, notation, look, word) for word in ("yours ", "y", None))
    marks = next((each for each in ways if text.cell_len + sum(len(mark) for mark, _ in each) <= width), [])
    if line.kind == "current" or marks:
        ground = look.line if line.kind == "current" else Style()
        text.append(" " * (width - text.cell_len - sum(len(mark) for mark, _ in marks)), style)
        for mark, own in marks:
            text.append(mark, ground + own)
    return text


def _marks(line: Line, notation: str, look: Look, word: str | None) -> list[tuple[str, Style]]:
    """What stands at the right: what is said of one's own line, after a word or (None) not at all, and of the check."""
    found = []
    if line.claim and word is not None:
        mark, _, kind = line.claim.partition(" ")
        found.append((f" {word}{mark}", {"right": look.good, "wrong": look.bad}.get(kind, look.quiet)))
    if line.verdict is not None:
        from bpdebug.tui.verdicts import mark as judged
        from bpdebug.tui.verdicts import style

        found.append((f" {judged(line.verdict, notation)}", style(line.verdict, look)))
    return found


class Part(Struct, frozen=True):
    """Some lines of the listing that belong together, and what they depend on."""

    terms: Hashable
    lines: Callable[[], Iterable[Line]]


def listing(
    view: View, width: int, verdicts: Mapping[str, Verdict], claims: Mapping[int, str] = NO_CLAIMS
) -> Iterator[Part]:
    """All lines: the scenario's title, then the phases as headings with their equations beneath."""
    title = view.title
    yield Part(("title", title), lambda: (Line(part, "title") for part in wrapped(printable(title), width, "")))
    phase, operation = None, view.operation
    for row in view.rows:
        if row.equation.phase is not phase:
            phase = row.equation.phase
            yield Part(("phase", phase), partial(_heading, phase, width))
        verdict = verdicts.get(row.equation.name) if row.gradient and _complete(row, view) else None
        told = Told(view.stops.get(row.index), verdict, claims.get(row.index, ""))
        part = (operation.executed, operation.part) if row.state == "current" else None
        yield Part((row, told, part), partial(equation_lines, row, view, width, told))


def _heading(phase: str, width: int) -> Iterator[Line]:
    """The name of a phase, with what it does where there is room."""
    fits = len(phase) + 2 + len(CAPTIONS[phase]) <= width
    yield Line("", "ahead")
    yield Line(phase, "heading", caption=CAPTIONS[phase] if fits else "")


class Told(NamedTuple):
    """What is said beside an equation: of a stop whether it is switched on, the check's verdict, one's own line."""

    stop: bool | None
    verdict: Verdict | None
    claim: str


def equation_lines(row: EquationRow, view: View, width: int, told: Told) -> Iterator[Line]:
    """One equation; what does not fit goes on in the next line."""
    plain = view.notation == "ascii"
    mark = (ASCII_MARKS if plain else MARKS)[row.state]
    stop = " " if told.stop is None else (ASCII_STOPS if plain else STOPS)[told.stop]
    room = width - (BESIDE if told.claim else MARKED)
    for number, part in enumerate(formula(Written(row.equation), view.notation, room)):
        if number:
            yield Line(part, row.state, row.index)
        else:
            yield Line(f"{mark}{stop}{part}", row.state, row.index, told.verdict, claim=told.claim)
    if row.state == "current" and view.operation.parts > 1:
        yield from _opened(row, view, width)


def _opened(row: EquationRow, view: View, width: int) -> Iterator[Line]:
    """The operations of the equation at hand, as far as they are executed, each in as much of a line as it needs."""
    operation, plain = view.operation, view.notation == "ascii"
    marks, dots = ASCII_MARKS if plain else MARKS, signs(view.notation).dots
    for number, expr in enumerate(operation.opened, start=1):
        here = operation.executed and number == operation.part
        state = "current" if here else "done" if operation.executed and number < operation.part else "ahead"
        text = cut(f"{OPENED}{marks[state]} {write(expr, view.notation)}", width - 2, dots)
        yield Line(text, "here" if here else "opened" if state == "done" else "ahead", row.index)


class Written:
    """An equation, known by which it is rather than by all that stands in it."""

    def __init__(self, equation: Equation) -> None:
        self.equation = equation

    def __hash__(self) -> int:
        return id(self.equation)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and self.equation is other.equation


@lru_cache(maxsize=4_096)
def formula(written: Written, notation: str, width: int) -> tuple[str, ...]:
    """An equation in lines of a width, of which those after the first are indented."""
    text = write_equation(written.equation.name, written.equation.expr, notation)
    first, *rest = wrapped(text, width, INDENT)
    return first, *rest


def _complete(row: EquationRow, view: View) -> bool:
    """Whether all of an equation is computed."""
    if row.state == "current":
        return view.operation.executed and view.operation.part == view.operation.parts
    return row.state == "done"

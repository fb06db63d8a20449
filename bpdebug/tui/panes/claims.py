"""The pane of the claims: the user's own equations with their verdicts, and all there is to say of one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct
from rich.text import Text

from bpdebug.debugger.view import EquationRow, View
from bpdebug.errors import printable
from bpdebug.tui.claimed import ClaimsState, Row, at_hand, wanted
from bpdebug.tui.colours import BARE, Look
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.lines import cut
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import plain, sentence, wrapped
from bpdebug.tui.signs import signs

CURSOR = {"unicode": "▶", "ascii": ">"}
AMISS = "wrong", "not", "inherits"
"""The verdicts on lines in which something is to be looked for."""


class ClaimsPane(Pane):
    """The claims in the order of work; it is told how far their judgement is.

    One of them is unfolded: the one chosen, or that of the gradient at hand, or else the first that is wrong.
    """

    heading = "Claims"
    about = (
        "Equations of your own for the gradients, each with its verdict, in the order of work. The one that is "
        "unfolded is that of the gradient at hand, or the one you choose."
    )

    def __init__(self, send: Callable[[str], object] = lambda line: None) -> None:
        super().__init__(send)
        self.claims = ClaimsState()
        self.chosen = ""
        """The name of the line that was chosen, until another gradient comes in sight."""
        self._gradient: EquationRow | None = None
        """The last gradient whose equation showed."""
        self._heads: list[tuple[int, str]] = []
        """Where the line of each name begins."""
        self._ends = 0

    @property
    def selected(self) -> Row | None:
        """The line that is unfolded."""
        return self._own_line or self.claims.first

    @property
    def _own_line(self) -> Row | None:
        """The line chosen, or the one for the gradient at hand: of several the first that is not right."""
        rows = () if self._gradient is None else self.claims.of(self._gradient)
        return self.claims.row(self.chosen) or next(
            (row for row in rows if row.kind != "right"), next(iter(rows), None)
        )

    @property
    def draft(self) -> str:
        """What `claim` is to be given to change the line at hand, or to write it."""
        row, view = self._own_line, self.view
        if row is None and view is not None and (not self.claims.claims or at_hand(view) is not None):
            name = wanted(view)
            return f"{name} = " if name else ""
        row = row or self.claims.first
        if row is None:
            return ""
        name = row.said if row.said == row.of else row.name  # of an update the parameter, not the name it has here
        return f"{name} = {row.text.partition('=')[2].strip() if row.lacking is None else ''}"

    @property
    def title(self) -> str:
        """With what comes of the claims as a whole."""
        between = " · " if self.view is None else signs(self.view.notation).between
        return between.join(filter(None, (self.heading, outcome(self.claims))))

    @property
    def mark(self) -> str:
        """The mark of the line that is to be mended first, or of the lines that are all right."""
        rows, state = self.claims.rows, self.claims
        if self.view is None or state.review is None:
            return ""
        right = [row for row in rows if row.kind == "right"] if outcome(state) == ALL_RIGHT else []
        row = state.first or next(iter(right), None)
        return "" if row is None else row.mark(self.view.notation)

    def show(self, view: View) -> None:
        """Follow the steps: unfold the line of the gradient whose equation shows, once it comes in sight."""
        gradient, before = at_hand(view), self._gradient
        if gradient is not None and (before is None or gradient.equation is not before.equation):
            self._gradient, self.chosen = gradient, ""
        super().show(view)

    def told(self, claims: ClaimsState) -> None:
        """What is claimed, and how far its judgement has come."""
        self.claims = claims
        self.stale()

    def choose(self, name: str) -> None:
        """Unfold a line."""
        self.chosen = name
        self.stale()

    def turn(self, down: int = 0, across: int = 0) -> None:
        """Choose the line before or after."""
        names = [row.name for row in self.claims.rows]
        row = self.selected
        if names and down:
            at = names.index(row.name) + down if row is not None else 0
            self.choose(names[min(max(at, 0), len(names) - 1)])

    def enter(self) -> None:
        """Go to the program's own equation for the gradient of the line."""
        row, view = self.selected, self.view
        if row is not None and view is not None:
            names = [each.equation.name for each in view.rows if each.gradient and each.gradient == row.of]
            self.send(f"goto {names[0] if names else row.name}")

    def press(self, x: int, y: int) -> None:
        names = [name for number, name in self._heads if number == y + self.down]
        if names:
            self.choose(names[0])

    def lines(self, view: View, width: int) -> list[Text]:
        found = claims_lines(self.claims, self.selected, self._terms(view), width, self.look)
        self._heads = [(number, name) for number, (_, name) in enumerate(found) if name]
        self._ends = len(found)
        return [line for line, _ in found]

    def followed(self) -> None:
        row = self.selected
        heads = [number for number, name in self._heads if row is not None and name == row.name]
        if heads:
            after = next((number for number, _ in self._heads if number > heads[0]), self._ends)
            self.bring(heads[0], after - heads[0])

    def wished(self, width: int) -> int:
        """Lines that it takes at most, whichever line is unfolded."""
        return 0 if self.view is None else longest(self.claims, self._terms(self.view), width)

    def _terms(self, view: View) -> Terms:
        return Terms.of(view, self.keys, claimed=bool(self.claims.claims))


class Terms(Struct, frozen=True):
    """What of a view the pane depends on: where there are claims, moves do not change it."""

    notation: str
    wanted: str
    """The gradient to write a first line for; empty where there are lines."""
    keys: Keymap = KEYMAP

    @classmethod
    def of(cls, view: View, keys: Keymap = KEYMAP, *, claimed: bool = False) -> Terms:
        return cls(view.notation, "" if claimed else wanted(view), keys)


@lru_cache(maxsize=8)
def claims_lines(
    state: ClaimsState, selected: Row | None, terms: Terms, width: int, look: Look
) -> tuple[tuple[Text, str], ...]:
    """The lines of the pane, each with the name of the claim that begins there."""
    notation, found = terms.notation, list[tuple[Text, str]]()
    for line in plain(sentence(_instead(state, terms), notation), width, look.quiet):
        if line.plain:
            found.append((line, ""))
    for row in state.rows:
        chosen = selected is not None and row.name == selected.name
        first, *more = _head(row, notation, width, look, chosen=chosen)
        found += [(first, row.name), *((line, "") for line in more)]
        if chosen:
            from bpdebug.tui.explained import told

            unfolded = told(state, row, notation, width - 2, look, keys=terms.keys)
            found += [(Text("  ").append_text(each), "") for each in unfolded]
    return tuple(found)


@lru_cache(maxsize=8)
def longest(state: ClaimsState, terms: Terms, width: int) -> int:
    """Lines of the pane with the line unfolded of which there is most to say."""
    folded = claims_lines(state, None, terms, width, BARE)
    if not state.rows:
        return len(folded)
    from bpdebug.tui.explained import told

    unfolded = (told(state, row, terms.notation, width - 2, BARE, keys=terms.keys) for row in state.rows)
    return len(folded) + max((len(list(lines)) for lines in unfolded), default=0)


def _head(row: Row, notation: str, width: int, look: Look, *, chosen: bool) -> list[Text]:
    """A line of the list: its mark, as much of it as there is room for, its verdict in a word.

    One that is not right is told to its end, where the mistake may stand, unless it is told beneath anyway.
    """
    from bpdebug.tui.explained import shade

    style = shade(row, look)
    text, word = sentence(printable(row.text), notation), row.word
    room = max(1, width - 4 - (len(word) + 2 if word else 0))
    whole = not chosen and row.kind in AMISS
    first, *others = wrapped(text, room) if whole else [cut(text, room, signs(notation).dots)]
    cursor = CURSOR["ascii" if notation == "ascii" else "unicode"] if chosen else " "
    line = Text.assemble((f"{cursor} ", look.strong), (row.mark(notation), style), " ")
    line.append(first, look.strong if chosen else "")
    gap = width - line.cell_len - len(word)
    return [line.append(" " * max(1, gap)).append(word, style), *(Text(f"      {each}") for each in others)]


ALL_RIGHT = "all right"
NOTHING = "None of yours yet. {claim} writes one: claim"


def _instead(state: ClaimsState, terms: Terms) -> str:
    """What is said where no verdicts are."""
    if not state.claims:
        return f"{terms.keys.told(NOTHING, ascii=terms.notation == 'ascii')} {terms.wanted or 'dW'} = …"
    return f"The claims could not be judged. {state.message}" if state.status == "failed" else ""


def outcome(state: ClaimsState) -> str:
    """What comes of the claims as a whole, in a few words."""
    if state.status == "running":
        return f"judging {len(state.claims)}"
    if state.review is None:
        return ""
    rows, first = state.rows, state.first
    right = sum(row.kind == "right" for row in rows)
    judged = sum(row.place is not None and row.kind != "helper" for row in rows)
    if not judged:
        return ""
    if first is None:
        return ALL_RIGHT if right == judged else f"{right} of {judged} right"
    return f"{first.said} {'missing' if first.kind == 'missing' else 'wrong'} first, {right} of {judged} right"

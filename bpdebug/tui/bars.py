"""The lines at the edges of the screen: where we are, what can be pressed or what was said, and the tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.errors import printable
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.tui.colours import Look
from bpdebug.tui.keys import Key
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.prose import wrapped

MOST = 3
"""Lines of a message."""
SPARED = (
    "matrix",
    "where made",
    "choose an entry",
    "play",
    "stop here",
    "goto",
    "entry",
    "phase",
    "check",
    "run",
    "zoom",
    "console",
    "equation",
    "back",
    "step",
)
"""The hints that go, one after the other, where there is too little room."""

T = TypeVar("T")


class Bar(Struct, Generic[T], frozen=True):
    """One line, with what a click on it stands for."""

    text: Text
    spots: tuple[tuple[int, int, T], ...] = ()
    """From which cell to which."""

    def at(self, x: int) -> T | None:
        """What a click on a cell stands for."""
        return next((what for begin, end, what in self.spots if begin <= x < end), None)


def position(view: View, width: int, look: Look) -> Text:
    """The position in words, the cost, and the operation that comes next."""
    for formula in (True, False):
        line = _position(view, look, formula=formula)
        if line.cell_len <= width:
            return line
    return cut(line, width, ascii=view.notation == "ascii")


def _position(view: View, look: Look, *, formula: bool) -> Text:
    """The whole of it; without the formula of what comes next where there is little room."""
    gap = " | " if view.notation == "ascii" else " │ "
    line = Text(no_wrap=True, end="").append(f" {view.place.words}", look.strong)
    cost = "J not yet" if view.cost is None else f"J {view.cost:.6g}"
    line.append(f"{gap}{cost}{gap}", look.quiet)
    if view.following is None:
        return line.append("the end of the run", look.quiet)
    line.append("next: ", look.quiet)
    name = write(Name(view.following_name), view.notation)
    if not formula:
        return line.append(name, look.accent)
    line.append(write(view.following, view.notation), look.accent)
    return line.append(f"  of {name}", look.quiet)


def cut(line: Text, width: int, *, ascii: bool) -> Text:
    """The line, with three dots where it would not fit."""
    if line.cell_len > width:
        dots = "..." if ascii else "…"
        line.truncate(max(0, width - len(dots)))
        line.append(dots)
    return line


def hinted(keys: Iterable[Key], width: int, look: Look, *, ascii: bool) -> Bar[Key]:
    """As many of the keys as there is room for, help and quit among them; each can be clicked."""

    def room(key: Key) -> int:
        return len(key.hinted(ascii=ascii)) + len(key.hint) + 3

    shown = list(keys)
    for hint in SPARED:
        if sum(map(room, shown)) <= width:
            break
        shown = [each for each in shown if each.hint != hint]
    line, spots = Text(no_wrap=True, end=""), []
    for each in shown:
        begin = line.cell_len
        line.append(f" {each.hinted(ascii=ascii)} ", look.accent)
        line.append(f"{each.hint} ", look.quiet)
        spots.append((begin, line.cell_len, each))
    return Bar(line, tuple(spots))


def said(message: str, width: int, *, ascii: bool) -> list[str]:
    """A message in lines; a sentence of it that does not fit behind another begins a new one."""
    width, lines = max(20, width - 1), [""]
    for sentence in printable(message).replace("\n", "  ").split("  "):
        joined = f"{lines[-1]}  {sentence}" if lines[-1] else sentence
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines += wrapped(sentence, width)
    lines = [line for line in lines if line] or [""]
    if len(lines) > MOST:
        dots = "..." if ascii else "…"
        room = min(cell_len(lines[MOST - 1]), width - len(dots) - 1)
        lines[MOST - 1] = f"{set_cell_size(lines[MOST - 1], room).rstrip()} {dots}"
    return lines[:MOST]


def tabs(panes: Sequence[tuple[str, Pane]], shown: Pane, width: int, look: Look) -> Bar[Pane]:
    """The panes, by the keys that show them, of which one shows: by their names, by shorter ones, or where these are
    too long the one that shows and as many others as there is room for."""
    names: Mapping[Pane, str] = {pane: pane.heading for _, pane in panes}
    if _across(panes, names) > width:
        names = {pane: pane.short or pane.heading for _, pane in panes}
    if _across(panes, names) > width:
        names = _fitting(panes, names, shown, width)
    line, spots = Text(" ", no_wrap=True, end=""), []
    for key, pane in panes:
        begin = line.cell_len
        line.append(_tab(key, pane, names), "" if pane is shown else look.quiet)
        line.append(" ")
        if pane is shown:
            line.stylize(look.chosen, begin - 1, line.cell_len)
        spots.append((begin, line.cell_len, pane))
    return Bar(line, tuple(spots))


def _tab(key: str, pane: Pane, names: Mapping[Pane, str]) -> str:
    """The key of a pane, its name if it has one here, and its mark."""
    return f"{key} {names.get(pane, '')}{pane.mark}".strip()


def _across(panes: Sequence[tuple[str, Pane]], names: Mapping[Pane, str]) -> int:
    """Cells of all tabs, a blank before the first and behind each."""
    return 1 + sum(cell_len(_tab(key, pane, names)) + 1 for key, pane in panes)


def _fitting(
    panes: Sequence[tuple[str, Pane]], names: Mapping[Pane, str], shown: Pane, width: int
) -> Mapping[Pane, str]:
    """The name of the pane that shows, and from the left those of others, as far as they fit."""
    kept: dict[Pane, str] = {}
    for pane in (shown, *(pane for _, pane in panes if pane is not shown)):
        if pane is shown or _across(panes, kept | {pane: names[pane]}) <= width:
            kept[pane] = names.get(pane, pane.heading)
    return kept

"""The screen drawn without a terminal: what it shows of a session, the same to the byte wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size

from bpdebug.debugger import files
from bpdebug.debugger.session import Session
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.export.drawing import Drawing, Ink, Run, merged, text
from bpdebug.export.html import html
from bpdebug.export.svg import svg
from bpdebug.tui.arrangement import SMALLEST
from bpdebug.tui.checks import Checks
from bpdebug.tui.claims import Claims
from bpdebug.tui.colours import look, mixed
from bpdebug.tui.panes.history import HistoryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.stage import KINDS, Stage
from bpdebug.tui.themes import THEMES

if TYPE_CHECKING:
    from bpdebug.tui.app import Debugger

SIZE = 120, 40
LARGEST = 500, 200
"""Columns and lines of a drawing."""
SUFFIXES: dict[str, Callable[[Drawing], str]] = {".txt": text, ".svg": svg, ".html": html}
"""What a file holds, by the end of its name."""
DIM = 0.4
"""How far a dim colour lies towards its ground."""


def drawn(session: Session, size: tuple[int, int] = SIZE, *, focus: str = "", theme: str = "dark") -> Drawing:
    """What the screen shows of a session, once the gradient at hand is checked and the claims are judged.

    `size` is in columns and lines, `focus` a pane by its number or its name. UsageError where there is no such.
    """
    colours = THEMES[theme]
    stage = Stage(lambda line: None, look(colours, "truecolor"), ascii=session.notation == "ascii")
    stage.fit(Size(*room(*size)))
    if number := pane(focus):
        stage.arrangement.focus(stage.panes[number - 1])
    shown(stage, session)
    stage.draw()
    page = Ink(colours.foreground, colours.background)
    found = tuple(merged(_runs(row, page)) for row in stage.rows(0, size[1]))
    return Drawing(f"bpdebug {session.scenario.name}: {session.view.place.words}", size[0], found, page)


def shown(stage: Stage, session: Session) -> None:
    """Give the stage the view of a session, with all that is found out of it beside the screen."""
    view = session.view
    stage.show(view)
    stage.pane(HistoryPane).told(tuple(session.history.done))
    claims, checks = Claims(session, stage, _ignored), Checks(session, stage, _ignored)
    claims.show(view)
    checks.show(view)
    claims.begin(None)
    checks.begin(view, None)
    stage.pane(MatricesPane).count()


def _ignored(message: object) -> None:
    """Nobody waits for it: all is done by then."""


def drawing(app: Debugger) -> Callable[[Path], None]:
    """What draws a screen that is open into a file: its session in its size, its colours and its focus."""

    def draw(path: Path) -> None:
        stage = app.stage
        focus = stage.arrangement.current.heading
        save(drawn(app.session, (stage.size.width, stage.size.height), focus=focus, theme=app.colours.name), path)

    return draw


def save(drawing: Drawing, path: Path) -> None:
    """Write a drawing into a file, by the end of its name as text, SVG or HTML. UsageError where that cannot be."""
    files.write(path, kind(path.name)(drawing))


def kind(name: str) -> Callable[[Drawing], str]:
    """What writes a file of this name; UsageError where nothing does."""
    for suffix, write in SUFFIXES.items():
        if name.lower().endswith(suffix):
            return write
    raise UsageError(f"expected a file ending in .txt, .svg or .html, got {quoted(name)}")


def room(columns: int, lines: int) -> tuple[int, int]:
    """The size, if the screen can be drawn in it; UsageError where it cannot."""
    if not (SMALLEST[0] <= columns <= LARGEST[0] and SMALLEST[1] <= lines <= LARGEST[1]):
        least, most = "x".join(map(str, SMALLEST)), "x".join(map(str, LARGEST))
        raise UsageError(f"expected a size from {least} to {most}, got {columns}x{lines}")
    return columns, lines


def pane(word: str) -> int:
    """The number of a pane, from 1, by its number or how its heading begins; 0 for no word. UsageError if none is."""
    if not word:
        return 0
    headings = [each.heading for each in KINDS]
    found = [
        number
        for number, heading in enumerate(headings, start=1)
        if word == str(number % 10) or heading.lower().startswith(word.lower())
    ]
    if len(found) != 1:
        known = ", ".join(f"{number % 10} {heading}" for number, heading in enumerate(headings, start=1))
        raise UsageError(f"expected a pane by its number or name ({known}), got {quoted(word)}")
    return found[0]


def _runs(row: Iterable[Segment], page: Ink) -> Iterator[Run]:
    for segment in row:
        yield Run(segment.text, cell_len(segment.text), _ink(segment.style or Style.null(), page))


def _ink(style: Style, page: Ink) -> Ink:
    colour = page.colour if style.color is None or style.color.is_default else style.color.get_truecolor().hex
    ground = page.ground if style.bgcolor is None or style.bgcolor.is_default else style.bgcolor.get_truecolor().hex
    if style.reverse:
        colour, ground = ground, colour
    if style.dim:
        colour = mixed(colour, ground, DIM)
    return Ink(colour, ground, bool(style.bold), bool(style.italic), bool(style.underline), bool(style.strike))

"""The screen drawn without a terminal: what it shows of a session, the same to the byte wherever it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.pilot import Pilot

from bpdebug.debugger import files
from bpdebug.debugger.session import Session
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.export.drawing import Drawing, Ink, Run, merged, text
from bpdebug.export.html import html
from bpdebug.export.svg import svg
from bpdebug.tui.app import Debugger
from bpdebug.tui.arrangement import SMALLEST
from bpdebug.tui.colours import mixed
from bpdebug.tui.themes import DARK, LIGHT

SIZE = 120, 40
LARGEST = 500, 200
"""Columns and lines of a drawing."""
THEMES = {"dark": DARK, "light": LIGHT}
KINDS: dict[str, Callable[[Drawing], str]] = {".txt": text, ".svg": svg, ".html": html}
"""What a file holds, by the end of its name."""
DIM = 0.4
"""How far a dim colour lies towards its ground."""


class Still(Debugger):
    """The screen without a terminal. What the environment says of colours does not count."""

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__(session)
        self.no_color = False
        self.console = Console(
            color_system="truecolor",
            file=StringIO(),
            force_terminal=True,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            safe_box=False,
            _environ={},
        )
        self.theme = THEMES[theme].name
        self.changed = asyncio.Event()
        """Set whenever what is done beside the screen may be over."""
        self.failed = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [each for each in super().get_line_filters() if isinstance(each, ANSIToTruecolor)]

    @property
    def working(self) -> bool:
        """Whether a check or a judgement is still to come."""
        return "running" in (self.check_pane.check.status, self.claims.state.status)

    def _fatal_error(self) -> None:
        self.failed = True
        self.changed.set()
        super()._fatal_error()


def drawn(session: Session, size: tuple[int, int] = SIZE, *, focus: str = "", theme: str = "dark") -> Drawing:
    """What the screen shows of a session, once the gradient at hand is checked and the claims are judged.

    `size` is in columns and lines, `focus` a pane by its number or its name. UsageError where there is no such.
    """
    number, size = pane(focus), room(*size)

    async def draw() -> Drawing:
        return await _draw(Still(session, theme), size, number)

    with ThreadPoolExecutor(max_workers=1) as beside:  # whoever asks may run a loop of his own in this thread
        return beside.submit(asyncio.run, draw()).result()


def drawing(app: Debugger) -> Callable[[Path], None]:
    """What draws a screen that is open into a file: its session in its size, its colours and its focus."""

    def draw(path: Path) -> None:
        focus = app.PANES.index(type(app.arrangement.current)) + 1
        theme = "dark" if app.current_theme.dark else "light"
        save(drawn(app.session, (app.size.width, app.size.height), focus=str(focus), theme=theme), path)

    return draw


def save(drawing: Drawing, path: Path) -> None:
    """Write a drawing into a file, by the end of its name as text, SVG or HTML. UsageError where that cannot be."""
    files.write(path, kind(path.name)(drawing))


def kind(name: str) -> Callable[[Drawing], str]:
    """What writes a file of this name; UsageError where nothing does."""
    for suffix, write in KINDS.items():
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
    """The number of a pane, from 1, by its number or how its heading begins; 0 for no word."""
    if not word:
        return 0
    headings = [each.heading for each in Debugger.PANES]
    found = [
        number
        for number, heading in enumerate(headings, start=1)
        if word == str(number) or heading.lower().startswith(word.lower())
    ]
    if len(found) != 1:
        known = ", ".join(f"{number} {heading}" for number, heading in enumerate(headings, start=1))
        raise UsageError(f"expected a pane by its number or name ({known}), got {quoted(word)}")
    return found[0]


async def _draw(app: Still, size: tuple[int, int], number: int) -> Drawing:
    async with app.run_test(size=size) as pilot:
        if number:
            app.action_pane(number)
        for each, attribute in ((app.check_pane, "check"), (app.claims_pane, "claims")):
            app.watch(each, attribute, app.changed.set, init=False)
        rows = await _settled(app, pilot)
        variables = app.theme_variables
        page = Ink(variables["foreground"].lower(), variables["background"].lower())
        found = tuple(merged(_runs(row, page)) for row in rows)
        return Drawing(f"bpdebug {app.session.scenario.name}: {app.view.place.words}", size[0], found, page)
    raise AssertionError("a screen that failed raises what it failed by")


async def _settled(app: Still, pilot: Pilot[int]) -> list[list[Segment]]:
    """The rows, once nothing is to come any more and nothing changes any more."""
    before: list[list[Segment]] | None = None
    while not app.failed:
        while app.working and not app.failed:
            app.changed.clear()
            await app.changed.wait()
        await pilot.pause(0)
        rows = [list(strip) for strip in app.screen._compositor.render_strips()]  # noqa: SLF001 - as Textual's export
        if rows == before and not app.working:
            return rows
        before = rows
    return []


def _runs(row: Iterable[Segment], page: Ink) -> Iterator[Run]:
    for segment in row:
        if not segment.control:
            yield Run(segment.text, cell_len(segment.text), _ink(segment.style or Style.null(), page))


def _ink(style: Style, page: Ink) -> Ink:
    colour = page.colour if style.color is None or style.color.is_default else style.color.get_truecolor().hex
    ground = page.ground if style.bgcolor is None or style.bgcolor.is_default else style.bgcolor.get_truecolor().hex
    if style.reverse:
        colour, ground = ground, colour
    if style.dim:
        colour = mixed(colour, ground, DIM)
    return Ink(colour, ground, bool(style.bold), bool(style.italic), bool(style.underline), bool(style.strike))

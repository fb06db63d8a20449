"""The pane of the matrices: what the operation takes and what it gives, as heatmaps with numbers."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from bpdebug.check.claims import Judgement, verdict_of
from bpdebug.debugger.view import View
from bpdebug.tui.claimed import ClaimsState, claimed, compared
from bpdebug.tui.colours import BARE, Look, look
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.sheet import Sheet, comparable, sheet
from bpdebug.tui.signs import signs
from bpdebug.tui.spread import Spread, needed, spread
from bpdebug.tui.strips import strip

UNCLAIMED = ClaimsState()
AT_REST = 40
"""The height that a picture is made for where no pane says its own."""


def sheets(view: View, claims: ClaimsState = UNCLAIMED) -> tuple[Sheet, ...]:
    """The operands and the result of the operation, made ready to be drawn; beside a gradient, what was claimed."""
    operation, notation = view.operation, view.notation
    given = tuple(sheet(each, notation) for each in operation.operands)
    result = sheet(operation.result, notation, prefix=f"{signs(notation).arrow} ")
    return (*given, *_beside(result, view, claims))


def _beside(result: Sheet, view: View, claims: ClaimsState) -> Iterator[Sheet]:
    """The result, and of a gradient just completed the matrices of wrong lines for it.

    Where a line stands for another multiple of the gradient, its own true matrix stands there too.
    """
    judged = [claims.judged(row) for row in claims.at_hand(view) if row.kind == "wrong"] if view.checked else []
    wrong = [(each, each.true) for each in judged if each is not None and each.true is not None]
    alike = [each for each, true in wrong if verdict_of(view.operation.result.value, true) is Judgement.CORRECT]
    yield from comparable(result, *(claimed(each, view.notation) for each in alike))
    for each, _ in wrong:
        if each not in alike:
            yield from compared(each, view.notation)


def picture(view: View, width: int, height: int, look: Look = BARE) -> Spread:
    """Operands and result for a pane of this size."""
    return spread(sheets(view), (width, height), signs(view.notation), look)


class MatricesPane(Pane):
    """Operands and result. It draws lines as they are asked for, and scrolls the matrices rather than the picture."""

    heading = "Matrices"
    about = (
        "What the operation takes and, behind the arrow, what it gives. Cold colours are positive, warm ones negative; "
        "an entry that the last move changed is underlined, with a dot. Large matrices scroll together. Beside a "
        "gradient that you claimed wrongly stands the matrix that your line gives, with a mark where it differs."
    )

    claims: reactive[ClaimsState] = reactive(UNCLAIMED, always_update=True, repaint=False)
    """The user's own lines, whose matrices stand beside the true ones."""

    def __init__(self, **names: str) -> None:
        super().__init__(**names)
        self._sheets: tuple[Sheet, ...] = ()
        self._spread: Spread | None = None

    def lines(self, view: View, width: int) -> list[Text]:
        """The picture at rest, as a pane of a usual height shows it."""
        drawn = picture(view, width, AT_REST)
        return [drawn.line(at) for at in range(drawn.lines)]

    def watch_view(self) -> None:
        """Look through the matrices once; how large the pane is changes nothing in them."""
        self._sheets = () if self.view is None else sheets(self.view, self.claims)
        self.redraw()

    def watch_claims(self) -> None:
        """Look through the matrices anew where those of a claim are among them, or were."""
        if self.view is not None and (self.view.checked or any(each.differs for each in self._sheets)):
            self.watch_view()

    def wanted(self, width: int) -> tuple[int, int, int]:
        """Lines that it takes to show all rows in so many cells: at least, and ever more comfortably."""
        return (1, 1, 1) if self.view is None else needed(self._sheets, width, signs(self.view.notation))

    def redraw(self) -> None:
        """Make the picture anew, with room for a scroll bar at the right, and for one beneath if there will be one.

        Whether the bars show just now changes nothing, so that the picture comes to rest.
        """
        if self.view is None or not self.size.width:
            return
        self._ground = self.rich_style
        size, styles = self.container_size, self.styles
        room = max(1, size.width - styles.scrollbar_size_vertical), max(1, size.height)
        lower = room[0], max(1, size.height - styles.scrollbar_size_horizontal)
        drawn = self._picture(lower if styles.overflow_x == "scroll" else room)
        if drawn.across and drawn.height == room[1]:
            drawn = self._picture(lower)
        self._spread = drawn
        across = size.width + drawn.across if drawn.across else drawn.width
        down = size.height + drawn.down if drawn.down else drawn.height
        self.virtual_size = Size(across, down)
        self.refresh()

    def _picture(self, room: tuple[int, int]) -> Spread:
        assert self.view is not None
        return spread(self._sheets, room, signs(self.view.notation), look(self))

    def render_line(self, y: int) -> Strip:
        style, width = self._ground, self.size.width
        if self._spread is None:
            return Strip.blank(width, style)
        across, down = self.scroll_offset
        line = strip(self._spread.line(y, down, across), style, self.app.console)
        return line.crop_extend(0, width, style)

"""What every pane is: one view in, lines of text out, drawn by line and scrolled."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from bpdebug.debugger.view import View


class Pane(ScrollView, can_focus=True):
    """Draws the view it is given and knows nothing else.

    A pane says what it shows in `lines`, a pure function of the view and the width; it never reaches for the
    session or for another pane. What the user does to it becomes a `Command` for the session.
    """

    view: reactive[View | None] = reactive(None, always_update=True)
    heading = ""
    """What stands in the border."""

    class Command(Message):
        """A line for the session to execute."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self, **names: str) -> None:
        super().__init__(**names)
        self._lines: list[Text] = []

    def lines(self, view: View, width: int) -> list[Text]:
        """What the pane shows, line by line; lines may be longer than the width, and are then scrolled."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.border_title = Text(self.heading)

    def watch_view(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Make the lines anew, and tell the scroll bars how many there are."""
        width = max(1, self.scrollable_content_region.width)
        self._lines = [] if self.view is None else self.lines(self.view, width)
        longest = max((line.cell_len for line in self._lines), default=0)
        self.virtual_size = Size(longest, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        across, down = self.scroll_offset
        width = self.size.width
        style = self.rich_style
        if down + y >= len(self._lines):
            return Strip.blank(width, style)
        segments = self._lines[down + y].render(self.app.console)
        strip = Strip([Segment(text, style + (own or Style()), control) for text, own, control in segments])
        return strip.crop_extend(across, across + width, style)

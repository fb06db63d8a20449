"""What every pane is: one view in, lines of text out, drawn by line and scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from bpdebug.debugger.view import View
from bpdebug.tui.keys import SCROLLING


class Pane(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws the view it is given and knows nothing else.

    A pane says what it shows in `lines`, a pure function of the view and the width; it never reaches for the
    session or for another pane. What the user does to it becomes a `Command` for the session.
    """

    BINDINGS: ClassVar = [each.binding for each in SCROLLING]

    view: reactive[View | None] = reactive(None, always_update=True)
    heading = ""
    """What stands in the border."""
    about = ""
    """What the help says of it, in two sentences."""

    class Command(Message):
        """A line for the session to execute."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self._lines: list[Text] = []

    def style_of(self, kind: str) -> Style:
        """The style that the style sheet gives to a part of the pane: `program--done`."""
        return self.get_component_rich_style(f"{self.heading.lower()}--{kind}", partial=True)

    def lines(self, view: View, width: int) -> list[Text]:
        """What the pane shows, line by line; lines may be longer than the width, and are then scrolled."""
        raise NotImplementedError

    def on_mount(self) -> None:
        if not self.border_title:
            self.border_title = Text(self.heading)

    def watch_view(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Make the lines anew, and draw those that are others than before."""
        if not self.size.width:
            return
        before, width = self._lines, max(1, self.scrollable_content_region.width)
        self._lines = [] if self.view is None else self.lines(self.view, width)
        longest = max((line.cell_len for line in self._lines), default=0)
        extent = Size(longest, len(self._lines))
        if extent != self.virtual_size:
            self.virtual_size = extent
            self.refresh()
        else:
            self._refresh_changed(before)

    def _refresh_changed(self, before: Sequence[Text]) -> None:
        down, width = round(self.scroll_offset.y), self.size.width
        pairs = enumerate(zip_longest(before, self._lines))
        regions = [Region(0, row - down, width, 1) for row, (old, new) in pairs if old != new or _restyled(old, new)]
        if regions:
            self.refresh(*regions)

    def notify_style_update(self) -> None:
        """Another theme: the lines hold its colours, and are made anew once all of them are known."""
        super().notify_style_update()
        self.call_after_refresh(self.redraw)

    def render_line(self, y: int) -> Strip:
        across, down = self.scroll_offset
        width = self.size.width
        style = self.rich_style
        if down + y >= len(self._lines):
            return Strip.blank(width, style)
        segments = self._lines[down + y].render(self.app.console)
        strip = Strip([Segment(text, style + (own or Style()), control) for text, own, control in segments])
        return strip.crop_extend(across, across + width, style)


def _restyled(old: Text | None, new: Text | None) -> bool:
    """Whether a line differs in its ground style, which its equality leaves out."""
    return old is not None and new is not None and old.style != new.style

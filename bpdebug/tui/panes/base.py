"""What every pane is: one view in, lines of text out, drawn by line and scrolled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from bpdebug.debugger.view import View
from bpdebug.tui.keys import SCROLLING
from bpdebug.tui.strips import strip


class Pane(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws the view it is given and knows nothing else.

    A pane says what it shows in `lines`, a pure function of the view and the width; it never reaches for the
    session or for another pane. What the user does to it becomes a `Command` for the session.
    """

    BINDINGS: ClassVar = [each.binding for each in SCROLLING]

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """How large the lines are together."""
    view: reactive[View | None] = reactive(None, always_update=True, repaint=False)
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
        self._strips: dict[int, Strip] = {}
        """Lines drawn since they were made, on the ground they stand on."""
        self._ground = Style()
        self._rest = ""

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
        self._tell_rest()

    def redraw(self) -> None:
        """Make the lines anew, and draw those that are others than before."""
        if not self.size.width:
            return
        if self._ground != self.rich_style:
            self._ground = self.rich_style
            self._strips.clear()
            self.refresh()
        before, width = self._lines, max(1, self.scrollable_content_region.width)
        self._lines = [] if self.view is None else self.lines(self.view, width)
        longest = max((line.cell_len for line in self._lines), default=0)
        self.virtual_size = Size(longest, len(self._lines))
        pairs = zip_longest(before, self._lines)
        self._refresh_rows([row for row, (old, new) in enumerate(pairs) if old != new or _restyled(old, new)])

    def _refresh_rows(self, rows: Sequence[int]) -> None:
        down, (width, height) = round(self.scroll_offset.y), self.size
        for row in rows:
            self._strips.pop(row, None)
        seen = [row - down for row in rows if 0 <= row - down < height]
        if seen:
            self.refresh(*(Region(0, first, width, count) for first, count in stretches(seen)))

    def watch_virtual_size(self) -> None:
        """Stay within the lines; their number changes nothing else on the screen."""
        if self.scroll_offset.y > self.max_scroll_y or self.scroll_offset.x > self.max_scroll_x:
            across, down = min(self.scroll_x, self.max_scroll_x), min(self.scroll_y, self.max_scroll_y)
            self.scroll_to(across, down, animate=False, immediate=True)
        self._tell_rest()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._tell_rest()

    def _tell_rest(self) -> None:
        """Say in the border how many lines are out of sight. Scroll bars would double the time a frame takes."""
        above, below = round(self.scroll_offset.y), round(self.max_scroll_y - self.scroll_offset.y)
        up, down = ("^", "v") if self.app.has_class("ascii") else ("↑", "↓")
        rest = "  ".join(f"{arrow} {count} more" for arrow, count in ((up, above), (down, below)) if count > 0)
        if rest != self._rest:
            self._rest = rest
            self.border_subtitle = Text(rest)

    def notify_style_update(self) -> None:
        """Another theme: the lines hold its colours, and are made anew once all of them are known."""
        super().notify_style_update()
        self._strips.clear()
        self.call_after_refresh(self.redraw)

    def render_line(self, y: int) -> Strip:
        across, down = self.scroll_offset
        width, row = self.size.width, down + y
        if row >= len(self._lines):
            return Strip.blank(width, self._ground)
        if row not in self._strips:
            self._strips[row] = strip(self._lines[row], self._ground, self.app.console)
        return self._strips[row].crop_extend(across, across + width, self._ground)


def stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the length of each run of numbers without a gap."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield members[0], len(members)


def _restyled(old: Text | None, new: Text | None) -> bool:
    """Whether a line differs in its ground style, which its equality leaves out."""
    return old is not None and new is not None and old.style != new.style

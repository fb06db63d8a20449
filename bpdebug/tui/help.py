"""What can be read over the panes: the help, and what a pane is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.folding import folded
from bpdebug.errors import printable
from bpdebug.tui.keys import GROUPS, SCROLLING
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.scrollbars import suit

FIRST_MINUTE = (
    "One iteration of training is a program: forward, cost, backward, update. Press the right arrow to execute its "
    "operations one by one, the left arrow to undo them; f goes on to the end of a phase, so f f is where "
    "backpropagation begins. Every gradient is held against a numerical one as soon as it is computed."
)
Line = tuple[str, str]
"""A text, and the kind of line it is: heading, words, or table, which is not wrapped."""


class Page(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines to read, wrapped to the width."""

    BINDINGS: ClassVar = [
        *(each.binding for each in SCROLLING),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]
    COMPONENT_CLASSES: ClassVar = {"page--heading", "page--words", "page--table"}

    def __init__(self, content: Iterable[Line], **names: Any) -> None:
        super().__init__(**names)
        self.content = tuple(content)
        self._lines: list[Text] = []

    def on_mount(self) -> None:
        suit(self)

    def show(self, content: Iterable[Line], begin: int) -> None:
        """Show other lines: from the one with the number `begin` on, or the last where there is room for more."""
        self.content = tuple(content)
        self.on_resize()
        self.call_after_refresh(lambda: self.scroll_to(y=len(self._wrapped(self.content[:begin])), animate=False))

    def on_resize(self) -> None:
        self._lines = self._wrapped(self.content)
        self.virtual_size = Size(max((line.cell_len for line in self._lines), default=0), len(self._lines))
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False)
        self.refresh()

    def _wrapped(self, content: Iterable[Line]) -> list[Text]:
        width = max(20, self.scrollable_content_region.width)
        return [line for text, kind in content for line in self._folded(text, kind, width)]

    def _folded(self, text: str, kind: str, width: int) -> Iterator[Text]:
        style = self.get_component_rich_style(f"page--{kind}", partial=True)
        for part in printable(text).split("\n"):
            yield from (Text(each, style, end="") for each in folded(part, width if kind != "table" else 10**6))

    def render_line(self, y: int) -> Strip:
        across, down = self.scroll_offset
        if y + down >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        strip = Strip(self._lines[y + down].render(self.app.console))
        return strip.apply_style(self.rich_style).crop_extend(across, across + self.size.width, self.rich_style)


class Reading(ModalScreen[None]):
    """A page over the screen; Esc, q or the key that opened it closes it."""

    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar = [Binding("escape,q,question_mark,f1,enter", "dismiss", "Close", show=False)]

    def __init__(self, title: str, content: Iterable[Line]) -> None:
        super().__init__()
        self.heading = title
        self.page = Page(content)

    def compose(self) -> ComposeResult:
        self.page.border_title = Text(self.heading)
        self.page.border_subtitle = Text("Esc closes")
        yield self.page


USAGE = 24
"""Columns for how a command is written; what is longer has a line of its own."""


def help_page(*, ascii: bool) -> Iterator[Line]:
    """The keys, then the commands of the console."""
    yield FIRST_MINUTE, "words"
    keys = [each for group in GROUPS.values() for each in group]
    width = max(len(each.label(ascii=ascii)) for each in keys)
    for group, members in GROUPS.items():
        yield "", "words"
        yield group, "heading"
        for each in members:
            yield f"{each.label(ascii=ascii):{width}}  {each.help}", "words"
    yield "", "words"
    yield "Commands, typed after a colon; Esc goes back to the keys", "heading"
    for command in COMMANDS.values():
        if len(command.usage) > USAGE:
            yield command.usage, "words"
        shown = "" if len(command.usage) > USAGE else command.usage
        yield f"{shown:{USAGE}}  {command.summary}", "words"
    yield "help COMMAND explains one of them. A name may be cut short: p W1 is print W1.", "words"


def pane_page(pane: Pane) -> Iterator[Line]:
    """What a pane is."""
    yield pane.about, "words"
    yield "", "words"
    yield "z gives it the whole screen; ? explains the keys.", "words"

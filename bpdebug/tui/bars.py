"""The two lines at the foot of the screen: where we are, and what can be pressed, or what was said."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from bpdebug.debugger.view import View
from bpdebug.errors import printable
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.tui.keys import Key, hints
from bpdebug.tui.prose import wrapped
from bpdebug.tui.strips import strip

MOST = 3
"""Lines of a message."""
SPARED = ("stop here", "goto", "phase", "check", "run", "zoom", "console", "equation", "back", "step")
"""The hints that go, one after the other, where there is too little room."""


class Bar(Widget):
    """One line, cut where the screen ends."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def text(self) -> Text:
        """What the line says."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        ground, width = self.rich_style, self.size.width
        return strip(self.text(), ground, self.app.console).crop_extend(0, width, ground)

    def style_of(self, kind: str) -> Style:
        return self.get_component_rich_style(f"bar--{kind}", partial=True)


class PositionBar(Bar):
    """The position in words, the cost, and the operation that comes next."""

    COMPONENT_CLASSES: ClassVar = {"bar--place", "bar--quiet", "bar--next"}
    view: reactive[View | None] = reactive(None)

    def text(self) -> Text:
        if self.view is None:
            return Text("")
        for formula in (True, False):
            line = self._line(self.view, formula=formula)
            if line.cell_len <= self.size.width:
                return line
        return cut(line, self.size.width, ascii=self.view.notation == "ascii")

    def _line(self, view: View, *, formula: bool) -> Text:
        """The whole of it; without the formula of what comes next where there is little room."""
        gap = " | " if view.notation == "ascii" else " │ "
        line = Text(no_wrap=True, end="").append(f" {view.place.words}", self.style_of("place"))
        cost = "J not yet" if view.cost is None else f"J {view.cost:.6g}"
        line.append(f"{gap}{cost}{gap}", self.style_of("quiet"))
        if view.following is None:
            return line.append("the end of the run", self.style_of("quiet"))
        line.append("next: ", self.style_of("quiet"))
        name = write(Name(view.following_name), view.notation)
        if not formula:
            return line.append(name, self.style_of("next"))
        line.append(write(view.following, view.notation), self.style_of("next"))
        return line.append(f"  of {name}", self.style_of("quiet"))


def cut(line: Text, width: int, *, ascii: bool) -> Text:
    """The line, with three dots where it would not fit."""
    if line.cell_len > width:
        dots = "..." if ascii else "…"
        line.truncate(max(0, width - len(dots)))
        line.append(dots)
    return line


class HintBar(Bar):
    """The keys to press, each of which can be clicked; in their place, what there is to say."""

    COMPONENT_CLASSES: ClassVar = {"bar--key", "bar--hint", "bar--message", "bar--refusal", "bar--progress"}
    message: reactive[str] = reactive("")
    kind: reactive[str] = reactive("message")
    """message · refusal · progress"""

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, ascii: bool = False, **names: Any) -> None:
        super().__init__(**names)
        self.ascii = ascii
        self._spots: list[tuple[int, int, Key]] = []

    def watch_message(self) -> None:
        """Take as many lines as the message does, for as long as it stands there, above the console's own."""
        self.set_class(bool(self.message), "speaking")
        height = len(self.said())
        if self.is_mounted and self.styles.height is not None and self.styles.height.value != height:
            self.styles.height = height

    def on_resize(self) -> None:
        self.watch_message()

    def said(self) -> list[str]:
        """The message in lines; a sentence of it that does not fit behind another begins a new one."""
        width = max(20, self.size.width - 1)
        lines = [""]
        for sentence in printable(self.message).replace("\n", "  ").split("  "):
            joined = f"{lines[-1]}  {sentence}" if lines[-1] else sentence
            if cell_len(joined) <= width:
                lines[-1] = joined
            else:
                lines += wrapped(sentence, width)
        lines = [line for line in lines if line] or [""]
        if len(lines) > MOST:
            dots = "..." if self.ascii else "…"
            lines[MOST - 1] = f"{lines[MOST - 1][: width - len(dots) - 1]} {dots}"
        return lines[:MOST]

    def render_line(self, y: int) -> Strip:
        if not self.message:
            return super().render_line(y)
        self._spots = []
        ground, width, lines = self.rich_style, self.size.width, self.said()
        line = Text(f" {lines[y]}" if y < len(lines) else "", self.style_of(self.kind), end="")
        return strip(line, ground, self.app.console).crop_extend(0, width, ground)

    def text(self) -> Text:
        self._spots = []
        return self._hints()

    def _hints(self) -> Text:
        """As many of the hints as there is room for, help and quit among them."""
        shown = list(hints())
        for hint in SPARED:
            if sum(self._width(each) for each in shown) <= self.size.width:
                break
            shown = [each for each in shown if each.hint != hint]
        line = Text(no_wrap=True, end="")
        for each in shown:
            begin = line.cell_len
            line.append(f" {each.first(ascii=self.ascii)} ", self.style_of("key"))
            line.append(f"{each.hint} ", self.style_of("hint"))
            self._spots.append((begin, line.cell_len, each))
        return line

    def _width(self, key: Key) -> int:
        return len(key.first(ascii=self.ascii)) + len(key.hint) + 3

    def on_click(self, event: events.Click) -> None:
        for begin, end, key in self._spots:
            if begin <= event.x < end:
                self.post_message(self.Pressed(key))


class TabBar(Bar):
    """On a small screen: the panes, of which one shows at a time."""

    COMPONENT_CLASSES: ClassVar = {"bar--tab", "bar--shown"}
    shown: reactive[int] = reactive(0)

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, titles: tuple[tuple[int, str], ...], **names: Any) -> None:
        super().__init__(**names)
        self.titles = titles
        self._spots: list[tuple[int, int, int]] = []

    def text(self) -> Text:
        line = Text(no_wrap=True, end="")
        self._spots = []
        for number, title in self.titles:
            begin = line.cell_len
            line.append(f" {number} {title} ", self.style_of("shown" if number == self.shown else "tab"))
            self._spots.append((begin, line.cell_len, number))
        return line

    def on_click(self, event: events.Click) -> None:
        for begin, end, number in self._spots:
            if begin <= event.x < end:
                self.post_message(self.Chosen(number))

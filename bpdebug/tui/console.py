"""The console: a line to type commands on, until Esc closes it, and above it what they answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from bpdebug.debugger.commands.understand import equation
from bpdebug.tui.help import Line, Page

KEPT = 1_000
"""Lines remembered, of what was typed and of what was answered."""

EDGES = 5
"""Columns of the answers' frame, the room beside them and their scrollbar."""
ROW = re.compile(r"(?:.{1,40}? = )?(?:[\s\[\](),.…\d+-]|e[+-]|inf|nan)*")
"""A row of a matrix, the first behind its name."""


class CommandInput(Input):
    """The line itself. Tab completes, up and down go through what was typed before."""

    BINDINGS: ClassVar = [Binding("ctrl+j", "submit", show=False)]
    """A line break that comes as such is Enter: it was typed before the screen stood, or sent by a program."""

    class Ambiguous(Message):
        """A word that is to be completed is the beginning of several."""

        def __init__(self, candidates: tuple[str, ...]) -> None:
            super().__init__()
            self.candidates = candidates

    class Pasted(Message):
        """Several lines were pasted."""

        def __init__(self, lines: tuple[str, ...]) -> None:
            super().__init__()
            self.lines = lines

    def __init__(self, completions: Callable[[str], tuple[str, list[str]]]) -> None:
        super().__init__(
            placeholder="a command (Esc goes back to the panes): print W1, goto 12:dW2, 12 step, help",
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False
        self.completions = completions
        """The last word of a line, and what it may become."""
        self.history: list[str] = []
        self._at = 0
        self.entered = False
        """Whether what stands here was entered, and nobody has taken it yet."""

    def remember(self, line: str) -> None:
        """Keep a line for the up arrow."""
        if line.strip() and self.history[-1:] != [line]:
            self.history = [*self.history, line][-KEPT:]
        self._at = len(self.history)

    async def action_submit(self) -> None:
        self.entered = True
        await super().action_submit()

    async def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            self._recall(-1 if event.key == "up" else 1)
        elif event.key == "tab":
            self._complete()
        elif event.key == "colon" and not self.value:
            pass  # the line that it opens is open
        elif event.key != "shift+tab":
            return
        event.stop()
        event.prevent_default()

    def _recall(self, direction: int) -> None:
        self._at = max(0, min(len(self.history), self._at + direction))
        self.value = self.history[self._at] if self._at < len(self.history) else ""
        self.cursor_position = len(self.value)

    def _complete(self) -> None:
        """Lengthen the last word as far as all that begin so agree; where that is no farther, list them."""
        word, candidates = self.completions(self.value)
        if not candidates or (not word and " " not in self.value):
            return
        common = shared_beginning(candidates)
        if common == word and len(candidates) > 1:
            self.post_message(self.Ambiguous(tuple(candidates)))
            return
        self.value = self.value.removesuffix(word) + common + (" " if len(candidates) == 1 else "")
        self.cursor_position = len(self.value)

    def on_paste(self, event: events.Paste) -> None:
        """Several lines are as many commands, the first of them behind what stands here already."""
        if len(event.text.splitlines()) > 1:
            event.stop()
            event.prevent_default()
            self.entered = True
            self.post_message(self.Pasted(tuple((self.value + event.text).splitlines())))


def shared_beginning(words: list[str]) -> str:
    """What all of the words begin with."""
    first, last = min(words), max(words)
    length = next((at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first))
    return first[:length]


def kind(line: str) -> str:
    """How a line of an answer is shown: sentences are wrapped, rows of numbers are not."""
    return "table" if ROW.fullmatch(line) else "words"


class Console(Vertical):
    """Closed until asked for; it posts what was typed, and shows on its page what was answered."""

    class Typed(Message):
        """Lines were entered: one, or several that were pasted, or none if all of them were empty."""

        def __init__(self, *lines: str) -> None:
            super().__init__()
            self.lines = lines

    def __init__(self, completions: Callable[[str], tuple[str, list[str]]]) -> None:
        super().__init__()
        self.input = CommandInput(completions)
        self.page = Page((), id="answers")
        """Stands over the panes, and is composed by the screen."""
        self.answers: list[Line] = []
        self.claiming = False
        """Whether an equation alone is a claim: the line was opened to write one."""

    @property
    def handing(self) -> bool:
        """Whether lines that were entered are still on their way to whoever executes them."""
        return self.input.entered

    def taken(self) -> None:
        """The lines that were entered are with whoever executes them."""
        self.input.entered = False

    def compose(self) -> ComposeResult:
        yield self.input

    def on_mount(self) -> None:
        self.page.border_title = "Console"
        self.page.border_subtitle = "PgUp PgDn turn the page, Esc goes back to the panes"

    @property
    def opened(self) -> bool:
        return self.has_class("opened")

    def open(self, text: str) -> None:
        """Show the line, with a text to go on from."""
        self.add_class("opened")
        self.claiming = text.startswith("claim ")
        self.input.value = text
        self.input.cursor_position = len(text)
        self.screen.set_focus(self.input, scroll_visible=False)

    def uncover(self) -> None:
        """Let the panes be seen: no answer stands over them, and the line is open still."""
        self.page.remove_class("opened")

    def close(self) -> None:
        self.remove_class("opened")
        self.uncover()
        self.input.value = ""

    def clear(self) -> bool:
        """Clear the line; whether there was anything on it."""
        found, self.input.value = self.input.value, ""
        return bool(found)

    def answer(self, line: str, text: str) -> None:
        """Show what a command answered, below what others did."""
        self._show([(f"> {line}", "heading"), *((part, kind(part)) for part in text.split("\n"))])

    def _show(self, lines: list[Line]) -> None:
        self.answers = [*self.answers, *lines][-KEPT:]
        self.page.add_class("opened")
        self.page.show(self.answers, len(self.answers) - len(lines))

    def on_command_input_ambiguous(self, message: CommandInput.Ambiguous) -> None:
        self._show([("  ".join(message.candidates), "words")])

    def on_command_input_pasted(self, message: CommandInput.Pasted) -> None:
        self._hand_over([line for line in message.lines if line.strip()])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        line = event.value
        if self.claiming and equation(line):
            line = f"claim {line.strip()}"
        self._hand_over([line])

    def _hand_over(self, lines: list[str]) -> None:
        for line in lines:
            self.input.remember(line)
        self.input.value = ""
        self.post_message(self.Typed(*lines))

    def on_key(self, event: events.Key) -> None:
        """The pages of the answers can be turned while typing."""
        if event.key == "pageup":
            self.page.action_page_up()
        elif event.key == "pagedown":
            self.page.action_page_down()

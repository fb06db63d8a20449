"""The line that commands are typed on: Tab completes, up and down go through what was typed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding
from textual.widgets import Input

from bpdebug.tui.derived import assigns
from bpdebug.tui.pasting import readable

if TYPE_CHECKING:
    from bpdebug.tui.console import Console


class CommandInput(Input):
    """The line itself, for as long as the console exists; it shows while that is open."""

    DEFAULT_CSS = """
    CommandInput {
        dock: bottom; layer: above; height: 1; border: none; padding: 0 1; background: $panel; display: none;
    }
    CommandInput:focus { border: none; }
    CommandInput.opened { display: block; }
    CommandInput:nocolor > .input--cursor { text-style: reverse; }
    """
    BINDINGS: ClassVar = [Binding("ctrl+j", "submit", show=False)]
    """A line break that comes as such is Enter: it was typed before the screen stood, or sent by a program."""

    def __init__(self, console: Console) -> None:
        super().__init__(
            placeholder="a command (Esc goes back to the panes): print W1, goto 12:dW2, 12 step, help",
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False
        self.console = console

    def write(self, text: str) -> None:
        """Put a text here, the cursor behind it."""
        self.value = text
        self.cursor_position = len(text)

    async def action_submit(self) -> None:
        self.console.entered(self.value)

    async def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            self.write(self.console.recalled(-1 if event.key == "up" else 1))
        elif event.key == "tab":
            self.write(self.console.completed(self.value))
        elif event.key in ("pageup", "pagedown"):
            self.console.turn(-1 if event.key == "pageup" else 1)
        elif event.key == "colon" and not self.value:
            pass  # the line that it opens is open
        elif event.key != "shift+tab":
            return
        event.stop()
        event.prevent_default()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.console.app.search.typed(event.value)

    def on_paste(self, event: events.Paste) -> None:
        """Several lines are as many commands, the first of them behind what stands here already.

        Of an equation that was begun only to be written, one that is pasted whole takes the place.
        """
        event.stop()
        event.prevent_default()
        text = readable(event.text)
        if self.console.drafted(self.value) and assigns(text):
            self.value = ""
        if len(text.splitlines()) > 1:
            self.console.entered(*(self.value + text).splitlines())
        else:
            self._on_paste(events.Paste(text))

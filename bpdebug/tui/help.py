"""What the help says: the keys and the commands, from their tables, and what a pane is."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.commands import COMMANDS
from bpdebug.tui.keys import GROUPS
from bpdebug.tui.page import Line
from bpdebug.tui.panes.base import Pane

FIRST_MINUTE = (
    "One iteration of training is a program: forward, cost, backward, update. Press the right arrow to execute its "
    "operations one by one, the left arrow to undo them; f goes on to the end of a phase, so f f is where "
    "backpropagation begins. Every gradient is held against a numerical one as soon as it is computed."
)
USAGE = 24
"""Columns for how a command is written; what is longer has a line of its own."""


def help_page(*, ascii: bool) -> Iterator[Line]:
    """The keys, then the commands of the console."""
    yield FIRST_MINUTE, "words"
    width = max(len(each.label(ascii=ascii)) for group in GROUPS.values() for each in group)
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

"""What the help says: the keys and the commands, from their tables, and what a pane is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpdebug.debugger.commands import COMMANDS
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.keys import Key
from bpdebug.tui.page import Line
from bpdebug.tui.panes.base import Pane

FIRST_MINUTE = (
    "One iteration of training is a program: forward, cost, backward, update. Press {step} to execute its operations "
    "one by one, {back} to undo them; {finish-phase} goes on to the end of a phase, and pressed twice to where "
    "backpropagation begins. Every gradient is held against a numerical one as soon as it is computed."
)
USAGE = 24
"""Columns for how a command is written; what is longer has a line of its own."""


def help_page(keys: Keymap = KEYMAP, *, ascii: bool) -> Iterator[Line]:
    """The keys, then the commands of the console."""
    yield keys.told(FIRST_MINUTE, ascii=ascii), "words"
    width = max(len(each.label(ascii=ascii)) for group in keys.groups.values() for each in group)
    for group, members in keys.groups.items():
        yield "", "words"
        yield group, "heading"
        yield from _keys(members, width, ascii=ascii)
    yield "", "words"
    yield "Commands, typed after a colon; Esc goes back to the keys", "heading"
    for command in COMMANDS.values():
        if len(command.usage) > USAGE:
            yield command.usage, "words"
        shown = "" if len(command.usage) > USAGE else command.usage
        yield f"{shown:{USAGE}}  {command.summary}", "words"
    yield "help COMMAND explains one of them. A name may be cut short: p W1 is print W1.", "words"


def pane_page(pane: Pane, keys: Keymap = KEYMAP, *, ascii: bool = False) -> Iterator[Line]:
    """What a pane is, and the keys that do something in it."""
    yield keys.told(pane.about, ascii=ascii), "words"
    yield "", "words"
    yield "Keys here", "heading"
    members = list(keys.of(pane.id))
    yield from _keys(members, max(len(each.label(ascii=ascii)) for each in members), ascii=ascii)
    yield "", "words"
    yield keys.told("{zoom} gives it the whole screen; {help} explains all keys.", ascii=ascii), "words"


def _keys(members: Iterable[Key], width: int, *, ascii: bool) -> Iterator[Line]:
    """Keys in a column, and beside each what it does."""
    for each in members:
        yield f"{each.label(ascii=ascii):{width}}  {each.help}", "words"

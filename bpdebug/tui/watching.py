"""The pane of what is watched: the stops with what they look at, and what is shown after every motion."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.debugger.watching import Watched
from bpdebug.debugger.words import counted
from bpdebug.tui.colours import Look
from bpdebug.tui.keymap import KEYMAP, Keymap
from bpdebug.tui.prose import plain, sentence, wrapped

EMPTY = (
    "Nothing is watched: {break} stops at the equation at hand, {watch} watches an expression, display EXPR shows "
    "one here."
)
INDENT = 3
"""Cells before what belongs to a stop."""


def watch_lines(view: View, width: int, look: Look, keys: Keymap = KEYMAP) -> list[Text]:
    """Stops and displays with their values here; where there are none, how to have one."""
    if not view.watching and not view.displays:
        return list(plain(keys.told(EMPTY, ascii=view.notation == "ascii"), width, look.quiet))
    lines = [line for each in view.watching for line in _stop(each, view.notation, width, look)]
    shown = [line for each in view.displays for line in _display(each, view.notation, width, look)]
    return [*lines, *([Text()] if lines and shown else []), *shown]


def _stop(each: Watched, notation: str, width: int, look: Look) -> Iterator[Text]:
    """A stop: on, or off, what it is, and beneath it what that is here and how often it was met."""
    mark = _mark(each, notation)
    head = f"{mark} {each.called}{':' if each.kind == 'health' else ''} "
    style = look.strong if each.enabled else look.quiet
    first, *rest = wrapped(sentence(each.words, notation), max(8, width - cell_len(head)))
    yield Text.assemble((head, look.spot if each.enabled else look.quiet), (first, style))
    yield from (Text.assemble(" " * cell_len(head), (line, style)) for line in rest)
    met = f"met {counted(each.hits, 'time')}" if each.hits else ""
    passes = f"passes over {counted(each.ignored, 'time')}" if each.ignored else ""
    told = ", ".join(filter(None, [each.value, met, passes, "" if each.enabled else "off"]))
    for line in wrapped(sentence(told, notation), width - INDENT) if told else ():
        yield Text.assemble(" " * INDENT, (line, look.quiet))


def _mark(each: Watched, notation: str) -> str:
    """Filled where it stops, hollow where it is off."""
    on, off = ("*", "o") if notation == "ascii" else ("●", "○")
    return on if each.enabled else off


def _display(text: str, notation: str, width: int, look: Look) -> Iterator[Text]:
    """An expression and its value, a matrix row by row as far as it fits."""
    first, *rows = sentence(text, notation).split("\n")
    yield from plain(first, width)
    yield from (Text.assemble((row[:width], look.quiet)) for row in rows)

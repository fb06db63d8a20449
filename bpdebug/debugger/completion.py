"""What a line that is being typed may become: the commands, and behind one what it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bpdebug.debugger.commands import COMMANDS
from bpdebug.debugger.commands.understand import named
from bpdebug.debugger.health import SIGNS
from bpdebug.debugger.wholes import wholes
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

WORD = re.compile(r"@?[\w-]*$")
"""The end of a line that is to be completed."""


def completions(session: Session, line: str) -> tuple[str, list[str]]:
    """The last word of a line, and what it may become, in order."""
    head = line.lstrip("0123456789 ")
    first, space, rest = head.partition(" ")
    found = WORD.search(rest if space else head)
    word = found[0] if found else ""
    return word, sorted({each for each in _words(session, first if space else "") if each.startswith(word)})


def _words(session: Session, command: str) -> Iterable[str]:
    if not command:
        return COMMANDS
    try:
        name = named(command).name
    except UsageError:
        return ()
    return TAKES.get(name, _formulas)(session)


def _names(session: Session) -> list[str]:
    """The quantities of the program."""
    return [name for name in session.program.shapes if name.isidentifier()]


def _formulas(session: Session) -> list[str]:
    """What formulas read: quantities, and numbers of an iteration as a whole."""
    return [*_names(session), *wholes(session.program)]


def _places(session: Session) -> list[str]:
    """Quantities, phases and marks."""
    phases = {str(each.phase) for each in session.program.equations}
    return [*_names(session), *phases, *(f"@{name}" for name in session.marks.kept)]


def _stops(session: Session) -> list[str]:
    return [*map(str, session.stops.own), *SIGNS, "all", "health"]


TAKES: dict[str, Callable[[Session], Iterable[str]]] = {
    "help": lambda session: COMMANDS,
    "goto": _places,
    "until": _places,
    "break": _places,
    "tbreak": _places,
    "clear": _places,
    "delete": _stops,
    "enable": _stops,
    "disable": _stops,
    "ignore": _stops,
    "condition": _stops,
    "health": lambda session: SIGNS,
    "branch": lambda session: [*session.branches.names, "rename", "delete"],
    "diff": lambda session: [*session.branches.names, *_places(session), "of"],
    "info": lambda session: ["breakpoints", "display", "marks", "branches"],
    "list": lambda session: [*{str(each.phase) for each in session.program.equations}, "around"],
    "check": lambda session: [*_names(session), "all"],
    "switch": lambda session: [
        "bookkeeping",
        "orientation",
        "fused",
        "total",
        "per-example",
        "rows",
        "columns",
        "on",
        "off",
    ],
    "copy": lambda session: [*_names(session), "as", "numpy", "latex", "csv", "text", "to"],
    "origin": lambda session: [*_names(session), "nan", "inf"],
}
"""What stands behind a command, where it is not quantities alone."""

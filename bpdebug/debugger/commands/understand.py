"""A command line taken apart: which command, and its argument. Counts may stand before or after."""

from __future__ import annotations

import re

from msgspec import Struct

from bpdebug.debugger.commands.table import COMMANDS, Command
from bpdebug.debugger.places import DIGITS
from bpdebug.debugger.words import closest, quoted
from bpdebug.errors import UsageError

LINE = re.compile(r"(?P<count>\d*)\s*(?P<word>\?|[A-Za-z][A-Za-z-]*)(?P<rest>.*)", re.ASCII | re.DOTALL)

WORDS = re.compile(r"""(?:\s*(?:"[^"]*"(?!\S)|'[^']*'(?!\S)|[^\s#]\S*))*""")
"""A line up to its comment: words that do not begin with #, or stand in quotes."""
LOOP = re.compile(r"\s*for\b.+\bin\b.+:")
EQUATION = re.compile(r"([^\W\d]\w*)\s*=(?!=)")


class Understood(Struct, frozen=True):
    """A command, and what followed it on the line."""

    command: Command
    argument: str


def understand(line: str) -> Understood:
    """The command of a line; UsageError where there is none.

    line = [COUNT] command [argument]
    """
    found = LINE.fullmatch(line.strip())
    if equation(line):
        raise UsageError(f"an equation of your own is judged by claim: claim {' '.join(line.split())}")
    if LOOP.match(line):
        raise UsageError(
            "expected one command, got a loop: its equations are claimed one by one, claim dW2 = dZ2 @ A1.T / m, or "
            "read from a file by bpdebug claims SCENARIO --equations FILE; the screen's console takes them pasted"
        )
    if found is None:
        raise UsageError(f"expected a command, got {quoted(line)}: help lists them")
    rest = found["rest"].strip()
    command = named(found["word"], found["word"] + found["rest"].partition(" ")[0])
    if not found["count"]:
        return Understood(command, rest)
    if not command.counted:
        raise UsageError(f"{command.name} takes no count: {command.usage}")
    if rest:
        raise UsageError(f"expected one count, got {quoted(found['count'])} and {quoted(rest)}: {command.usage}")
    return Understood(command, found["count"])


HABITS = {
    "run": "start goes to the start of the run, continue on to the next stop.",
    "restart": "start goes to the start of the run, continue on to the next stop.",
    "up": "explain up goes back to the entry before, reverse-next to the equation before.",
    "down": "explain N goes on to what line N was made of, next to the next equation.",
    "stepi": "step executes one operation.",
    "si": "step executes one operation.",
    "nexti": "next goes to the end of the equation.",
    "ni": "next goes to the end of the equation.",
    "rsi": "reverse-step goes one operation back.",
    "rni": "reverse-next goes one equation back.",
    "back": "reverse-step goes one operation back, reverse-continue to the last stop.",
    "jump": "goto PLACE goes anywhere in the run.",
    "advance": "until PLACE goes on to a place.",
    "seek": "goto PLACE goes anywhere in the run.",
    "rwatch": "watch stops where a value changes.",
    "awatch": "watch stops where a value changes.",
    "ptype": "shape NAME shows the shape.",
    "whatis": "shape NAME shows the shape.",
    "x": "print EXPR shows a value.",
    "call": "print EXPR shows a value.",
    "checkpoint": "mark gives this place a name, goto @NAME comes back to it.",
    "undo": "reverse-step goes one operation back, branch main back from what was set.",
    "kill": "quit leaves, start goes to the start of the run.",
}
"""What people type who know other debuggers, and what does it here."""


def uncommented(line: str) -> str:
    """A line without the comment behind it: print J  # the cost."""
    found = WORDS.match(line)
    assert found is not None
    return line[: found.end()].rstrip() if line[found.end() :].lstrip().startswith("#") and found.end() else line


def equation(line: str) -> bool:
    """Whether a line is NAME = EXPR, and its name not that of a command."""
    found = EQUATION.match(line.strip())
    return found is not None and not any(found[1] in (each.name, *each.short) for each in COMMANDS.values())


def named(word: str, typed: str = "") -> Command:
    """The command with this name or short form, or the only one that begins so; `typed` is what stood there."""
    for each in COMMANDS.values():
        if word == each.name or word in each.short:
            return each
    if word in HABITS:
        raise UsageError(f"there is no command {quoted(typed or word)}: {HABITS[word]}")
    begun = [each for each in COMMANDS.values() if each.name.startswith(word)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise UsageError(f"{quoted(word)} may be {' or '.join(each.name for each in begun)}")
    hint = closest(word, COMMANDS) or "help lists them; print EXPR shows a value."
    raise UsageError(f"there is no command {quoted(typed or word)}. {hint}")


def count(text: str) -> int:
    """How many times: 1 where nothing is said."""
    if not text:
        return 1
    if not (text.isascii() and text.isdecimal()) or not text.strip("0"):
        raise UsageError(f"expected a count from 1 on, got {quoted(text)}")
    return int(text) if len(text) <= DIGITS else 10**DIGITS

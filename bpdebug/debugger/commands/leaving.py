"""Help, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import COMMANDS, Command, Quit, Say, command
from bpdebug.debugger.commands.understand import named
from bpdebug.debugger.folding import PAGE, folded, listed, reflowed
from bpdebug.debugger.topics import TOPICS
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

FIRST = ("moving", "stopping", "heeding", "surveying", "displaying", "branching", "looking", "checking", "nudging")
"""The kinds of commands that the help begins with."""
CLOSING = (
    "Counts stand before or after: 3 step, step 3, s3. A name may be cut short where it stays clear. An empty line "
    "does the last command once more, if it moved or looked. From # on a line is a comment. help COMMAND explains a "
    f"command, help TOPIC a topic: {', '.join(TOPICS)}."
)


@command("help [COMMAND | TOPIC]", "h", "?", repeats=True)
def help_(session: Session, argument: str) -> Say:
    """List the commands, or explain one of them, or a topic.

    help break   a command: what it takes, with examples
    help stops   a topic: stops, conditions, time travel
    """
    room = min(PAGE, session.columns)
    if not argument:
        text = "\n\n".join([*_families(room), CLOSING])
    elif topic := next((each for each in TOPICS if argument == each or argument in each.split()), ""):
        text = TOPICS[topic]
    else:
        found = named(argument)
        text = f"{_called(found)}\n\n{reflowed(found.help)}"
    return Say("\n".join(part for line in text.split("\n") for part in folded(line, room)))


@command("quit", "q", "exit")
def quit_(session: Session, argument: str) -> Quit:
    """Leave the debugger.

    quit   nothing is lost: opened again, the scenario is where it was left
    """
    if argument:
        raise UsageError(f"expected nothing after quit, got {quoted(argument)}")
    return Quit()


def _families(width: int) -> Iterator[str]:
    """The commands of each kind, one a line."""
    families = dict.fromkeys([*FIRST, *(each.family for each in COMMANDS.values())])
    for family in families:
        members = [each for each in COMMANDS.values() if each.family == family]
        yield "\n".join(listed(((_called(each), each.summary) for each in members), width))


def _called(each: Command) -> str:
    return ", ".join([each.usage, *each.short])

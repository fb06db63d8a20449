"""Help, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bpdebug.debugger.commands.table import COMMANDS, Command, Quit, Say, command
from bpdebug.debugger.commands.understand import named
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.debugger.session import Session

FIRST = ("moving", "stopping", "branching", "looking", "checking", "nudging")
"""The kinds of commands that the help begins with."""
CLOSING = (
    "Counts stand before or after: 3 step, step 3, s3. A name may be cut short where it stays clear. "
    "An empty line repeats the last motion."
)


@command("help [COMMAND]", "h", "?")
def help_(session: Session, argument: str) -> Say:
    """List the commands, or explain one of them."""
    if not argument:
        return Say("\n\n".join([*_families(), CLOSING]))
    found = named(argument)
    return Say(f"{_called(found)}\n\n{found.help}")


@command("quit", "q", "exit")
def quit_(session: Session, argument: str) -> Quit:
    """Leave the debugger."""
    if argument:
        raise UsageError(f"expected nothing after quit, got {quoted(argument)}")
    return Quit()


def _families() -> Iterator[str]:
    """The commands of each kind, one a line."""
    width = max(len(_called(each)) for each in COMMANDS.values())
    families = dict.fromkeys([*FIRST, *(each.family for each in COMMANDS.values())])
    for family in families:
        members = [each for each in COMMANDS.values() if each.family == family]
        yield "\n".join(f"{_called(each):{width}}  {each.summary}" for each in members)


def _called(each: Command) -> str:
    return ", ".join([each.usage, *each.short])

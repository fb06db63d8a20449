"""The command table: a command is a function in it, and its docstring is its help."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from bpdebug.check.verdict import GradientCheck
    from bpdebug.debugger.session import Session
    from bpdebug.debugger.triggers import Trigger


class Go(Struct, frozen=True):
    """Move to a position, or where it heeds stops to the nearest of them on the way."""

    position: int
    heeding: bool = False
    times: int = 1
    """At how many stops it ends, passing over those before the last."""
    search: Trigger | None = None
    """What to stop at instead of the stops: on the way back, where it shows."""
    vain: str = ""
    """What is answered, and nothing moves, where the search finds nothing."""
    note: str = ""
    """A line for the answer."""


class Say(Struct, frozen=True):
    """Answer with a text."""

    text: str
    check: tuple[GradientCheck, ...] = ()
    copied: str = ""
    """What is to be put where it can be pasted from."""


class Quit(Struct, frozen=True):
    """End the session."""


Action: TypeAlias = Go | Say | Quit
Run: TypeAlias = "Callable[[Session, str], Action]"


class Command(Struct, frozen=True):
    """One command: its name, how it is called, its short forms, and what it does with its argument."""

    name: str
    usage: str
    short: tuple[str, ...]
    counted: bool
    """Takes a count, which may stand before the name too."""
    repeats: bool
    """Only looks, so that an empty line may do it once more. Motions are repeated as well."""
    run: Run

    @property
    def family(self) -> str:
        """The module it stands in: moving, looking …"""
        return self.run.__module__.rpartition(".")[2]

    @property
    def help(self) -> str:
        """The command's docstring."""
        return cleandoc(self.run.__doc__ or "")

    @property
    def summary(self) -> str:
        """Its first line."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


COMMANDS: dict[str, Command] = {}
"""Every command, by its full name."""


def command(usage: str, *short: str, repeats: bool = False) -> Callable[[Run], Run]:
    """Enter a function into the table. A usage that ends in [COUNT] says that it takes a count."""

    def enter(run: Run) -> Run:
        name = usage.partition(" ")[0]
        COMMANDS[name] = Command(name, usage, short, usage.endswith("[COUNT]"), repeats, run)
        return run

    return enter

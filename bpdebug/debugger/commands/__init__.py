"""The commands: a table of functions, each of whose docstring is its help. To add one, write one."""

from bpdebug.debugger.commands import (
    branching,
    checking,
    claiming,
    copying,
    deriving,
    displaying,
    drawing,
    explaining,
    heeding,
    leaving,
    looking,
    moving,
    nudging,
    origin,
    scripting,
    stopping,
    surveying,
    switching,
    touring,
)
from bpdebug.debugger.commands.table import COMMANDS, Command, Go, Quit, Say, command
from bpdebug.debugger.commands.understand import understand

FAMILIES = (
    moving,
    stopping,
    heeding,
    surveying,
    displaying,
    branching,
    switching,
    looking,
    explaining,
    deriving,
    origin,
    checking,
    claiming,
    nudging,
    scripting,
    copying,
    drawing,
    touring,
    leaving,
)
"""The modules that fill the table."""

__all__ = ["COMMANDS", "FAMILIES", "Command", "Go", "Quit", "Say", "command", "understand"]

"""A file in which something is wrong, supposed to be as it was likely meant: what else is wrong is told with it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from msgspec import Struct

from bpdebug.scenario.form import Wrong
from bpdebug.scenario.positions import Path

ROOMS = ("sizes", "constants", "data", "parameters")
"""The tables in which each key is a name that others may read."""
BESIDE = ("title", "summary", "source", "claims")
"""What no other part of a file hangs on."""
FORWARD = ("network", "forward")


class Supposed(Struct, frozen=True):
    """The tables of a file without what is wrong in them."""

    raw: dict[str, Any]
    lost: frozenset[str] = frozenset()
    """The names of which nothing is known, as what gives them is wrong."""
    whole: bool = True
    """Whether there is a program in it all the same."""


def supposed(raw: dict[str, Any], wrong: Iterable[Wrong], unread: Iterable[Path]) -> Supposed | None:
    """The file with words and keys as they were meant, and without what has no such; None where too little is left.

    `unread` are the places of what has the right form and cannot be read all the same.
    """
    found, lost = deepcopy(raw), set[str]()
    bad, whole = [each for each in wrong if each.meant is None], True
    if not all(_corrected(found, each) for each in wrong if each.meant is not None):
        return None
    for path in (*(each.path for each in bad), *unread):
        if path == FORWARD and isinstance(found["network"]["forward"], str):
            whole = False
        elif not _left_out(found, path, lost):
            return None
    return Supposed(found, frozenset(lost), whole and not lost)


def _corrected(found: dict[str, Any], wrong: Wrong) -> bool:
    """Write a key or a word as it was meant; a key that says nothing is left out. Not where it is that of a table."""
    *path, name = wrong.path
    table: Any = found
    for at, each in enumerate(path):
        if isinstance(table[each], str):  # dataset = "irsi", for { name = "irsi" }
            path, name = path[:at], each
            break
        table = table[each]
    if not wrong.at_key:
        table[name] = wrong.meant
        return True
    value = table.pop(name)
    if wrong.meant:
        table.setdefault(wrong.meant, value)
    return not isinstance(value, dict | list)


def _left_out(found: dict[str, Any], path: Path, lost: set[str]) -> bool:
    """Leave out the entry that something is wrong in; False where nothing can be known without it."""
    room, *rest = path
    if room in BESIDE:
        found.pop(str(room), None)
        return True
    if room not in (*ROOMS, "training") or not rest:
        return False
    found[str(room)].pop(rest[0], None)
    if room in ROOMS:
        lost |= {"X", "Y"} if path[:2] in (("data", "dataset"), ("data", "file")) else {str(rest[0])}
    return True

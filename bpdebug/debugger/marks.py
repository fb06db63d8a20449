"""Places a person named, to come back to them: a branch and a position of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpdebug.debugger.branches import Branches
from bpdebug.debugger.places import place
from bpdebug.debugger.words import closest, quoted
from bpdebug.errors import UsageError

MOST = 1_000
NAME = re.compile(r"\w{1,32}", re.ASCII)


class Marks:
    """The marks of a session, by name."""

    def __init__(self, branches: Branches, notation: str) -> None:
        self._branches = branches
        self._notation = notation
        self.kept: dict[str, tuple[str, int]] = {}

    def put(self, name: str) -> str:
        """Mark where the session stands; without a name the first free number is it."""
        name = name.removeprefix("@") or next(str(each) for each in range(1, MOST + 2) if str(each) not in self.kept)
        if not NAME.fullmatch(name):
            raise UsageError(f"expected a name of letters and digits after mark, got {quoted(name)}")
        if len(self.kept) >= MOST:
            raise UsageError(f"there are {MOST:,} marks already")
        branch = self._branches.current
        self.kept[name] = branch.name, branch.timeline.position
        return name

    def at(self, name: str) -> tuple[str, int]:
        """The branch and the position of a mark."""
        found = self.kept.get(name)
        if found is None:
            hint = closest(f"@{name}", [f"@{each}" for each in self.kept])
            raise UsageError(f"there is no mark {quoted('@' + name)}. {hint}".rstrip())
        if found[0] not in self._branches.names:
            raise UsageError(f"the branch of the mark {quoted('@' + name)} was deleted")
        return found

    def renamed(self, old: str, new: str) -> None:
        """A branch is called otherwise now."""
        self.kept = {name: (new if branch == old else branch, at) for name, (branch, at) in self.kept.items()}

    def listed(self) -> Iterator[tuple[str, str]]:
        """Every mark, and where it is in words."""
        for name, (branch, position) in self.kept.items():
            known = self._branches.names.get(branch)
            yield name, place(known.timeline, self._notation, branch, position).words if known else "its branch is gone"

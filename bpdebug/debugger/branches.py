"""Branches of a run: what would have been. Each goes its own way from an edit on; none changes another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.machine.edits import Edit
from bpdebug.machine.timeline import Timeline

MOST = 20
"""Branches there may be beside the trunk; together they have as much room for checkpoints as the trunk alone."""
NAME = re.compile(r"[A-Za-z][\w-]{0,31}", re.ASCII)


@dataclass(eq=False)
class Branch:
    """One run of the scenario. `words` are the edits it was made by, as they were typed."""

    name: str
    timeline: Timeline
    parent: str = ""
    words: tuple[str, ...] = ()
    begun: int = 0
    """The position at which it leaves its parent."""


class Branches:
    """All branches of a session, by name, and the one that shows."""

    def __init__(self, trunk: Timeline) -> None:
        self._all = {TRUNK: Branch(TRUNK, trunk)}
        self.current = self._all[TRUNK]
        self._made = 0

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._all.values())

    @property
    def names(self) -> Mapping[str, Branch]:
        """Every branch by its name, the trunk first."""
        return self._all

    def edit(self, words: str, *edits: Edit) -> Branch:
        """Write over values where the timeline stands: on a new branch, which shows from now on.

        A branch that was made at this very place takes further edits itself.
        """
        here = self.current
        again = bool(here.words) and here.begun == here.timeline.position
        if not again and len(self._all) > MOST:
            raise UsageError(f"there are {MOST} branches already: branch delete NAME takes one away")
        timeline = here.timeline.fork(*edits, budget=self._all[TRUNK].timeline.budget // MOST)
        if again:
            here.timeline, here.words = timeline, (*here.words, words)
            return here
        self.current = Branch(self._free(), timeline, here.name, (words,), timeline.position)
        self._all[self.current.name] = self.current
        return self.current

    def _free(self) -> str:
        while True:
            self._made += 1
            if f"b{self._made}" not in self._all:
                return f"b{self._made}"

    def go(self, name: str) -> Branch:
        """Show another branch, where it was left."""
        self.current = self.named(name)
        return self.current

    def named(self, name: str) -> Branch:
        """The branch of this name."""
        if name not in self._all:
            raise UsageError(f"there is no branch {quoted(name)}; there are {', '.join(self._all)}")
        return self._all[name]

    def rename(self, name: str) -> None:
        """Call the branch that shows otherwise."""
        if not self.current.parent:
            raise UsageError(f"the run as the scenario has it is always called {TRUNK}")
        if not NAME.fullmatch(name):
            raise UsageError(f"expected a name of letters, digits, - and _, got {quoted(name)}")
        if name in self._all:
            raise UsageError(f"there is a branch {quoted(name)} already")
        old = self.current.name
        self.current.name = name
        self._all = {each.name: each for each in self._all.values()}
        for each in self._all.values():
            each.parent = name if each.parent == old else each.parent

    def delete(self, name: str) -> None:
        """Take a branch away; those that left from it stay, and so does what they have of it."""
        branch = self.named(name)
        if not branch.parent:
            raise UsageError(f"{TRUNK} is the run as the scenario has it, and stays")
        if branch is self.current:
            raise UsageError(f"{name} shows just now: branch {branch.parent} goes to another one first")
        del self._all[name]
        for each in self._all.values():
            each.parent = branch.parent if each.parent == name else each.parent

"""Branches of a run: what would have been. Each goes its own way from an edit on; none changes another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bpdebug.debugger.places import TRUNK
from bpdebug.debugger.words import quoted
from bpdebug.errors import UsageError
from bpdebug.machine.edits import Edit
from bpdebug.machine.timeline import Timeline

MOST = 20
"""Branches there may be beside the trunk; together they have as much room for checkpoints as the trunk alone."""
NAME = re.compile(r"[A-Za-z][\w-]{0,31}", re.ASCII)


class Branch(Struct, eq=False):
    """One run of the scenario. `words` are the edits it was made by, as they were typed."""

    name: str
    timeline: Timeline
    parent: str = ""
    words: tuple[str, ...] = ()
    begun: int = 0
    """The position of the last edit it was made by."""

    @property
    def own(self) -> tuple[Edit, ...]:
        """The edits it was made by; those before them it has of its parent."""
        return self.timeline.edits[len(self.timeline.edits) - len(self.words) :]

    def adopt(self, parent: Branch) -> None:
        """Leave from another branch from now on: what that one has not is its own."""
        before, theirs = self.timeline.edits[: -len(self.words)], parent.timeline.edits
        shared = 0
        for mine, other in zip(before, theirs, strict=False):
            if (mine.position, mine.words) != (other.position, other.words):
                break
            shared += 1
        self.parent, self.words = parent.name, (*(each.words for each in before[shared:]), *self.words)


class Branches:
    """All branches of a session, by name, and the one that shows."""

    def __init__(self, trunk: Timeline) -> None:
        self._all = {TRUNK: Branch(TRUNK, trunk)}
        self.current = self._all[TRUNK]
        self.made = 0
        """How many were given a name of their own accord: the last of them is b3."""

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._all.values())

    @property
    def names(self) -> Mapping[str, Branch]:
        """Every branch by its name, the trunk first."""
        return self._all

    @property
    def trunk(self) -> Branch:
        """The run as the scenario has it."""
        return self._all[TRUNK]

    @property
    def budget(self) -> int:
        """Bytes for the checkpoints of one branch."""
        return self.trunk.timeline.budget // MOST

    def edit(self, words: str, *edits: Edit) -> Branch:
        """Write over values where the timeline stands: on a new branch, which shows from now on.

        A branch that was made at this very place takes further edits itself.
        """
        here = self.current
        again = bool(here.words) and here.begun == here.timeline.position
        if not again:
            self._refuse_more()
        timeline = here.timeline.fork(*edits, budget=self.budget)
        if again:
            here.timeline, here.words = timeline, (*here.words, words)
            return here
        self.current = Branch(self._free(), timeline, here.name, (words,), timeline.position)
        self._all[self.current.name] = self.current
        return self.current

    def _free(self) -> str:
        while True:
            self.made += 1
            if f"try{self.made}" not in self._all:
                return f"try{self.made}"

    def go(self, name: str) -> Branch:
        """Show another branch, where it was left."""
        self.current = self.named(name)
        return self.current

    def named(self, name: str) -> Branch:
        """The branch of this name."""
        if name not in self._all:
            raise UsageError(f"there is no branch {quoted(name)}; there are {', '.join(self._all)}")
        return self._all[name]

    def add(self, branch: Branch) -> None:
        """Put in a branch that was made before, under the name it has; it does not show yet."""
        self._refuse_name(branch.name)
        self._refuse_more()
        self.named(branch.parent)
        self._all[branch.name] = branch

    def _refuse_more(self) -> None:
        if len(self._all) > MOST:
            raise UsageError(f"there are {MOST} branches already: branch delete NAME takes one away")

    def _refuse_name(self, name: str) -> None:
        """Refuse what no branch may be called, or one is called already."""
        if not NAME.fullmatch(name):
            raise UsageError(f"expected a name of letters, digits, - and _, got {quoted(name)}")
        if name in self._all:
            raise UsageError(f"there is a branch {quoted(name)} already")

    def rename(self, name: str) -> None:
        """Call the branch that shows otherwise."""
        if not self.current.parent:
            way = "only a branch that set made takes another"
            raise UsageError(f"{TRUNK} is the run as the scenario has it, and keeps its name: {way}")
        self._refuse_name(name)
        old = self.current.name
        self.current.name = name
        self._all = {each.name: each for each in self._all.values()}
        for each in self._all.values():
            each.parent = name if each.parent == old else each.parent

    def delete(self, name: str) -> None:
        """Take a branch away; those that left from it stay, and what they have of it is their own now."""
        branch = self.named(name)
        if not branch.parent:
            raise UsageError(f"{TRUNK} is the run as the scenario has it, and stays")
        if branch is self.current:
            raise UsageError(f"{name} shows just now: branch {branch.parent} goes to another one first")
        del self._all[name]
        for each in self._all.values():
            if each.parent == name:
                each.adopt(self._all[branch.parent])

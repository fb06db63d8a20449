"""A line of a pasted block that is read, on its way to a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpdebug.errors import Span
from bpdebug.language.expression import Expr, names
from bpdebug.scenario import text
from bpdebug.scenario.respelling import Respelled


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: the name the person gave it, the one it has here, and its right side."""

    said: str
    name: str
    right: Respelled
    line: text.Line
    place: Span
    reads: Mapping[str, str]
    """Which of several lines of one name it reads."""
    denotes: str = ""
    """What it is to give, where that is no gradient: the parameter after its update."""

    @property
    def shown(self) -> str:
        """The line as it is told to the person who wrote it."""
        return f"{self.said} = {self.line.text}"

    def having(self, expr: Expr) -> Kept:
        """The line with another reading of its right side."""
        return replace(self, line=replace(self.line, expr=expr))

    def otherwise(self, reads: Mapping[str, str]) -> bool:
        """Whether one of the names that a later line reads is another line's by then than it is in this one."""
        own = set(names(self.line.expr)) - {self.said}
        return any(name in own and self.reads.get(name, name) != given for name, given in reads.items())

"""A line of a pasted block that is read, on its way to a claim."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import Span
from bpdebug.language.expression import Expr, Name, names, substitute
from bpdebug.program.equations import Program
from bpdebug.scenario import text
from bpdebug.scenario.record import Claim
from bpdebug.scenario.respelling import Respelled, joined
from bpdebug.scenario.rows import in_rows
from bpdebug.scenario.statements import Statement


class Kept(Struct, frozen=True):
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

    def changed(self, statement: Statement, *, between: bool) -> Respelled:
        """The right side of the line and of what is done to it in one; with its name where something reads it between.

        So it is where entries are set alone: where(condition, new, old).
        """
        before: Respelled | str = statement.name if between else joined("(", self.right, ")")
        if not between and self.line.expr == Name(self.right.text):
            before = self.right
        if statement.condition is not None:
            return joined("where(", statement.condition, ", ", statement.right, ", ", before, ")")
        return joined(before, f" {statement.sign} (", statement.right, ")")

    def claim(self, program: Program, meant: Mapping[str, Name], of: str, number: int) -> Claim:
        """The line as a claim about a quantity, the names in it those of a program; `number` is that of the line."""
        other = {said: Name(name) for said, name in self.reads.items() if said != name}
        expr = in_rows(substitute(self.line.expr, {**meant, **other}), program)
        return Claim(self.name, self.shown, expr, of, self.denotes, number)

"""Helper lines: a mistake in one shows only in the line that reads it, and is looked for with both in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.check.claims import Written
from bpdebug.check.diagnosis.trees import Path, at, replaced, size, still
from bpdebug.language.expression import Apply, Expr, Name, names, rebuild, walk

LONGEST = 150
"""Names and operations that a line with its helpers written out may have."""


class WrittenOut(Struct, frozen=True, eq=False):
    """A line with every helper it reads in the helper's place."""

    expr: Expr
    helpers: Mapping[int, str]
    """The helper that each such part is, by the very object."""
    _parts: tuple[Expr, ...] = field(default=())

    @classmethod
    def of(cls, claim: Written, helpers: Sequence[Written]) -> WrittenOut | None:
        """The line written out; None where it reads no helper, or becomes too long."""
        table: dict[str, Expr] = {}
        for each in helpers:
            table[each.name] = _with(rebuild(each.expr, _anywhere), table)
            if size(table[each.name]) > LONGEST:
                del table[each.name]
        read = [name for name in names(claim.expr) if name in table]
        expr = _with(claim.expr, table)
        if not read or size(expr) > LONGEST:
            return None
        parts = tuple(table.values())
        return cls(expr, {id(part): name for name, part in table.items() if isinstance(part, Apply)}, parts)

    def at_fault(self, path: Path) -> Path | None:
        """Where the innermost helper stands that holds a place; None where the place is in the line itself."""
        above = (path[:length] for length in range(len(path), 0, -1))
        return next((each for each in above if id(at(self.expr, each)) in self.helpers), None)

    def name(self, place: Path) -> str:
        """The helper that stands at a place."""
        return self.helpers[id(at(self.expr, place))]

    def mended(self, place: Path, whole: Expr) -> Expr | None:
        """The right side of the helper at a place, of a mended line; None where it alone does not mend the line."""
        own, new = at(self.expr, place), still(whole, place)
        once = sum(each is own for each in walk(self.expr)) == 1
        if new is None or not once or replaced(self.expr, place, new) != whole:
            return None
        return self.folded(new, but=self.name(place))

    def folded(self, expr: Expr, but: str = "") -> Expr:
        """A mended line with the helpers that are left alone called by their names again, all `but` one."""
        name = self.helpers.get(id(expr))
        if name and name != but:
            return Name(name)
        if not isinstance(expr, Apply):
            return expr
        inputs = tuple(self.folded(each, but) for each in expr.inputs)
        same = all(a is b for a, b in zip(inputs, expr.inputs, strict=True))
        return expr if same else replace(expr, inputs=inputs)


def _anywhere(node: Expr) -> Expr:
    """A node that says nothing of where it stands: its text is another line's."""
    return replace(node, span=None)


def _with(expr: Expr, table: Mapping[str, Expr]) -> Expr:
    """An expression with helpers put in; what reads none stays the same object."""
    if isinstance(expr, Name):
        return table.get(expr.id, expr)
    if not isinstance(expr, Apply):
        return expr
    inputs = tuple(_with(each, table) for each in expr.inputs)
    return expr if all(a is b for a, b in zip(inputs, expr.inputs, strict=True)) else replace(expr, inputs=inputs)

"""Lines under a condition that nobody knows: read as they stand, unless another line may have given the same name."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bpdebug.errors import ExpressionError
from bpdebug.scenario.statements import Statement

HINT = "Leave out the condition, and the lines that do not run."


def doubted(statements: Sequence[Statement], block: str) -> list[Statement]:
    """The statements, each that may or may not be what its name means with the reason why."""
    names: dict[str, list[int]] = {}
    for at, each in enumerate(statements):
        names.setdefault(each.name, []).append(at)
    return [
        replace(each, doubt=_reason(each, block))
        if each.branches and _doubtful(each, at, [(other, statements[other]) for other in names[each.name]])
        else each
        for at, each in enumerate(statements)
    ]


def _doubtful(statement: Statement, at: int, alike: Sequence[tuple[int, Statement]]) -> bool:
    """Whether what a name is depends on the condition: it changes what stands outside, or is given there too."""
    begun = any(place < at and _inside(each, statement) and not each.sign for place, each in alike)
    if statement.sign and not begun:
        return True
    return any(not _inside(each, statement) and (place < at or _instead(each, statement)) for place, each in alike)


def _inside(each: Statement, of: Statement) -> bool:
    """Whether a statement stands in the very branch of another."""
    return each.branches[: len(of.branches)] == of.branches


def _instead(each: Statement, of: Statement) -> bool:
    """Whether two statements stand in different branches of one condition."""
    other = dict(of.branches)
    return any(other.get(chain, branch) != branch for chain, branch in each.branches)


def _reason(statement: Statement, block: str) -> ExpressionError:
    begins = (block[start:].lstrip().split("\n", 1)[0].rstrip(": ") for start in reversed(statement.branches[-1]))
    condition = next(each for each in begins if each != "else")
    message = f"whether {statement.name} is this depends on what is not known here: '{condition:.40}'"
    return ExpressionError(message, block, statement.place, HINT)

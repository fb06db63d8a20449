"""What a mended line has in the place of what: for the end of a sentence, and as names."""

from __future__ import annotations

from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.words import operations, short
from bpdebug.language.expression import Apply, Expr, names
from bpdebug.program.work import listed


def instead(lesson: Lesson) -> str:
    """: w2, not grad_w2."""
    old, new = short(lesson.old), short(lesson.new)
    if not (old and new):
        gone, come = exchanged(lesson)
        old, new = (each[0] if len(each) == 1 else "" for each in (gone, come))
    return f": {new}, not {old}" if old and new else ""


def exchanged(lesson: Lesson) -> tuple[list[str], list[str]]:
    """The names that the mended line has no longer, and those that it has besides; counts apart."""
    before, after = names(lesson.bench.expr), names(lesson.repair.mended)
    kind = lesson.bench.scope.kind
    gone = [name for name in before if name not in after and kind(name) is not Kind.COUNT]
    return gone, [name for name in after if name not in before and kind(name) is not Kind.COUNT]


def added(lesson: Lesson) -> str:
    """: what the mended line has more than the other."""
    new = "" if lesson.old is not None else short(lesson.new)
    if new:
        return f": {new}"
    more = [n for n in names(lesson.repair.mended) if n not in names(lesson.bench.expr)]
    gone = [n for n in more if lesson.bench.scope.kind(n) is not Kind.COUNT]
    return f": the one with {listed(gone)}" if gone else ""


def turned_over(lesson: Lesson) -> str:
    """That what stands above and below in a quotient has changed places, where that is all."""
    old, new = lesson.old, lesson.new
    if not (isinstance(old, Apply) and isinstance(new, Apply) and old.op == new.op == "divide"):
        return ""
    (above, below), (left, right) = (map(bare, each.inputs) for each in (old, new))
    if (above, below) != (right, left) or above == below:
        return ""
    start, rule = f"What is divided and what it is divided by have changed places{instead(lesson)}.", ""
    if "log" in operations(lesson.forward[lesson.cost]) and lesson.of in names(right):
        rule = f" {lesson.cost} has a log of {short(right)}, and the derivative of log(x) is 1 / x: x stands below."
    return start + rule


def bare(expr: Expr) -> Expr:
    """An expression without its minus."""
    return expr.inputs[0] if isinstance(expr, Apply) and expr.op == "negate" else expr

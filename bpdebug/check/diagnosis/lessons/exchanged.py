"""What a mended line has in the place of what: for the end of a sentence, and as names."""

from __future__ import annotations

from bpdebug.check.diagnosis.graph import Kind
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.words import short
from bpdebug.language.expression import names
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

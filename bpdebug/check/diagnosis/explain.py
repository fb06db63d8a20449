"""What a mistake is and what it does to the numbers, in a few sentences; and what is certain of any wrong line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bpdebug.check.diagnosis.bench import BRACKETS, Bench, Repair
from bpdebug.check.diagnosis.evaluator import alike, ratio
from bpdebug.check.diagnosis.factors import explained
from bpdebug.check.diagnosis.lessons import LESSONS, Lesson
from bpdebug.check.diagnosis.lessons.ingredients import along_its_own
from bpdebug.check.diagnosis.lessons.words import differing, numbers, placed
from bpdebug.language.expression import names
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Array

UNKNOWN = "No small change of this line explains it; this is the right formula, and what can be said for certain."
UNBRACKETED = (
    "* and / bind before + and -, and of signs that bind alike the first comes first. Nothing else is wrong here."
)
NARROWER = frozenset({"stale-layer-index", "wrong-time-index", "uses-updated-parameter"})
"""Classes that say in which way an operand is a wrong one."""
TIMES = {2.0: "twice", 0.5: "half of"}


def explanation(bench: Bench, repair: Repair | None) -> str:
    """Two or three sentences on a mistake, with the names, the shapes and the numbers of this network."""
    constants, value = bench.scope.program.constants, bench.value(bench.expr)
    shown = effect(bench.scope.claim.name, value, bench.target, facts(bench), constants)
    if repair is None:
        return f"{UNKNOWN} {shown}".strip()
    lesson = Lesson(bench, repair)
    if repair.why == BRACKETS:
        return f"Brackets are missing in {bench.scope.claim.name}: {UNBRACKETED} {shown}".strip()
    several = repair.old is None and repair.new is None  # a single edit's further classes are other names for it
    told = _told(repair.mistakes)[: 2 if several else 1]
    chosen = [along_its_own(lesson)] if _along_another(lesson, told) else [LESSONS[each](lesson) for each in told]
    return " ".join([*chosen, shown]).strip()


def _along_another(lesson: Lesson, told: Sequence[str]) -> bool:
    """Whether an update goes along something else than the gradient that stands in it mended."""
    scope, operands = lesson.bench.scope, NARROWER.union({"wrong-operand"})
    read = (scope.meanings[name] for name in names(lesson.repair.mended) if name in scope.meanings)
    return scope.meaning.updates and bool(operands.intersection(told)) and any(each.of == scope.of for each in read)


def _told(mistakes: Sequence[str]) -> list[str]:
    """The classes that have something of their own to say: no symptom, and no wider name for one before it."""
    causes = [each for each in mistakes if each != "shape-mismatch"] or list(mistakes)
    wider = {"wrong-operand"} if NARROWER.intersection(causes[:1]) else set()
    of_cost = {"value-vs-derivative", "missing-path", "constant-factor"}
    wider |= of_cost if causes[0] == "wrong-cost-derivative" else set()
    return [each for each in causes if each not in wider]


def effect(
    name: str, value: Array | None, target: Array, certain: Mapping[str, str], constants: Mapping[str, float]
) -> str:
    """What a mistake does: to one entry of the line, or to its shape. `certain` are the facts of the line."""
    if value is None:
        return ""
    if not alike(value, target):
        return f"{name} comes out as {_shape(value)} and should be {_shape(target)}."
    if not np.isfinite(value).all():
        return ""
    found = differing(value.reshape(target.shape), target)
    if found is None:
        return ""
    index, own, right = found
    shown = numbers(own, right)
    return f"{placed(name, index)} comes out as {shown[0]} and should be {shown[1]}{_by(certain, target, constants)}."


def _shape(array: Array) -> str:
    return show(array.shape) if array.shape else "a single number"


def _by(certain: Mapping[str, str], target: Array, constants: Mapping[str, float]) -> str:
    """How many times too large a line is, everywhere."""
    if "ratio" not in certain:
        opposite = target.size > 1 and certain.get("sign", "").startswith("opposite")
        return ", and every other entry has the wrong sign too" if opposite else ""
    by = certain["ratio"]
    try:
        factor = float(by)
    except ValueError:
        count = by.removeprefix("1/")
        size = f", and {count} is {constants[count]:g}" if count in constants else ""
        return f": {by} times what it should be{size}"
    if factor == -1:
        return ": every entry has the other sign"
    return f": {TIMES.get(factor, f'{factor:.4g} times')} what it should be"


def facts(bench: Bench) -> dict[str, str]:
    """What is certain of a wrong line: its shape, how far it is off."""
    value, target = bench.value(bench.expr), bench.target
    if value is None:
        return {"shape": show(target.shape)}
    if not alike(value, target):
        return {"shape": show(target.shape), "found": show(value.shape)}
    value = value.reshape(target.shape)
    by = ratio(value, target)
    factor = explained(bench, bench.off_by(bench.expr))
    if by is not None and (factor is not None or value.size > 1):
        return {"ratio": (factor.undone if factor else "") or f"{by:.6g}"}
    with np.errstate(all="ignore"):
        agree = bool((np.sign(value) == np.sign(target)).all())
        opposite = bool((np.sign(value) == -np.sign(target)).all())
    return {"sign": "the same everywhere" if agree else "opposite everywhere"} if agree or opposite else {}

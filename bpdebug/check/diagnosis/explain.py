"""What a mistake is and what it does to the numbers, in a few sentences; and what is certain of any wrong line."""

from __future__ import annotations

import numpy as np

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.numbers import explained
from bpdebug.check.diagnosis.evaluator import ratio
from bpdebug.check.diagnosis.lessons import LESSONS, Lesson
from bpdebug.check.diagnosis.lessons.lesson import differing, numbers, placed
from bpdebug.ops.shapes import show

UNKNOWN = "No small change of this line explains it; this is the right formula, and what can be said for certain."
TIMES = {2.0: "twice", 0.5: "half of"}


def explanation(bench: Bench, repair: Repair | None) -> str:
    """Two or three sentences on a mistake, with the names, the shapes and the numbers of this network."""
    if repair is None:
        return f"{UNKNOWN} {effect(bench)}".strip()
    lesson = Lesson(bench, repair)
    several = repair.old is None and repair.new is None  # a single edit's further classes are other names for it
    chosen = [LESSONS[each](lesson) for each in repair.mistakes[: 2 if several else 1]]
    return " ".join([*chosen, effect(bench)]).strip()


def effect(bench: Bench) -> str:
    """What the mistake does: to one entry of the line, to its shape."""
    name, value, target = bench.scope.claim.name, bench.value(bench.expr), bench.target
    if value is None:
        return ""
    if value.shape != target.shape and not value.size == target.size == 1:
        return f"{name} comes out as {show(value.shape)} and should be {show(target.shape)}."
    found = differing(value.reshape(target.shape), target)
    if found is None:
        return ""
    index, own, right = found
    shown = numbers(own, right)
    return f"{placed(name, index)} comes out as {shown[0]} and should be {shown[1]}{_by(bench)}."


def _by(bench: Bench) -> str:
    """How many times too large a line is, everywhere."""
    told = facts(bench)
    if "ratio" not in told:
        opposite = bench.target.size > 1 and told.get("sign", "").startswith("opposite")
        return ", and every other entry has the wrong sign too" if opposite else ""
    by = told["ratio"]
    try:
        factor = float(by)
    except ValueError:
        counted = bench.scope.program.constants.get(by.removeprefix("1/"))
        size = "" if counted is None else f", and {by.removeprefix('1/')} is {counted:g}"
        return f": {by} times what it should be{size}"
    if factor == -1:
        return ": every entry has the other sign"
    return f": {TIMES.get(factor, f'{factor:.4g} times')} what it should be"


def facts(bench: Bench) -> dict[str, str]:
    """What is certain of a wrong line: its shape, how far it is off."""
    value, target = bench.value(bench.expr), bench.target
    if value is None:
        return {"shape": show(target.shape)}
    if value.shape != target.shape:
        return {"shape": show(target.shape), "found": show(value.shape)}
    by = ratio(value, target)
    factor = explained(bench, bench.ratios(bench.expr))
    if by is not None and (factor is not None or value.size > 1):
        return {"ratio": (factor.undone if factor else "") or f"{by:.6g}"}
    with np.errstate(all="ignore"):
        agree = bool((np.sign(value) == np.sign(target)).all())
        opposite = bool((np.sign(value) == -np.sign(target)).all())
    return {"sign": "the same everywhere" if agree else "opposite everywhere"} if agree or opposite else {}

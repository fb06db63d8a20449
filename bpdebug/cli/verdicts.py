"""A check as a table: one line a gradient, with what was covered and the entry that agrees least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

from bpdebug.check.verdict import GradientCheck, Single, Verdict
from bpdebug.scenario.bundled import word
from bpdebug.scenario.record import Scenario


def verdicts(scenario: Scenario, iteration: int, found: Sequence[GradientCheck]) -> str:
    """The table, and beneath it one sentence for the whole."""
    rows = [("gradient", "shape", "verdict", "entries", "least agreement"), *map(_row, found)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows]
    heading = f"{scenario.title}: {_place(iteration, scenario.iterations)}"
    remarks = [*_culprits(found), *_kinks(found), *_untold(found), *_measured(found), *_single(found), _sentence(found)]
    remarks += _claims(scenario)
    return "\n".join([heading, "", *(line.rstrip() for line in lines), "", *remarks])


def _place(updates: int, iterations: int) -> str:
    """Which iteration was checked, counted as the debugger counts."""
    after = f"after {updates} update{'' if updates == 1 else 's'}"
    return f"iteration {updates + 1} of {iterations} ({after})" if iterations else "a run without iterations"


def _claims(scenario: Scenario) -> list[str]:
    """A word of the equations that somebody claims, which are no part of the program."""
    if not scenario.claims:
        return []
    judging = f"bpdebug claims {word(scenario.path)} judges them"
    return [f"These are the program's own equations, not the {len(scenario.claims)} claimed in the file: {judging}"]


def _culprits(found: Sequence[GradientCheck]) -> list[str]:
    """What broke those that are wrong."""
    return list(dict.fromkeys(str(check.culprit) for check in found if check.culprit is not None))


def _kinks(found: Sequence[GradientCheck]) -> list[str]:
    """Of each gradient that has no derivative somewhere: the slopes to both sides, and the rule used."""
    return [kinks.told(check.name) for check in found if (kinks := check.kinks) is not None]


def _untold(found: Sequence[GradientCheck]) -> list[str]:
    """Why nothing can be told of some."""
    return list(dict.fromkeys(check.untold for check in found if check.untold))


def _measured(found: Sequence[GradientCheck]) -> list[str]:
    """What was not found by a complex step."""
    names = dict.fromkeys(name for check in found for name in check.measured)
    return [f"{name} takes no complex step: its slopes are Ridders' method's, and bounds are wider" for name in names]


def _single(found: Sequence[GradientCheck]) -> list[str]:
    """What float32 did to the gradients of a float32 run."""
    lines = [
        f"  {check.name}{list(single.index) if single.index else ''}: {_apart(check, single)}"
        for check in found
        if (single := check.single) is not None and single.difference
    ]
    heading = "computed in float64, on the branches of this float32 run; float32 by itself is off by up to"
    return [heading, *lines, ""] if lines else []


def _apart(check: GradientCheck, single: Single) -> str:
    if single.lost:
        return f"float32 gives {single.value + 0.0:.6g}, float64 {float(check.analytic[single.index]):.6g}"
    return f"{single.difference:.1e}, {single.units:.2g} times the round-off of its terms"


def _row(check: GradientCheck) -> tuple[str, str, str, str, str]:
    counts = check.counts
    entries = ", ".join(f"{counts[each]} {each.word}" for each in sorted(Verdict, reverse=True) if counts[each])
    shape = str(tuple(map(int, check.shape))) if check.shape else "number"
    return check.name, shape, check.verdict.word, entries, _worst(check)


def _worst(check: GradientCheck) -> str:
    if check.resolution is not None:
        return f"right along two random directions: no entry is off by more than {check.resolution:.1e}"
    index = check.worst
    analytic, numerical = float(check.analytic[index]), float(check.numerical[index])
    place = f"[{', '.join(map(str, index))}] " if index else ""
    if check.ok:
        return f"{place}{analytic + 0.0:.6g}, differs by {abs(analytic - numerical):.1e}"
    bound = float(check.bound[index])
    unsure = check.verdict is Verdict.CANNOT_TELL and isfinite(bound)
    may = f", rounding may part them by {bound:.1e}" if unsure else ""
    return f"{place}backward {analytic:.9g}, numerical {numerical:.9g}{may}"


def _why(found: Sequence[GradientCheck]) -> str:
    """Why so much of a check is untested, and the way out."""
    if not any(check.verdicts.size for check in found):
        return "There is no gradient to check: no parameter reaches the cost"
    return (
        "An entry is untested where both its gradient and the numerical one are 0, as behind units that are off or "
        "saturated, so that a wrong formula would show nothing; other initial parameters or --at can bring them to life"
    )


def _sentence(found: Sequence[GradientCheck]) -> str:
    total = {verdict: sum(check.counts[verdict] for check in found) for verdict in Verdict}
    entries, untested = sum(total.values()), total[Verdict.UNTESTED]
    tested = entries - untested - total[Verdict.CANNOT_TELL]
    covered = f"{tested} of {entries} entries tested in {len(found)} gradient{'' if len(found) == 1 else 's'}"
    lost = _names(each for each in found if each.single is not None and each.single.lost)
    if not all(each.ok for each in found):
        return f"not all right: {_bad(found)} ({covered})"
    if untested * 2 > entries or not entries:
        hardly = "nothing" if entries == untested else "little"
        besides = f", and float32 loses {lost}" if lost else ""
        return f"nothing found wrong, but {hardly} was tested{besides}: {covered}. {_why(found)}"
    kinks = f", {total[Verdict.KINK]} of them at a kink" if total[Verdict.KINK] else ""
    said = f"the formulas are right, but float32 loses {lost}" if lost else "all right"
    return f"{said}: {covered}{kinks}"


def _bad(found: Sequence[GradientCheck]) -> str:
    """Those that are wrong, and those of which nothing can be said."""
    wrong = _names(each for each in found if each.verdict is Verdict.WRONG)
    unsure = _names(each for each in found if each.verdict is Verdict.CANNOT_TELL)
    doubt = f"cannot tell whether {unsure} {'are' if ',' in unsure else 'is'} right" if unsure else ""
    return "; ".join(filter(None, [wrong, doubt]))


def _names(checks: Iterable[GradientCheck]) -> str:
    return ", ".join(each.name for each in checks)

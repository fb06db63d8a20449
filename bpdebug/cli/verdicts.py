"""A check as a table: one line a gradient, with what was covered and the entry that agrees least."""

from __future__ import annotations

from collections.abc import Sequence

from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.scenario.record import Scenario


def verdicts(scenario: Scenario, iteration: int, found: Sequence[GradientCheck]) -> str:
    """The table, and beneath it one sentence for the whole."""
    rows = [("gradient", "shape", "verdict", "entries", "least agreement"), *map(_row, found)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows]
    heading = f"{scenario.title}: {_place(iteration, scenario.iterations)}"
    remarks = [*_culprits(found), *_measured(found), *_single(found), _sentence(found)]
    return "\n".join([heading, "", *(line.rstrip() for line in lines), "", *remarks])


def _place(updates: int, iterations: int) -> str:
    """Which iteration was checked, counted as the debugger counts."""
    after = f"after {updates} update{'' if updates == 1 else 's'}"
    return f"iteration {updates + 1} of {iterations} ({after})" if iterations else "a run without iterations"


def _culprits(found: Sequence[GradientCheck]) -> list[str]:
    """What broke those that are wrong."""
    return list(dict.fromkeys(str(check.culprit) for check in found if check.culprit is not None))


def _measured(found: Sequence[GradientCheck]) -> list[str]:
    """What was not found by a complex step."""
    names = dict.fromkeys(name for check in found for name in check.measured)
    return [f"{name} takes no complex step: its slopes are Ridders' method's, and bounds are wider" for name in names]


def _single(found: Sequence[GradientCheck]) -> list[str]:
    """What float32 did to the gradients of a float32 run."""
    lines = [
        f"  {check.name}{list(single.index) if single.index else ''}: {single.difference:.1e}, "
        f"{single.units:.2g} times the round-off of its terms"
        for check in found
        if (single := check.single) is not None and single.difference
    ]
    heading = "computed in float64, on the branches of this float32 run; float32 by itself is off by up to"
    return [heading, *lines, ""] if lines else []


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
    place = f"[{', '.join(map(str, index))}]"
    if check.ok:
        return f"{place} {analytic:.6g}, differs by {abs(analytic - numerical):.1e}"
    return f"{place} backward {analytic:.9g}, numerical {numerical:.9g}"


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
    bad = [check.name for check in found if not check.ok]
    covered = (
        f"{entries - untested} of {entries} entries tested in {len(found)} gradient{'' if len(found) == 1 else 's'}"
    )
    if bad:
        return f"not all right: {', '.join(bad)} ({covered})"
    if untested * 2 > entries or not entries:
        hardly = "nothing" if entries == untested else "little"
        return f"nothing found wrong, but {hardly} was tested: {covered}. {_why(found)}"
    kinks = f", {total[Verdict.KINK]} of them at a kink" if total[Verdict.KINK] else ""
    return f"all right: {covered}{kinks}"

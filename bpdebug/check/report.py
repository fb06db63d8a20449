"""What the check of a hand-written gradient found: a table to print, a yes or no, an assertion, an object for JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct

from bpdebug.check.verdict import Entrywise, Verdict, finite
from bpdebug.ops.table import Array, Shape

NAMED_FACTORS = {-1.0: "look for a flipped sign", 2.0: "is it the 2 of a square?", 0.5: "is it the ½ of a square?"}
CONSTANT = 1e-6
"""How closely ratios must agree to be one factor."""

MOST_COUNTED = 10**7
"""A whole factor above that is no number of examples."""
SLIGHT = 1e-3
"""A factor nearer to 1 is told by what it differs from 1."""

UNTESTED = "an entry is untested where both the gradient and the slope are 0 at x. Check it at another point too"


class GradientMismatch(AssertionError):
    """A gradient that is not the slope of its function."""


class ArgumentCheck(Entrywise, frozen=True, eq=False):
    """The gradient by one argument. The arrays hold the entries that were looked at one by one, `looked_at`, counted
    along the flattened argument; `verdicts` has the argument's shape."""

    name: str
    shape: Shape
    verdicts: Array
    looked_at: Array
    analytic: Array
    numerical: Array
    bound: Array
    left: Array
    right: Array
    resolution: float | None = None
    """Where entries were accepted by direction: an error that would have shown, whichever entry it were in."""

    @property
    def ok(self) -> bool:
        """No entry is wrong, and every one of those that have a slope could be told."""
        return self.verdict < Verdict.CANNOT_TELL

    def _of(self, verdict: Verdict) -> Array:
        """Which of the entries that were looked at have a verdict."""
        return np.asarray(self.verdicts.reshape(-1)[self.looked_at] == verdict)

    @property
    def size(self) -> int:
        return int(self.verdicts.size)

    @property
    def worst(self) -> int | None:
        """Of the entries looked at that have the worst verdict, the one that disagrees most, in its own bound.

        At a kink a number disagrees as far as it lies beyond the slopes to both sides.
        """
        if not self.looked_at.size:
            return None
        verdicts, (low, high) = self.verdicts.reshape(-1)[self.looked_at], self._slopes
        with np.errstate(all="ignore"):
            gap = np.maximum(low - self.analytic, self.analytic - high) / np.maximum(self.bound, np.finfo(float).tiny)
        gap = np.where(np.isnan(gap), np.inf, gap)
        return int(np.argmax(np.where(verdicts == verdicts.max(), gap, -np.inf)))

    @property
    def _slopes(self) -> tuple[Array, Array]:
        """The least and the greatest slope that is right for each of them."""
        return np.fmin(self.left, self.right), np.fmax(self.left, self.right)

    def index(self, place: int) -> tuple[int, ...]:
        """Where an entry that was looked at stands in the argument."""
        return tuple(int(each) for each in np.unravel_index(int(self.looked_at[place]), self.shape))

    @property
    def factor(self) -> float | None:
        """What every wrong entry that was looked at is too large by, if that is one number."""
        wrong = self._of(Verdict.WRONG) & (np.abs(self.right - self.left) <= 2 * self.bound)
        with np.errstate(all="ignore"):
            ratios = (self.analytic / self.numerical)[wrong]
        if not ratios.size or not np.all(np.isfinite(ratios)) or not ratios.all():
            return None
        middle = float(np.median(ratios))
        blur = (self.bound[wrong] / np.abs(self.numerical[wrong])).max()
        return (
            middle
            if abs(middle - 1) > CONSTANT and np.all(np.abs(ratios / middle - 1) <= CONSTANT + 2 * blur)
            else None
        )

    def json(self) -> dict[str, Any]:
        """The object of one argument."""
        place = self.worst
        worst = None
        if place is not None:
            numbers = {"analytic": self.analytic, "numerical": self.numerical, "bound": self.bound}
            worst = {"index": list(self.index(place))} | {key: finite(each[place]) for key, each in numbers.items()}
        return {
            "name": self.name,
            "shape": list(self.shape),
            "verdict": self.verdict.word,
            "entries": {each.name.lower(): self.counts[each] for each in sorted(Verdict, reverse=True)},
            "looked_at": len(self.looked_at),
            "resolution": None if self.resolution is None else finite(self.resolution),
            "worst": worst,
        }


class Report(Struct, frozen=True, eq=False):
    """The whole check: one entry of `checks` for each argument of the function."""

    checks: tuple[ArgumentCheck, ...]
    method: str
    """How slopes were taken: "complex step" or "Ridders' method"."""
    reason: str
    """Why so, in a sentence."""
    by_direction: bool
    """Whether entries were accepted together, along random directions, and looked at one by one only where wrong."""
    evaluations: int
    note: str = ""
    """What is to be known of kinks where entries were accepted together."""

    @property
    def ok(self) -> bool:
        """Whether no entry is wrong and every one could be told."""
        return all(each.ok for each in self.checks)

    @property
    def wrong(self) -> bool:
        """Whether an entry is wrong."""
        return any(each.counts[Verdict.WRONG] for each in self.checks)

    @property
    def tested(self) -> int:
        """How many entries were held against a slope of the function that is not 0, or is not what was given."""
        told = (Verdict.MATCH, Verdict.KINK, Verdict.WRONG)
        return sum(each.counts[verdict] for each in self.checks for verdict in told)

    def __bool__(self) -> bool:
        return self.ok

    def __getitem__(self, name: str) -> ArgumentCheck:
        """The gradient by the argument of this name."""
        return next(each for each in self.checks if each.name == name)

    def assert_ok(self) -> None:
        """GradientMismatch, with what is wrong and where, unless the gradient is right."""
        __tracebackhide__ = True
        if not self.ok:
            raise GradientMismatch("\n".join(_complaint(self, each) for each in self.checks if not each.ok))

    def __str__(self) -> str:
        rows = [
            ("gradient by", "shape", "verdict", "entries", "least agreement"),
            *(_row(each) for each in self.checks),
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows]
        return "\n".join([*(line.rstrip() for line in lines), "", *_sentences(self)])

    def json(self) -> dict[str, Any]:
        """The report as an object that JSON can hold."""
        return {
            "schema": "bpdebug.check_gradient/1",
            "ok": self.ok,
            "method": self.method,
            "reason": self.reason,
            "by_direction": self.by_direction,
            "evaluations": self.evaluations,
            "gradients": [each.json() for each in self.checks],
        }


def _row(check: ArgumentCheck) -> tuple[str, str, str, str, str]:
    counts = check.counts
    entries = ", ".join(f"{counts[each]} {each.word}" for each in sorted(Verdict, reverse=True) if counts[each])
    shape = str(check.shape) if check.shape else "number"
    place = check.worst
    if place is None:
        least = f"none looked at; an error above {check.resolution:.1e} would show" if check.resolution else ""
        return check.name, shape, check.verdict.word, entries, least
    return check.name, shape, check.verdict.word, entries, _numbers(check, place)


def _numbers(check: ArgumentCheck, place: int) -> str:
    at = f"[{', '.join(map(str, check.index(place)))}]" if check.shape else ""
    analytic, numerical, bound = check.analytic[place], check.numerical[place], check.bound[place]
    left, right = check.left[place], check.right[place]
    slope, met = f"numerical {numerical:.9g} ± {bound:.1e}", check.verdicts.reshape(-1)[check.looked_at[place]]
    if abs(right - left) > 2 * bound or met == Verdict.KINK:
        slope = f"slopes {left:.9g} on the left and {right:.9g} on the right"
        if met == Verdict.KINK and not min(left, right) - 2 * bound <= analytic <= max(left, right) + 2 * bound:
            slope += " of several kinks that meet there"
    return f"{at} given {analytic:.9g}, {slope}".strip()


def _sentences(report: Report) -> list[str]:
    bad = [each.name for each in report.checks if not each.ok]
    entries = sum(each.size for each in report.checks)
    covered = f"{report.tested} of {entries} entries tested, {report.evaluations} evaluations of f"
    hints = [f"{each.name}: {hint}" for each in report.checks if (hint := _hint(each))]
    verdict = f"not all right: {', '.join(bad)} ({covered})" if bad else f"all right: {covered}"
    if not bad and 2 * report.tested < entries:
        hardly = "little" if report.tested else "nothing"
        verdict = f"nothing found wrong, but {hardly} was tested: {covered}; {UNTESTED}"
    way = ", by random directions" if report.by_direction else ", entry by entry"
    noted = [report.note] if report.note and (report.wrong or not bad) else []
    return [*hints, *noted, f"by {report.method}{way}: {report.reason}", verdict]


def _hint(check: ArgumentCheck) -> str:
    """What the wrong entries have in common."""
    factor = check.factor
    if factor is None:
        return ""
    several = check.counts[Verdict.WRONG] > 1
    return f"{'every' if several else 'the'} wrong entry is {_factor(factor, several)}"


def _factor(factor: float, several: bool) -> str:
    for known, hint in NAMED_FACTORS.items():
        if abs(factor / known - 1) < CONSTANT:
            return f"{known:g} times what it should be: {hint}"
    for number, text in ((factor, "{0} times"), (1 / factor, "1/{0} of")):
        whole = round(abs(number))
        if 1 < whole <= MOST_COUNTED and abs(abs(number) / whole - 1) < CONSTANT:
            said = text.format(f"-{whole}" if number < 0 else whole)
            guess = f": is {whole} a number of examples or entries, as in a mean?" if several else ""
            return f"{said} what it should be{guess}"
    if abs(factor - 1) < SLIGHT:
        return f"too {'large' if factor > 1 else 'small'} by {abs(factor - 1):.2g} of what it should be"
    return f"{factor:.6g} times what it should be"


def _complaint(report: Report, check: ArgumentCheck) -> str:
    counts, place = check.counts, check.worst
    if not counts[Verdict.WRONG]:
        unknown = f"{counts[Verdict.CANNOT_TELL]} of {check.size} entries cannot be told"
        way_out = ". entries=True looks at each of them" if report.by_direction else ""
        return (
            f"the gradient by {check.name} could not be checked: {unknown} ({report.method}: {report.reason}){way_out}"
        )
    lines = [f"the gradient by {check.name} {check.shape} is wrong: {counts[Verdict.WRONG]} of {check.size} entries"]
    if report.by_direction and counts[Verdict.CANNOT_TELL]:
        lines[0] += f", {counts[Verdict.CANNOT_TELL]} not looked at one by one"
    if place is not None:
        lines.append(f"  worst at {_numbers(check, place)} ({report.method})")
        with np.errstate(all="ignore"):
            ratio = float(check.analytic[place] / check.numerical[place])
        lines.append(f"  given / numerical = {ratio:.9g}" + (f"; {hint}" if (hint := _hint(check)) else ""))
    return "\n".join(lines)

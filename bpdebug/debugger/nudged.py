"""The textbook's numerical check in words: one entry moved up and down, what changes, the slope, other steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from bpdebug.check.nudge import Attempt, Cause, Moved, Nudge
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.debugger.digits import differing, lined_up, shared
from bpdebug.debugger.words import counted, index, named, number
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program, Step

DIGITS = 12
"""Of a slope."""
HEADER = ("h", "slope", "error", "mostly")
SHOWN_UNITS = 3
"""Units that cross a kink, by name; of more only their number."""
SILENT = {"relu": "off"}
ASIDE, LOST = "on the branch that does not move", "moved by less than the last digit"
"""Why an entry rests though what it reads has moved: for other operations with branches, for those without."""
MASKED = "multiplied by 0"
"""Why an entry of a product does."""
NOTHING = ": 0. Nothing comes through here, so nothing was tested."
LEVEL = ": 0, for it is as much higher or lower to one side as to the other."
BALANCED = (
    ": the mean of both sides, and what the rule takes as well. That they agree here says nothing of either side."
)
SIGNS = {"unicode": ("₊", "₋", "−", "◀"), "ascii": ("+", "-", "-", "<")}


class Teller(Struct, frozen=True, eq=False):
    """Tells one nudge in one notation."""

    nudge: Nudge
    width: float
    notation: str

    @property
    def program(self) -> Program:
        return self.nudge.forward.program

    @property
    def entry(self) -> str:
        """The entry, as it is written."""
        return named(self.nudge.name, self.notation) + (index(self.nudge.index) if self.nudge.index else "")

    @property
    def cost(self) -> str:
        return named(self.program.cost, self.notation)

    @property
    def _signs(self) -> tuple[str, str, str, str]:
        return SIGNS["unicode" if self.notation == "unicode" else "ascii"]

    def lines(self, check: GradientCheck | None, uncomputed: str) -> Iterator[str]:
        """All of it; `check` is that of the program's own gradient, or else it is said why there is none."""
        plus, minus, less, _ = self._signs
        yield f"{self.entry} = {number(self.nudge.entry)}, {self.cost} = {number(self.nudge.cost)}"
        if not np.isfinite(self.nudge.cost):
            yield (
                f"{self.cost} is no number here, so no h gives it a slope: nudge in an earlier iteration, where "
                f"{self.cost} still is one (goto 1)."
            )
            return
        above, below = self.nudge.moved(self.width), self.nudge.moved(-self.width)
        yield f"Only {self.entry} is moved, by h = {self.width:g}; what it reaches is computed again."
        if self.nudge.forward.single is not None:
            yield "The run is in float32; this is in float64, for float32 has too few digits to be nudged."
        yield from ("", f"{self.entry} + h = {self._told_apart(above.entry)}")
        yield from self._moved(above, plus)
        yield from ("", f"{self.entry} {less} h = {self._told_apart(below.entry)}")
        yield from self._moved(below, minus, above)
        yield ""
        yield from self._slopes(above, below, check, uncomputed)
        yield ""
        yield from self._table()

    def _told_apart(self, entry: float) -> str:
        """The moved entry, with as many digits as it takes to see that it has moved."""
        return number(entry) if number(entry) != number(self.nudge.entry) else repr(entry)

    def _moved(self, moved: Moved, sign: str, other: Moved | None = None) -> Iterator[str]:
        changes = list(self._changes(moved))
        if other is not None and changes == list(self._changes(other)):
            yield "  the same entries change"
        else:
            yield from changes
        rest, cost = lined_up(self.nudge.cost, moved.cost)
        yield f"  {rest}  {self.cost}"
        yield f"  {cost}  {self.cost}{sign}"
        start, end = differing(rest, cost)
        if start == end:
            yield f"  {self.cost} is the same to the last digit"
            return
        same = shared(rest, cost)
        words = f"differs after {counted(same, 'digit')}" if same else "differs from the first digit on"
        yield f"  {' ' * start}{'^' * (end - start)}  {words}"

    def _changes(self, moved: Moved) -> Iterator[str]:
        """One line for each quantity on the way, and one for each kink that is crossed."""
        for place, equation in enumerate(self.program.equations):
            steps = [step for step in self.nudge.steps if step.equation == place]
            if not steps or equation.name == self.program.cost:
                continue
            label = named(equation.name, self.notation)
            changed = differs(moved.values[equation.name], self.nudge.forward.values[equation.name])
            silent = ", ".join(
                f"{which(count, bool(changed.any()))} {why}" for count, why in self._silent(steps, moved.values)
            )
            yield f"  {label} {region(changed)}{f': {silent}' if silent else ''}"
        for step in self.nudge.steps:
            if step.out in moved.turned:
                yield f"  a kink is crossed: {self._crossing(step, moved.turned[step.out])}"

    def _silent(self, steps: list[Step], values: Mapping[str, Array]) -> Iterator[tuple[int, str]]:
        """How many entries rest although what they read has moved, and why."""
        forward = self.nudge.forward
        for step in steps:
            if not step.op.elementwise:
                continue
            inputs = zip(step.inputs, forward.inputs(step, values), forward.arrays(step), strict=True)
            read = [differs(now, then) for given, now, then in inputs if isinstance(given, Name)]
            moved = np.logical_or.reduce(np.broadcast_arrays(*read))
            rests = moved & ~differs(values[step.out], forward.values[step.out])
            masked = rests & (step.op.name == "multiply") & some_zero(forward.arrays(step))
            why = LOST if step.op.branch is None else SILENT.get(step.op.name, ASIDE)
            for count, said in ((int(masked.sum()), MASKED), (int((rests & ~masked).sum()), why)):
                if count:
                    yield count, f"{'is' if count == 1 else 'are'} {said}"

    def _crossing(self, step: Step, turned: Array) -> str:
        """The units that take another branch, and which."""
        label = write(step.whole if ":" in step.out else Name(step.out), self.notation)
        places = [tuple(place) for place in np.argwhere(turned)]
        names = ", ".join(f"{label}{index(place)}" if place else label for place in places[:SHOWN_UNITS])
        more = f" and {len(places) - SHOWN_UNITS:,} more" if len(places) > SHOWN_UNITS else ""
        if step.op.name != "relu":
            return f"{names}{more} {'takes' if len(places) == 1 else 'take'} another branch than at rest"
        were = {bool(self.nudge.forward.branches[step.out][place]) for place in places}
        state = "on and off change places" if len(were) == 2 else "off here, on at rest" if True in were else ""
        return f"{names}{more}: {state or 'on here, off at rest'}"

    def _slopes(self, above: Moved, below: Moved, check: GradientCheck | None, uncomputed: str) -> Iterator[str]:
        plus, minus, less, _ = self._signs
        slope = (above.cost - below.cost) / (2 * self.width)
        upper, lower = f"{self.cost}{plus}", f"{self.cost}{minus}"
        rows = [
            (slope, f"the slope ({upper} {less} {lower}) / 2h, with 2h = {2 * self.width:g}"),
            (self.nudge.exact, self._complex()),
        ]
        if check is not None:
            rows.append(self._gradient(check))
        written = lined_up(*(value for value, _ in rows), digits=DIGITS)
        width = max(map(len, written))
        yield from (f"{value:>{width}}  {words}" for value, (_, words) in zip(written, rows, strict=True))
        if uncomputed:
            yield uncomputed
        yield from self._kink()

    def _complex(self) -> str:
        measured = [step.op.name for step in self.nudge.steps if not step.op.complex_step]
        if measured:
            return f"the same without a step that is too wide or too narrow ({measured[0]}: by Ridders' method)"
        return "the same by a complex step, which no h spoils"

    def _gradient(self, check: GradientCheck) -> tuple[float, str]:
        """The program's own gradient, brought to ∂J by the entry."""
        place = self.nudge.index
        label = named(check.name, self.notation) + (index(place) if place else "")
        value, verdict = float(check.analytic[place]), Verdict(int(check.verdicts[place])).word
        factor = check.denotes.partition("*")[0] if "*" in check.denotes else ""
        if not factor:
            return value, f"the program's {label}: {verdict}"
        size = float(self.nudge.forward.values[factor])
        times = "·" if self.notation == "unicode" else "*"
        stands = f"{factor}{times}{'∂' if self.notation == 'unicode' else 'd'}{self.cost}"
        said = f"the program's {label} = {number(value)} stands for {factor} times the slope"
        return value / size, f"{said} ({stands}), so it is divided by {factor} = {size:g}: {verdict}"

    def _kink(self) -> Iterator[str]:
        left, right = self.nudge.sides
        if self.nudge.bent:
            yield f"{self.entry} stands on a kink: slope {number(left)} to the left, {number(right)} to the right."
            yield "Every h measures a mean of the two."
            yield f"The program follows its rule: {', '.join(self.nudge.rules)}."

    def _table(self) -> Iterator[str]:
        attempts = self.nudge.attempts(self.width)
        best = self._best(attempts)
        if best is None:
            yield f"{self.cost} is no number with any h that was tried: there is nothing to compare."
            return
        if all(each.error == 0 for each in attempts):
            yield f"Every h from 0.1 to 1e-12 gives exactly this slope{self._agreement(attempts)}"
            return
        slopes = lined_up(*(each.slope for each in attempts), digits=DIGITS)
        rows = [HEADER, *map(_row, attempts, slopes)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        marks = ["", *(self._mark(each, best) for each in attempts)]
        for row, mark in zip(rows, marks, strict=True):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield f"{'  '.join(cells)}  {mark}".rstrip()
        yield why(attempts, best, self.cost, self._signs)

    def _agreement(self, attempts: tuple[Attempt, ...]) -> str:
        """What it says that every step gives the slope itself."""
        if self.nudge.bent:
            return BALANCED
        if self.nudge.exact:
            return "."
        return NOTHING if all(each.still for each in attempts) else LEVEL

    def _best(self, attempts: tuple[Attempt, ...]) -> Attempt | None:
        """The one with the least error; of equals the widest."""
        found = [each for each in attempts if each.cause is not Cause.UNDEFINED]
        return min(found, key=lambda each: each.error, default=None)

    def _mark(self, attempt: Attempt, best: Attempt) -> str:
        words = ["best"] * (attempt is best and attempt.cause is not Cause.KINK) + ["this h"] * (
            attempt.width == self.width
        )
        return f"{self._signs[3]} {', '.join(words)}" if words else ""


def _row(attempt: Attempt, slope: str) -> tuple[str, str, str, str]:
    width = np.format_float_scientific(attempt.width, precision=3, trim="-", exp_digits=2)
    return width, slope, f"{attempt.error:.1e}", str(attempt.cause)


def why(attempts: tuple[Attempt, ...], best: Attempt, cost: str, signs: tuple[str, str, str, str]) -> str:
    """Why a wider step than the best is worse, and why a narrower one is."""
    plus, minus, _, _ = signs
    if all(each.cause is Cause.KINK for each in attempts):
        return "No h is right: every one of them reaches across the kink and measures both of its sides."
    wider = {each.cause for each in attempts if each.width > best.width}
    narrower = [each for each in attempts if each.width < best.width]
    if Cause.KINK in wider and Cause.TRUNCATION in wider:
        first = f"A larger h is worse because {cost} is curved and leaves its tangent, and then reaches across a kink"
    elif Cause.KINK in wider:
        first = "A larger h is worse because it reaches across a kink, where another slope begins"
    elif Cause.TRUNCATION in wider:
        first = f"A larger h is worse because {cost} is curved and leaves its tangent, by the square of h"
    elif Cause.UNDEFINED in wider:
        first = f"A larger h is worse because it reaches where {cost} is no number"
    elif best.cause is Cause.TRUNCATION:
        first = "No larger h was tried"
    else:
        first = f"No larger h is worse by more than rounding: {cost} is no more curved here than a parabola"
    if not any(each.cause is Cause.ROUNDING and each.error > best.error for each in narrower):
        return f"{first}; a smaller one is as good." if narrower else f"{first}."
    return (
        f"{first}; a smaller one because {cost}{plus} and {cost}{minus} then share ever more digits, "
        "and the rounding of the rest is divided by ever less."
    )


def differs(one: Array, other: Array) -> Array:
    """True where two arrays are not the same number; NaN is the same as NaN."""
    return np.asarray((one != other) & ~(np.isnan(one) & np.isnan(other)))


def some_zero(factors: tuple[Array, ...]) -> Array:
    """True where any of some arrays is 0."""
    return np.asarray(np.logical_or.reduce(np.broadcast_arrays(*(each == 0 for each in factors))))


def which(count: int, some: bool) -> str:
    """Those that rest, where some others do not or where all do."""
    if some:
        return "the other one" if count == 1 else f"the other {count:,}"
    return "the one it reaches" if count == 1 else f"all {count:,} it reaches"


def region(changed: Array) -> str:
    """Where an array changes, in words."""
    count, total = int(changed.sum()), changed.size
    if not count:
        return "does not change"
    if not changed.ndim:
        return "changes"
    entries = f"{count:,} of {counted(total, 'entry', 'entries')}"
    if count == total:
        return f"changes in {'its one entry' if total == 1 else f'all {total:,} entries'}"
    places = np.argwhere(changed)
    if count == 1:
        return f"changes in entry {index(places[0])}, {entries}"
    words = ("row", "column") if changed.ndim == 2 else ()
    for axis, word in enumerate(words):
        if len(set(places[:, axis])) == 1 and changed.shape[axis] > 1:
            return f"changes in {word} {places[0, axis]}, {entries}"
    return f"changes in {entries}"

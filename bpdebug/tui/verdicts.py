"""A gradient check drawn: what it comes to, what was covered, and entry by entry both gradients with a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from rich.style import Style
from rich.text import Text

from bpdebug.check.idle import nothing
from bpdebug.check.verdict import GradientCheck, Verdict
from bpdebug.debugger.words import counted, index
from bpdebug.language.names import write_name
from bpdebug.ops.table import Array
from bpdebug.tui.colours import Look
from bpdebug.tui.numbers import summary
from bpdebug.tui.prose import plain, sentence
from bpdebug.tui.signs import signs
from bpdebug.tui.writing import Format, chosen

Place = tuple[int, ...]

ALL, WORST = 48, 10
"""A gradient of at most so many entries is listed whole, a larger one by its worst."""
CENTRAL = 4096
"""Entries of a gradient beyond which the central differences are left out: each costs two forward passes."""
KINKS = 3
"""Kinks told one by one."""
DIGITS, MORE_DIGITS = (6, 5, 4, 3), (10, 9, 8, 7, 6)
"""Significant digits of the numbers; more where two of them are to be told apart."""
MARKS = {
    Verdict.MATCH: ("✓", "+"),
    Verdict.KINK: ("~", "~"),
    Verdict.UNTESTED: ("∅", "o"),
    Verdict.WRONG: ("✗", "X"),
    Verdict.CANNOT_TELL: ("?", "?"),
}
"""In Unicode and in ASCII."""
MEANS = {
    Verdict.MATCH: "both agree",
    Verdict.KINK: "right for the side taken, but the point has no derivative",
    Verdict.UNTESTED: "0 here, be the formula right or wrong",
    Verdict.WRONG: "they differ by more than rounding can",
    Verdict.CANNOT_TELL: "rounding leaves no digits to compare",
}


class Sample(Struct, frozen=True, eq=False):
    """The entries of a check that are listed, with all their numbers, the central differences where there are few.

    Nothing is listed of a gradient that was taken all together: its numerical one would be a long time in the making.
    """

    check: GradientCheck
    places: tuple[Place, ...] = ()
    numerical: Array | None = None
    central: Array | None = None


def sample(check: GradientCheck) -> Sample:
    """The tested entries of a small gradient, the worst ones of a large one. Takes a few forward passes."""
    if check.resolution is not None:
        return Sample(check)
    flat = _listed(check)
    places = tuple(tuple(int(i) for i in np.unravel_index(each, check.shape)) for each in flat)
    few = 0 < check.analytic.size <= CENTRAL
    return Sample(check, places, check.numerical.ravel()[flat], np.asarray(check.textbook(flat)) if few else None)


def _listed(check: GradientCheck) -> Array:
    """Those with the most alarming verdict first; what was not tested is told together, beneath."""
    verdicts = check.verdicts.ravel().astype(int)
    tested = int(np.sum(verdicts != Verdict.UNTESTED))
    if check.analytic.size <= ALL:
        return np.argsort(-verdicts, kind="stable")[:tested]
    return np.lexsort((-_gaps(check).ravel(), -verdicts))[: min(tested, WORST)]


def report(found: Sample, notation: str, width: int, look: Look) -> Iterator[Text]:
    """One gradient from top to bottom."""
    check = found.check
    yield from headline(check, notation, width, look)
    for text in _disagreement(check, notation):
        yield from plain(sentence(text, notation), width, look.odd)
    yield from plain(coverage(check, notation), width)
    for text in _kinks(check, notation):
        yield from plain(sentence(text, notation), width)
    if check.untold:
        yield from plain(sentence(check.untold, notation), width)
    for text in _together(check):
        yield from plain(text, width, look.quiet)
    if found.places:
        yield Text()
        yield from _entries(found, notation, width, look)
    else:
        yield from _untested(check, notation, width, look)


def headline(check: GradientCheck, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The verdict of the whole in one sentence, its mark before it."""
    counts, size = check.counts, check.verdicts.size
    name = write_name(check.name, notation)
    number = counts[check.verdict]
    entries = f"{number:,} of {counted(size, 'entry', 'entries')}"
    said = {
        Verdict.MATCH: f"{name} agrees with the numerical gradient",
        Verdict.KINK: f"{name} agrees; {counted(number, 'entry stands', 'entries stand')} at a kink",
        Verdict.UNTESTED: f"{name} is 0 everywhere: nothing was tested here",
        Verdict.WRONG: f"{name} is wrong in {entries}",
        Verdict.CANNOT_TELL: f"{name} cannot be judged in {entries}",
    }[check.verdict]
    yield from plain(f"{mark(check.verdict, notation)} {said}", width, style(check.verdict, look) + Style(bold=True))


def coverage(check: GradientCheck, notation: str) -> str:
    """15 entries: 12 match · 3 untested, and for those why."""
    between = signs(notation).between
    counts = [(each, count) for each, count in sorted(check.counts.items(), reverse=True) if count]
    listed = between.join(f"{count:,} {verdict.word}" for verdict, count in counts)
    why = f": {nothing((check,), notation)}" if check.counts[Verdict.UNTESTED] else ""
    return f"{counted(check.verdicts.size, 'entry', 'entries')}: {listed}{why}" if counts else "no entries"


def _disagreement(check: GradientCheck, notation: str) -> Iterator[str]:
    """Of a wrong gradient the worst entry, both numbers, and their ratio."""
    if check.verdict is not Verdict.WRONG:
        return
    place = worst(check)
    analytic, numerical = float(check.analytic[place]), float(check.numerical[place])
    numbers = f"backward {_exact(analytic, notation)}, numerical {_exact(numerical, notation)}"
    yield f"worst at {_at(place)}: {numbers}{_ratio(check, analytic, numerical, notation)}"
    if check.culprit is not None:
        yield str(check.culprit)


def _together(check: GradientCheck) -> Iterator[str]:
    """How a gradient was judged that was not taken entry by entry by a complex step alone."""
    if check.resolution is not None:
        off = f"an entry off by more than {check.resolution:.1e} would show"
        yield f"taken all together, along two random directions: {off}"
    if check.measured:
        yield f"the slopes of {', '.join(check.measured)} are measured, by Ridders' method"


def worst(check: GradientCheck) -> Place:
    """The wrong entry that is farthest from what it should be, measured in its own bound."""
    flat = int(np.argmax(np.where(check.verdicts == Verdict.WRONG, _gaps(check), -1.0)))
    return tuple(int(i) for i in np.unravel_index(flat, check.shape))


def _gaps(check: GradientCheck) -> Array:
    """How far each entry is from what it should be, measured in its own bound."""
    with np.errstate(all="ignore"):
        gap = np.abs(check.analytic - check.numerical) / np.maximum(check.bound, np.finfo(float).tiny)
    return np.where(np.isnan(gap), np.inf, gap)


def _ratio(check: GradientCheck, analytic: float, numerical: float, notation: str) -> str:
    """By what factor they differ, and whether all wrong entries do so by the same."""
    if not (math.isfinite(analytic) and math.isfinite(numerical) and analytic and numerical):
        return ""
    ratio = analytic / numerical
    wrong = check.verdicts == Verdict.WRONG
    with np.errstate(all="ignore"):
        same = np.allclose(check.analytic[wrong], ratio * check.numerical[wrong], rtol=1e-6, atol=0)
    said = f", ratio {_exact(ratio, notation, 6)}"
    if abs(ratio + 1) < 1e-6:
        said += ": the sign is turned"
    return said + (" in every wrong entry" if same and wrong.sum() > 1 else "")


def _kinks(check: GradientCheck, notation: str) -> Iterator[str]:
    """The slopes on either side of each kink, and the rule the program uses there."""
    if (kinks := check.kinks) is None:
        return
    rules = f"; the rule used: {', '.join(kinks.rules)}" if kinks.rules else ""
    for found, *sides in zip(kinks.places[:KINKS], kinks.left, kinks.right, strict=False):
        left, right = (_exact(float(side), notation, 6) for side in sides)
        slopes = f"slope {left} to the left, {right} to the right"
        said = "the value leaps there" if np.isnan(sides[0] + sides[1]) else slopes
        yield f"kink at {_at(tuple(int(i) for i in found))}: {said}{rules}"
    if kinks.count > KINKS:
        yield f"and {counted(kinks.count - KINKS, 'more kink')}"


def _at(place: Place) -> str:
    return index(place) if place else "the number"


def _exact(value: float, notation: str, digits: int = 9) -> str:
    return "NaN" if math.isnan(value) else f"{value + 0.0:+.{digits}g}".replace("-", signs(notation).minus)


def _entries(found: Sample, notation: str, width: int, look: Look) -> Iterator[Text]:
    """The table and what it says: mark, place, both gradients, the central difference, the word where there is room."""
    check = found.check
    columns = [[float(check.analytic[place]) for place in found.places]]
    columns += [[float(each) for each in side] for side in (found.numerical, found.central) if side is not None]
    places = [index(place) if place else "" for place in found.places]
    first = max(len("entry"), *map(len, places))
    form, kept = _fitting(columns, width - 2 - first, notation, check.verdict is Verdict.WRONG)
    wide = max(form.width, len("numerical"))
    if len(places) < check.analytic.size - check.counts[Verdict.UNTESTED]:
        yield from plain(f"the {len(places)} that agree least:", width, look.quiet)
    heads = "".join("  " + each.rjust(wide) for each in ("backward", "numerical", "central")[:kept])
    yield Text.assemble(("  " + "entry".ljust(first) + heads, look.quiet))
    words = 2 + first + kept * (2 + wide) + 2 + max(len(verdict.word) for verdict in Verdict) <= width
    for at, place in enumerate(found.places):
        verdict = Verdict(int(check.verdicts[place]))
        own = style(verdict, look)
        line = Text.assemble((mark(verdict, notation) + " ", own), (places[at].ljust(first), look.quiet))
        numbers = "".join("  " + form(column[at]).rjust(wide) for column in columns[:kept])
        line.append(numbers, look.odd if verdict is Verdict.WRONG else "")
        yield line.append(f"  {verdict.word}" if words else "", own)
    yield from _untested(check, notation, width, look)
    yield Text()
    yield from _ways(found, notation, width, look, central=kept == 3)


def _untested(check: GradientCheck, notation: str, width: int, look: Look) -> Iterator[Text]:
    """What was not tested, all together: its numbers are 0."""
    if count := check.counts[Verdict.UNTESTED]:
        line = Text.assemble((mark(Verdict.UNTESTED, notation), style(Verdict.UNTESTED, look)))
        told = f" {counted(count, 'entry', 'entries')} untested: {MEANS[Verdict.UNTESTED]}"
        yield from _continued(line, sentence(told, notation), width, look)


def _fitting(columns: Sequence[Sequence[float]], room: int, notation: str, wrong: bool) -> tuple[Format, int]:
    """The most digits that fit, and how many columns do."""
    known = summary(np.array(columns[:2]))
    form = chosen(known, DIGITS[-1], signs(notation).minus)
    for kept in (len(columns), 2):
        for digits in (*(MORE_DIGITS if wrong else ()), *DIGITS):
            form = chosen(known, digits, signs(notation).minus)
            if kept * (2 + max(form.width, len("numerical"))) <= room:
                return form, kept
    return form, 2


def _ways(found: Sample, notation: str, width: int, look: Look, *, central: bool) -> Iterator[Text]:
    """What the marks mean, and how the numbers were found."""
    check, minus = found.check, signs(notation).minus
    met = sorted({Verdict(int(check.verdicts[place])) for place in found.places}, reverse=True)
    for verdict in met:
        line = Text.assemble((f"{mark(verdict, notation)} {verdict.word}", style(verdict, look)))
        yield from _continued(line, f": {MEANS[verdict]}", width, look)
    ways = ["numerical: through the forward pass alone, by a complex step"]
    if central:
        ways.append(f"central: (J(w+h) {minus} J(w{minus}h)) / 2h, the textbook's")
    factor, times, _ = check.denotes.partition("*")
    if times:
        ways.append(f"{'both' if central else 'this'} times {factor}, as {write_name(check.name, notation)} is")
    for way in ways:
        yield from plain(way, width, look.quiet)


def _continued(line: Text, text: str, width: int, look: Look) -> Iterator[Text]:
    whole = line.plain + text
    for place, each in enumerate(plain(whole, width)):
        each.stylize(look.quiet)
        if place == 0:
            for span in line.spans:
                each.stylize(span.style, span.start, span.end)
        yield each


def overview(found: Sequence[GradientCheck], notation: str, width: int, look: Look) -> Iterator[Text]:
    """Several gradients, a line each."""
    names = [write_name(check.name, notation) for check in found]
    first = max(map(len, names), default=0)
    for check, name in zip(found, names, strict=True):
        counts = [(each, count) for each, count in sorted(check.counts.items(), reverse=True) if count]
        said = signs(notation).between.join(f"{count:,} {verdict.word}" for verdict, count in counts)
        line = Text.assemble((f"{mark(check.verdict, notation)} ", style(check.verdict, look)), name.ljust(first), "  ")
        yield line.append(said if line.cell_len + len(said) <= width else check.verdict.word)


def mark(verdict: Verdict, notation: str) -> str:
    """The sign of a verdict."""
    return MARKS[verdict][notation == "ascii"]


def style(verdict: Verdict, look: Look) -> Style:
    """The colour of a verdict, never its only sign."""
    styles: Mapping[Verdict, Style] = {
        Verdict.MATCH: look.good,
        Verdict.KINK: look.odd,
        Verdict.UNTESTED: look.quiet,
        Verdict.WRONG: look.bad,
        Verdict.CANNOT_TELL: look.odd,
    }
    return styles[verdict]

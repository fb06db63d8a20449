"""Claims judged, as a page to read: each line with its verdict, what is missing, the order of work, a summary."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator, Sequence

from bpdebug.check.review import Review
from bpdebug.check.telling import INDENT, MARKS, WIDTH, broken, lacking, lines, summary, verdict, widest, wrapped
from bpdebug.language.expression import Name
from bpdebug.ops import write, write_equation
from bpdebug.program.work import STARTS, WHY, first, listed
from bpdebug.scenario.bundled import word
from bpdebug.scenario.record import Scenario

COLOURS = {"✓": "32", "+": "32", "✗": "31", "x": "31", "~": "33", "?": "35"}

DONE = {"right": "done", "inherits": "inherits"}
"""Of the kinds of verdicts those that leave a line as it stands, the best first."""
LEAST = 36
"""Columns that a text beside another has to have."""


def page(
    scenario: Scenario, review: Review, notation: str, columns: int = WIDTH, layout: str = "", *, unread: int = 0
) -> str:
    """The whole report of one scenario's claims; without claims, the order of work. `layout` is said before it all.

    So many lines beside the claims are `unread`.
    """
    heading = [*textwrap.wrap(scenario.title, columns), ""]
    if not review.claims:
        return "\n".join([*heading, *beginning(review, notation, columns), "", *_own(scenario)])
    missing = list(_lacking(review, columns))
    parts = [
        *heading,
        *([*textwrap.wrap(layout, columns), ""] if layout else []),
        *_lines(review, notation, columns),
        *([""] * bool(missing)),
        *missing,
        "",
        *([*textwrap.wrap(untested, columns), ""] if (untested := review.derivation.untested) else []),
        *([] if review.ok and not missing else [*_work(review, notation, columns), ""]),
        *textwrap.wrap(summary(review, unread), columns),
    ]
    return "\n".join(parts)


def _lines(review: Review, notation: str, columns: int) -> Iterator[str]:
    width = widest(review)
    for place in range(len(review.claims)):
        yield from lines(review, place, notation, width, columns)


def _lacking(review: Review, columns: int) -> Iterator[str]:
    for each in review.lacking:
        told = lacking(each, review)
        if len(told) <= columns or not each.mended:
            yield from broken(told, columns, INDENT)
        else:
            yield from broken(told.removesuffix(each.mended), columns, INDENT)
            yield from broken(f"{INDENT}{each.mended}", columns, INDENT + INDENT)


def _work(review: Review, notation: str, columns: int) -> Iterator[str]:
    """The order of work, and which of it is done."""
    yield "The order of work (each line reads only what stands above it)"
    names = [write(Name(task.name), notation) for task in review.work]
    width = max(map(len, names), default=0)
    for number, (task, name) in enumerate(zip(review.work, names, strict=True), 1):
        kind, state = _state(review, task.of)
        start = f"  {MARKS[notation][kind]} {number:2}. {name:{width}}  {state:12}  "
        yield from beside(start, task.why(review.program.cost, notation), columns)


def beside(start: str, text: str, columns: int) -> Iterator[str]:
    """A text to the right of another, its further lines beneath its first; below it where there is no room."""
    room = columns - len(start)
    if room < LEAST:
        yield start.rstrip()
        yield from wrapped(text, columns, "       ")
        return
    first, *more = textwrap.wrap(text, room)
    yield start + first
    yield from (" " * len(start) + line for line in more)


def _state(review: Review, of: str) -> tuple[str, str]:
    """How far the gradient of a quantity is: the kind of its mark, and in words; as its own lines are judged."""
    own = [place for place, each in enumerate(review.claims) if each.of == of]
    if of in review.unread or (own and all(review.claims[place].unread for place in own)):
        return ("not", "not read") if not own else ("not", "not judged")
    if own:
        gradients = [place for place in own if not (said := review.claims[place].meaning) or not said.updates]
        kinds = {verdict(review, place).kind for place in gradients or own}
        return next(((kind, words) for kind, words in DONE.items() if kind in kinds), ("wrong", "to be mended"))
    missing = any(each.of == of and each.reader for each in review.lacking)
    return ("not", "missing") if missing else ("helper", "not claimed")


def beginning(review: Review, notation: str, columns: int = WIDTH) -> Iterator[str]:
    """The answer to: what do I compute first after the cost, and then, and why in that order?"""
    program, tasks = review.program, review.work
    written = [write_equation(task.name, task.expr, notation) for task in tasks]
    width = max(map(len, written), default=0)
    wide = 5 + width + 2 + LEAST <= columns
    start = listed(first(program)) or "its inputs"
    yield f"How does backpropagation start, after the cost {program.cost}?"
    yield from textwrap.wrap(STARTS.format(cost=program.cost, start=start), columns)
    yield ""
    for number, (task, line) in enumerate(zip(tasks, written, strict=True), 1):
        why = task.why(program.cost, notation)
        if wide:
            yield from beside(f"{number:3}. {line:{width}}  ", why, columns)
        else:
            yield from broken(f"{number:3}. {line}", columns, "         ")
            yield from wrapped(why, columns, "       ")
    yield ""
    yield from textwrap.wrap(WHY.format(cost=program.cost), columns)
    yield from textwrap.wrap(_examples(review), columns)


def _examples(review: Review) -> str:
    program = review.program
    m = program.examples
    if program.bookkeeping == "per-example":
        return (
            f"The 1/{m} of the average is kept in the parameters' gradients here: dZ means {m} times the gradient of "
            f"{program.cost}. With --bookkeeping total it stands in the first line instead: in one of the two places, "
            "not in both, not in neither."
        )
    return (
        f"Every line is the gradient of {program.cost} itself; with --bookkeeping per-example the 1/{m} moves into the "
        "parameters' gradients."
    )


def _own(scenario: Scenario) -> list[str]:
    return ["Have equations of your own judged:", f"    bpdebug claims {word(scenario.path)} --equations FILE"]


def painted(text: str) -> str:
    """The text with its marks in colour, for a terminal."""
    if "NO_COLOR" in os.environ or os.environ.get("TERM", "") in ("", "dumb"):
        return text
    marks = "".join(map(re.escape, COLOURS))
    return re.sub(
        rf"^(\s*)([{marks}])(?= )", lambda m: f"{m[1]}\x1b[{COLOURS[m[2]]}m{m[2]}\x1b[0m", text, flags=re.MULTILINE
    )


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

"""The command that judges equations a person wrote: of one scenario as a page, of many as a table."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from bpdebug.cli.commands import chosen_notation, columns, commands, completed, opened, refuse_beyond
from bpdebug.cli.group import Settings, everywhere, overriding
from bpdebug.cli.output import data, json_data, message, speaks_unicode
from bpdebug.cli.progress import training
from bpdebug.cli.submitted import Submitted, submitted, together
from bpdebug.errors import BpdebugError, Span, UsageError

if TYPE_CHECKING:
    from bpdebug.check.review import Review
    from bpdebug.machine.timeline import Progress
    from bpdebug.scenario.record import Scenario

COMMON = 3
"""Mistakes that are told to be the most frequent ones."""
BAR = 30
"""Characters of the bar that shows how far it is."""
UNREAD = "cannot be read"
HEADING = ("", "scenario", "claims", "right", "wrong", "inherit", "missing", "not read", "first wrong", "main mistake")


class Task(Struct, frozen=True):
    """One scenario to judge, or one file of equations for it, complete enough to be handed to another process."""

    scenario: str
    equations: Submitted | None
    iteration: int
    overrides: dict[str, Any]
    file: str
    """The one of the two that others are told apart by."""


class Outcome(Struct, frozen=True):
    """What came of one task: the judged claims as JSON has them, the row of the table, what else is to be said."""

    record: dict[str, Any]
    row: tuple[str, ...]
    messages: tuple[str, ...]
    code: int


@commands.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", shell_complete=completed)
@click.option(
    "--equations",
    multiple=True,
    metavar="FILE",
    help="Judge these instead of the scenario's own; - for standard input. May be repeated, or be a folder: a table.",
)
@click.option(
    "--at", "iteration", type=click.IntRange(0), default=0, metavar="ITERATION", help="Train up to it first; from 0."
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, or one a line for several files.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, metavar="N", help="Judge so many files at a time.")
@overriding
@everywhere
def claims(
    scenarios: tuple[str, ...], equations: tuple[str, ...], iteration: int, as_json: bool, jobs: int, **overrides: Any
) -> int:
    """Judge equations you wrote: which is wrong first, why, how it is mended, and what is missing.

    The equations are the claims of the scenario file, or those of --equations, pasted as they stand. Without any, the
    order of work is shown: what is computed first after the cost, and what then. Exits with 1 where not all is right.
    A class is marked at once: many scenarios, or one and a file of equations from everybody.
    """
    given = submitted(equations, scenarios)
    if together(equations):
        read = (replace(each, text=each.read()) if each.file == "-" else each for each in given)
        tasks = [Task(scenarios[0], each, iteration, overrides, each.file) for each in read]
        return _several(tasks, as_json, jobs)
    only = replace(given[0], text=given[0].read()) if given else None
    tasks = [Task(each, only, iteration, overrides, each) for each in scenarios]
    return _one(tasks[0], as_json) if len(tasks) == 1 else _several(tasks, as_json, jobs)


def _one(task: Task, as_json: bool) -> int:
    scenario = opened(task.scenario, task.overrides)
    refuse_beyond(scenario, task.iteration)
    scenario, messages, unread = claimed(scenario, task.equations)
    if not Settings.current().quiet or unread:
        for each in messages:
            message(each)
    with training() as progress:
        review, layout = _reviewed(task, scenario, progress)
    if layout and as_json:
        message(layout)
    if as_json:
        from bpdebug.export.json import claims_json

        json_data(claims_json(scenario, review, unread))
    else:
        where = _first_wrong(scenario, review, task.equations) if task.equations else ""
        _page(scenario, review, layout, unread, where)
    return 0 if review.ok and not unread else 1


def _reviewed(task: Task, scenario: Scenario, progress: Progress | None = None) -> tuple[Review, str]:
    """The review of a task's claims, and what is to be said of their layout."""
    from bpdebug.cli.layout import laid_out
    from bpdebug.scenario.load import load

    def turned(orientation: str) -> Scenario:
        return load(task.scenario, **{**task.overrides, "orientation": orientation})

    review = reviewed(scenario, task.iteration, progress)
    if task.scenario == "-":  # it can be read once
        return review, ""
    return laid_out(scenario, review, turned, lambda other: reviewed(other, task.iteration, progress))


def _first_wrong(scenario: Scenario, review: Review, equations: Submitted) -> str:
    """Where in a file of equations the first wrong line stands; "" where none is wrong."""
    if review.first_wrong is None:
        return ""
    claim = review.claims[review.first_wrong]
    line = next(each.line for each in scenario.claims if each.name == claim.name)
    return f"\n{review.spoken(claim.name)} stands on line {line} of {equations.name}"


def _page(scenario: Scenario, review: Review, layout: str, unread: int, where: str) -> None:
    from bpdebug.cli.judged import page, painted
    from bpdebug.errors import printable

    text = page(scenario, review, chosen_notation(), columns(), layout, unread=unread) + where
    if sys.stdout.isatty():
        click.echo(painted(printable(text)), color=True)
    else:
        data(text)


def claimed(scenario: Scenario, equations: Submitted | None) -> tuple[Scenario, tuple[str, ...], int]:
    """The scenario with pasted equations in place of its own claims; what is to be said; how many are not read."""
    if equations is None:
        return scenario, scenario.aside.told, scenario.aside.lines
    from bpdebug.check.iteration import trained
    from bpdebug.program.settled import settled
    from bpdebug.scenario.pasted import pasted
    from bpdebug.scenario.record import Aside
    from bpdebug.scenario.source import Source
    from bpdebug.scenario.tied import errors_tied

    block = equations.read()
    found = pasted(block, settled(scenario.program))
    if not found.claims:
        none = "equations, but none that gives a gradient (zeros only begin one)" if "=" in block else "none"
        why = str(found.errors[0]) if found.errors else f"expected lines like dW2 = dZ2 @ A1.T / m, found {none}"
        raise UsageError("\n".join([f"the equations cannot be read: {why}", *found.notes]))
    source = Source(equations.shown, block)
    problems = tuple(
        source.at(each.span or Span(0, 1), (), f"not read: {each.message}", each.hint) for each in found.errors
    )
    claims, notes = errors_tied(found.claims, settled(scenario.program), lambda: trained(scenario, 0))
    aside = Aside((*found.notes, *notes), problems, found.lines)
    return replace(scenario, claims=claims, unread=found.unknown, aside=aside), aside.told, aside.lines


def reviewed(scenario: Scenario, iteration: int, progress: Progress | None = None) -> Review:
    """The review of a scenario's claims at an iteration."""
    from bpdebug.check.iteration import trained
    from bpdebug.check.review import review
    from bpdebug.program.settled import settled

    return review(
        settled(scenario.program.of(iteration)),
        trained(scenario, iteration, progress),
        scenario.claims,
        scenario.unread,
    )


def _several(tasks: Sequence[Task], as_json: bool, jobs: int) -> int:
    by_equations = any(task.equations and task.file == task.equations.file for task in tasks)
    rows: list[tuple[str, ...]] = [("", "equations", *HEADING[2:]) if by_equations else HEADING]
    code = 0
    for done, (task, outcome) in enumerate(zip(tasks, _outcomes(tasks, jobs), strict=True), 1):
        _progress(done, len(tasks), over=bool(outcome.messages) or as_json)
        for each in outcome.messages:
            message(each if each.startswith(f"{task.file}:") else f"{task.file}: {each}")
        if as_json:
            import json

            record = {**outcome.record, "file": task.file}
            data(json.dumps(record, ensure_ascii=not speaks_unicode(sys.stdout), allow_nan=False))
        rows.append(outcome.row)
        code = max(code, outcome.code)
    if not as_json:
        from bpdebug.cli.judged import table

        data(f"{table(rows)}\n\n{_summed(rows[1:])}")
    return code


def _summed(rows: Sequence[tuple[str, ...]]) -> str:
    """How many are all right, how many say nothing of that, and what is wrong first most often."""
    from bpdebug.check.telling import LACKING, NOTHING, PARTLY

    right, said = sum(row[0] in "✓+" for row in rows), Counter(row[-2] for row in rows)
    others = (f", {said[words]} {words}" for words in (LACKING, PARTLY, NOTHING, UNREAD) if said[words])
    told = f"{right} of {len(rows)} all right{''.join(others)}"
    common = [each for each in Counter(row[-1] for row in rows if row[-1]).most_common(COMMON) if each[1] > 1]
    often = ", ".join(f"{mistake} {count} times" for mistake, count in common)
    return f"{told}\nwrong first most often: {often}" if often else told


def _outcomes(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcomes in the order of the tasks, by several processes where they can begin with what is loaded here."""
    from functools import partial
    from multiprocessing import get_all_start_methods, get_context

    work = partial(outcome, notation=chosen_notation())
    if jobs == 1 or "fork" not in get_all_start_methods():
        yield from map(work, tasks)
        return
    with get_context("fork").Pool(min(jobs, len(tasks))) as pool:
        yield from pool.imap(work, tasks)


def outcome(task: Task, notation: str) -> Outcome:
    """What is said of one of many scenarios."""
    from bpdebug.check.telling import MARKS, MILDER, RIGHT, STANDINGS, counted, standing
    from bpdebug.export.json import claims_json, unread_json
    from bpdebug.scenario.load import load

    try:
        scenario = load(task.scenario, **task.overrides)
        refuse_beyond(scenario, task.iteration)
        scenario, messages, unread = claimed(scenario, task.equations)
        review, layout = _reviewed(task, scenario)
    except (BpdebugError, click.UsageError) as error:
        mark = MARKS[notation]["not"]
        record = unread_json(task.scenario, str(error))
        return Outcome(record, (mark, _called(task, task.file), *[""] * 6, UNREAD, ""), (str(error),), 2)
    messages += (layout,) * bool(layout) + (MILDER,) * review.derivation.elsewhere
    record = claims_json(scenario, review, unread)
    counts = counted(review)
    place = review.first_wrong
    first = review.spoken(review.claims[place].name) if place is not None else ""
    diagnosis = None if place is None else review.diagnoses[place]
    mistakes = diagnosis.mistakes if diagnosis else ()
    state = standing(review, unread)
    missing = sum(each.reader is not None for each in review.lacking)
    wrong = counts["wrong"] + counts["not evaluable"]
    numbers = (len(review.claims), counts["right"], wrong, counts["inheriting"], missing, unread)
    mark, said = MARKS[notation][STANDINGS[state]], first or (state if state != RIGHT else "")
    row = (mark, _called(task, scenario.name), *map(str, numbers), said, mistakes[0] if mistakes else "")
    return Outcome(record, row, messages, int(state != RIGHT))


def _called(task: Task, name: str) -> str:
    """What a task is called in a table: its scenario, or the file of equations where there are several of those."""
    return task.equations.name if task.equations and task.file == task.equations.file else name


def _progress(done: int, total: int, *, over: bool) -> None:
    """How far it is, on a terminal; wiped away where something else is to be written, or at the end."""
    if sys.stderr.isatty() and not Settings.current().quiet:
        bar = ("#" * (BAR * done // total)).ljust(BAR, ".")
        sys.stderr.write(f"\r[{bar}] {done} of {total}" + ("\r\x1b[K" if over or done == total else ""))
        sys.stderr.flush()

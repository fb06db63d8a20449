"""The command that plays exercises: a derivation with a mistake in it, found and mended line by line."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from msgspec.structs import replace

from bpdebug.cli.commands import chosen_notation, columns, commands
from bpdebug.cli.group import Settings, everywhere
from bpdebug.cli.output import data, json_data, message
from bpdebug.errors import UsageError

if TYPE_CHECKING:
    from bpdebug.cli.exercise import Exercise

PROMPT = "practice> "
LONGEST = 4_000
"""Characters that one command may have."""
GREETING = "line 3 says whether that line is wrong, NAME = … writes one anew, hint helps; help lists the rest."


def _completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    from bpdebug.scenario.exercises import exercises

    names = [CompletionItem(each.name, help=each.title) for each in exercises() if each.name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@commands.command()
@click.argument("exercise", required=False, metavar="[NAME|FILE]", shell_complete=_completed)
@click.option(
    "--script", metavar="FILE", help="Take the commands from a file; without it they come from standard input."
)
@click.option("--json", "as_json", is_flag=True, help="The list, or what came of the exercise, as one JSON object.")
@everywhere
def practice(exercise: str | None, script: str | None, as_json: bool) -> int:
    """Find the mistake in a derivation, with hints only where you ask for them.

    Without NAME the exercises are listed, the easiest first. A scenario FILE of your own with [claims] that are not all
    right is practised in the same way. Exits with 1 where the exercise is left before all is right.
    """
    if exercise is None:
        if script is not None:
            raise UsageError("--script plays an exercise: bpdebug practice NAME --script FILE")
        _listed(as_json)
        return 0
    with ExitStack() as stack:
        stream = sys.stdin if script in (None, "-") else stack.enter_context(_opened(str(script)))
        game = _begun(exercise)
        if as_json:
            _played(game, stream, silent=True)
            json_data(_record(exercise, game))
        else:
            data(painted(page(game, columns())))
            _played(game, stream, silent=False)
    if not game.solved and not as_json and not Settings.current().quiet:
        message(f"left unsolved; bpdebug practice {exercise} begins again")
    return 0 if game.solved else 1


def _listed(as_json: bool) -> None:
    """The exercises, without a word on what is wrong in them."""
    from bpdebug.scenario.exercises import exercises

    every = exercises()
    if as_json:
        keys = ("number", "name", "title", "summary")
        listed = [{key: getattr(each, key) for key in keys} for each in every]
        json_data({"schema": "bpdebug.practice/1", "exercises": listed})
        return
    width = max(len(each.name) for each in every)
    data("\n".join(f"{each.number:2}  {each.name:{width}}  {each.title}" for each in every))
    if not Settings.current().quiet:
        message("\nIn each, something is wrong in one line: bpdebug practice NAME, or its number.")


def _begun(word: str) -> Exercise:
    from bpdebug.check.iteration import trained
    from bpdebug.cli.exercise import Exercise
    from bpdebug.program.settled import settled
    from bpdebug.scenario.exercises import find
    from bpdebug.scenario.load import load

    if word == "-":
        raise UsageError("standard input is where the commands come from: name a file for the exercise")
    scenario = load(find(word))
    values = trained(scenario, 0)
    return Exercise(replace(scenario, program=settled(scenario.program)), values, chosen_notation())


def _opened(script: str) -> TextIO:
    try:
        return Path(script).open(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{script}: {(error.strerror or str(error)).lower()}") from None


def _played(game: Exercise, stream: TextIO, *, silent: bool) -> None:
    """Answer line by line until all is right, or nobody says more. Commands from a file are shown with the answers."""
    asked = stream.isatty() and sys.stdout.isatty() and not silent
    while not game.solved and not game.left:
        if asked:
            sys.stdout.write(PROMPT)
        sys.stdout.flush()
        line = _line(stream, asked=asked)
        if line is None:
            return
        if not asked and not silent and line.strip():
            data(f"> {line.strip()}")
        answer = page(game, columns()) if line.split("#")[0].strip() == "show" else game.execute(line)
        if answer and not silent:
            data(painted(wrapped(answer, columns())))


def _line(stream: TextIO, *, asked: bool) -> str | None:
    """The next line; None where there is none."""
    try:
        line = stream.readline(LONGEST + 1)
    except KeyboardInterrupt:
        if not asked:
            raise
        sys.stdout.write("\n")
        return ""
    except UnicodeDecodeError:
        raise UsageError("expected commands in UTF-8; this input is in another encoding") from None
    if len(line) > LONGEST:
        raise UsageError(f"a command is longer than {LONGEST:,} characters")
    if not line and asked:
        sys.stdout.write("\n")
    return line or None


def page(game: Exercise, width: int) -> str:
    """The network with its shapes, and the derivation as it stands; nothing says which line is wrong."""
    scenario = game.scenario
    heading = [scenario.title, *textwrap.wrap(scenario.summary, width), ""]
    parts = [*heading, "The network", *_network(game, width), "", _asked(game), *_derivation(game, width)]
    return "\n".join([*parts, "", *textwrap.wrap(GREETING, width)])


def _asked(game: Exercise) -> str:
    from bpdebug.cli.hints import faults

    left = faults(game.review)
    if len(left) == 1:
        return (
            "The derivation: one line is wrong" if left[0].place is not None else "The derivation: one line is missing"
        )
    return f"The derivation: {len(left)} lines are wrong or missing"


def _network(game: Exercise, width: int) -> Iterator[str]:
    from bpdebug.check.telling import wrapped as told
    from bpdebug.debugger.words import shaped
    from bpdebug.language.expression import Name
    from bpdebug.ops import write, write_equation
    from bpdebug.program.equations import Phase
    from bpdebug.program.work import listed

    program, notation = game.scenario.program, game.notation
    equations = [each for each in program.equations if each.phase in (Phase.FORWARD, Phase.COST)]
    given = [*program.data, *program.parameters]
    arrays = [f"{write(Name(name), notation)} {shaped(program.shapes[name])}" for name in given]
    numbers = [f"{name} = {value:g}" for name, value in program.constants.items() if name != "learning_rate"]
    yield from told(f"given {listed(arrays)}; {listed(numbers)}", width, "  ")
    shapes = [shaped(program.shapes[each.name]) for each in equations]
    column = max(map(len, shapes))
    for each, shape in zip(equations, shapes, strict=True):
        yield f"  {shape:{column}}  {write_equation(each.name, each.expr, notation)}"


def _derivation(game: Exercise, width: int) -> Iterator[str]:
    from bpdebug.check.telling import MARKS, broken, one_line

    mark = MARKS[game.notation]["right"]
    for number, each in enumerate(game.claims, 1):
        done = mark if each.name in game.mended else " "
        yield from broken(f"{done} {number:2}  {one_line(each.text)}", width, "        ")


def wrapped(text: str, width: int) -> str:
    """Sentences broken to the width; lines that are laid out stay as they are."""
    from bpdebug.check.telling import wrapped as told

    lines = [
        [each] if len(each) <= width or each.startswith((" ", "[")) else told(each, width, "")
        for each in text.split("\n")
    ]
    return "\n".join(part for each in lines for part in each)


def painted(text: str) -> str:
    """The text, its marks in colour on a terminal."""
    from bpdebug.cli.judged import painted as coloured

    return coloured(text) if sys.stdout.isatty() else text


def _record(name: str, game: Exercise) -> dict[str, Any]:
    """What came of an exercise."""
    keys = ("hints", "guesses", "attempts")
    return {
        "schema": "bpdebug.practice/1",
        "exercise": name,
        "solved": game.solved,
        "mended": dict(game.mended),
        "lines": [{"name": line, **{key: getattr(each, key) for key in keys}} for line, each in game.traces.items()],
    }

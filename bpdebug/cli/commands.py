"""The commands of the shell: open, list, show, check, schema."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

import click

from bpdebug import __version__
from bpdebug.cli.group import DEFAULT, OpeningGroup, Settings, everywhere, overriding
from bpdebug.cli.output import data, drawing, interactive, json_data, message, speaks_unicode
from bpdebug.cli.progress import training

if TYPE_CHECKING:
    from bpdebug.debugger.keeping import Kept
    from bpdebug.debugger.session import Session
    from bpdebug.scenario.record import Scenario
    from bpdebug.tui.configuration import Configuration

_CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(cls=OpeningGroup, context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="bpdebug", message="%(prog)s %(version)s")
@everywhere
def commands() -> None:
    """Step through neural-network training, forwards and backwards, one operation at a time.

    SCENARIO is the name of a bundled scenario, a TOML file, or - for standard input.
    """


def completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """What a scenario begun to be typed may become."""
    from click.shell_completion import CompletionItem

    from bpdebug.scenario.bundled import bundled

    names = [CompletionItem(each.name, help=each.title) for each in bundled() if each.name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


_scenario = click.argument("scenario", shell_complete=completed)


@commands.command(DEFAULT, short_help="Open a scenario in the debugger; so does `bpdebug SCENARIO`.")
@click.argument("scenario", required=False, shell_complete=completed)
@click.option(
    "--resume/--fresh",
    default=None,
    help="Go on where the session was left, or start anew; a person goes on, commands from a pipe start anew.",
)
@overriding
@everywhere
def open_(scenario: str | None, resume: bool | None, **overrides: Any) -> int:
    """Open a scenario in the debugger, where it was left. Without SCENARIO: choose one of those that come with bpdebug.

    A session is saved when it is left, with its stops, marks and branches. One of a scenario from standard input is
    not, nor is one whose commands come from a pipe, unless --resume or --fresh asks for it.
    """
    gc.disable()  # what a start loads stays: looking through it for garbage again and again would delay it
    try:
        return _opened(scenario, resume, overrides)
    finally:
        gc.enable()


def _opened(scenario: str | None, resume: bool | None, overrides: dict[str, Any]) -> int:
    """Debug a scenario, or one that is chosen; the exit code."""
    configuration = _configuration()
    if scenario is None:
        if configuration is None:
            _listed("Open one with `bpdebug NAME`.")
            return 0
        from bpdebug.cli.chooser import chosen

        scenario = chosen()
    loaded = opened(scenario, overrides)
    for note in loaded.aside.brief:
        message(f"note: {note}")
    if scenario == "-" or (resume is None and not sys.stdin.isatty()):
        from bpdebug.debugger.session import Session

        if scenario == "-":
            _take_keyboard()
            configuration = _configuration()
        return _debugged(Session(loaded, notation=_notation(configuration)), configuration)
    from bpdebug.cli.sessions import kept

    with kept(loaded, overrides, scenario, fresh=resume is False, notation=_notation(configuration)) as found:
        return _debugged(found.session, configuration, found)


def _configuration() -> Configuration | None:
    """How the screen is configured; None where there is to be none."""
    return Settings.current().configured() if interactive() and not Settings.current().plain else None


def _notation(configuration: Configuration | None) -> str:
    """The notation that a person asked for, or can be shown."""
    asked = "auto" if configuration is None else configuration.preferences.notation
    return chosen_notation() if asked == "auto" else asked


def _debugged(session: Session, configuration: Configuration | None, kept: Kept | None = None) -> int:
    """Let a person debug, on a screen that is configured, or line by line; the exit code."""
    if configuration is None:
        from bpdebug.debugger import plain
        from bpdebug.python import drawable

        gc.enable()
        return plain.run(drawable(session), sys.stdin, sys.stdout, kept)
    from bpdebug.tui import running

    drawing()
    return running.run(session, configuration=configuration, kept=kept)


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@everywhere
def list_(as_json: bool) -> None:
    """List the scenarios that come with bpdebug."""
    if not as_json:
        _listed("Open one with `bpdebug NAME`; read its equations with `bpdebug show NAME`.")
        return
    from bpdebug.export.json import list_json
    from bpdebug.scenario.bundled import bundled

    json_data(list_json(bundled()))


@commands.command()
@_scenario
@click.option("--notation", type=click.Choice(["unicode", "ascii", "latex"]), help="How formulas are written.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@overriding
@everywhere
def show(scenario: str, notation: str | None, as_json: bool, **overrides: Any) -> None:
    """Print the equations of a scenario, phase by phase.

    Each with its shape; a gradient also with what it stands for.
    """
    loaded = opened(scenario, overrides)
    if as_json:
        from bpdebug.export.json import show_json

        json_data(show_json(loaded))
        return
    from bpdebug.cli.listing import listing

    data(listing(loaded, notation or chosen_notation()))


@commands.command()
@_scenario
@click.option("--gradient", "gradients", multiple=True, metavar="NAME", help="Only this one (dW2); may be repeated.")
@click.option(
    "--at", "iteration", type=click.IntRange(0), default=0, metavar="UPDATES", help="Train by so many updates first."
)
@click.option("--entries", is_flag=True, help="Every entry one by one, where there are very many too.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@overriding
@everywhere
def check(
    scenario: str, gradients: tuple[str, ...], iteration: int, entries: bool, as_json: bool, **overrides: Any
) -> int:
    """Hold every gradient of a scenario against the numerical one. Exits with 1 where one does not agree."""
    loaded = opened(scenario, overrides)
    refuse_beyond(loaded, iteration)
    from bpdebug.check.iteration import check_iteration

    with training() as progress:
        found = check_iteration(loaded, iteration, gradients or None, entries=entries, progress=progress)
    if as_json:
        from bpdebug.export.json import check_json

        json_data(check_json(loaded, iteration, found))
    else:
        from bpdebug.cli.verdicts import verdicts

        data(verdicts(loaded, iteration, found))
    return 0 if all(each.ok for each in found) else 1


def refuse_beyond(scenario: Scenario, updates: int) -> None:
    """Refuse an iteration that the run does not have."""
    total = scenario.iterations
    if updates and updates >= total:
        way = f"ask for --at {total - 1} at most" if total else "ask for --at 0"
        raise click.UsageError(
            f"--at {updates}: the run has {total} iteration{'' if total == 1 else 's'}, so none begins after {updates} "
            f"update{'' if updates == 1 else 's'}; {way}, or set iterations in [training]"
        )


@commands.command()
@everywhere
def schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from bpdebug.scenario.schema import json_schema

    json_data(json_schema())


def opened(scenario: str, overrides: dict[str, Any]) -> Scenario:
    """The scenario that a command line names, its notes told."""
    from bpdebug.scenario.load import load

    loaded = load(scenario, **overrides)
    if not Settings.current().quiet:
        for note in loaded.program.notes:
            message(f"note: {note}")
    return loaded


def chosen_notation() -> str:
    """The notation that the reader of the output can be shown."""
    return "unicode" if speaks_unicode(sys.stdout) else "ascii"


def columns() -> int:
    """How wide a page is: as the terminal, where there is one, but never past what is easy to read."""
    import shutil

    return max(60, min(100, shutil.get_terminal_size().columns)) if sys.stdout.isatty() else 80


def _listed(ending: str) -> None:
    from bpdebug.scenario.bundled import bundled

    scenarios = bundled()
    width = max(len(each.name) for each in scenarios)
    data("\n".join(f"{each.name:{width}}  {each.title}" for each in scenarios))
    if not Settings.current().quiet:
        message(f"\n{ending}")


def _take_keyboard() -> None:
    """After the scenario came through standard input, the terminal itself is the keyboard."""
    import os

    if sys.stdin.isatty() or not sys.stdout.isatty():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return
    os.dup2(terminal, 0)
    os.close(terminal)

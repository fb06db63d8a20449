"""How a command line is read: `bpdebug three-layer` opens a scenario, and the flags for all stand anywhere."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from bpdebug.cli.output import prepare

if TYPE_CHECKING:
    from bpdebug.tui.configuration import Configuration
    from bpdebug.tui.settings import Value

DEFAULT = "open"
FAMILIES = ("claims", "config", "export", "practice", "replay", "run", "sessions", "snapshot")
"""The commands that have a module of their own, of the same name: it is loaded where one of them is asked for."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class OpeningGroup(click.Group):
    """A group in which a first word that is no command is the scenario to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *FAMILIES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in FAMILIES:
            import_module(f"bpdebug.cli.{cmd_name}")
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        word = next((each for each in args if each == "-" or not each.startswith("-")), None)
        about = {"--help", "-h", "--version"} & set(args)
        names = self.list_commands(ctx)
        if word is not None and word not in names:
            _refuse_near_command(word, names)
        if word not in names and not (word is None and about):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] [SCENARIO]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGUMENTS]", prefix="       ")


def _refuse_near_command(word: str, commands: list[str]) -> None:
    """A word that is nothing, and nearer to a command than to a scenario, was meant as the command."""
    import difflib
    from pathlib import Path

    from bpdebug.scenario.bundled import bundled

    scenarios = [each.name for each in bundled()]
    near = difflib.get_close_matches(word, [*commands, *scenarios], n=1)
    if near and near[0] in commands and not Path(word).exists():
        said = f'there is no command, scenario or file "{word}"; did you mean "{near[0]}"?'
        raise click.UsageError(f"{said}\nBundled: {', '.join(scenarios)}.")


class Settings(Struct):
    """The flags that hold for every command."""

    plain: bool = False
    ascii: bool = False
    quiet: bool = False
    no_mouse: bool = False

    @staticmethod
    def current() -> Settings:
        return click.get_current_context().ensure_object(Settings)

    def configured(self) -> Configuration:
        """The settings of a person's file, and what the flags say before it."""
        from bpdebug.tui.configuration import configured

        flags: dict[str, Value] = {"notation": "ascii"} if self.ascii else {}
        return configured(**flags, **({"mouse": False} if self.no_mouse else {}))


def _keep(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    settings = context.ensure_object(Settings)
    if value and parameter.name:
        setattr(settings, parameter.name, True)
        prepare(ascii_only=settings.ascii)


def everywhere(command: Decorated) -> Decorated:
    """The command with the flags that hold for all."""
    flags = {
        "--plain": "Ask and answer line by line instead of drawing a screen.",
        "--ascii": "Use ASCII characters alone.",
        "--quiet": "Say nothing but what was asked for.",
        "--no-mouse": "Leave the mouse to the terminal.",
    }
    for flag, text in reversed(flags.items()):
        command = click.option(flag, is_flag=True, expose_value=False, callback=_keep, help=text)(command)
    return command


def _load_operations(context: click.Context, parameter: click.Parameter, sources: tuple[str, ...]) -> None:
    """Run what the command line names, before any formula is read."""
    for source in sources:
        from bpdebug.ops.loading import load

        load(source)


operations = click.option(
    "--ops",
    multiple=True,
    metavar="FILE.py",
    expose_value=False,
    is_eager=True,
    callback=_load_operations,
    help="Run a Python file, or an installed collection, that registers operations; may be repeated.",
)


def overriding(command: Decorated) -> Decorated:
    """The command with the options that stand beside, or above, what the scenario file says."""
    options = (
        operations,
        click.option("--orientation", type=click.Choice(["columns", "rows"]), help="Where an example stands in X."),
        click.option(
            "--bookkeeping",
            type=click.Choice(["total", "per-example"]),
            help="Whether dZ means dJ/dZ, or m times it, with the 1/m in dW and db.",
        ),
        click.option(
            "--fused/--no-fused", default=None, help="Derive the last layer and the cost in one (dZ3 = A3 - Y), or not."
        ),
        click.option("--seed", type=click.IntRange(0, 10_000_000), help="Of everything random."),
    )
    for option in reversed(options):
        command = option(command)
    return command

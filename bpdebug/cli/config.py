"""bpdebug config: where a person's settings lie, what holds and why, and what may be written there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from bpdebug.cli.commands import commands
from bpdebug.cli.group import Settings, everywhere
from bpdebug.cli.output import data, json_data

if TYPE_CHECKING:
    from bpdebug.tui.configuration import Configuration

SCHEMA = "bpdebug.config/1"


@commands.group(
    short_help="The settings of the screen: where they lie, what holds, what may be set.", invoke_without_command=True
)
@everywhere
@click.pass_context
def config(context: click.Context) -> None:
    """The settings of the screen, and its keys: a TOML file of your own. Without a command: what show prints.

    BPDEBUG_CONFIG names another file. The options of a command line count more than the file.
    """
    if context.invoked_subcommand is None:
        context.invoke(show)


@config.command("path")
@everywhere
def path_() -> None:
    """Print where the settings lie, whether the file is there or not."""
    from bpdebug.tui.configuration import path

    data(str(path()))


@config.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@everywhere
def show(as_json: bool) -> None:
    """Print every setting and every key with where it comes from: default, file or option.

    What is printed is a settings file itself. Exits with 2 where the file holds mistakes, and tells all of them.
    """
    configuration = Settings.current().configured()
    configuration.refuse()
    if as_json:
        json_data(_record(configuration))
    else:
        data("\n".join(_lines(configuration)))


@config.command()
@everywhere
def schema() -> None:
    """Print the JSON Schema of the settings file."""
    from bpdebug.tui.settings_schema import json_schema

    json_data(json_schema())


def _lines(configuration: Configuration) -> Iterator[str]:
    """The settings as a file has them."""
    from bpdebug.tui.configuration import KEYS, path

    yield f"# {path()}{'' if path().exists() else ' (not there)'}"
    yield from (f"# {note}" for note in configuration.notes)
    for heading, rows in (("", _settings(configuration)), (f"[{KEYS}]", _keys(configuration))):
        yield from ("", heading) if heading else ()
        written = [f"{row['name']} = {json.dumps(row['value'], ensure_ascii=False)}" for row in rows]
        width = max(map(len, written))
        yield from (f"{line:{width}}  # {row['from']}" for line, row in zip(written, rows, strict=True))


def _record(configuration: Configuration) -> dict[str, Any]:
    from bpdebug.tui.configuration import path

    return {
        "schema": SCHEMA,
        "path": str(path()),
        "settings": _settings(configuration),
        "keys": _keys(configuration),
    }


def _settings(configuration: Configuration) -> list[dict[str, Any]]:
    """Every setting, its value, where it comes from and what it does."""
    from bpdebug.tui.settings import SETTINGS

    return [
        {
            "name": each.name,
            "value": getattr(configuration.preferences, each.name),
            "from": configuration.origin(each.name),
            "help": each.help,
        }
        for each in SETTINGS.values()
    ]


def _keys(configuration: Configuration) -> list[dict[str, Any]]:
    """Every action with its keys, where they come from and what it does."""
    from bpdebug.tui.configuration import KEYS
    from bpdebug.tui.keynames import called

    return [
        {
            "name": each.name,
            "value": [called(key, ascii=True) for key in each.keys],
            "from": configuration.origin(f"{KEYS}.{each.name}"),
            "help": each.help,
        }
        for each in configuration.keys.named.values()
    ]

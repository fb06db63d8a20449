"""What a person's settings file says, held against the table of settings and the table of keys."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from bpdebug.debugger.words import counted
from bpdebug.errors import Problem, ScenarioError
from bpdebug.scenario.wording import guessed, listed, quoted
from bpdebug.tui.keymap import KEYMAP, Keymap, rebound
from bpdebug.tui.settings import SETTINGS, Preferences

if TYPE_CHECKING:
    from bpdebug.scenario.source import Source

CONFIG = "BPDEBUG_CONFIG"
"""The variable of the environment that names another file."""
LARGEST = 100_000
"""Bytes of a settings file."""
KEYS = "keys"
"""The table of the file that is no setting: keys, by the names of actions."""
DEFAULT, FILE, OPTION = "default", "file", "option"
"""Where a value comes from."""


class Configuration(Struct, frozen=True):
    """The settings and the keys that hold, where they come from, and what is wrong with the file."""

    preferences: Preferences = field(default_factory=Preferences)
    keys: Keymap = KEYMAP
    origins: Mapping[str, str] = field(default_factory=dict)
    """Of what is not as it comes: settings by their names, keys as keys.step."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """What is to be told although nothing is wrong."""

    def origin(self, name: str) -> str:
        """Where the value of a setting, or the keys of an action, come from."""
        return self.origins.get(name, DEFAULT)

    def refuse(self) -> None:
        """Raise ScenarioError where the file holds mistakes."""
        if self.problems:
            raise ScenarioError(self.problems)

    @property
    def told(self) -> tuple[str, ...]:
        """What a screen says of it as it opens, line by line."""
        if not self.problems:
            return self.notes
        first, more = self.problems[0], len(self.problems) - 1
        place = f"{Path(first.file).name}:{first.line}" if first.line else first.file
        words = ": ".join(each for each in (place, first.path, first.message) if each)
        rest = f"; {counted(more, 'mistake')} more" if more else ""
        return (f"{words}{rest}.  There it is as if nothing was set; `bpdebug config show` tells all.", *self.notes)


DEFAULTS = Configuration()


def path() -> Path:
    """Where the settings lie, whether they are there or not."""
    named = os.environ.get(CONFIG)
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_config_path("bpdebug") / "config.toml"


def configured(**options: Any) -> Configuration:
    """What holds: the options of a command line before the file, the file before what holds without it.

    What is wrong with the file is told in `problems`, and what else it says holds.
    """
    file = path()
    found = _read(file) if os.path.lexists(file) else DEFAULTS
    origins = {**found.origins, **dict.fromkeys(options, OPTION)}
    return replace(found, preferences=found.preferences.but(**options), origins=origins)


def _read(file: Path) -> Configuration:
    from bpdebug.scenario.source import Source, text_of

    try:
        source = Source(str(file), text_of(str(file), LARGEST))
        return _held(source, source.parsed())
    except ScenarioError as error:
        return Configuration(problems=error.problems)


def _held(source: Source, tables: dict[str, Any]) -> Configuration:
    """What a file says, and what is wrong with it."""
    values = dict(_taken(tables))
    problems = list(_refused(source, tables))
    asked = dict(_words(tables.get(KEYS)))
    keys, mistakes, notes = rebound(asked)
    for each in mistakes:
        where = (KEYS, each.action) if each.at is None else (KEYS, each.action, each.at)
        tell = source.at_value if each.action in KEYMAP.named else source.at_key
        problems.append(tell(where, each.message, each.hint))
    changed = [f"{KEYS}.{name}" for name in keys.named if keys.named[name].keys != KEYMAP.named[name].keys]
    origins = dict.fromkeys([*values, *changed], FILE)
    problems.sort(key=lambda each: (each.line, each.column))
    return Configuration(Preferences(**values), keys, origins, tuple(problems), tuple(notes))


def _taken(tables: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings of a file that can be as they are."""
    for name, setting in SETTINGS.items():
        if name in tables and (value := setting.taken(tables[name])) is not None:
            yield name, value


def _refused(source: Source, tables: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with a file, apart from its keys' meanings."""
    known = [*SETTINGS, KEYS]
    for name, value in tables.items():
        if name == KEYS:
            yield from _misshapen(source, value)
        elif name not in SETTINGS:
            message = guessed(f"expected the name of a setting, got {quoted(name)}", name, known)
            yield source.at_key((name,), message, f"Settings: {listed(known)}.")
        elif SETTINGS[name].taken(value) is None:
            yield source.at_value((name,), SETTINGS[name].refusal(value))


def _misshapen(source: Source, table: object) -> Iterator[Problem]:
    """What is no list of keys."""
    if not isinstance(table, dict):
        yield source.at_value((KEYS,), f'expected a table such as step = ["right", "s"], got {quoted(table)}')
        return
    for name, value in table.items():
        if not _is_words(value):
            yield source.at_value((KEYS, name), f'expected a list of keys such as ["right", "s"], got {quoted(value)}')


def _words(table: object) -> Iterator[tuple[str, list[str]]]:
    """Keys as they are written, by the names of actions."""
    if isinstance(table, dict):
        yield from ((name, value) for name, value in table.items() if _is_words(value))


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)

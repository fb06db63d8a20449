"""The exercises that come with bpdebug, in order of difficulty, and how a word on the command line finds one."""

from __future__ import annotations

import difflib
import tomllib
from typing import NamedTuple

from bpdebug.errors import UsageError
from bpdebug.scenario import bundled


class Exercise(NamedTuple):
    """One bundled exercise."""

    number: int
    name: str
    path: str
    title: str
    summary: str


def exercises() -> tuple[Exercise, ...]:
    """Every bundled exercise. Reads their headings only as TOML, and builds nothing."""
    found = []
    for path in sorted((bundled.folder() / "practice").glob("*.toml")):
        head = tomllib.loads(path.read_text(encoding="utf-8"))
        number, _, name = path.stem.partition("-")
        found.append(Exercise(int(number), name, str(path), str(head["title"]), str(head["summary"])))
    return tuple(found)


def find(word: str) -> str:
    """The file that a number, a name or a path means; a bundled scenario with claims may be practised as well."""
    every = exercises()
    for each in every:
        if word in (each.name, str(each.number)):
            return each.path
    scenarios = [each.name for each in bundled.bundled()]
    if word.isdecimal() or (_word(word) and word not in scenarios):
        near = difflib.get_close_matches(word, [each.name for each in every], n=1)
        raise UsageError(
            f'there is no exercise and no file "{word}"'
            + (f'; did you mean "{near[0]}"?' if near else "; bpdebug practice lists those there are")
        )
    return bundled.find(word)


def _word(word: str) -> bool:
    """Whether a word can be no file: it has no path, no suffix, and nothing lies there."""
    from pathlib import Path

    plain = word != "-" and not word.endswith(".toml") and not any(mark in word for mark in "/\\")
    return plain and ("\0" in word or len(word) > 255 or not Path(word).exists())

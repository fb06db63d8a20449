"""The scenarios that come with bpdebug, and how a word on the command line finds a file."""

from __future__ import annotations

import difflib
import shlex
import tomllib
from pathlib import Path
from typing import NamedTuple

import bpdebug
from bpdebug.errors import Problem, ScenarioError


class Bundled(NamedTuple):
    """One bundled scenario."""

    name: str
    path: str
    title: str
    summary: str


def folder() -> Path:
    """Where the bundled scenarios are: in the wheel, or beside the package in a clone."""
    package = Path(bpdebug.__file__).parent
    inside = package / "_scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def bundled() -> tuple[Bundled, ...]:
    """Every bundled scenario, by name. Reads their headings only as TOML, and builds nothing."""
    found = []
    for path in sorted(folder().glob("*.toml")):
        head = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(Bundled(path.stem, str(path), str(head.get("title", "")), str(head.get("summary", ""))))
    return tuple(found)


def word(path: str) -> str:
    """How a command names the scenario of a file: a bundled one by its name, another by its path, for a shell."""
    file = Path(path)
    return file.stem if file.parent == folder() else shlex.quote(path)


def find(name: str) -> str:
    """The file a name or a path means; `-` is standard input."""
    if name == "-" or name.endswith(".toml") or any(mark in name for mark in "/\\"):
        return name
    names = [path.stem for path in sorted(folder().glob("*.toml"))]
    if name in names:
        return str(folder() / f"{name}.toml")
    if name and "\0" not in name and len(name) < 256 and Path(name).exists():
        return name
    near = difflib.get_close_matches(name, names, n=1)
    message = "there is no such scenario, and no such file" + (f'; did you mean "{near[0]}"?' if near else "")
    hint = f"Bundled: {', '.join(names)}."
    raise ScenarioError((Problem(name or '""', 0, 0, "", message, hint=hint),))
